// The desktop shell: windows, one engine host, a port between each and it, dialogs and a menu. It has no capture and makes
// no decision about one.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { WINDOW_POLICY } from '../contract/index.ts';
import { log } from '../engine/host-options.ts';
import { type MenuLanguage, menuTemplate } from './menu.ts';
import type { BrowserWindow, Electron, HostProcess, InvokeEvent } from './shell.ts';

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
const CAPTURES = ['pcap', 'pcapng', 'cap', 'gz', 'zst', 'lz4', 'bz2', 'xz'];
/** Restarts of the host that failed at once, before giving up. */
const MAX_RESTARTS = 3;
/** Characters of a notification. */
const LONGEST_TOLD = 200;

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

/** To the host process: what it serves, and one port a window. */
export type ToHost =
  | { readonly kind: 'begin'; readonly root: string; readonly version: string; readonly open: Begin | null }
  | { readonly kind: 'window' }
  | { readonly kind: 'open'; readonly path: string };

export type Begin =
  | { readonly what: 'file'; readonly path: string }
  | { readonly what: 'sample' }
  | { readonly what: 'interface'; readonly name: string; readonly filter: string };

const WITH_VALUE = ['--interface', '--filter'];

/**
 * What a command line asks for: `FILE`, `--sample`, `--interface NAME` with `--filter EXPRESSION`. `npm start` has
 * refused what is none of ours (contract/start-options.ts); here switches of Electron's own may stand between.
 */
export function begins(argv: readonly string[], folder: string): Begin | null {
  const name = valueOf(argv, '--interface');
  if (name !== null) return { what: 'interface', name, filter: valueOf(argv, '--filter') ?? '' };
  if (argv.includes('--sample')) return { what: 'sample' };
  const file = argv.find((a, i) => !a.startsWith('-') && !WITH_VALUE.includes(argv[i - 1] ?? ''));
  return file === undefined ? null : { what: 'file', path: resolve(folder, file) };
}

/** The value of an option, given as `--name value` or `--name=value`. */
function valueOf(argv: readonly string[], option: string): string | null {
  const at = argv.indexOf(option);
  if (at >= 0) return argv[at + 1] ?? null;
  const whole = argv.find((a) => a.startsWith(`${option}=`));
  return whole === undefined ? null : whole.slice(option.length + 1);
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

export class Desktop {
  private readonly electron: Electron;
  private readonly options: DesktopOptions;
  /** The one that was in front last is the last one. */
  private windows: readonly BrowserWindow[] = [];
  private host: HostProcess | null = null;
  private restarts = 0;
  private quitting = false;

  constructor(electron: Electron, options: DesktopOptions) {
    this.electron = electron;
    this.options = options;
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
    app.on('before-quit', () => {
      this.quitting = true;
      this.host?.kill();
    });
    await app.whenReady();
    protocol.handle(SCHEME, (request) => this.file(request.url));
    this.handleDialogs();
    this.handleNotifications();
    this.startHost(begins(this.options.argv, process.cwd()));
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
    webContents.on('will-redirect', (event) => event.preventDefault());
    webContents.on('will-attach-webview', (event) => event.preventDefault());
    webContents.session.setPermissionRequestHandler((_contents, permission, answer) =>
      answer(permission === 'clipboard-sanitized-write'),
    );
    webContents.session.setPermissionCheckHandler(
      (_contents, permission) => permission === 'clipboard-sanitized-write',
    );
    webContents.on('render-process-gone', () => {
      if (!this.quitting) window.reload();
    });
    webContents.on('did-finish-load', () => this.connect(window));
    window.once('ready-to-show', () => window.show());
    window.on('focus', () => {
      this.windows = [...this.windows.filter((w) => w !== window), window];
    });
    window.on('closed', () => {
      this.windows = this.windows.filter((w) => w !== window);
    });
    void window.loadURL(`${HOME}${page}`);
  }

  private startHost(open: Begin | null): void {
    const host = this.electron.fork(join(this.options.engine, 'dist', 'electron', 'host.js'), []);
    this.host = host;
    log('electron', () => `host started: ${open === null ? 'nothing to open' : JSON.stringify(open)}`);
    host.postMessage({
      kind: 'begin',
      root: this.options.engine,
      version: this.electron.app.getVersion(),
      open,
    } satisfies ToHost);
    host.on('message', () => {
      this.restarts = 0;
    });
    host.on('exit', (code) => {
      log('electron', () => `host ended with ${code}, restarts ${this.restarts}`);
      if (this.quitting || this.host !== host) return;
      this.host = null;
      if (++this.restarts > MAX_RESTARTS) return;
      this.startHost(null);
      for (const window of this.windows) this.connect(window);
    });
  }

  /** A channel straight between the window and the host; this process keeps neither end. */
  private connect(window: BrowserWindow): void {
    if (this.host === null) return;
    const { port1, port2 } = this.electron.newChannel();
    this.host.postMessage({ kind: 'window' } satisfies ToHost, [port1]);
    window.webContents.postMessage('port', null, [port2]);
  }

  private open(path: string): void {
    this.electron.app.addRecentDocument(path);
    this.host?.postMessage({ kind: 'open', path } satisfies ToHost);
    this.toFront();
  }

  private toFront(window = this.front): void {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  }

  /** Answers what the page asks; only the main frame of a page of our own may. */
  private handle<T>(channel: string, answer: (window: BrowserWindow, argument: unknown) => Promise<T>): void {
    this.electron.ipcMain.handle(channel, (event: InvokeEvent, argument: unknown) => {
      const window = this.windows.find(({ webContents }) => webContents.mainFrame === event.senderFrame);
      if (window === undefined) throw new Error('refused');
      return answer(window, argument);
    });
  }

  /** Incidents told by the desktop: a press brings their window to the front and tells it which one was pressed. */
  private handleNotifications(): void {
    const { notification } = this.electron;
    this.handle('notify', async (window, argument) => {
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

  private handleDialogs(): void {
    const { dialog } = this.electron;
    const asked: typeof this.handle = (channel, answer) => this.handle(channel, answer);
    asked('choose-file', async (window) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openFile'],
        filters: [
          { name: 'Captures', extensions: CAPTURES },
          { name: 'All files', extensions: ['*'] },
        ],
      });
      return canceled ? null : (filePaths[0] ?? null);
    });
    asked('choose-folder', async (window) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openDirectory', 'createDirectory'],
      });
      return canceled ? null : (filePaths[0] ?? null);
    });
    asked('choose-save', async (window, name) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: typeof name === 'string' ? name.replace(/[^\w. -]/g, '_').slice(0, 100) : 'capture.pcapng',
      });
      return canceled ? null : (filePath ?? null);
    });
  }

  /** Files of the window, and nothing beside them. */
  private async file(url: string): Promise<Response> {
    const { host, pathname } = new URL(url);
    const folder = join(this.options.root, 'dist', 'renderer');
    const path = normalize(join(folder, decodeURIComponent(pathname)));
    const type = TYPES[extname(path)];
    if (host !== 'window' || type === undefined || !path.startsWith(folder + sep))
      return new Response('', { status: 404 });
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
