// Documents: uploaded by choosing and dropping, opened at a cited passage, attached to a message, deleted.

import type { Page } from '@playwright/test';

import { ask, openChat, questions, send, sources, transcript, whole, answers } from './support/chat';
import { expect, test } from './support/fixtures';
import { startServer } from './support/server';

test.beforeEach(async ({ person }) => expect(person.email).toBeTruthy());

const LETTER = '# Discharge letter\n\n## Medicines\n\nApixaban 5 mg twice a day was started for atrial fibrillation.\n';
const letter = { name: 'letter.md', mimeType: 'text/markdown', buffer: Buffer.from(LETTER) };
// One red pixel.
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const picture = { name: 'rash.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') };

/** Keeps requests to this address waiting until what it gives is called. */
async function hold(page: Page, address: string): Promise<() => void> {
  let go = () => {};
  const gone = new Promise<void>((resolve) => (go = resolve));
  await page.route(address, async (route) => {
    await gone;
    await route.continue();
  });
  return () => go();
}

test('a document is uploaded, cited at its passage, and deleted', { tag: '@any-screen' }, async ({ page }) => {
  await page.goto('/documents');
  await expect(page.getByText('Nothing is here yet.')).toBeVisible();
  await page.getByLabel('Choose files').setInputFiles(letter);
  const line = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'letter.md' }) });
  await expect(line).toContainText('Markdown');

  await openChat(page);
  const answer = await ask(page, 'What does my discharge letter say about apixaban?');
  await expect(answer).toContainText('Apixaban 5 mg twice a day was started');
  await answer.getByText(/sources?$/).click();
  await answer.getByRole('link', { name: /Discharge letter/ }).click();
  await expect(page.locator('mark#passage')).toContainText('Apixaban 5 mg twice a day');
  await expect(page.locator('mark#passage')).toBeInViewport();

  await page.getByRole('link', { name: 'All documents' }).click();
  await line.getByRole('button', { name: 'Delete letter.md' }).click();
  await line.getByRole('button', { name: 'Delete', exact: true }).last().click();
  await expect(line).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('Nothing is here yet.')).toBeVisible();
});

test('what can’t be taken says why, and what is dropped is taken', async ({ page, problems }) => {
  problems.expect(/415/);
  await page.goto('/documents');
  await page.getByLabel('Choose files').setInputFiles({ name: 'x.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ\x90\0') });
  await expect(page.getByRole('list', { name: 'Files' })).toContainText('none of the kinds that can be read');
  await page.getByRole('button', { name: 'Remove x.pdf' }).click();
  await expect(page.getByRole('list', { name: 'Files' })).toBeHidden();

  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'dropped.md', { type: 'text/markdown' }));
    return data;
  }, LETTER);
  await page.dispatchEvent('form.drop', 'drop', { dataTransfer: dropped });
  await expect(page.getByRole('link', { name: 'dropped.md' })).toBeVisible();
});

test.describe('where an upload is answered before its document is read', () => {
  test.use({
    server: async ({}, use) => {
      const server = await startServer({ ANAMNESIS_DOCUMENT_WAIT: '1ms' });
      await use(server);
      await server.stop();
    },
  });

  test('a large document shows how far it is, until it can be read', { tag: '@any-screen' }, async ({ page }) => {
    // A server of its own is started, and megabytes are read by it.
    test.slow();
    const sentence = 'Nothing had changed since the visit before, and the same tablets were to be taken twice a day.';
    const visits = Array.from({ length: 3_000 }, (_, n) => `Visit ${n + 1}.${` ${sentence}`.repeat(12)}\n`);
    const buffer = Buffer.from(`# All visits\n\n${visits.join('\n')}`);
    expect(buffer.length).toBeGreaterThan(3 << 20);
    // What is sent, and what is asked of it later, waits until the page was looked at.
    const sent = await hold(page, '**/api/documents');
    const asked = await hold(page, '**/fn/documents');
    await page.goto('/documents');
    await expect(page.getByLabel('Choose files')).toHaveAttribute('multiple');
    await page.getByLabel('Choose files').setInputFiles({ name: 'visits.md', mimeType: 'text/markdown', buffer });
    const files = page.getByRole('list', { name: 'Files' });
    await expect(files).toContainText('visits.md');
    await expect(files.getByRole('progressbar', { name: /^(Sending|Checking)$/ })).toBeVisible();
    sent();
    const line = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'visits.md' }) });
    await expect(line.getByRole('progressbar', { name: /^(Reading|Pages read)$/ })).toBeVisible({ timeout: 30_000 });
    await expect(line).toContainText('Reading');
    await expect(files).toBeHidden();
    asked();
    await expect(line).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
    await expect(line).toContainText(/Markdown · 3\.\d MiB/);
    await expect(line.getByRole('progressbar')).toHaveCount(0);
    await line.getByRole('link', { name: 'visits.md' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'All visits' })).toBeVisible();
    await expect(page.getByRole('article')).toContainText('Visit 1.');
    await expect(page.getByRole('link', { name: 'Next part' })).toBeVisible();
  });
});

test('a picture is attached, shown, and the guide says that it can’t see', { tag: '@any-screen' }, async ({ page }) => {
  await openChat(page);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach a document or picture' }).click();
  await (await chooser).setFiles(picture);
  await expect(page.getByRole('list', { name: 'Files' })).toContainText('rash.png');
  await send(page, 'Is this rash dangerous?');
  await expect(questions(page).first().getByRole('img', { name: 'Picture: rash.png' })).toBeVisible();
  await whole(answers(page).first());
  await expect(answers(page).first()).toContainText(/I can.t look at pictures/);
  await page.reload();
  await expect(transcript(page).getByRole('img', { name: 'Picture: rash.png' })).toBeVisible();
  await expect(sources(page)).toBeHidden();
});
