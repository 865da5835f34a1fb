// A runtime that implements the few things of Electron that the shell uses, so that its code runs where Electron's
// runtime cannot be had: the host is a process, ports are ports, the page is got through the protocol's handler, the
// preload runs in a world of its own beside the page's. What Chromium does is not here: no drawing, no sandbox.
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Chosen } from '../choosing.ts';
import { PortMain } from './ports.ts';
import type { Tunnelled } from './utility.ts';

type Listener = (...args: never[]) => unknown;
/** What listens and has calls, as Electron's things do. */
type Thing = EventEmitter & Record<string, unknown>;
export interface Frame {
  readonly url: string;
}
type Handler = (event: { readonly senderFrame: Frame | null }, ...args: unknown[]) => unknown;

/** What the preload exposes to the page. */
export interface PageShell {
  readonly platform: string;
  chooseFile(): Promise<Chosen | null>;
  chooseFolder(): Promise<Chosen | null>;
  chooseSaveFolder(): Promise<Chosen | null>;
  choosePipe(): Promise<Chosen | null>;
  chooseSave(name: string): Promise<Chosen | null>;
  grantOf(file: { readonly path?: string }): Promise<Chosen | null>;
  notify(told: unknown): Promise<boolean>;
  onNotified(listener: (about: string) => void): void;
  onCommand(listener: (command: string) => void): void;
}

/** What the test answers a dialog with. */
export interface Answers {
  open(options: Readonly<Record<string, unknown>>): Promise<readonly string[]> | readonly string[];
  save(options: Readonly<Record<string, unknown>>): Promise<string | null> | string | null;
  /** @returns the number of the button */
  box(options: BoxOptions): Promise<number> | number;
}
export interface BoxOptions {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** An event that can be stopped. */
class Stoppable {
  stopped = false;
  preventDefault(): void {
    this.stopped = true;
  }
}

/** A process with a port to its parent, as `utilityProcess.fork` makes it. */
export class HostProcess extends EventEmitter {
  readonly child: ChildProcess;
  private readonly ports = new Map<number, MessagePort>();
  private made = 0;

  constructor(script: string, env: NodeJS.ProcessEnv, folder: string) {
    super();
    // From a checkout the sources run, so that what is tested is what is written.
    const source = join(folder, 'electron', 'host.ts');
    const runs = existsSync(script) && !script.includes(join('dist', 'electron')) ? script : source;
    this.child = fork(new URL('utility.ts', import.meta.url), [runs], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child.on('message', (m) => this.hear(m as Tunnelled));
    this.child.on('error', () => undefined);
    this.child.on('exit', (code) => {
      for (const port of this.ports.values()) port.close();
      this.emit('exit', code ?? 1);
    });
  }

  postMessage(message: unknown, transfer: readonly PortMain[] = []): void {
    const ports = transfer.map(({ port }) => {
      const id = ++this.made;
      this.ports.set(id, port);
      port.on('message', (data: unknown) => this.send({ kind: 'port', port: id, data }));
      port.on('close', () => {
        if (this.ports.delete(id)) this.send({ kind: 'closed', port: id });
      });
      return id;
    });
    this.send({ kind: 'message', message, ports });
  }

  kill(): boolean {
    return this.child.kill();
  }

  private send(message: Tunnelled): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private hear(m: Tunnelled): void {
    if (m.kind === 'message') this.emit('message', m.message);
    else if (m.kind === 'port') this.ports.get(m.port)?.postMessage(m.data);
    else {
      const port = this.ports.get(m.port);
      this.ports.delete(m.port);
      port?.close();
    }
  }
}

/** A window with one page in it. */
export class Window extends EventEmitter {
  readonly runtime: Runtime;
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> & { readonly preload: string } };
  readonly webContents: Thing;
  /** What the preload has put into the page. */
  shell: PageShell | null = null;
  /** The port to the host that came last. */
  port: MessagePort | null = null;
  readonly commands: string[] = [];
  page = '';
  reloads = 0;
  mainFrame: Frame = { url: '' };
  isClosed = false;
  private heard = new Map<string, Listener[]>();
  private opener: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  private request: (contents: unknown, permission: string, answer: (yes: boolean) => void) => void = (_c, _p, yes) =>
    yes(true);
  private check: (contents: unknown, permission: string) => boolean = () => true;
  private device: () => boolean = () => true;

