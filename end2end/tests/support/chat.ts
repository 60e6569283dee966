// The chat page by role and label.

import { expect, type Locator, type Page } from '@playwright/test';

export const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Your message' });
export const transcript = (page: Page): Locator => page.getByRole('log', { name: 'Conversation' });
export const questions = (page: Page): Locator => transcript(page).getByRole('article').filter({ has: page.getByRole('heading', { name: 'You', exact: true }) });
export const answers = (page: Page): Locator => transcript(page).getByRole('article').filter({ has: page.getByRole('heading', { name: 'Answer', exact: true }) });
export const status = (page: Page, text: string): Locator => page.getByRole('status').filter({ hasText: text });
export const sources = (page: Page): Locator => page.getByRole('complementary', { name: 'Sources' });

/** Opens an empty conversation and waits until the page is connected. */
export async function openChat(page: Page, path = '/chat?new=1'): Promise<void> {
  await page.goto(path);
  await connected(page);
}

/** The word in the header is hidden on a phone, where its colour and shape remain. */
export async function connected(page: Page): Promise<void> {
  await expect(page.getByText('Connected', { exact: true })).toBeAttached();
}

export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** Asks, and waits for the whole answer. */
export async function ask(page: Page, text: string): Promise<Locator> {
  const before = await answers(page).count();
  await send(page, text);
  const answer = answers(page).nth(before);
  await whole(answer);
  return answer;
}

/** Only a whole answer carries its tools. */
export async function whole(answer: Locator): Promise<void> {
  await expect(answer.getByRole('button', { name: 'Copy answer' })).toBeVisible();
}

/** The list of conversations, which is a drawer on a phone. */
export async function openList(page: Page): Promise<Locator> {
  const list = page.getByRole('navigation', { name: 'Conversations' });
  const button = page.getByRole('button', { name: 'Conversations', exact: true });
  if (await button.isVisible()) await button.click();
  await expect(list).toBeVisible();
  return list;
}

export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
