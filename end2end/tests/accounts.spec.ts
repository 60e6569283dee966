// Signing up, in and out. Everything here is a plain form, so everything is tried without JavaScript, too.

import type { Page } from '@playwright/test';

import { openList } from './support/chat';
import { demoSignIn, expect, newPerson, signUp, test } from './support/fixtures';

async function signOut(page: Page) {
  const list = await openList(page);
  await list.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/$/);
}

async function signIn(page: Page, email: string, password: string) {
  await page.goto('/signin');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a new person comes through the mailed code to the chat, out, and in again', async ({ page, server, problems }) => {
      problems.expect(/status of (400|401|422)/); // the wrong password and the wrong code, as fetches
      const { email, password } = newPerson();
      await page.goto('/signup');
      await page.getByLabel('First name').fill('Ida');
      await page.getByLabel('Last name').fill('Test');
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByLabel(/I understand that Anamnesis is not a doctor/).check();
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
      const code = await server.mailedCode(email);
      await expect(page.getByRole('note')).toContainText(code);
      await page.getByLabel('6-digit code').fill(code);
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByRole('heading', { name: 'What would you like to talk about?' })).toBeVisible();
      if (!javaScriptEnabled) await expect(page.locator('noscript .system-note')).toBeVisible();
      await signOut(page);

      await signIn(page, email, 'not the password');
      await expect(page.getByRole('main')).toContainText(/password/i);
      await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
      if (javaScriptEnabled) await expect(page.getByLabel('Email')).toHaveValue(email);

      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
      const second = await server.mailedCode(email, 1);
      const wrong = second === '123456' ? '654321' : '123456';
      await page.getByLabel('6-digit code').fill(wrong);
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByText(/code is wrong|not right|wrong code/i)).toBeVisible();
      await page.getByLabel('6-digit code').fill(second);
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page).toHaveURL(/\/chat/);
    });

    test('a forgotten password is set anew by a mailed code', { tag: '@any-screen' }, async ({ page, server, newBrowser }) => {
      const { email } = await signUp(await (await newBrowser()).newPage(), server);
      await page.goto('/signin');
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      await page.getByLabel('Email').fill(email);
      await page.getByRole('button', { name: 'Send code' }).click();
      await expect(page.getByRole('heading', { name: 'Set a new password' })).toBeVisible();
      await page.getByLabel('6-digit code').fill(await server.mailedCode(email, 1));
      await page.getByLabel('New password').fill('four loud trumpets');
      await page.getByRole('button', { name: 'Save password' }).click();
      await expect(page.getByRole('status')).toContainText('Your new password is set');
      await signIn(page, email, 'four loud trumpets');
      await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
    });

    test('a demo account is one click away, and chat asks strangers to sign in', { tag: '@any-screen' }, async ({ page }) => {
      await page.goto('/settings');
      await expect(page).toHaveURL(/\/signin\?next=\/settings/);
      await demoSignIn(page, 'a clinician');
    });
  });
}

test('a sign-up says which field is wrong, and keeps what was typed', async ({ page, problems }) => {
  problems.expect(/status of (400|422)/);
  await page.goto('/signup');
  await page.getByLabel('First name').fill('Ida');
  await page.getByLabel('Email').fill('ida@nowhere');
  await page.getByLabel('Password').fill('password');
  await page.getByLabel(/I understand/).check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.locator('[aria-invalid=true]')).toHaveCount(1);
  await expect(page.getByLabel('First name')).toHaveValue('Ida');
  await expect(page.getByLabel('Email')).toHaveValue('ida@nowhere');
});

test('a password can be looked at while it is typed', async ({ page }) => {
  await page.goto('/signin');
  await page.getByLabel('Password').fill('three quiet lanterns');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByLabel('Password')).toHaveAttribute('type', 'text');
});

test('a session ended in the settings is signed out, and settings are kept', { tag: '@any-screen' }, async ({ page, person, newBrowser, context }) => {
  const other = await newBrowser({ storageState: await context.storageState() });
  await page.goto('/settings');
  await page.getByLabel('Age').fill('52');
  await page.getByLabel('Conditions').fill('asthma; migraine');
  await page.getByLabel('Country').selectOption('GB');
  await page.getByLabel('Length of answers').selectOption('short');
  await page.getByLabel('Tone').selectOption('warm');
  await page.getByLabel('What helps you').fill('a walk');
  await page.getByLabel('What to avoid').fill('meditation');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await page.reload();
  await expect(page.getByLabel('Age')).toHaveValue('52');
  await expect(page.getByLabel('Conditions')).toHaveValue('asthma; migraine');
  await expect(page.getByLabel('Country')).toHaveValue('GB');
  await expect(page.getByLabel('Length of answers')).toHaveValue('short');
  await expect(page.getByLabel('Tone')).toHaveValue('warm');
  await expect(page.getByLabel('What helps you')).toHaveValue('a walk');
  await expect(page.getByLabel('What to avoid')).toHaveValue('meditation');
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('main')).toContainText(person.email);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/$/);
  const there = await other.newPage();
  await there.goto('/chat');
  await expect(there).toHaveURL(/\/signin/);
});
