// While an answer is on its way. The model here repeats the question, slowly: a long question has a long answer.

import { answers, composer, connected, openChat, questions, send, status, transcript, whole } from './support/chat';
import { expect, slowTest as test } from './support/fixtures';

/** About as many seconds of answer; its words are numbered, so that one lost or said twice is seen. */
function long(seconds: number): string {
  let text = 'Count with me:';
  for (let n = 1; text.length < seconds * 160; n += 1) text += ` ${n}`;
  return text;
}

test.beforeEach(async ({ person }) => expect(person.email).toBeTruthy());

test('a reload in the middle of an answer loses and repeats nothing', async ({ page }) => {
  const question = long(3);
  await openChat(page);
  await send(page, question);
  await expect(answers(page)).toContainText([' 20 ']);
  await expect(answers(page).first()).toHaveAttribute('aria-busy', 'true');
  await page.reload();
  await connected(page);
  await expect(answers(page)).toContainText([' 20 ']);
  await whole(answers(page).first());
  await expect(answers(page).first().getByRole('paragraph').first()).toHaveText(question);
  await expect(questions(page)).toHaveCount(1);
});

test('an answer is stopped, kept as far as it went, and given again', async ({ page }) => {
  await openChat(page);
  await send(page, long(20));
  await expect(answers(page)).toContainText([' 10 ']);
  await expect(page.getByRole('button', { name: 'Send' })).toBeHidden();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(status(page, 'Stopped')).toBeAttached();
  const answer = answers(page).first();
  await expect(answer).toContainText('You stopped this answer.');
  const said = await answer.getByRole('paragraph').first().innerText();
  expect(said.length).toBeLessThan(1_500);
  await page.reload();
  await expect(answer.getByRole('paragraph').first()).toHaveText(said);
  await connected(page);
  await transcript(page).getByRole('button', { name: 'Answer again' }).first().click();
  await expect(answers(page)).toHaveCount(2);
  await expect(answers(page).nth(1)).toContainText(' 10 ');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(answers(page).nth(1)).toContainText('You stopped this answer.');
});

test('two browsers of one person see the same turn as it happens', { tag: '@any-screen' }, async ({ page, context, newBrowser }) => {
  await openChat(page);
  await send(page, 'first');
  await whole(answers(page).first());
  const other = await (await newBrowser({ storageState: await context.storageState() })).newPage();
  await other.goto(page.url());
  await connected(other);
  const question = long(2);
  await send(page, question);
  await expect(answers(other).nth(1)).toHaveAttribute('aria-busy', 'true');
  await expect(answers(other).nth(1)).toContainText(' 20 ');
  await whole(answers(other).nth(1));
  await expect(questions(other)).toContainText(['first', question]);
  await whole(answers(page).nth(1));
  expect(await answers(other).nth(1).getByRole('paragraph').first().innerText()).toBe(question);
  await expect(answers(page).nth(1).getByRole('paragraph').first()).toHaveText(question);
});

test('a connection that breaks in the middle of an answer is taken up where it was', { tag: '@any-screen' }, async ({ page }) => {
  const sockets: { close: () => Promise<void> }[] = [];
  await page.routeWebSocket(/\/ws\/chat/, (socket) => {
    const server = socket.connectToServer();
    sockets.push({
      close: async () => {
        await server.close();
        await socket.close({ code: 1012, reason: 'restart' });
      },
    });
  });
  const question = long(3);
  await openChat(page);
  await send(page, question);
  await expect(answers(page)).toContainText([' 20 ']);
  const before = sockets.length;
  await sockets[before - 1]?.close();
  await expect.poll(() => sockets.length).toBeGreaterThan(before);
  await whole(answers(page).first());
  await expect(answers(page).first().getByRole('paragraph').first()).toHaveText(question);
});

test('an answer that looks like markup is shown as text, even half-way', { tag: '@any-screen' }, async ({ page }) => {
  await openChat(page);
  await send(page, 'see <img src=x onerror=alert(1)> <script>alert(2)</script> [here](javascript:alert(3)) **bold and `code');
  const answer = answers(page).first();
  await whole(answer);
  await expect(transcript(page).locator('img, script, [onerror]')).toHaveCount(0);
  await expect(answer.getByRole('link')).toHaveCount(0);
  await expect(answer).toContainText('bold and');
});

test('focus and the reader’s place are left alone while an answer comes', async ({ page }) => {
  await openChat(page);
  await send(page, long(12));
  await expect(answers(page)).toContainText([' 60 ']);
  await expect(composer(page)).toBeFocused();
  await expect.poll(() => transcript(page).evaluate((log) => log.scrollTop)).toBeGreaterThan(200);
  await transcript(page).hover();
  await page.mouse.wheel(0, -10_000);
  const jump = page.getByRole('button', { name: 'Jump to latest' });
  await expect(jump).toBeVisible();
  const place = await transcript(page).evaluate((log) => log.scrollTop);
  const words = (await answers(page).first().innerText()).length;
  await expect.poll(async () => (await answers(page).first().innerText()).length).toBeGreaterThan(words + 100);
  expect(await transcript(page).evaluate((log) => log.scrollTop)).toBe(place);
  await jump.click();
  await expect(jump).toBeHidden();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(answers(page).first()).toContainText('You stopped this answer.');
});
