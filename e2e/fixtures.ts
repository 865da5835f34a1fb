// What tests of the window are given: browser, server and page, started when the first one asks and ended after the
// last, which is when the server has to have ended well. Playwright runs them (playwright.config.ts).
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from 'playwright/test';
import { NO_BROWSER } from './chromium.ts';
import { App, type AppOptions } from './harness.ts';
import type { Server } from './server.ts';

export { expect };

export interface Opens extends AppOptions {
  /** Its capture is read to the end, and its list has taken it in. */
  readonly settled?: boolean;
}

/** Opens a window in the browser of all tests; what they do not close themselves is closed after the last one. */
export type OpenApp = (o?: Opens) => Promise<App>;

/** The window with the sample in it, read to its end. */
export const SAMPLE: Opens = { args: ['--sample'], settled: true };

/** The window that all tests of a file look at: `test.use(windowOf(SAMPLE))`. No other file has the same one. */
export function windowOf(o: Opens): { readonly opens: Opens } {
  // Playwright gives a worker of its own to what is an object of its own.
  return { opens: { ...o } };
}

interface Shared {
  readonly opens: Opens | null;
  readonly openApp: OpenApp;
  /** The window of the file, for all of its tests. */
  readonly app: App;
  /** The process that serves it. */
  readonly server: Server;
}

export const test = base.extend<object, Shared>({
  opens: [null, { scope: 'worker', option: true }],
  openApp: [
    async ({ browser }, give) => {
      const opened: App[] = [];
      await give(async ({ settled = false, ...o } = {}) => {
        // In a namespace of its own the browser is another.
        const app = await App.open(o.within === undefined ? { browser, ...o } : o);
        opened.push(app);
        if (settled) await app.settled();
        return app;
      });
      for (const app of opened.toReversed()) if (!app.isClosed) await app.close();
    },
    { scope: 'worker' },
  ],
  app: [
    async ({ openApp, opens }, give) => {
      if (opens === null) throw new Error('Which window? test.use(windowOf(…)) says it');
      await give(await openApp(opens));
    },
    { scope: 'worker' },
  ],
  server: [async ({ app }, give) => give(app.server), { scope: 'worker' }],
  page: async ({ app }, give) => give(app.page),
});

export interface Group {
  /** Why its tests cannot run here, false where they can; by itself whether there is a browser. */
  readonly skip?: string | false;
  /** Of one test, milliseconds. */
  readonly timeout?: number;
}

export function describe(title: string, body: () => void): void;
export function describe(title: string, o: Group, body: () => void): void;
/**
 * Tests in their order, each of which may begin where the one before it ended: after one that failed the rest of them
 * does not run.
 */
export function describe(title: string, o: Group | (() => void), body?: () => void): void {
  const { skip = NO_BROWSER, timeout }: Group = typeof o === 'function' ? {} : o;
  test.describe.serial(title, () => {
    if (skip !== false) test.skip(true, skip);
    if (timeout !== undefined) test.describe.configure({ timeout });
    if (typeof o === 'function') o();
    else body!();
  });
}

/**
 * A folder under a name that nobody else has, made before the tests around it; its removal is theirs. Not made at once:
 * Playwright reads a file in several processes, most of which run none of its tests.
 */
export function folderFor(name: string): string {
  const folder = join(tmpdir(), `${name}-${randomUUID()}`);
  test.beforeAll(() => mkdirSync(folder, { mode: 0o700 }));
  return folder;
}
