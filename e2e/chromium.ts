// Which Chromium the window is looked at with, and how it is started: Debian's where it is installed, else the one that
// Playwright brings (`npx playwright install chromium`).
import { existsSync } from 'node:fs';
import { chromium, type LaunchOptions } from 'playwright';

/** Of the system; null where there is none. */
export const CHROMIUM =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => existsSync(p)) ?? null;
export const BROWSER_PATH = CHROMIUM ?? chromium.executablePath();
/** Why no window can be looked at here, false where it can. */
export const NO_BROWSER = existsSync(BROWSER_PATH)
  ? false
  : 'Chromium is not installed (Debian: sudo apt-get install chromium; elsewhere: npx playwright install chromium)';

/** Scroll bars are looked at, and letters are the same on every machine. */
export const LAUNCH: LaunchOptions = {
  ...(CHROMIUM === null ? {} : { executablePath: CHROMIUM }),
  ignoreDefaultArgs: ['--hide-scrollbars'],
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--force-color-profile=srgb',
    '--font-render-hinting=none',
  ],
};
