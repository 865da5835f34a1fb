// The desktop shell: windows, one engine host, a port between each and it, and a menu. It has no capture and makes no
// decision about one.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { WINDOW_POLICY } from '../contract/index.ts';
import { begins } from './begin.ts';
import { Choosing } from './choosing.ts';
import { Engine } from './engine.ts';
import { Senders } from './senders.ts';
import { type MenuLanguage, menuTemplate } from './menu.ts';
import type { BrowserWindow, Electron } from './shell.ts';
import { LOST, QUIT } from './words.ts';

export const SCHEME = 'sightline';
const HOME = `${SCHEME}://window/index.html`;
/** What a page may open: one of its own tabs. */
const OF_TAB = /^sightline:\/\/window\/index\.html(#tab=\d{1,15})$/;
const MAX_WINDOWS = 16;
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
/** Characters of a notification. */
const LONGEST_TOLD = 200;

type Words = Readonly<Record<MenuLanguage, string>>;

export interface DesktopOptions {
  /** The folder of the shell and the window: in a package, the archive. */
  readonly root: string;
  /** The engine's folder: in a package, beside the archive; else the same. */
  readonly engine: string;
  readonly argv: readonly string[];
  readonly platform: string;
  /** Of the menu: the system's, which the shell knows before the window's settings. */
  readonly language: () => MenuLanguage;
}

/** What the page wants told, bounded: its texts come from packets. @returns null where it is nothing of the kind */
function toldOf(value: unknown): { readonly title: string; readonly body: string; readonly about: string } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { title, body, about } = value as Record<string, unknown>;
  if (typeof title !== 'string' || typeof body !== 'string' || typeof about !== 'string') return null;
  return {
    title: title.slice(0, LONGEST_TOLD),
    body: body.slice(0, LONGEST_TOLD),
    about: about.slice(0, LONGEST_TOLD),
  };
}

/** @returns null for what is no address of the window, or cannot be decoded */
function pathIn(url: string): string | null {
  const address = URL.parse(url);
  if (address?.host !== 'window') return null;
  try {
    return decodeURIComponent(address.pathname);
  } catch {
    return null;
  }
}

export class Desktop {
  private readonly electron: Electron;
  private readonly options: DesktopOptions;
  /** The one that was in front last is the last one. */
  private windows: readonly BrowserWindow[] = [];
  private readonly engine: Engine;
  private readonly senders: Senders;
  /** Somebody is asked whether to quit. */
  private asking = false;
  /** What is open was closed: nothing keeps the program any more. */
  private ended = false;

  constructor(electron: Electron, options: DesktopOptions) {
    this.electron = electron;
    this.options = options;
    this.engine = new Engine({
      root: options.engine,
      version: electron.app.getVersion(),
      fork: () => electron.fork(join(options.engine, 'dist', 'electron', 'host.js'), []),
      restarted: () => {
        for (const window of this.windows) this.connect(window);
      },
      gaveUp: () => void this.engineLost(),
    });
    this.senders = new Senders(electron.ipcMain, HOME, () => this.windows);
  }

