// Puts a list of questions through the page of a running server and writes what was said, for reading:
//   node transcripts.mjs http://127.0.0.1:3000 ../docs/transcripts/questions.toml ../docs/transcripts/guide.md
// The server must run in demo mode. CHROMIUM_PATH names the browser (default /usr/bin/chromium).

import { readFile, writeFile } from 'node:fs/promises';

import { chromium } from '@playwright/test';

const [base, list, out] = process.argv.slice(2);
if (!base || !list || !out) throw new Error('usage: node transcripts.mjs BASE QUESTIONS.toml OUT.md');

/** Reads the few forms of TOML that the list uses: `id`, `ask = [...]` and `good` of each `[[question]]`. */
const strings = (text) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => JSON.parse(`"${found[1]}"`));
const value = (part, key) => strings(new RegExp(`^${key} = (.*)$`, 'm').exec(part)?.[1] ?? '');
const questions = (await readFile(list, 'utf8')).split(/^\[\[question\]\]$/m).slice(1).map((part) => ({
  id: value(part, 'id')[0] ?? '',
  ask: value(part, 'ask'),
  good: value(part, 'good')[0] ?? '',
}));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  // What a page's `locale` sets does not reach the socket's `Accept-Language`, from which the country is known.
  args: ['--no-sandbox', '--disable-gpu', '--accept-lang=en-GB'],
});
const page = await browser.newPage({ baseURL: base, locale: 'en-GB' });
await page.goto('/signin');
await page.getByRole('button', { name: 'As a patient' }).click();
await page.waitForURL(/\/chat/);

const answers = page.getByRole('log', { name: 'Conversation' }).getByRole('article').filter({ has: page.getByRole('heading', { name: 'Answer', exact: true }) });
const written = [];
for (const { id, ask, good } of questions) {
  await page.goto('/chat?new=1');
  await page.getByText('Connected', { exact: true }).waitFor({ state: 'attached' });
  const lines = [`## ${id}`, '', `*Good would be:* ${good}`, ''];
  for (const [n, text] of ask.entries()) {
    await page.getByRole('textbox', { name: 'Your message' }).fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answer = answers.nth(n);
    await answer.getByRole('button', { name: 'Copy answer' }).waitFor({ timeout: 300_000 });
    const said = await answer.locator('.message-body').innerText();
    const alert = await answer.getByRole('alert').isVisible();
    const choices = await answer.getByRole('group', { name: 'Answers to tap' }).getByRole('button').allTextContents();
    const sources = await answer.locator('.message-sources > ol > li > a').allTextContents();
    const author = await answer.locator('.message-author').innerText();
    lines.push(...text.split('\n').map((line) => `> ${line}`), '', said.trim(), '');
    if (alert) lines.push('*(with the card of help lines)*', '');
    if (choices.length) lines.push(`*Choices:* ${choices.join(' · ')}`, '');
    if (sources.length) lines.push(`*Sources:* ${sources.join(' · ')}`, '');
    lines.push(`*${author}*`, '');
  }
  written.push(lines.join('\n'));
  // After each: a slow model takes an hour for all, and what was said is kept if the rest fails.
  await writeFile(out, `${written.join('\n')}\n`);
  process.stderr.write(`${id} `);
}
await browser.close();
