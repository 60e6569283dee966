// Questions as ordinary people type them, put through the page. Each answer must rest on an article that is about it.
// The transcripts are written to test-results/transcripts.md, for reading.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { answers, openChat, send, whole } from './support/chat';
import { expect, test } from './support/fixtures';

/** What is answered as an emergency must be one; these are, whatever else is found to be one later. */
const EMERGENCIES = [/slurring his words/, /too many tylenol/];
const MAY_BE = [...EMERGENCIES, /stiff neck/, /numb between my legs/, /going to die/];

interface Asked {
  ask: string;
  articles: string[];
}

/** Reads the few forms of TOML that the list uses: one `ask = "…"` and one `must_retrieve = […]` a `[[question]]`. */
async function readQuestions(): Promise<Asked[]> {
  const list = await readFile(join(import.meta.dirname, '../../crates/knowledge/tests/questions.toml'), 'utf8');
  const strings = (text: string) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => JSON.parse(`"${found[1]}"`) as string);
  const value = (part: string, key: string) => strings(new RegExp(`^${key} = (.*)$`, 'm').exec(part)?.[1] ?? '');
  const parts = list.split(/^\[nothing\]/m)[0]?.split(/^\[\[question\]\]$/m).slice(1) ?? [];
  return parts.map((part) => ({ ask: value(part, 'ask')[0] ?? '', articles: value(part, 'must_retrieve') }));
}

test('the answers to ordinary questions rest on the right articles', { tag: '@any-screen' }, async ({ page, person }, info) => {
  test.setTimeout(120_000);
  expect(person.email).toBeTruthy();
  const all = await readQuestions();
  expect(all.length).toBeGreaterThanOrEqual(20);
  const transcripts: string[] = [];
  const astray: string[] = [];
  const emergencies: string[] = [];
  await openChat(page);
  for (const { ask, articles } of all) {
    await page.getByRole('link', { name: 'New conversation' }).first().click();
    await expect(answers(page)).toHaveCount(0);
    await send(page, ask);
    const answer = answers(page).first();
    await whole(answer);
    const text = await answer.innerText();
    const isEmergency = await answer.getByRole('alert').isVisible();
    if (!isEmergency) await answer.getByText(/^\d+ sources?$/).click({ timeout: 2_000 }).catch(() => undefined);
    const links = await answer.getByRole('group').filter({ hasText: /^\d+ sources?/ }).getByRole('link').evaluateAll((found) =>
      found.map((link) => `${link.textContent} <${link.getAttribute('href')}>`));
    // Danger is answered by reviewed words and a card with the numbers to call, before any article.
    if (isEmergency) emergencies.push(ask);
    else if (!articles.some((article) => links.some((link) => link.includes(`/library/${article}?`)))) {
      astray.push(`${ask}: wanted ${articles.join(' or ')}, got ${links.join(', ') || 'no source'}`);
    }
    transcripts.push(`## ${ask}\n\n${text}\n\n${links.map((link, n) => `${n + 1}. ${link}`).join('\n')}\n`);
  }
  await mkdir(info.project.outputDir, { recursive: true });
  await writeFile(join(info.project.outputDir, 'transcripts.md'), transcripts.join('\n'));
  expect(astray).toEqual([]);
  for (const one of EMERGENCIES) expect(emergencies).toContainEqual(expect.stringMatching(one));
  expect(emergencies.filter((ask) => !MAY_BE.some((one) => one.test(ask)))).toEqual([]);
});
