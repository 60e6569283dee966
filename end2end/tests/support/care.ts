// The pages of care by role and label.

import { expect, type Locator, type Page } from '@playwright/test';

/** The card that leads through an exercise, on the exercise's own page, where it is alive. */
export async function openExercise(page: Page, id: string): Promise<Locator> {
  await page.goto(`/exercises/${id}`);
  const card = page.getByRole('region', { name: 'Begin', exact: true });
  await expect(card.getByRole('button', { name: /^(Start|Begin)$/ })).toBeEnabled();
  return card;
}

/** Answers every item of the questionnaire on the page, each with the answer at this place. */
export async function fillIn(page: Page, answers: number[]): Promise<void> {
  for (const [n, answer] of answers.entries()) {
    const item = page.getByRole('group', { name: new RegExp(`^${n + 1}\\. `) });
    await item.getByRole('radio').nth(answer).check();
  }
}

/** Presses Tab until this has the focus. */
export async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  for (let n = 0; n < 80 && !(await target.evaluate((one) => one === document.activeElement)); n += 1) {
    await page.keyboard.press(key);
  }
  await expect(target).toBeFocused();
}
