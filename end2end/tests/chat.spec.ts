// The conversation: asking, reading, sources, and what must not be lost on the way.

import { answers, ask, composer, connected, openChat, openList, questions, send, sources, status, transcript, whole } from './support/chat';
import { expect, test } from './support/fixtures';

test.beforeEach(async ({ person }) => expect(person.email).toBeTruthy());

test('an answer rests on numbered sources that lead to the very passage', async ({ page }) => {
  await openChat(page);
  const answer = await ask(page, 'How do I bring a fever down?');
  await expect(status(page, 'Done')).toBeAttached();
  await expect(answer).toContainText('not a doctor');
  const mark = answer.getByRole('button', { name: /^Source 1: / }).first();
  await mark.click();
  await expect(mark).toHaveAttribute('aria-expanded', 'true');
  const first = sources(page).getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3 }) }).first();
  const passage = (await first.getByRole('blockquote').innerText()).trim();
  expect(passage.length).toBeGreaterThan(40);
  await first.getByRole('link', { name: 'Read the whole article' }).click();
  await expect(page).toHaveURL(/\/library\/[a-z0-9-]+\?from=\d+&to=\d+/);
  const marked = page.getByRole('main').locator('mark');
  await expect(marked.first()).toBeInViewport();
  const plain = (text: string) => text.replace(/[\s•]+/g, '');
  expect(plain((await marked.allInnerTexts()).join(''))).toBe(plain(passage));
});

test('a reload shows the same transcript, and the draft', async ({ page }) => {
  await openChat(page);
  await ask(page, 'What helps against heartburn?');
  await expect(page).toHaveURL(/\/chat\/.+/);
  await composer(page).fill('and what about\ncoffee');
  const before = await transcript(page).innerText();
  await page.reload();
  await connected(page);
  await expect(composer(page)).toHaveValue('and what about\ncoffee');
  expect(await transcript(page).innerText()).toBe(before);
  await page.goto('/chat');
  await expect(page).toHaveURL(/\/chat\/.+/);
  await expect(questions(page)).toHaveCount(1);
});

test('Enter sends, Shift+Enter begins a line, and nothing empty or too long is sent', async ({ page }) => {
  await openChat(page);
  await composer(page).press('Enter');
  await composer(page).fill('  \n ');
  await composer(page).press('Enter');
  await expect(page.getByRole('button', { name: 'Send' })).toBeDisabled();
  const long = 'é'.repeat(8_001);
  await composer(page).fill(long);
  await expect(page.getByText('1 too many')).toBeVisible();
  await composer(page).press('Enter');
  await expect(composer(page)).toHaveValue(long);
  await expect(questions(page)).toHaveCount(0);
  await composer(page).fill('What helps');
  await composer(page).press('Shift+Enter');
  await composer(page).pressSequentially('against a cough?');
  await composer(page).press('Enter');
  await expect(composer(page)).toHaveValue('');
  await expect(questions(page)).toContainText(['What helps\nagainst a cough?']);
  await whole(answers(page).first());
});

test('what looks like markup is text', { tag: '@any-screen' }, async ({ page }) => {
  const hostile = '<img src=x onerror=alert(1)> **not bold <script>alert(2)</script> [x](javascript:alert(3)) fever?';
  await openChat(page);
  await ask(page, hostile);
  await expect(questions(page)).toContainText([hostile]);
  await expect(transcript(page).locator('img, script')).toHaveCount(0);
  await page.reload();
  await expect(questions(page)).toContainText([hostile]);
  await expect(transcript(page).locator('img, script')).toHaveCount(0);
});

