// Search, archive, files, statistics.

import { readFile } from 'node:fs/promises';

import { answers, ask, connected, openChat, openList, questions } from './support/chat';
import { asDemo } from './support/clinic';
import { expect, test } from './support/fixtures';

test.describe('with an account', () => {
  test.beforeEach(async ({ person }) => expect(person.email).toBeTruthy());

  test('the search is a key away, shows where the words stand, and leads to the message', async ({ page }) => {
    await openChat(page);
    await ask(page, 'What helps against heartburn at night?');
    await openChat(page);
    await ask(page, 'How do I bring a fever down?');
    await page.keyboard.press('Control+k');
    await expect(page).toHaveURL(/\/search$/);
    const field = page.getByRole('searchbox', { name: 'Words to look for' });
    await expect(field).toBeFocused();
    await field.fill('HEARTBURN night');
    await field.press('Enter');
    const found = page.getByRole('main').getByRole('listitem');
    await expect(found.first()).toBeVisible();
    await page.getByRole('button', { name: 'You', exact: true }).click();
    await expect(found).toHaveCount(1);
    await expect(found.locator('mark')).toHaveText(['heartburn', 'night']);
    // What somebody looks for is health text: it stands in no address.
    expect(page.url()).not.toContain('heartburn');
    await found.getByRole('link').click();
    await expect(page).toHaveURL(/\/chat\/[^?]+\?at=1$/);
    await expect(questions(page).first()).toBeFocused();
    await page.goBack();
    await expect(found).toHaveCount(1);
    await expect(field).toHaveValue('HEARTBURN night');
  });

  test('the search is a key away from other pages, too', { tag: '@any-screen' }, async ({ page }) => {
    const press = async () => {
      await page.keyboard.press('Control+k');
      await expect(page).toHaveURL(/\/search$/);
      await expect(page.getByRole('searchbox', { name: 'Words to look for' })).toBeFocused();
    };
    // Each page is alive where the key is pressed: before that nobody listens.
    await page.goto('/settings');
    await expect(page.getByRole('radio', { name: 'Dark' })).toBeEnabled();
    await page.getByLabel('What helps you').focus();
    await press();
    await page.goto('/documents');
    await expect(page.getByLabel('Choose files')).toHaveAttribute('multiple');
    await press();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Library' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Library' })).toBeVisible();
    await press();
    await page.goBack();
    await expect(page.getByRole('heading', { level: 1, name: 'Library' })).toBeVisible();
  });

  test('a day, a side and words without a hit narrow it down', async ({ page }) => {
    await openChat(page);
    await ask(page, 'What helps against heartburn?');
    await page.goto('/search');
    const field = page.getByRole('searchbox', { name: 'Words to look for' });
    await expect(field).toBeEnabled();
    await field.fill('heartburn');
    await field.press('Enter');
    const found = page.getByRole('main').getByRole('listitem');
    await expect(found.first()).toBeVisible();
    await page.getByLabel('To', { exact: true }).fill('2020-01-01');
    await expect(page.getByText('Nothing was found.')).toBeVisible();
    await page.getByLabel('To', { exact: true }).fill('');
    await expect(found.first()).toBeVisible();
    await field.fill('zorblax');
    await field.press('Enter');
    await expect(page.getByText('Nothing was found.')).toBeVisible();
  });

  test('what is archived leaves the list, can be undone, and is put back from the archive', async ({ page }) => {
    await openChat(page);
    await ask(page, 'What helps against heartburn?');
    const title = await page.getByRole('heading', { level: 1 }).innerText();
    const archive = async () => {
      const list = await openList(page);
      await list.getByRole('button', { name: `More for “${title}”` }).click();
      await page.getByRole('button', { name: 'Archive', exact: true }).click();
      await expect(list.getByRole('link', { name: title })).toHaveCount(0);
      return list;
    };
    await archive();
    await page.getByRole('button', { name: 'Undo' }).click();
    const list = page.getByRole('navigation', { name: 'Conversations' });
    await expect(list.getByRole('link', { name: title })).toHaveCount(1);
    await page.reload();
    await archive();
    await page.goto('/archive');
    const archived = page.getByRole('region', { name: 'Archived' });
    await expect(archived.getByRole('link', { name: title })).toBeVisible();
    await archived.getByRole('button', { name: `Put “${title}” back into the list` }).click();
    await expect(archived.getByText('Nothing is archived.')).toBeVisible();
    await openChat(page);
    await expect((await openList(page)).getByRole('link', { name: title })).toBeVisible();
  });

  test('what was deleted is restored from the archive', async ({ page }) => {
    await openChat(page);
    await ask(page, 'What helps against heartburn?');
    const title = await page.getByRole('heading', { level: 1 }).innerText();
    const list = await openList(page);
    await list.getByRole('button', { name: `More for “${title}”` }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(list.getByRole('link', { name: title })).toHaveCount(0);
    await page.goto('/archive');
    await page.getByRole('button', { name: `Restore “${title}”` }).click();
    await expect(page).toHaveURL(/\/chat\/.+/);
    await expect(questions(page)).toHaveCount(1);
  });

  test('older messages are folded into a summary, and unfolded where they stood', async ({ page }) => {
    test.slow();
    await openChat(page);
    for (let n = 0; n < 11; n += 1) {
      await ask(page, n === 0 ? 'I am allergic to penicillin. What helps against heartburn?' : `What helps against a cough, day ${n}?`);
      await expect(answers(page)).toHaveCount(n + 1);
    }
    const title = await page.getByRole('heading', { level: 1 }).innerText();
    await (await openList(page)).getByRole('button', { name: `More for “${title}”` }).click();
    await page.getByRole('button', { name: 'Fold older messages' }).click();
    await expect(page.getByText('2 older messages are folded away.')).toBeVisible();
    await page.reload();
    const folded = page.getByRole('region', { name: 'Earlier messages' });
    await expect(folded.getByText('2 earlier messages are folded away.')).toBeVisible();
    await expect(questions(page)).toHaveCount(10);
    await folded.getByText('Their summary').click();
    await expect(folded.getByText('heartburn')).toBeVisible();
    await page.getByRole('button', { name: 'Unfold earlier messages' }).click();
    await expect(questions(page)).toHaveCount(11);
    await expect(folded).toBeHidden();
  });

  test('everything is saved as a file, and taken in again', async ({ page }) => {
    await openChat(page);
    await ask(page, 'What helps against heartburn?');
    await page.goto('/archive');
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'For another server (JSON)' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/\.json$/);
    const file = await download.path();
    expect(await readFile(file, 'utf8')).toContain('heartburn');
    const readable = page.waitForEvent('download');
    await page.getByRole('link', { name: 'To read and print (HTML)' }).click();
    expect(await readFile(await (await readable).path(), 'utf8')).toContain('<h1');
    await page.getByLabel('Take in a file').setInputFiles(file);
    await expect(page.getByRole('status').filter({ hasText: 'One conversation was taken in.' })).toBeVisible();
    await openChat(page);
    await expect((await openList(page)).getByRole('link', { name: /heartburn/ })).toHaveCount(2);
  });

  test('one conversation is saved from its menu, to read as text and to print', async ({ page }) => {
    await openChat(page);
    await ask(page, 'How do I bring a fever down?');
    await openChat(page);
    await ask(page, 'What helps against heartburn?');
    const title = await page.getByRole('heading', { level: 1 }).innerText();
    for (const [label, name, question, answer] of [
      ['Save as text', 'conversations.md', '\n> What helps against heartburn?\n', 'Answer ('],
      ['Save to print', 'conversations.html', '<p>What helps against heartburn?</p>', '<h2>Answer · '],
    ] as const) {
      const list = await openList(page);
      await list.getByRole('button', { name: `More for “${title}”` }).click();
      const saved = page.waitForEvent('download');
      await list.getByRole('link', { name: label }).click();
      const download = await saved;
      expect(download.suggestedFilename()).toBe(name);
      const text = await readFile(await download.path(), 'utf8');
      expect(text).toContain(question);
      expect(text).toContain(answer);
      expect(text).not.toContain('bring a fever down');
      // A link leaves the menu open.
      await page.reload();
      await connected(page);
    }
  });

  test('a file that is none of ours is refused with what is wrong', async ({ page, problems }) => {
    problems.expect(/4\d\d/);
    await page.goto('/archive');
    const take = page.getByLabel('Take in a file');
    await expect(take).toBeEnabled();
    await take.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{"no":1}') });
    await expect(page.getByRole('alert')).toBeVisible();
  });

  test('figures of everybody are for administrators', async ({ page, problems }) => {
    problems.expect(/403/);
    await page.goto('/statistics');
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Statistics');
  });
});

test('an administrator sees figures, and nothing that was said', async ({ page, context, server }) => {
  await asDemo(context, server, 'admin');
  await page.goto('/statistics');
  await expect(page.getByRole('heading', { name: 'Statistics' })).toBeVisible();
  await expect(page.getByRole('definition').first()).toHaveText(/^[\d,]+$/);
});
