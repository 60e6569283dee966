// The clinic's pages by role and label.

import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';

import type { Server } from './server';

export const NOTE =
  '58-year-old woman. Three days of fever and cough with phlegm, short of breath. No chest pain, no leg swelling. ' +
  'Meds: lisinopril. Allergies: penicillin. T 38.6, HR 104, BP 128/78, RR 24, SpO2 93% on air, alert. Zorblax noted.';

/** Signs this browser in as the demo's clinician without going through the pages. */
export async function asClinician(context: BrowserContext, server: Server): Promise<void> {
  await asDemo(context, server, 'clinician');
}

export async function asDemo(context: BrowserContext, server: Server, role: 'admin' | 'clinician' | 'patient'): Promise<void> {
  const answer = await context.request.post(`${server.url}/fn/demo-sign-in`, {
    form: { role },
    headers: { accept: 'text/html', origin: server.url },
    maxRedirects: 0,
  });
  expect(answer.status(), await answer.text()).toBe(302);
}

export const section = (page: Page, name: string | RegExp): Locator => page.getByRole('region', { name });
export const stages = (page: Page): Locator => page.getByRole('complementary', { name: 'Stages' });

/** The page is alive: before that its fields are closed. */
export async function openNew(page: Page): Promise<void> {
  await page.goto('/clinic/new');
  await expect(page.getByRole('combobox', { name: 'Add a finding' })).toBeEnabled();
}

/** Runs a diagnosis of a note; ends on its page, with its result. */
export async function diagnose(page: Page, note: string, title: string): Promise<void> {
  await openNew(page);
  await page.getByRole('textbox', { name: 'Paste or type a note' }).fill(note);
  await page.getByRole('textbox', { name: /^What to call the case/ }).fill(title);
  await page.getByRole('button', { name: 'Run the diagnosis' }).click();
  await done(page);
}

export async function done(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/clinic\/cases\/[0-9a-f-]{36}/);
  await expect(stages(page).getByRole('status')).toHaveText('Done');
}
