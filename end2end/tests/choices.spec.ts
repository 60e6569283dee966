// The guide asks what decides its advice: a tap answers, a typed answer does too, and "Skip" is always there.

import { answers, openChat, send, whole } from './support/chat';
import { expect, test } from './support/fixtures';

test('a tapped answer is said and answered', async ({ page, person }) => {
  expect(person.email).toBeTruthy();
  await openChat(page);
  await send(page, 'I have had a headache since yesterday');
  await whole(answers(page).first());
  const choices = page.getByRole('group', { name: 'Answers to tap' });
  await expect(choices.getByRole('button', { name: 'Skip' })).toBeVisible();
  const first = choices.getByRole('button').first();
  const label = (await first.textContent()) ?? '';
  await first.click();
  await expect(page.locator('.message[data-role="user"]').last()).toContainText(label);
  await whole(answers(page).nth(1));
  // What was asked once is answered: its choices are gone, whatever is asked next.
  await expect(answers(page).first().getByRole('group', { name: 'Answers to tap' })).toHaveCount(0);
});

test('choices are there again after a reload', { tag: '@any-screen' }, async ({ page, person }) => {
  expect(person.email).toBeTruthy();
  await openChat(page);
  await send(page, 'I have had a headache since yesterday');
  await whole(answers(page).first());
  const labels = await page.getByRole('group', { name: 'Answers to tap' }).getByRole('button').allTextContents();
  expect(labels.length).toBeGreaterThan(1);
  await page.reload();
  await expect(page.getByRole('group', { name: 'Answers to tap' }).getByRole('button')).toHaveText(labels);
});