  constructor(runtime: Runtime, options: Window['options']) {
    super();
    this.runtime = runtime;
    this.options = options;
    const mainFrame = (): Frame => this.mainFrame;
    this.webContents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: (h: Window['opener']) => {
        this.opener = h;
      },
      postMessage: (channel: string, message: unknown, transfer: readonly PortMain[]) =>
        this.tell(
          channel,
          transfer.map(({ port }) => port),
          message,
        ),
      send: (channel: string, message: unknown) => this.tell(channel, [], message),
      session: {
        setPermissionRequestHandler: (h: Window['request']) => {
          this.request = h;
        },
        setPermissionCheckHandler: (h: Window['check']) => {
          this.check = h;
        },
        setDevicePermissionHandler: (h: Window['device']) => {
          this.device = h;
        },
      },
    }) as EventEmitter as Thing;
    Object.defineProperty(this.webContents, 'mainFrame', { get: mainFrame });
  }

  async loadURL(url: string): Promise<void> {
    const answer = await this.runtime.serve({ url: url.split('#')[0]! });
    this.page = await answer.text();
    this.mainFrame = { url };
    this.preload();
    this.emit('ready-to-show');
    this.webContents.emit('did-finish-load');
  }

  reload(): void {
    this.reloads++;
    void this.loadURL(this.mainFrame.url);
  }

  show(): void {
    this.focus();
  }

  focus(): void {
    this.emit('focus');
  }

  isMinimized(): boolean {
    return false;
  }

  restore(): void {
    this.focus();
  }

  /** Somebody closes it. @returns whether it went */
  close(): boolean {
    const event = new Stoppable();
    this.emit('close', event);
    if (event.stopped) return false;
    this.isClosed = true;
    this.port?.close();
    this.emit('closed');
    if (this.runtime.windows.every((w) => w.isClosed)) this.runtime.app.emit('window-all-closed');
    return true;
  }

  /** The page, or a frame in it, goes elsewhere. @returns whether it may */
  goes(event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect' | 'will-attach-webview', url: string): boolean {
    const stoppable = new Stoppable();
    this.webContents.emit(event, stoppable, url);
    return !stoppable.stopped;
  }

  /** The page opens another one. @returns whether Chromium would make it */
  opens(url: string): boolean {
    return this.opener({ url }).action !== 'deny';
  }

  /** @returns whether the page gets it when it asks, when it looks, and of a device */
  permits(permission: string): readonly boolean[] {
    let asked = false;
    this.request(null, permission, (yes) => {
      asked = yes;
    });
    return [asked, this.check(null, permission), this.device()];
  }

  /** @param from another frame than the page's own, for who is no page of ours */
  invoke(channel: string, argument: unknown, from: Frame = this.mainFrame): Promise<unknown> {
    return this.runtime.invoke(channel, from, structuredClone(argument));
  }

  private tell(channel: string, ports: readonly MessagePort[], message: unknown): void {
    if (channel === 'command') this.commands.push(String(message));
    for (const listener of this.heard.get(channel) ?? []) listener({ ports } as never, message as never);
  }

  /** Runs the preload's source in a world of its own; nothing of it is in the page but what it exposes. */
  private preload(): void {
    this.heard = new Map();
    const electron = {
      contextBridge: {
        exposeInMainWorld: (_name: string, api: unknown) => {
          this.shell = api as PageShell;
        },
      },
      ipcRenderer: {
        invoke: (channel: string, argument: unknown) => this.invoke(channel, argument),
        on: (channel: string, listener: Listener) =>
          this.heard.set(channel, [...(this.heard.get(channel) ?? []), listener]),
      },
      webUtils: { getPathForFile: (file: { readonly path?: string }) => file.path ?? '' },
    };
    const source = readFileSync(new URL('../preload.cts', import.meta.url), 'utf8');
    runInNewContext(stripTypeScriptTypes(source), {
      require: (name: string) => {
        if (name !== 'electron') throw new Error(`a sandboxed preload has no ${name}`);
        return electron;
      },
      process: { platform: process.platform },
      location: { origin: 'sightline://window' },
      postMessage: (_message: unknown, _origin: string, [port]: readonly MessagePort[]) => {
        this.port?.close();
        this.port = port ?? null;
        this.emit('port');
      },
    });
  }
}

