// For everyone: no known barrier on any page, in light and dark; all of it by keyboard; nothing wider than the screen.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { answers, ask, composer, connected, openChat, openList, overflow, send, sources, whole } from './support/chat';
import { asClinician, asDemo, diagnose, done, NOTE, openNew } from './support/clinic';
import { fillIn, openExercise } from './support/care';
import { expect, test } from './support/fixtures';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function check(page: Page, what: string) {
  const light = await violations(page, 'light', (axe) => axe.withTags(RULES));
  expect.soft(light, what).toEqual([]);
  expect.soft(await overflow(page), `${what} is not wider than the screen`).toBeLessThanOrEqual(0);
  // Only colours differ in the dark, and they are the same on every screen.
  if ((page.viewportSize()?.width ?? 0) < 600) return;
  const dark = await violations(page, 'dark', (axe) => axe.withRules(['color-contrast', 'link-in-text-block']));
  expect.soft(dark, `${what}, in the dark`).toEqual([]);
}

async function violations(page: Page, colorScheme: 'light' | 'dark', choose: (axe: AxeBuilder) => AxeBuilder) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const { violations } = await choose(new AxeBuilder({ page }).setLegacyMode()).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}

test('the pages for everyone have no known barrier', async ({ page, problems }) => {
  problems.expect(/status of 404/);
  const paths = ['/', '/signup', '/signin', '/code?kind=signin&email=ida@example.org', '/forgot', '/reset?email=ida@example.org',
    '/library', '/library/fever?from=900&to=1100', '/resources', '/nowhere'];
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await check(page, path);
  }
});

test('the description of the API has no known barrier', async ({ page }) => {
  // It is one page with every operation and type: much to look at.
  test.slow();
  await page.goto('/api/docs');
  await check(page, '/api/docs');
});

test('the chat and the settings have no known barrier', async ({ page, person }) => {
  expect(person.email).toBeTruthy();
  await openChat(page);
  await check(page, 'an empty conversation');
  const answer = await ask(page, 'What helps against a headache?');
  await answer.getByRole('button', { name: /^Source 1: / }).first().click();
  await expect(sources(page)).toBeVisible();
  await check(page, 'an answer and its sources');
  await page.keyboard.press('Escape');
  await ask(page, 'I feel so anxious');
  await answers(page).last().getByRole('button', { name: /breathing/i }).click();
  await expect(page.getByRole('button', { name: 'I have done it' })).toBeVisible();
  await send(page, 'I want to end my life');
  await whole(answers(page).nth(2));
  await check(page, 'an exercise and a crisis');
  await openList(page);
  await check(page, 'the list of conversations');
  await page.goto('/settings');
  await check(page, '/settings');
});

test('the pages of care have no known barrier', async ({ page, person }) => {
  test.setTimeout(120_000);
  expect(person.email).toBeTruthy();
  await page.goto('/progress');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await check(page, '/progress, empty');
  await page.getByRole('radio', { name: '5', exact: true }).check();
  await page.getByRole('button', { name: 'Note it' }).click();
  await expect(page.getByRole('img', { name: /^Mood/ })).toBeVisible();
  await page.goto('/exercises');
  await check(page, '/exercises');
  const card = await openExercise(page, 'ex_breathing');
  await check(page, 'an exercise that is not begun');
  await card.getByRole('button', { name: 'Start', exact: true }).click();
  await card.getByRole('button', { name: 'Pause' }).click();
  await card.getByRole('button', { name: 'I have done it' }).click();
  await check(page, 'an exercise at its end');
  const record = await openExercise(page, 'ex_thought_record');
  await record.getByRole('button', { name: 'Begin' }).click();
  await expect(record.getByRole('textbox')).toBeVisible();
  await check(page, 'a question of an exercise');
  await page.goto('/questionnaires/phq9');
  await expect(page.getByRole('button', { name: 'See the result' })).toBeEnabled();
  await page.getByRole('button', { name: 'See the result' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await check(page, 'a questionnaire with what is missing');
  await fillIn(page, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  await page.getByRole('button', { name: 'See the result' }).click();
  await expect(page.getByRole('heading', { name: 'Result' })).toBeVisible();
  await check(page, 'a result with people to turn to');
  await page.goto('/progress');
  await page.getByText('The same as a table').first().click();
  await page.getByText('The same as a table').last().click();
  await check(page, '/progress, with plots');
  await page.goto('/safety-plan');
  await expect(page.getByRole('button', { name: 'Keep the plan' })).toBeEnabled();
  await check(page, '/safety-plan');
});

test('the clinic has no known barrier', async ({ page, context, server, newBrowser, problems }) => {
  // Every page of it is gone through.
  test.setTimeout(120_000);
  problems.expect(/status of 403/);
  await asClinician(context, server);
  await diagnose(page, NOTE, 'No known barrier');
  await page.getByText('Export', { exact: true }).click();
  await check(page, 'a diagnosis');
  await page.getByRole('link', { name: 'Prescribe', exact: true }).click();
  await expect(page.getByRole('textbox', { name: /^Age/ })).toHaveValue('58');
  await check(page, 'a prescription that is entered');
  await page.getByRole('button', { name: 'Run the check' }).click();
  await done(page);
  await check(page, 'a prescription');
  await openNew(page);
  await page.getByRole('textbox', { name: 'Paste or type a note' }).fill(NOTE);
  await expect(page.getByRole('heading', { name: 'What was understood' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Add a finding' }).fill('head');
  await expect(page.getByRole('listbox', { name: 'Add a finding' }).getByRole('option').first()).toBeVisible();
  await check(page, 'a case that is entered');
  await page.goto('/clinic');
  await expect(page.getByRole('list', { name: 'Cases' })).toBeVisible();
  await check(page, '/clinic');
  for (const path of ['/clinic/scores/news2', '/clinic/scores/phq9']) {
    await page.goto(path);
    await expect(page.getByRole('group').first()).toBeEnabled();
    await check(page, path);
  }
  for (const path of ['/clinic/alerts', '/reviews', '/reviews?state=closed']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await check(page, path);
  }
  const patients = await newBrowser();
  await asDemo(patients, server, 'patient');
  const patient = await patients.newPage();
  for (const path of ['/clinic', '/shared']) {
    await patient.goto(path);
    await check(patient, `${path}, as a patient`);
  }
});

test('everything goes by keyboard', { tag: '@any-screen' }, async ({ page }) => {
  await page.goto('/signin');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeInViewport();
  const demo = page.getByRole('button', { name: 'As a clinician' });
  for (let n = 0; n < 20 && !(await demo.evaluate((one) => one === document.activeElement)); n += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/chat/);
  await openChat(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to your message' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type('What helps against a headache?');
  await page.keyboard.press('Enter');
  await whole(answers(page).first());
  await connected(page);
  const mark = answers(page).first().getByRole('button', { name: /^Source 1: / }).first();
  for (let n = 0; n < 40 && !(await mark.evaluate((one) => one === document.activeElement)); n += 1) {
    await page.keyboard.press('Shift+Tab');
  }
  await page.keyboard.press('Enter');
  await expect(sources(page).getByRole('heading', { name: 'Sources' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(sources(page)).toBeHidden();
  await expect(mark).toBeFocused();
});
