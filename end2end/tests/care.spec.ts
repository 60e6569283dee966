// Exercises, questionnaires, progress and the safety plan.

import { answers, ask, connected, openChat, openList, send, transcript, whole } from './support/chat';
import { fillIn, openExercise, tabTo } from './support/care';
import { expect, test } from './support/fixtures';

test.beforeEach(async ({ person }) => expect(person.email).toBeTruthy());

test('an exercise goes from its offer to its marker, with how one feels before and after it', async ({ page }) => {
  await openChat(page);
  const answer = await ask(page, 'I feel so anxious');
  const offer = answer.getByRole('group', { name: 'Exercises' }).getByRole('button', { name: /breathing/i });
  await offer.click();
  const card = transcript(page).getByRole('region', { name: /breathing/i });
  await expect(card.getByRole('button', { name: 'Start', exact: true })).toBeEnabled();
  await expect(offer).toHaveAttribute('aria-pressed', 'true');
  await card.getByRole('group', { name: /^How do you feel right now/ }).getByRole('radio', { name: '3', exact: true }).check();

  await card.getByRole('button', { name: 'Start', exact: true }).click();
  const now = card.locator('.exercise-now');
  await expect(now).toContainText('Let your shoulders drop');
  await expect(now).toBeInViewport();
  await card.getByRole('button', { name: 'Pause' }).click();
  await card.getByRole('button', { name: 'Skip' }).click();
  await expect(now).toContainText('Breathe in');
  await card.getByRole('button', { name: 'Skip' }).click();
  await card.getByRole('button', { name: 'Back' }).click();
  await expect(now).toContainText('Breathe in');

  await page.reload();
  await connected(page);
  await expect(now).toContainText('Breathe in');
  await expect(card.getByRole('button', { name: 'Go on' })).toBeVisible();

  await card.getByRole('button', { name: 'I have done it' }).click();
  await expect(card.getByRole('heading', { name: 'How was it?' })).toBeFocused();
  await card.getByRole('group', { name: /^How do you feel now/ }).getByRole('radio', { name: '6', exact: true }).check();
  await card.getByRole('group', { name: /^Did it help/ }).getByRole('radio', { name: '4', exact: true }).check();
  await card.getByRole('button', { name: 'Done', exact: true }).click();
  const note = transcript(page).getByRole('progressbar', { name: /You slowed your breathing/ });
  await expect(note).toBeVisible();
  await expect(card.getByRole('button')).toHaveCount(0);
  // What is over can be begun again.
  await expect(offer).not.toHaveAttribute('aria-disabled', 'true');
  await page.reload();
  await expect(note).toBeVisible();

  await page.goto('/progress');
  const done = page.getByRole('table', { name: 'Exercises' }).getByRole('row', { name: /Box breathing/ });
  await expect(done.getByRole('cell')).toHaveText(['1', '+3', '1']);
  await expect(page.getByRole('region', { name: 'What you have achieved' })).toContainText('You slowed your breathing');
});

test('an exercise runs by itself to its end, and then asks how it was', { tag: '@any-screen' }, async ({ page }) => {
  await page.clock.install();
  const card = await openExercise(page, 'ex_grounding');
  await card.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(card.locator('.exercise-now')).toContainText('Put both feet on the floor');
  await page.clock.runFor(10_500);
  await expect(card.locator('.exercise-now')).toContainText('Name 5 things');
  await page.clock.runFor(200_000);
  await expect(card.locator('.exercise-now')).toHaveText('That was the last step.');
  await expect(card.getByRole('heading', { name: 'How was it?' })).toBeVisible();
  await card.getByRole('button', { name: 'Start again' }).click();
  await expect(card.locator('.exercise-now')).toContainText('Put both feet on the floor');
});