test('an answer is copied, rated, and given again', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openChat(page);
  const answer = await ask(page, 'What helps against back pain?');
  await answer.getByRole('button', { name: 'Copy answer' }).click();
  await expect(status(page, 'Copied.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('[1]');

  await answer.getByRole('button', { name: 'Helpful', exact: true }).click();
  await expect(answer.getByRole('button', { name: 'Helpful', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(status(page, 'Feedback processed')).toBeVisible();
  await answer.getByRole('button', { name: 'Not helpful' }).click();
  await answer.getByLabel(/What was missing or wrong/).fill('nothing about lifting');
  await answer.getByRole('button', { name: 'Send feedback' }).click();
  await expect(answer.getByLabel(/What was missing or wrong/)).toHaveCount(0);
  await expect(status(page, 'Feedback processed')).toBeVisible();

  await answer.getByRole('button', { name: 'Answer again' }).click();
  await expect(answers(page)).toHaveCount(2);
  await whole(answers(page).nth(1));
  await expect(answers(page).nth(0).getByRole('button', { name: 'Answer again' })).toHaveCount(0);
});

test('conversations are made, renamed, deleted and brought back', async ({ page }) => {
  await openChat(page);
  const answer = await ask(page, 'How can I sleep better?');
  await answer.getByRole('button', { name: /^Source 1: / }).first().click();
  let list = await openList(page);
  const line = list.getByRole('listitem');
  await expect(line).toHaveCount(1);
  await line.getByRole('button', { name: /^More for/ }).click();
  await page.getByRole('button', { name: 'Rename' }).click();
  await list.getByLabel('New title').fill('Nights');
  await list.getByLabel('New title').press('Enter');
  await expect(list.getByRole('link', { name: /^Nights/ })).toHaveAttribute('aria-current', 'page');
  await list.getByRole('link', { name: 'New conversation' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'New conversation' })).toBeVisible();
  await expect(sources(page)).toBeHidden();
  await page.reload();
  list = await openList(page);
  await list.getByRole('link', { name: /^Nights/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Nights' })).toBeVisible();
  await expect(questions(page)).toContainText(['How can I sleep better?']);

  list = await openList(page);
  await list.getByRole('button', { name: 'More for “Nights”' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(status(page, '“Nights” deleted.')).toBeVisible();
  await expect(list.getByRole('listitem')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await openList(page);
  await list.getByRole('link', { name: /^Nights/ }).click();
  await expect(questions(page)).toContainText(['How can I sleep better?']);
});

test('what is written without a connection waits, says so, and is sent once', async ({ page, context, newBrowser }) => {
  await openChat(page);
  await ask(page, 'What helps against a cough?');
  await context.setOffline(true);
  await expect(status(page, 'You are offline.')).toBeVisible();
  await send(page, 'And for how long is it normal?');
  await expect(questions(page).nth(1)).toContainText('Waiting to send');
  await context.setOffline(false);
  await whole(answers(page).nth(1));
  await expect(questions(page).nth(1)).not.toContainText('Waiting to send');
  await expect(status(page, 'You are offline.')).toHaveCount(0);
  const elsewhere = await (await newBrowser({ storageState: await context.storageState() })).newPage();
  await elsewhere.goto(page.url());
  await expect(questions(elsewhere)).toHaveCount(2);
  await expect(answers(elsewhere)).toHaveCount(2);
});

test('a lost connection is said, and what was written meanwhile survives a reload', { tag: '@any-screen' }, async ({ page }) => {
  let lost = false;
  const cut: (() => Promise<void>)[] = [];
  await page.routeWebSocket(/\/ws\/chat/, (socket) => {
    if (lost) {
      void socket.close({ code: 1012, reason: 'restart' });
      return;
    }
    const server = socket.connectToServer();
    cut.push(async () => {
      await server.close();
      await socket.close({ code: 1012, reason: 'restart' });
    });
  });
  await openChat(page);
  await ask(page, 'What helps against hay fever?');
  lost = true;
  for (const one of cut) await one();
  await expect(status(page, 'The connection was lost.')).toBeVisible();
  await send(page, 'Is it worse in spring?');
  await expect(questions(page).nth(1)).toContainText('Waiting to send');
  await page.reload();
  await expect(questions(page).nth(1)).toContainText('Waiting to send');
  lost = false;
  await whole(answers(page).nth(1));
  await expect(questions(page)).toHaveCount(2);
  await page.reload();
  await expect(questions(page)).toHaveCount(2);
  await expect(answers(page)).toHaveCount(2);
});

test('an exercise is offered, guided and marked as done', async ({ page }) => {
  await openChat(page);
  const answer = await ask(page, 'I feel so anxious');
  const offered = answer.getByRole('group', { name: 'Exercises' });
  await expect(offered.getByRole('button')).toHaveCount(2);
  await offered.getByRole('button', { name: /breathing/i }).click();
  const exercise = transcript(page).getByRole('region', { name: /breathing/i });
  await expect(exercise.getByRole('listitem')).toHaveCount(17);
  await exercise.getByRole('button', { name: 'Start', exact: true }).click();
  await exercise.getByRole('button', { name: 'Pause' }).click();
  await exercise.getByRole('button', { name: 'Skip' }).click();
  await exercise.getByText('All 17 steps').click();
  await expect(exercise.getByRole('listitem').nth(1)).toHaveAttribute('aria-current', 'step');
  await exercise.getByRole('button', { name: 'I have done it' }).click();
  await exercise.getByRole('button', { name: 'Done', exact: true }).click();
  const note = transcript(page).getByRole('progressbar', { name: /You slowed your breathing/ });
  await expect(note).toBeVisible();
  await page.reload();
  await expect(note).toBeVisible();
});

test('in a crisis there are people to turn to, at once and without a click', async ({ page }) => {
  await openChat(page);
  await send(page, 'I want to end my life');
  const card = page.getByRole('alert');
  await expect(card).toHaveCount(1);
  await expect(card).toContainText('Please talk to a person now');
  const addresses = await card.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  for (const address of addresses) expect(address).toMatch(/^(tel:\+?\d+|sms:\d+|https:\/\/\S+|\/safety-plan)$/);
  expect(addresses.some((address) => address.startsWith('tel:'))).toBe(true);
  await expect(card.getByRole('link').first()).toBeInViewport();
  await whole(answers(page).first());
  await expect(composer(page)).toBeFocused();
  await page.reload();
  await expect(page.getByRole('alert')).toHaveCount(1);
});
