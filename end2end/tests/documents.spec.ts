// Documents: uploaded by choosing and dropping, opened at a cited passage, attached to a message, deleted.

import { ask, openChat, questions, send, sources, transcript, whole, answers } from './support/chat';
import { expect, test } from './support/fixtures';

test.beforeEach(async ({ person }) => expect(person.email).toBeTruthy());

const LETTER = '# Discharge letter\n\n## Medicines\n\nApixaban 5 mg twice a day was started for atrial fibrillation.\n';
const letter = { name: 'letter.md', mimeType: 'text/markdown', buffer: Buffer.from(LETTER) };
// One red pixel.
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const picture = { name: 'rash.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') };

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
