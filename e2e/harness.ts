// The window as a person has it: our own server in a process of its own, and Debian's Chromium looking at it.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright';
import { BROWSER_PATH, LAUNCH } from './chromium.ts';
import { Server } from './server.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface AppOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Prefix for both processes, such as ip netns exec NAME. */
  readonly within?: readonly string[];
  /** Prefix for the server alone, such as setpriv for another user. */
  readonly as?: readonly string[];
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'dark' | 'light';
  /** Pixels of the screen to one of the page. */
  readonly ratio?: number;
  readonly folder?: string;
  /** A browser that is open already, and stays open: what is kept between pages is each one's own. */
  readonly browser?: Browser;
  /** Where the browser goes first instead of the link. */
  readonly through?: (link: string) => string;
}

/** What the server prints for the browser. */
const LINK = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/;

export class App {
  readonly folder: string;
  readonly page: Page;
  readonly server: Server;
  readonly problems: string[] = [];
  isClosed = false;
  private readonly context: BrowserContext;
  /** null: another's. */
  private readonly browser: Browser | null;
  private readonly ownFolder: boolean;

  private constructor(o: {
    folder: string;
    ownFolder: boolean;
    page: Page;
    server: Server;
    context: BrowserContext;
    browser: Browser | null;
  }) {
    this.folder = o.folder;
    this.ownFolder = o.ownFolder;
    this.page = o.page;
    this.server = o.server;
    this.context = o.context;
    this.browser = o.browser;
    // Whatever the page complains about fails the test that looks at it.
    this.page.on('pageerror', (error) => this.problems.push(String(error)));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }

  static async open(o: AppOptions = {}): Promise<App> {
    const folder = o.folder ?? mkdtempSync(join(tmpdir(), 'sightline-e2e-'));
    const within = o.within ?? [];
    const server = await Server.start({
      command: [
        ...within,
        ...(o.as ?? []),
        process.execPath,
        '--max-semi-space-size=4',
        join(ROOT, 'dist', 'web', 'main.js'),
        '--no-browser',
        ...(o.args ?? []),
      ],
      env: {
        ...process.env,
        SIGHTLINE_CACHE: join(folder, 'cache'),
        SIGHTLINE_DATA_HOME: join(folder, 'data'),
        SIGHTLINE_SAVE_TO: join(folder, 'saved'),
        ...o.env,
      },
      ready: LINK,
    });
    const link = LINK.exec(server.said)![0];
    const browser = o.browser ?? (await launch(folder, within));
    const context = await browser.newContext({
      viewport: { width: o.width ?? 1440, height: o.height ?? 900 },
      deviceScaleFactor: o.ratio ?? 1,
      colorScheme: o.theme ?? 'dark',
      acceptDownloads: true,
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const app = new App({
      folder,
      ownFolder: o.folder === undefined,
      page,
      server,
      context,
      browser: o.browser === undefined ? browser : null,
    });
    await page.goto(o.through?.(link) ?? link);
    await page.locator('.status').waitFor();
    return app;
  }

  /** The window with the sample in it, read to its end. */
  static async sample(o: Omit<AppOptions, 'args'> = {}): Promise<App> {
    const app = await App.open({ ...o, args: ['--sample'] });
    try {
      await app.settled();
    } catch (error) {
      // Nobody else has it yet who could close it.
      await app.close();
      throw error;
    }
    return app;
  }

  /** Waits until the host has read the whole capture and the list has taken it in. */
  async settled(): Promise<void> {
    await this.page
      .locator('.grid-row:not([hidden]) .c-no, .grid-row:not([hidden]) .chip')
      .first()
      .waitFor({ state: 'attached' });
    await this.page.waitForFunction(
      () => document.querySelector('progress') === null && document.querySelector('.filter-progress') === null,
      undefined,
      { timeout: 120_000 },
    );
  }

  async filter(text: string): Promise<void> {
    const field = this.page.locator('#filter');
    await field.fill(text);
    if (text !== '') await this.page.locator('.filter-bar.valid').waitFor();
    await field.press('Enter');
    await this.page
      .locator('.filter-status', { hasText: text === '' ? /^$/ : /\d (of|\/) .*·/ })
      .waitFor({ state: 'attached' });
    await this.page.locator('.grid:focus').waitFor();
  }

  /** Has the palette run what fits a text best. */
  async command(text: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.locator('dialog input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  row(text: string | RegExp): Locator {
    return this.page.locator('.grid-row:not([hidden])', { hasText: text });
  }

  /** A cell of the packet with this number. */
  cell(no: string, column: string): Locator {
    return this.page
      .locator('.grid-row:not([hidden])', { has: this.page.locator('.c-no', { hasText: new RegExp(`^${no}$`) }) })
      .locator(`[data-column="${column}"]`);
  }

  /** Goes to a packet by its number, and waits until the panes show it. */
  async goTo(no: number): Promise<void> {
    await this.page.keyboard.press('Control+g');
    await this.page.locator('dialog input').fill(String(no));
    await this.page.keyboard.press('Enter');
    await this.page.locator('dialog').waitFor({ state: 'detached' });
    await this.page
      .locator('.pane-head h2', { hasText: new RegExp(`^Packet ${no.toLocaleString('en-US')}$`) })
      .waitFor();
  }

  /** Presses entries of the menu that is open, one inside the other. */
  async choose(...entries: readonly string[]): Promise<void> {
    for (const [i, entry] of entries.entries())
      await this.page
        .locator('.context-menu')
        .nth(i)
        .locator('button', { has: this.page.getByText(entry, { exact: true }) })
        .click();
    await this.page.locator('.context-menu').first().waitFor({ state: 'detached' });
  }

  /** Closes what it opened. @throws Error where its server did not end as it was asked to */
  async close(): Promise<void> {
    this.isClosed = true;
    try {
      await this.context.close();
      await this.browser?.close();
      await this.server.end();
    } finally {
      if (this.ownFolder) rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

/** @param within Chromium itself may have to run in the namespace where the server listens */
export function launch(folder: string, within: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    ...LAUNCH,
    ...(within.length === 0 ? {} : { executablePath: namespaceWrapper(folder, within) }),
  });
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  await gone;
}

function namespaceWrapper(folder: string, within: readonly string[]): string {
  const path = join(folder, 'chromium-there');
  spawnSync('sh', [
    '-c',
    `printf '#!/bin/sh\\nexec %s "$@"\\n' '${[...within, BROWSER_PATH].join(' ')}' > '${path}' && chmod +x '${path}'`,
  ]);
  return path;
}
