// What everyone can read, signed in or not.

import { expect, test } from './support/fixtures';

test('the pages for everyone are there, and ask nobody else for anything', async ({ page, baseURL }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${baseURL}/`) && !url.startsWith('data:')) elsewhere.push(url);
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('see where every answer comes from');
  await expect(page.getByRole('heading', { name: 'What it is not' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Privacy in five lines' }).getByRole('listitem')).toHaveCount(5);

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Library' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Library' })).toBeVisible();
  expect(await page.getByRole('main').getByRole('listitem').count()).toBeGreaterThanOrEqual(25);
  await page.getByRole('main').getByRole('link', { name: 'Fever (high temperature)' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Fever (high temperature)' })).toBeVisible();
  await expect(page.getByRole('main').getByRole('time').first()).toHaveText(/^\d{4}-\d{2}-\d{2}$/);
  const references = page.getByRole('region', { name: 'Sources' }).getByRole('link');
  expect(await references.count()).toBeGreaterThan(0);
  for (const reference of await references.all()) {
    expect(await reference.getAttribute('href')).toMatch(/^https:\/\//);
  }

  await page.getByRole('link', { name: 'Help in a crisis' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Help in a crisis' })).toBeVisible();
  await expect(page.getByRole('link', { name: /988/ })).toHaveAttribute('href', 'tel:988');
  await expect(page.getByRole('link', { name: /Find a helpline/ })).toHaveAttribute('href', 'https://findahelpline.com');
  expect(elsewhere).toEqual([]);
});

test('a passage in the address is marked and in sight', async ({ page }) => {
  await page.goto('/library/fever?from=900&to=1100#passage');
  const marks = page.getByRole('main').locator('mark');
  await expect(marks.first()).toBeInViewport();
  expect((await marks.allTextContents()).join('').length).toBeGreaterThan(100);
});

test('the library is read without JavaScript', { tag: '@any-screen' }, async ({ newBrowser }) => {
  const page = await (await newBrowser({ javaScriptEnabled: false })).newPage();
  await page.goto('/library');
  const ways = page.getByRole('navigation', { name: 'Topics' }).getByRole('link');
  const topics = page.getByRole('region');
  await expect(topics.first()).toBeVisible();
  await expect(ways).toHaveCount(await topics.count());
  const way = ways.filter({ hasText: /^Symptoms\s*\d+$/ });
  const topic = topics.filter({ has: page.getByRole('heading', { level: 2, name: 'Symptoms', exact: true }) });
  await expect(topic.getByRole('link')).toHaveCount(Number((await way.innerText()).replace(/\D/g, '')));
  await way.click();
  await expect(page).toHaveURL(/\/library#symptoms$/);

  await topic.getByRole('link', { name: 'Fever (high temperature)' }).click();
  await expect(page).toHaveURL(/\/library\/fever$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Fever (high temperature)' })).toBeVisible();
  const article = page.getByRole('article');
  for (const name of ['What it is', 'What you can do', 'When to get help', 'Children, pregnancy and older people']) {
    await expect(article.getByRole('heading', { level: 2, name, exact: true })).toBeVisible();
  }
  await expect(article).toContainText('A fever is a body temperature that is higher than normal');
  const sources = page.getByRole('region', { name: 'Sources' });
  await expect(sources.getByRole('heading', { name: 'Sources' })).toBeVisible();
  await expect(sources.getByRole('link', { name: 'High temperature (fever) in adults', exact: true })).toHaveAttribute('href', /^https:\/\/www\.nhs\.uk\//);
  await expect(sources.getByRole('link')).toHaveCount(await sources.getByRole('listitem').count());

  await article.getByRole('link', { name: 'flu', exact: true }).first().click();
  await expect(page).toHaveURL(/\/library\/flu$/);
  await page.getByRole('link', { name: 'All articles' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Library' })).toBeVisible();
});

test('an article is printed with where its sources are, and without what is pressed', { tag: '@any-screen' }, async ({ page }) => {
  await page.goto('/library/fever');
  const pressed = [page.getByRole('navigation', { name: 'Main' }), page.getByRole('link', { name: 'All articles' })];
  const source = page.getByRole('region', { name: 'Sources' }).getByRole('link').first();
  for (const one of pressed) await expect(one).toBeVisible();
  await expect(source).not.toHaveCSS('content', /http/, { pseudo: 'after' });
  await page.emulateMedia({ media: 'print' });
  for (const one of pressed) await expect(one).toBeHidden();
  await expect(page.getByRole('heading', { level: 1, name: 'Fever (high temperature)' })).toBeVisible();
  await expect(page.getByRole('article').getByText('A fever is a body temperature that is higher than normal')).toBeVisible();
  await expect(source).toBeVisible();
  await expect(source).toHaveCSS('content', /https:\/\/|attr\(href\)/, { pseudo: 'after' });
});

for (const [path, heading] of [
  ['/nowhere', 'There is nothing at this address'],
  ['/library/no-such-article', 'There is nothing at this address'],
  ['/library/%2e%2e%2fsecrets', 'There is nothing at this address'],
] as const) {
  test(`${path} is not found, and says so`, { tag: '@any-screen' }, async ({ page, problems }) => {
    problems.expect(/status of 404/);
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await expect(page.getByRole('main').getByRole('link', { name: 'Start page' })).toBeVisible();
  });
}

test('a conversation of someone else is not found', { tag: '@any-screen' }, async ({ page, person, problems }) => {
  problems.expect(/status of 404/);
  expect(person.email).toBeTruthy();
  const answer = await page.goto('/chat/01900000-0000-7000-8000-000000000000');
  expect(answer?.status()).toBe(404);
  await expect(page.getByText('There is no such conversation')).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: 'New conversation' }).last()).toBeVisible();
});

test('dark, still and forced colours are all without complaint', { tag: '@any-screen' }, async ({ page, person }) => {
  expect(person.email).toBeTruthy();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce', forcedColors: 'active' });
  for (const path of ['/', '/library/fever', '/resources', '/chat', '/settings', '/exercises/ex_breathing', '/progress', '/safety-plan']) {
    await page.goto(path);
    await expect(page.getByRole('main')).toBeVisible();
  }
});
