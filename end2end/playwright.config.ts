import { defineConfig } from '@playwright/test';

// `cargo xtask e2e` builds the binary, starts it on a free port and sets these:
//   E2E_BASE_URL   where it listens         E2E_DATA       its data folder (mail is in outbox/)
//   CHROMIUM_PATH  the system's browser     ANAMNESIS_BIN  the binary, for tests that start a server of their own
const { E2E_BASE_URL: baseURL, CHROMIUM_PATH: executablePath } = process.env;
if (!baseURL || !executablePath) {
  throw new Error('E2E_BASE_URL and CHROMIUM_PATH are not set: run `cargo xtask e2e`');
}

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  workers: 2,
  // A test that passes only the second time has found something.
  retries: 0,
  // The server is not optimised, and the machine may be small and busy.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // xtask counts tests by this reporter's last lines.
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    baseURL,
    locale: 'en-GB',
    timezoneId: 'UTC',
    // To record costs as much as to run: `cargo xtask e2e --trace retain-on-failure` where one is wanted.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 800 } } },
    // What is tagged so does not depend on the screen.
    { name: 'phone', grepInvert: /@any-screen/, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
});
