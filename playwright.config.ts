// How Playwright runs the tests of the window (e2e/): one file after another, and what a test that fails leaves
// behind lies in test-results/.
import { defineConfig } from 'playwright/test';
import { LAUNCH } from './e2e/chromium.ts';

/** Milliseconds of one test, of one action within it, and until what is expected is so. */
const LONGEST_TEST = 240_000;
const LONGEST_ACTION = 30_000;
const LONGEST_WAIT = 10_000;

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.test.ts',
  outputDir: 'test-results',
  // Each file has a browser, a server and an engine: one at a time. What fails has failed.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: LONGEST_TEST,
  expect: { timeout: LONGEST_WAIT },
  reporter: './scripts/playwright-reporter.mjs',
  use: {
    actionTimeout: LONGEST_ACTION,
    navigationTimeout: LONGEST_ACTION,
    // What was done, said and fetched, beside the last screenshot. Pictures all along take a quarter more of the
    // machine, and with the page's elements at each step hold the window up for so long that tests of movements fail:
    // `--trace on` has both.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: true },
    screenshot: 'only-on-failure',
    launchOptions: LAUNCH,
  },
});
