import { chromium } from '@playwright/test';
const url = process.argv[2]; const only = process.argv[3]; 
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const NOTE = '58-year-old woman. Three days of fever and cough with phlegm, short of breath. No chest pain, no leg swelling. Her brother has asthma. Possible sinusitis. Meds: lisinopril. Allergies: penicillin. T 38.6, HR 104, BP 128/78, RR 24, SpO2 93% on air, alert. Zorblax noted.';
const first = await browser.newContext({ baseURL: url });
let r = await first.request.post(`${url}/fn/demo-sign-in`, { form: { role: 'clinician' }, headers: { accept: 'text/html', origin: url }, maxRedirects: 0 });
const state = await first.storageState();
const p2 = await browser.newContext({ baseURL: url });
await p2.request.post(`${url}/fn/demo-sign-in`, { form: { role: 'patient' }, headers: { accept: 'text/html', origin: url }, maxRedirects: 0 });
const patient = await p2.storageState();
let dx, rx, shot;
{
  const page = await first.newPage();
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) console.log(m.type(), m.text().slice(0, 300)); });
  page.on('pageerror', (e) => console.log('pageerror', e.message.slice(0, 500)));
  await page.goto('/clinic');
  const links = await page.locator('.case-link').evaluateAll((a) => a.map((x) => [x.getAttribute('href'), x.innerText]));
  console.log(links);
  dx = links.find(([, t]) => /fever, cough/.test(t))?.[0]; rx = links.find(([, t]) => /penicillin allergy/.test(t))?.[0];
}
const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
for (const [size, viewport] of Object.entries(sizes)) for (const scheme of ['light', 'dark']) {
  const phone = size === 'phone';
  const ctx = await browser.newContext({ baseURL: url, viewport, colorScheme: scheme, storageState: state, isMobile: phone, hasTouch: phone, locale: 'en-GB' });
  const pctx = await browser.newContext({ baseURL: url, viewport, colorScheme: scheme, storageState: patient, isMobile: phone, hasTouch: phone, locale: 'en-GB' });
  const page = await ctx.newPage();
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) console.log(size, scheme, m.type(), m.text().slice(0, 400)); });
  page.on('pageerror', (e) => console.log('pageerror', e.message.slice(0, 500)));
  const take = async (name, path, act, who = page) => {
    if (only && !name.match(only)) return;
    try {
      await who.goto(path); await who.waitForTimeout(900);
      if (act) await act(who);
      const over = await who.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) console.log('OVERFLOW', name, size, over);
      await who.screenshot({ path: `/tmp/pshots/${name}-${size}-${scheme}.png`, fullPage: true });
    } catch (e) { console.log('FAIL', name, size, scheme, e.message.slice(0, 300)); }
  };
  await take('list', '/clinic');
  await take('new', '/clinic/new', async (p) => {
    await p.getByRole('textbox', { name: 'Paste or type a note' }).fill(NOTE);
    await p.getByRole('combobox', { name: 'Add a finding' }).fill('head');
    await p.waitForTimeout(700); await p.keyboard.press('Enter'); await p.waitForTimeout(200);
    await p.getByRole('textbox', { name: /^Temperature/ }).fill('98.6');
    await p.getByRole('textbox', { name: /^Heart rate/ }).fill('abc');
    await p.getByRole('combobox', { name: 'Medicines' }).fill('aspirin'); await p.waitForTimeout(400); await p.keyboard.press('Enter');
    await p.getByText('Put a finding right').click();
    await p.getByRole('button', { name: 'Run the diagnosis' }).click();
    await p.getByRole('combobox', { name: 'Add a finding' }).fill('ches'); await p.waitForTimeout(700);
  });
  await take('dx', dx);
  await take('prescribe', `/clinic/prescribe?from=${dx.split('/').pop()}`);
  await take('rx', rx);
  await take('scores', '/clinic/scores/news2', async (p) => { await p.getByRole('textbox', { name: /respiratory/i }).fill('24'); await p.waitForTimeout(600); });
  await take('phq', '/clinic/scores/phq9');
  const pp = await pctx.newPage();
  await take('refused', '/clinic', null, pp);
  await take('shared', '/shared', null, pp);
  await take('settings', '/settings', null, pp);
  await take('chat', '/chat', null, page);
  if (!only && size === 'desk' && scheme === 'light') {
    for (const [n, path] of [['dx', dx], ['rx', rx]]) { await page.goto(path); await page.waitForTimeout(600); await page.pdf({ path: `/tmp/pshots/print-${n}.pdf`, format: 'A4' }); }
  }
  await ctx.close(); await pctx.close();
}
await browser.close();