/** One running program. */
export class Runtime {
  readonly app: Thing;
  readonly windows: Window[] = [];
  readonly hosts: HostProcess[] = [];
  readonly boxes: BoxOptions[] = [];
  readonly recent: string[] = [];
  readonly told: { readonly title: string; readonly body: string; readonly clicked: () => void }[] = [];
  menu: readonly unknown[] = [];
  /** Held by the one that runs. */
  lock = true;
  isSandboxed = false;
  hasQuit = false;
  answers: Answers = { open: () => [], save: () => null, box: () => 1 };
  serve: (request: { readonly url: string }) => Promise<Response> | Response = () => new Response('', { status: 404 });
  private readonly handlers = new Map<string, Handler>();
  private readonly folder: string;
  private readonly env: NodeJS.ProcessEnv;

  /** @param folder the product's own @param env of the host */
  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
    this.app = Object.assign(new EventEmitter(), {
      requestSingleInstanceLock: () => this.lock,
      quit: () => this.quit(),
      whenReady: async () => undefined,
      getPath: () => folder,
      getVersion: () => '1.2.3',
      enableSandbox: () => {
        this.isSandboxed = true;
      },
      addRecentDocument: (path: string) => this.recent.push(path),
    }) as EventEmitter as Thing;
  }

  /** As the shell takes it. */
  get electron(): object {
    return {
      app: this.app,
      protocol: {
        registerSchemesAsPrivileged: () => undefined,
        handle: (_scheme: string, h: Runtime['serve']) => {
          this.serve = h;
        },
      },
      ipcMain: { handle: (channel: string, h: Handler) => this.handlers.set(channel, h) },
      dialog: {
        showOpenDialog: async (_window: unknown, options: Record<string, unknown>) => {
          const filePaths = await this.answers.open(options);
          return { canceled: filePaths.length === 0, filePaths };
        },
        showSaveDialog: async (_window: unknown, options: Record<string, unknown>) => {
          const filePath = await this.answers.save(options);
          return filePath === null ? { canceled: true } : { canceled: false, filePath };
        },
        showMessageBox: async (_window: unknown, options: BoxOptions) => {
          this.boxes.push(options);
          return { response: await this.answers.box(options) };
        },
      },
      notification: {
        isSupported: () => true,
        show: (told: { title: string; body: string }, clicked: () => void) => this.told.push({ ...told, clicked }),
      },
      menu: {
        build: (template: readonly unknown[]) => template,
        set: (menu: readonly unknown[]) => {
          this.menu = menu;
        },
      },
      newWindow: (options: Window['options']) => {
        const window = new Window(this, options);
        this.windows.push(window);
        return window;
      },
      newChannel: () => {
        const { port1, port2 } = new MessageChannel();
        return { port1: new PortMain(port1), port2: new PortMain(port2) };
      },
      fork: (script: string) => {
        const host = new HostProcess(script, this.env, this.folder);
        this.hosts.push(host);
        return host;
      },
    };
  }

  async invoke(channel: string, senderFrame: Frame | null, argument: unknown): Promise<unknown> {
    const handler = this.handlers.get(channel);
    if (handler === undefined) throw new Error(`nobody answers ${channel}`);
    return handler({ senderFrame }, argument);
  }

  get channels(): readonly string[] {
    return [...this.handlers.keys()];
  }

  private quit(): void {
    const event = new Stoppable();
    this.app.emit('before-quit', event);
    if (event.stopped) return;
    this.hasQuit = this.windows.every((w) => w.isClosed || w.close());
  }
}