  async start(): Promise<void> {
    const { app, protocol } = this.electron;
    if (!app.requestSingleInstanceLock()) {
      app.quit();
      return;
    }
    app.enableSandbox();
    protocol.registerSchemesAsPrivileged([
      { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    app.on('second-instance', (_event, argv, folder) => {
      this.toFront();
      const open = begins(argv.slice(1), folder);
      if (open?.what === 'file') this.open(open.path);
    });
    // macOS hands over files of an association this way, also before the window is there.
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.open(path);
    });
    app.on('window-all-closed', () => app.quit());
    app.on('before-quit', (event) => {
      if (this.ended) return;
      event.preventDefault();
      void this.quit();
    });
    await app.whenReady();
    protocol.handle(SCHEME, (request) => this.file(request.url));
    new Choosing(this.electron.dialog, this.engine, this.options.language).handle(this.senders);
    this.handleNotifications();
    this.engine.start(begins(this.options.argv, process.cwd()));
    this.openWindow();
    this.electron.menu.set(
      this.electron.menu.build(
        menuTemplate(this.options.platform, this.options.language(), (command) =>
          this.front?.webContents.send('command', command),
        ),
      ),
    );
  }

  private get front(): BrowserWindow | null {
    return this.windows.at(-1) ?? null;
  }

  /** @param page what stands behind the address of the window's one page */
  private openWindow(page = ''): void {
    const window = this.electron.newWindow({
      width: 1440,
      height: 900,
      minWidth: 900,
      minHeight: 600,
      show: false,
      title: 'Sightline',
      backgroundColor: '#0e1116',
      webPreferences: {
        preload: join(this.options.root, 'dist', 'electron', 'preload.cjs'),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
        navigateOnDragDrop: false,
      },
    });
    this.windows = [...this.windows, window];
    const { webContents } = window;
    // A window shows one page for life: it goes nowhere, gets no permission but the clipboard's, and opens nothing but a
    // tab of its own captures in a window beside it, which is made here like every other.
    webContents.setWindowOpenHandler(({ url }) => {
      const tab = OF_TAB.exec(url);
      if (tab !== null && this.windows.length < MAX_WINDOWS) this.openWindow(tab[1]);
      return { action: 'deny' };
    });
    webContents.on('will-navigate', (event) => event.preventDefault());
    // Of every frame. The page has none, so that one that appears is nobody's of ours.
    webContents.on('will-frame-navigate', (event) => event.preventDefault());
    webContents.on('will-redirect', (event) => event.preventDefault());
    webContents.on('will-attach-webview', (event) => event.preventDefault());
    webContents.session.setPermissionRequestHandler((_contents, permission, answer) =>
      answer(permission === 'clipboard-sanitized-write'),
    );
    webContents.session.setPermissionCheckHandler(
      (_contents, permission) => permission === 'clipboard-sanitized-write',
    );
    webContents.session.setDevicePermissionHandler(() => false);
    webContents.on('render-process-gone', () => {
      if (!this.ended) window.reload();
    });
    webContents.on('did-finish-load', () => this.connect(window));
    window.once('ready-to-show', () => window.show());
    window.on('focus', () => {
      this.windows = [...this.windows.filter((w) => w !== window), window];
    });
    window.on('close', (event) => {
      // With the last window the program ends, which a running capture is asked about first.
      if (this.ended || this.windows.length > 1) return;
      event.preventDefault();
      void this.quit();
    });
    window.on('closed', () => {
      this.windows = this.windows.filter((w) => w !== window);
    });
    void window.loadURL(`${HOME}${page}`);
  }

  /** A channel straight between the window and the host; this process keeps neither end. */
  private connect(window: BrowserWindow): void {
    const { port1, port2 } = this.electron.newChannel();
    if (this.engine.connect(port1)) window.webContents.postMessage('port', null, [port2]);
  }

  private open(path: string): void {
    this.electron.app.addRecentDocument(path);
    this.engine.open(path);
    this.toFront();
  }

  /** Asks where a capture runs, closes what is open, and ends. */
  private async quit(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const names = await this.engine.captures();
    if (names.length > 0 && !(await this.asksWith(QUIT, QUIT.quit, QUIT.stay, names))) {
      this.asking = false;
      return;
    }
    await this.end();
  }

  /** Closes what is open and ends without a question, as somebody at a terminal wants it. */
  async end(): Promise<void> {
    this.asking = true;
    await this.engine.end();
    this.ended = true;
    this.electron.app.quit();
  }

  private async engineLost(): Promise<void> {
    if (await this.asksWith(LOST, LOST.again, LOST.quit, [])) this.engine.startAgain();
    else await this.end();
  }

  /** @returns whether the first of two buttons was pressed; the second one is the careful one */
  private async asksWith(
    { message, detail }: Record<'message' | 'detail', Words>,
    yes: Words,
    no: Words,
    names: readonly string[],
  ): Promise<boolean> {
    const language = this.options.language();
    const { front } = this;
    if (front === null) return true;
    this.toFront();
    const { response } = await this.electron.dialog.showMessageBox(front, {
      type: 'question',
      message: message[language],
      detail: [detail[language], ...names.map((name) => name.slice(0, LONGEST_TOLD))].join('\n'),
      buttons: [yes[language], no[language]],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    return response === 0;
  }

  private toFront(window = this.front): void {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  }

  /** Incidents told by the desktop: a press brings their window to the front and tells it which one was pressed. */
  private handleNotifications(): void {
    const { notification } = this.electron;
    this.senders.handle('notify', async (window, argument) => {
      const told = toldOf(argument);
      if (told === null || !notification.isSupported()) return false;
      const { title, body, about } = told;
      notification.show({ title, body }, () => {
        // The window that told may be closed by then.
        if (!this.windows.includes(window)) return;
        this.toFront(window);
        window.webContents.send('notified', about);
      });
      return true;
    });
  }

  /** Files of the window, and nothing beside them. */
  private async file(url: string): Promise<Response> {
    const folder = join(this.options.root, 'dist', 'renderer');
    const inside = pathIn(url);
    const path = inside === null ? '' : normalize(join(folder, inside));
    const type = TYPES[extname(path)];
    if (type === undefined || !path.startsWith(folder + sep)) return new Response('', { status: 404 });
    try {
      return new Response(await readFile(path), {
        headers: {
          'Content-Type': type,
          'Content-Security-Policy': WINDOW_POLICY,
          'X-Content-Type-Options': 'nosniff',
        },
      });
    } catch {
      return new Response('', { status: 404 });
    }
  }
}