test('a thought record branches by its answers, and loses nothing on the way', async ({ page }) => {
  let card = await openExercise(page, 'ex_thought_record');
  await card.getByRole('button', { name: 'Begin' }).click();
  await card.getByLabel(/^What happened\?/).fill('My sister did not call back.');
  await card.getByRole('button', { name: 'Next' }).click();
  await expect(card.getByLabel(/^What did you feel\?/)).toBeFocused();
  await page.keyboard.type('sad');
  await card.getByRole('button', { name: 'Next' }).click();
  await card.getByRole('group', { name: /^How strong was it/ }).getByRole('radio', { name: '8', exact: true }).check();
  await card.getByRole('button', { name: 'Next' }).click();
  await card.getByLabel(/^What went through your mind\?/).fill('She is done with me.');

  await page.reload();
  card = page.getByRole('region', { name: 'Begin', exact: true });
  await expect(card.getByLabel(/^What went through your mind\?/)).toHaveValue('She is done with me.');
  await card.getByRole('button', { name: 'Next' }).click();

  // Hardly believed: is there another thought? Believed: what speaks for it?
  const belief = card.getByRole('group', { name: /^How much did you believe it/ });
  await belief.getByRole('radio', { name: '1', exact: true }).check();
  await card.getByRole('button', { name: 'Next' }).click();
  await expect(card.getByLabel(/You hardly believed that one/)).toBeVisible();
  await card.getByRole('button', { name: 'Back' }).click();
  await expect(belief.getByRole('radio', { name: '1', exact: true })).toBeChecked();
  await belief.getByRole('radio', { name: '7', exact: true }).check();
  await card.getByRole('button', { name: 'Next' }).click();
  await expect(card.getByLabel(/^What speaks for it\?/)).toBeVisible();

  const read = card.getByRole('heading', { name: 'What you wrote' });
  const place = card.getByText(/^Question \d+ of \d+$/);
  for (let n = 0; n < 20 && !(await read.isVisible()); n += 1) {
    const before = await place.innerText();
    await card.getByRole('button', { name: 'Skip' }).click();
    await expect(read.or(place.filter({ hasNotText: before })).first()).toBeVisible();
  }
  await expect(read).toBeVisible();
  await expect(card.getByRole('definition')).toHaveText(['My sister did not call back.', 'sad', '8 of 10', 'She is done with me.', '7 of 10']);
  await card.getByRole('button', { name: 'Done', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Done', exact: true })).toBeFocused();
  await expect(page.getByRole('progressbar', { name: /You questioned a painful thought/ })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('danger that is typed into an exercise is answered with people to turn to', async ({ page }) => {
  const card = await openExercise(page, 'ex_thought_record');
  await card.getByRole('button', { name: 'Begin' }).click();
  await card.getByLabel(/^What happened\?/).fill('I want to end my life');
  const read = card.getByRole('heading', { name: 'What you wrote' });
  const place = card.getByText(/^Question \d+ of \d+$/);
  await card.getByRole('button', { name: 'Next' }).click();
  await expect(card.getByLabel(/^What did you feel\?/)).toBeVisible();
  for (let n = 0; n < 20 && !(await read.isVisible()); n += 1) {
    const before = await place.innerText();
    await card.getByRole('button', { name: 'Skip' }).click();
    await expect(read.or(place.filter({ hasNotText: before })).first()).toBeVisible();
  }
  await card.getByRole('button', { name: 'Done', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Please talk to a person now');
  await expect(page.getByRole('alert').getByRole('link').first()).toHaveAttribute('href', /^tel:/);
});

test('what could not be sent is still there', { tag: '@any-screen' }, async ({ page, context, problems }) => {
  problems.expect(/ERR_INTERNET_DISCONNECTED/);
  const card = await openExercise(page, 'ex_thought_record');
  await card.getByRole('button', { name: 'Begin' }).click();
  await card.getByLabel(/^What happened\?/).fill('A long day.');
  await context.setOffline(true);
  await card.getByRole('button', { name: 'Next' }).click();
  await expect(card.getByRole('alert')).toContainText('The server could not be reached');
  await expect(card.getByLabel(/^What happened\?/)).toHaveValue('A long day.');
  await context.setOffline(false);
  await card.getByRole('button', { name: 'Next' }).click();
  await expect(card.getByLabel(/^What did you feel\?/)).toBeVisible();
});

test('exercises are found by what they are for', async ({ page }) => {
  await page.goto('/exercises');
  await page.getByRole('navigation', { name: 'What for' }).getByRole('link', { name: 'Sleep' }).click();
  await expect(page).toHaveURL(/\/exercises\?for=sleep$/);
  const fits = page.getByRole('region', { name: 'Sleep' });
  await expect(fits.getByRole('link', { name: 'Sleep wind-down' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Thought record' })).toHaveCount(0);
  await fits.getByRole('link', { name: 'Sleep wind-down' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sleep wind-down' })).toBeVisible();
});

test('a PHQ-9 names what is missing, and its ninth item brings people to turn to first', async ({ page }) => {
  await page.goto('/questionnaires/phq9');
  const send = page.getByRole('button', { name: 'See the result' });
  await expect(send).toBeEnabled();
  await fillIn(page, [1, 1]);
  await send.click();
  const missing = page.getByRole('alert');
  await expect(missing).toBeFocused();
  await expect(missing.getByRole('link')).toHaveCount(7);
  await missing.getByRole('link', { name: 'Question 3' }).click();
  await expect(page.getByRole('group', { name: /^3\. / }).getByRole('radio').first()).toBeFocused();
  await fillIn(page, [1, 1, 0, 2, 0, 0, 0, 0, 1]);
  await expect(missing).toHaveCount(0);
  await page.getByRole('group', { name: /how difficult/ }).getByRole('radio', { name: 'Somewhat difficult' }).check();
  await send.click();
  const card = page.getByRole('alert');
  await expect(card).toContainText('Please talk to a person now');
  await expect(card.getByRole('link').first()).toHaveAttribute('href', /^tel:/);
  const result = page.getByRole('heading', { name: 'Result' });
  await expect(result).toBeFocused();
  await expect(page.getByRole('main')).toContainText('5 of 27');
  await expect(page.getByRole('main')).toContainText('no diagnosis');
  expect((await card.boundingBox())?.y ?? 0).toBeLessThan((await result.boundingBox())?.y ?? 0);
});

test('a GAD-7 without danger shows no card, and the next one is compared with it', async ({ page }) => {
  for (const answers of [[3, 3, 3, 3, 3, 3, 3], [0, 0, 0, 0, 0, 0, 0]]) {
    await page.goto('/questionnaires/gad7');
    await expect(page.getByRole('button', { name: 'See the result' })).toBeEnabled();
    await fillIn(page, answers);
    await expect(page.getByRole('group', { name: /how difficult/ })).toHaveCount(answers[0] ? 1 : 0);
    await page.getByRole('button', { name: 'See the result' }).click();
    await expect(page.getByRole('heading', { name: 'Result' })).toBeFocused();
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
  await page.getByRole('link', { name: 'See your progress' }).click();
  const region = page.getByRole('region', { name: 'GAD-7' });
  await expect(region.getByRole('img', { name: /^GAD-7, 0 to 21.*Noted 2 times, between 0 and 21; the latest is 0\.$/ })).toBeVisible();
  await region.getByText('The same as a table').click();
  await expect(region.getByRole('table', { name: 'GAD-7' }).getByRole('row')).toHaveCount(3);
  // Deleting asks first.
  await region.getByRole('button', { name: /^Delete GAD-7/ }).first().click();
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await region.getByRole('button', { name: /^Delete GAD-7/ }).first().click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await expect(region.getByRole('img', { name: /Noted once: 21\.$/ })).toBeVisible();
});

test('a questionnaire in the chat is answered by buttons, and what was chosen stays to be read', async ({ page }) => {
  await openChat(page);
  const answer = await ask(page, 'Is there an anxiety test that I can do?');
  await answer.getByRole('button', { name: 'Fill in the GAD-7' }).click();
  const items = transcript(page).getByRole('group', { name: 'Answers', exact: true });
  for (let n = 0; n < 7; n += 1) {
    await expect(items).toHaveCount(n + 1);
    await expect(items.nth(n).getByRole('button')).toHaveCount(4);
    const chosen = items.nth(n).getByRole('button', { name: 'Several days' });
    await chosen.click();
    await expect(chosen).toHaveAttribute('aria-pressed', 'true');
  }
  await expect(transcript(page)).toContainText('7 of 21');
  await page.reload();
  await connected(page);
  const first = items.first().getByRole('button');
  await expect(first.and(page.locator('[aria-pressed=true]'))).toHaveText('Several days');
  await expect(first.and(page.locator('[aria-disabled=true]'))).toHaveCount(4);
});

test('how one feels is noted, drawn, told in a table and taken along as a file', async ({ page }) => {
  await page.goto('/progress');
  const mood = page.getByRole('region', { name: 'How you feel' });
  await expect(mood).toContainText('Nothing is noted yet');
  for (const score of ['2', '7']) {
    await mood.getByRole('radio', { name: score, exact: true }).check();
    await mood.getByRole('button', { name: 'Note it' }).click();
    await expect(mood.getByRole('status')).toHaveText('Noted.');
    await expect(mood.getByRole('radio', { name: score, exact: true })).not.toBeChecked();
  }
  await expect(mood.getByRole('img', { name: /Noted 2 times, between 2 and 7; the latest is 7\.$/ })).toBeVisible();
  await mood.getByText('The same as a table').click();
  await expect(mood.getByRole('table', { name: 'Mood' }).getByRole('cell', { name: /^[27]$/ })).toHaveText(['7', '2']);
  await expect(page.getByRole('main')).toContainText('1 day of the last 7');
  await expect(page.getByRole('main')).not.toContainText(/streak/i);
  for (const kind of ['JSON', 'CSV']) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: `Save as ${kind}` }).click();
    expect((await download).suggestedFilename()).toBe(`anamnesis-progress.${kind.toLowerCase()}`);
  }
});

test('a mood is noted without JavaScript, too', { tag: '@any-screen' }, async ({ newBrowser, context }) => {
  const plain = await newBrowser({ javaScriptEnabled: false, storageState: await context.storageState() });
  const page = await plain.newPage();
  await page.goto('/progress');
  await page.getByRole('radio', { name: '4', exact: true }).check();
  await page.getByRole('button', { name: 'Note it' }).click();
  await expect(page).toHaveURL(/\/progress$/);
  await expect(page.getByRole('img', { name: /Noted once: 4\.$/ })).toBeVisible();
  await page.goto('/exercises/ex_grounding');
  await expect(page.getByText('Name 5 things that you can see.')).toBeVisible();
});

test('a safety plan is kept, printed, and deleted after asking', async ({ page }) => {
  await page.goto('/resources');
  await page.getByRole('link', { name: 'Make or read your safety plan' }).click();
  await expect(page.getByRole('link', { name: 'Crisis lines and emergency numbers' })).toHaveAttribute('href', '/resources');
  const field = page.getByRole('textbox').first();
  const state = page.getByRole('status');
  await field.fill('I stop answering messages.\n\n I stay in bed.');
  await expect(state).toHaveText('Not kept yet.');
  await page.reload();
  await expect(field).toHaveValue(/I stay in bed/);
  await page.getByRole('button', { name: 'Keep the plan' }).click();
  await expect(state).toHaveText(/^Kept /);
  await expect(field).toHaveValue('I stop answering messages.\nI stay in bed.');
  await page.reload();
  await expect(field).toHaveValue('I stop answering messages.\nI stay in bed.');
  await expect(state).toHaveText(/^Kept /);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('listitem').filter({ hasText: /^I stay in bed\.$/ })).toBeVisible();
  await expect(field).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('button', { name: 'Delete the plan' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await expect(page.getByText('You have none yet.')).toBeVisible();
  await expect(field).toHaveValue('');
});

test('all of it goes by keyboard', { tag: '@any-screen' }, async ({ page }) => {
  await page.goto('/exercises');
  await tabTo(page, page.getByRole('link', { name: '5-4-3-2-1 grounding' }).first());
  await page.keyboard.press('Enter');
  const card = page.getByRole('region', { name: 'Begin', exact: true });
  await tabTo(page, card.getByRole('button', { name: 'Start', exact: true }));
  await page.keyboard.press('Enter');
  await expect(card.getByRole('button', { name: 'Pause' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(card.getByRole('button', { name: 'Go on' })).toBeFocused();
  await tabTo(page, card.getByRole('button', { name: 'I have done it' }));
  await page.keyboard.press('Enter');
  await expect(card.getByRole('heading', { name: 'How was it?' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await expect(card.getByRole('radio', { name: '1', exact: true }).first()).toBeChecked();
  await tabTo(page, card.getByRole('button', { name: 'Done', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Done', exact: true })).toBeFocused();

  await page.goto('/questionnaires/gad7');
  const send = page.getByRole('button', { name: 'See the result' });
  await expect(send).toBeEnabled();
  const first = page.getByRole('group', { name: /^1\. / }).getByRole('radio').first();
  await tabTo(page, first);
  for (let n = 1; n <= 7; n += 1) {
    await page.keyboard.press('Space');
    await expect(page.getByRole('group', { name: new RegExp(`^${n}\\. `) }).getByRole('radio').first()).toBeChecked();
    await page.keyboard.press('Tab');
  }
  await tabTo(page, send);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Result' })).toBeFocused();
});

test('the ways to exercises and progress stand in the list of conversations', async ({ page }) => {
  await openChat(page);
  const list = await openList(page);
  await list.getByRole('link', { name: 'Exercises' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Exercises' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Care' }).getByRole('link', { name: 'Progress' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Progress' })).toBeVisible();
});

test('the crisis card leads to the safety plan', { tag: '@any-screen' }, async ({ page }) => {
  await openChat(page);
  await send(page, 'I want to end my life');
  await whole(answers(page).first());
  await page.getByRole('alert').getByRole('link', { name: 'Your safety plan' }).click();
  await expect(page).toHaveURL(/\/safety-plan$/);
});
