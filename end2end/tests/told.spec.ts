// What a patient agrees to: a clinician who is told of danger, answers that are read, and that it can be taken back.

import { ask, openChat, overflow, status } from './support/chat';
import { asClinician, section } from './support/clinic';
import { expect, test } from './support/fixtures';

test.beforeEach(async ({ person }) => expect(person.email).toBeTruthy());

test('a clinician is told of danger where the patient agreed, and the patient sees that it was opened', { tag: '@any-screen' }, async ({
  page,
  newBrowser,
  server,
}) => {
  await page.goto('/settings');
  const shares = section(page, 'Who may see your record');
  await shares.getByRole('textbox', { name: 'A clinician’s address' }).fill('clinician@demo.anamnesis.example');
  await expect(shares.getByRole('checkbox', { name: 'Tell this clinician when I am in danger' })).not.toBeChecked();
  await shares.getByRole('checkbox', { name: 'Tell this clinician when I am in danger' }).check();
  await shares.getByRole('button', { name: 'Let in' }).click();
  await expect(shares).toContainText('Is told when you are in danger');
  expect(await overflow(page)).toBeLessThanOrEqual(0);

  await openChat(page);
  await expect(await ask(page, 'I want to kill myself')).toContainText('As you agreed, Sam Demo is told that you may be in danger.');

  const clinic = await (await newBrowser()).newPage();
  await asClinician(clinic.context(), server);
  await clinic.goto('/clinic');
  await clinic.getByRole('link', { name: /^Alerts \d+ not opened$/ }).click();
  await expect(clinic.getByRole('heading', { name: 'Alerts', level: 1 })).toBeVisible();
  expect(await overflow(clinic)).toBeLessThanOrEqual(0);
  const line = clinic.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: 'Not opened' }).first();
  await expect(line).toContainText('High danger');
  await line.getByRole('link').click();
  await expect(clinic.getByRole('heading', { name: 'May be in danger' })).toBeVisible();
  await expect(clinic.getByText('kill')).toHaveCount(0);

  await page.goto('/settings');
  await expect(shares.getByRole('list', { name: 'Who was told' })).toContainText('Seen by Sam Demo');
  await shares.getByRole('button', { name: /^Stop telling/ }).click();
  await expect(shares).toContainText('Is not told when you are in danger');
});

test('an answer that was rated low is read only with the box, and closed with a verdict', async ({ page, newBrowser, server }) => {
  await openChat(page);
  const answer = await ask(page, 'How can I bring down a fever? I am Ida Test.');
  await answer.getByRole('button', { name: 'Not helpful' }).click();
  const form = answer.getByRole('form', { name: 'Feedback' });
  const box = form.getByRole('checkbox', { name: /^Let our clinicians read this answer/ });
  await expect(box).not.toBeChecked();
  await form.getByRole('textbox').fill('Too long for me.');
  await box.check();
  await form.getByRole('button', { name: 'Send feedback' }).click();
  await expect(status(page, 'Feedback processed')).toBeVisible();

  const clinic = await (await newBrowser()).newPage();
  await asClinician(clinic.context(), server);
  await clinic.goto('/reviews');
  await clinic.getByRole('list', { name: 'Answers' }).getByRole('link').last().click();
  await expect(section(clinic, 'Question')).toContainText('I am [name] [name].');
  await expect(section(clinic, 'What was said of it')).toContainText('Too long for me.');
  const verdict = section(clinic, 'What do you find?');
  await verdict.getByRole('radio', { name: 'Badly said' }).check();
  await verdict.getByRole('textbox', { name: /^Note/ }).fill('Shorter.');
  await verdict.getByRole('button', { name: 'Close it' }).click();
  await expect(section(clinic, 'What was found')).toContainText('Badly said by Sam Demo');
});

test('what is chosen for all answers is remembered', async ({ page }) => {
  await page.goto('/settings');
  const reading = section(page, 'Making answers better');
  await reading.getByRole('checkbox').check();
  await reading.getByRole('button', { name: 'Save this choice' }).click();
  await expect(reading.getByRole('status')).toHaveText('Saved.');
  await page.reload();
  await expect(reading.getByRole('checkbox')).toBeChecked();
});

test('a mood that was noted is deleted, and asks first', async ({ page }) => {
  await page.goto('/progress');
  const mood = section(page, 'How you feel');
  await mood.getByRole('group', { name: /^How do you feel right now/ }).getByRole('radio', { name: '4', exact: true }).check();
  await mood.getByRole('button', { name: 'Note it' }).click();
  await mood.getByText('The same as a table').click();
  await mood.getByRole('button', { name: /^Delete the mood of/ }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await expect(mood).toContainText('Nothing is noted yet.');
});

test('what was begun in an exercise is gone with the sign-out', async ({ page }) => {
  await page.goto('/exercises/ex_thought_record');
  const card = section(page, 'Begin');
  await card.getByRole('button', { name: 'Begin', exact: true }).click();
  await card.getByLabel(/^What happened\?/).fill('My sister did not call back.');
  await card.getByRole('button', { name: 'Next' }).click();
  await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBeGreaterThan(0);
  await page.goto('/settings');
  await section(page, 'Leave').getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/$/);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});
