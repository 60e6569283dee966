// The clinic: entering a case, watching it, prescribing, signing off, sharing; and who is kept out.

import { asClinician, asDemo, diagnose, done, NOTE, openNew, section, stages } from './support/clinic';
import { overflow } from './support/chat';
import { expect, test } from './support/fixtures';

test('a patient is refused the clinic, and told where to go', { tag: '@any-screen' }, async ({ page, person, problems }) => {
  problems.expect(/status of 403/);
  expect(person.email).toBeTruthy();
  for (const path of ['/clinic', '/clinic/new', '/clinic/scores', '/clinic/prescribe']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(page.getByRole('heading', { level: 1, name: 'The clinic is for clinicians' })).toBeVisible();
  }
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Clinic' })).toHaveCount(0);
  await page.getByRole('main').getByRole('link', { name: 'Shared with me' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing has been shared with you' })).toBeVisible();
});

test('who is not signed in signs in first and comes back', { tag: '@any-screen' }, async ({ page }) => {
  await page.goto('/clinic/new');
  await expect(page).toHaveURL(/\/signin\?next=\/clinic\/new/);
});

test.describe('as a clinician', () => {
  test.beforeEach(async ({ context, server }) => asClinician(context, server));

  test('a note is read in place, put right, and run', async ({ page }) => {
    await openNew(page);
    await page.getByRole('textbox', { name: 'Paste or type a note' }).fill(NOTE);
    const read = section(page, 'What was understood');
    await expect(read.locator('mark', { hasText: 'fever' })).toHaveAttribute('data-kind', 'present');
    await expect(read.locator('mark', { hasText: 'chest pain' })).toHaveAttribute('data-kind', 'absent');
    await expect(read.locator('mark', { hasText: 'Zorblax' })).toHaveAttribute('data-kind', 'unknown');
    await expect(read).toContainText('58 years old');
    await read.getByText('Put a finding right').click();
    await read.getByRole('combobox', { name: /^Fever.* is$/ }).selectOption('absent');
    await expect(page.getByRole('list', { name: 'Findings entered' })).toContainText('Fever');
    await expect(page.getByRole('textbox', { name: 'Paste or type a note' })).not.toHaveValue(/fever/);
    await page.getByRole('button', { name: 'Run the diagnosis' }).click();
    await done(page);
    await expect(section(page, 'Could not be used')).toContainText(/zorblax/i);
  });

  test('a case is worked out stage by stage, with evidence on both sides', async ({ page }) => {
    await diagnose(page, NOTE, 'Evidence on both sides');
    await expect(stages(page).getByRole('progressbar')).toHaveCount(5);
    for (const bar of await stages(page).getByRole('progressbar').all()) {
      await expect(bar).toHaveAttribute('value', '100');
    }
    const differential = section(page, 'Differential diagnosis');
    expect(await differential.locator('.candidate').count()).toBeGreaterThan(2);
    await expect(differential.getByRole('heading', { name: 'For', exact: true }).first()).toBeVisible();
    await expect(differential.getByRole('heading', { name: 'Against', exact: true }).first()).toBeVisible();
    await expect(section(page, 'Scores')).toContainText('NEWS2');
    await expect(section(page, 'What to ask and test next')).toBeVisible();
    await expect(page.getByText('supports a clinician’s judgement and does not replace it')).toBeVisible();
    const primary = await section(page, 'Most likely').innerText();
    await page.reload();
    await expect(section(page, 'Most likely')).toHaveText(primary.replace(/\s+/g, ' '), { useInnerText: true });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  test('a case is entered by keyboard alone', { tag: '@any-screen' }, async ({ page }) => {
    await openNew(page);
    const finding = page.getByRole('combobox', { name: 'Add a finding' });
    await finding.focus();
    await page.keyboard.type('cough');
    await expect(page.getByRole('option').first()).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('list', { name: 'Findings entered' }).getByRole('listitem')).toHaveCount(1);
    await expect(finding).toBeFocused();
    await page.keyboard.type('fever');
    await expect(page.getByRole('option').first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('list', { name: 'Findings entered' }).getByRole('listitem')).toHaveCount(2);
    await page.getByRole('textbox', { name: /^Age/ }).focus();
    await page.keyboard.type('34');
    await page.getByRole('button', { name: 'Run the diagnosis' }).focus();
    await page.keyboard.press('Enter');
    await done(page);
    await expect(section(page, 'What was understood')).toContainText('Cough');
  });

  test('impossible values are named beside their fields, and nothing that was entered is lost', { tag: '@any-screen' }, async ({ page }) => {
    await openNew(page);
    await page.getByRole('textbox', { name: 'Paste or type a note' }).fill('cough');
    await page.getByRole('textbox', { name: /^Temperature/ }).fill('385');
    await page.getByRole('textbox', { name: /^Heart rate/ }).fill('9000');
    await page.getByRole('button', { name: 'Run the diagnosis' }).click();
    await expect(page.getByRole('textbox', { name: /^Temperature/ })).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByRole('textbox', { name: /^Heart rate/ })).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByRole('textbox', { name: /^Temperature/ })).toBeFocused();
    await page.reload();
    await expect(page.getByRole('textbox', { name: 'Paste or type a note' })).toHaveValue('cough');
    await page.getByRole('textbox', { name: /^Temperature/ }).fill('101.3');
    await expect(page.getByText('Taken as °F: 38.5 °C.')).toBeVisible();
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(page.getByRole('textbox', { name: 'Paste or type a note' })).toHaveValue('');
  });

  test('two windows on one diagnosis see the same, and a sign-off as it is made', { tag: '@any-screen' }, async ({ page, context }) => {
    const list = await context.newPage();
    await list.goto('/clinic');
    await diagnose(page, NOTE, 'Two windows, one diagnosis');
    // The list of the other window hears of it by itself.
    await list.getByRole('link', { name: /Two windows, one diagnosis/ }).first().click();
    await done(list);
    expect(await list.locator('.candidate-name').allInnerTexts()).toEqual(await page.locator('.candidate-name').allInnerTexts());
    await section(page, 'Sign-off').getByRole('radio', { name: 'Reject' }).check();
    await page.getByRole('textbox', { name: 'Reason' }).fill('The film shows something else.');
    await page.getByRole('button', { name: 'Record decision' }).click();
    await expect(section(page, 'Sign-off')).toContainText('Rejected by');
    await expect(section(list, 'Sign-off')).toContainText('The film shows something else.');
  });

  test('a diagnosis goes on into a prescription that leaves out what would harm', async ({ page, context }) => {
    await diagnose(page, NOTE, 'On to a prescription');
    await page.getByRole('link', { name: 'Prescribe', exact: true }).click();
    await expect(page.getByRole('textbox', { name: 'What is treated' })).not.toHaveValue('');
    await expect(page.getByRole('textbox', { name: /^Age/ })).toHaveValue('58');
    await expect(page.getByRole('list', { name: 'Allergies' })).toContainText('penicillin');
    await page.getByRole('textbox', { name: 'What is treated' }).fill('Community-acquired pneumonia');
    await page.getByRole('textbox', { name: /^Weight/ }).fill('70');
    const medicines = page.getByRole('combobox', { name: 'Current medicines' });
    await medicines.fill('warf');
    await page.getByRole('option', { name: /warfarin/i }).first().click();
    await expect(page.getByRole('list', { name: 'Current medicines' })).toContainText(/warfarin/i);
    await page.getByRole('button', { name: 'Run the check' }).click();
    await done(page);
    await expect(section(page, 'Not to be given')).toContainText(/amoxicillin/i);
    const chosen = section(page, 'Medicines').getByRole('article');
    expect(await chosen.count()).toBeGreaterThan(0);
    await expect(section(page, 'Medicines').getByRole('heading', { level: 3, name: /amoxicillin/i })).toHaveCount(0);
    await expect(section(page, 'Interactions and warnings')).toContainText(/warfarin/i);
    await expect(section(page, 'Could not be checked')).toContainText(/creatinine|kidney|renal/i);
    const other = await context.newPage();
    await other.goto(page.url());
    await done(other);
    expect(await section(other, 'Medicines').innerText()).toBe(await section(page, 'Medicines').innerText());
    await page.getByRole('button', { name: 'Record decision' }).click();
    await expect(section(other, 'Sign-off')).toContainText('Accepted by');
    await page.getByText('Export', { exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'FHIR R4 Bundle' }).click()]);
    expect(download.suggestedFilename()).toMatch(/\.json$/);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  test('a case is shared with its patient, who reads it until that ends', { tag: '@any-screen' }, async ({ page, newBrowser, server, problems }) => {
    problems.expect(/status of 404/);
    await diagnose(page, NOTE, 'Shared with the demo patient');
    const patients = await newBrowser();
    await asDemo(patients, server, 'patient');
    const patient = await patients.newPage();
    await page.getByRole('textbox', { name: 'The patient’s address' }).fill('patient@demo.anamnesis.example');
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(section(page, 'Share with the patient')).toContainText('Robin Demo');
    await patient.goto('/shared');
    await patient.getByRole('link', { name: /Shared with the demo patient/ }).first().click();
    await expect(section(patient, 'Most likely')).toBeVisible();
    await expect(patient.getByRole('button', { name: 'Record decision' })).toHaveCount(0);
    await section(page, 'Share with the patient').getByRole('button', { name: /^End sharing/ }).click();
    await expect(section(page, 'Share with the patient')).not.toContainText('Robin Demo');
    const answer = await patient.reload();
    expect(answer?.status()).toBe(404);
  });

  test('a calculator says what is missing, and its range, as one types', async ({ page, problems }) => {
    problems.expect(/status of 422/);
    await page.goto('/clinic/scores/qsofa');
    await expect(page.getByRole('heading', { level: 2, name: 'qSOFA' })).toBeVisible();
    const rate = page.getByRole('textbox', { name: /respiratory rate/i });
    await expect(rate).toBeEnabled();
    await rate.fill('24');
    const result = page.locator('.calculator-result');
    await expect(result).toContainText('Missing');
    await expect(result).toContainText('1–3');
    await rate.fill('9000');
    await expect(rate).toHaveAttribute('aria-invalid', 'true');
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(result).toContainText('The result appears here');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});

test('a patient lets a clinician in, and ends it', { tag: '@any-screen' }, async ({ page, person, problems }) => {
  problems.expect(/status of 404/);
  expect(person.email).toBeTruthy();
  await page.goto('/settings');
  const shares = section(page, 'Who may see your record');
  await shares.getByRole('textbox', { name: 'A clinician’s address' }).fill('nobody@example.org');
  await shares.getByRole('button', { name: 'Let in' }).click();
  await expect(shares.getByRole('textbox', { name: 'A clinician’s address' })).toHaveAttribute('aria-invalid', 'true');
  await shares.getByRole('textbox', { name: 'A clinician’s address' }).fill('clinician@demo.anamnesis.example');
  await shares.getByRole('button', { name: 'Let in' }).click();
  await expect(shares).toContainText('Sam Demo');
  await page.reload();
  await expect(shares).toContainText('Sam Demo');
  await shares.getByRole('button', { name: /^End sharing with Sam Demo/ }).click();
  await expect(shares).toContainText('Nobody but you.');
});
