// What every browser test stands on: a page that may not complain, a person who is signed in, a server to talk to.

import { test as base, expect, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';

import { type Server, startServer, theServer } from './server';

/** What went wrong in a browser without the test asking for it. */
class Problems {
  private readonly found: string[] = [];
  private readonly expected: RegExp[] = [];

  /** The browser itself writes a console error for every refused request. A test that provokes one says which. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  async watch(context: BrowserContext): Promise<void> {
    context.on('console', (message) => {
      if (message.type() === 'error') this.found.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.found.push(`uncaught: ${error.error().stack ?? error.error().message}`));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI}`);
      });
    });
  }

  unexpected(): string[] {
    const unexpected = this.found.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)));
    // One fault is often told many times; the first few tell enough.
    return unexpected.slice(0, 4).map((problem) => problem.slice(0, 400));
  }
}

export interface Person {
  email: string;
  password: string;
}

interface Fixtures {
  /** Fails the test on any console error, uncaught error or breach of the content policy. */
  problems: Problems;
  /** The server that the pages come from. */
  server: Server;
  /** Another browser, watched as the first. */
  newBrowser: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** A new account, signed in in this test's browser without going through the pages. */
  person: Person;
}

interface WorkerFixtures {
  /** A server whose model repeats the question slowly, so that the length of a question sets how long its answer takes. */
  echoing: Server;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  problems: [
    async ({}, use) => {
      const problems = new Problems();
      await use(problems);
      expect(problems.unexpected(), 'nothing may go wrong in the browser').toEqual([]);
    },
    { auto: true },
  ],
  server: async ({}, use) => use(theServer()),
  baseURL: async ({ server }, use) => use(server.url),
  context: async ({ context, problems }, use) => {
    await problems.watch(context);
    await use(context);
  },
  newBrowser: async ({ browser, contextOptions, baseURL, problems, viewport, isMobile, hasTouch, locale, timezoneId }, use) => {
    const made: BrowserContext[] = [];
    const same = { ...contextOptions, baseURL, viewport, isMobile, hasTouch, locale, timezoneId };
    await use(async (options) => {
      const context = await (browser as Browser).newContext({ ...same, ...options });
      await problems.watch(context);
      made.push(context);
      return context;
    });
    await Promise.all(made.map((context) => context.close()));
  },
  person: async ({ context, server }, use) => {
    const person = newPerson();
    await signUpByForms(context, server, person);
    await use(person);
  },
  echoing: [
    async ({}, use) => {
      const server = await startServer({ ANAMNESIS_MODEL: 'scripted:text={question} ;chunk=2;delay_ms=10' });
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

/** The same, against the server that answers slowly with what was asked. */
export const slowTest = test.extend({
  server: async ({ echoing }, use) => use(echoing),
});

export { expect };

let people = 0;

/** Someone whom the server does not know yet. */
export function newPerson(): Person {
  people += 1;
  return { email: `e2e-${process.pid}-${Date.now()}-${people}@example.org`, password: 'three quiet lanterns' };
}

/** Signs up and in by posting what the pages' forms post. */
async function signUpByForms(context: BrowserContext, server: Server, person: Person): Promise<void> {
  const post = async (path: string, form: Record<string, string>) => {
    const answer = await context.request.post(`${server.url}${path}`, {
      form,
      headers: { accept: 'text/html', origin: server.url },
      maxRedirects: 0,
    });
    expect(answer.status(), await answer.text()).toBe(302);
    return answer.headers()['location'] ?? '';
  };
  await post('/fn/sign-up', { ...person, first_name: 'Ida', last_name: 'Test' });
  const to = await post('/fn/verify', { kind: 'signup', email: person.email, code: await server.mailedCode(person.email) });
  expect(to).toBe('/chat');
}

/** Signs up through the pages; ends in the chat. */
export async function signUp(page: Page, server: Server): Promise<Person> {
  const person = newPerson();
  await page.goto('/signup');
  await page.getByLabel('First name').fill('Ida');
  await page.getByLabel('Last name').fill('Test');
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByLabel(/I understand that Anamnesis is not a doctor/).check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await page.getByLabel('6-digit code').fill(await server.mailedCode(person.email));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/chat/);
  return person;
}

/** Signs in as a demo account, by its one click. */
export async function demoSignIn(page: Page, role: 'a patient' | 'a clinician' | 'an administrator'): Promise<void> {
  await page.goto('/signin');
  await page.getByRole('button', { name: `As ${role}` }).click();
  await expect(page).toHaveURL(/\/chat/);
}
