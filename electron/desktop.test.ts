// The desktop shell through a stand-in for Electron's few APIs: what it asks for, what it refuses, whom it connects.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { begins, Desktop, type ToHost } from './desktop.ts';
import { menuTemplate } from './menu.ts';
import type { BrowserWindow, Electron, HostProcess, MenuItem, WindowOptions } from './shell.ts';

const root = mkdtempSync(join(tmpdir(), 'sightline-desktop-'));
mkdirSync(join(root, 'dist', 'renderer'), { recursive: true });
writeFileSync(join(root, 'dist', 'renderer', 'index.html'), '<!doctype html>');
writeFileSync(join(root, 'secret.html'), 'secret');
after(() => rmSync(root, { recursive: true, force: true }));

type Listener = (...args: never[]) => unknown;

/** Listens like an emitter; `emit` is the test's. */
class Emitter {
  readonly listeners = new Map<string, Listener[]>();
  on(event: string, listener: Listener): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }
  once(event: string, listener: Listener): void {
    this.on(event, listener);
  }
  emit(event: string, ...args: unknown[]): void {
    for (const l of this.listeners.get(event) ?? []) l(...(args as never[]));
  }
}

class StandIn {
  readonly app = Object.assign(new Emitter(), {
    quits: 0,
    lock: true,
    sandboxed: false,
    recent: [] as string[],
    requestSingleInstanceLock: (): boolean => this.app.lock,
    quit: (): void => {
      this.app.quits++;
    },
    whenReady: async (): Promise<void> => undefined,
    getPath: (): string => root,
    getVersion: (): string => '1.2.3',
    enableSandbox: (): void => {
      this.app.sandboxed = true;
    },
    addRecentDocument: (p: string): void => {
      this.app.recent.push(p);
    },
  });
  readonly handled = new Map<string, (event: { senderFrame: object | null }, ...args: unknown[]) => unknown>();
  readonly hosts: (Emitter & { sent: { message: ToHost; transfer: readonly object[] }[] })[] = [];
  readonly windows: {
    options: WindowOptions;
    contents: Emitter & Record<string, unknown>;
    sent: { channel: string; transfer: readonly object[] }[];
    commands: string[];
    window: Emitter;
    loaded: string;
  }[] = [];
  schemes: readonly { scheme: string }[] = [];
  serve: (request: { url: string }) => Promise<Response> | Response = () => new Response('');
  opened: ((details: { url: string }) => { action: string }) | null = null;
  permission: ((contents: unknown, permission: string, answer: (allowed: boolean) => void) => void) | null = null;
  menu: readonly MenuItem[] = [];
  channels = 0;
  canTell = true;
  readonly told: { title: string; body: string; clicked: () => void }[] = [];

  get electron(): Electron {
    return {
      app: this.app,
      protocol: {
        registerSchemesAsPrivileged: (s: readonly { scheme: string }[]) => {
          this.schemes = s;
        },
        handle: (_s: string, h: StandIn['serve']) => {
          this.serve = h;
        },
      },
      ipcMain: {
        handle: (channel: string, handler: unknown) => {
          this.handled.set(channel, handler as never);
        },
      },
      dialog: {
        showOpenDialog: async () => ({ canceled: false, filePaths: ['/chosen.pcap'] }),
        showSaveDialog: async (_w: unknown, options: unknown) => ({
          canceled: false,
          filePath: (options as { defaultPath: string }).defaultPath,
        }),
      },
      notification: {
        isSupported: () => this.canTell,
        show: (told: { title: string; body: string }, clicked: () => void) => {
          this.told.push({ ...told, clicked });
        },
      },
      menu: {
        build: (template: unknown) => template,
        set: (menu: unknown) => {
          this.menu = menu as readonly MenuItem[];
        },
      },
      newWindow: (options: WindowOptions) => this.newWindow(options),
      newChannel: () => {
        this.channels++;
        return { port1: { end: 1, n: this.channels }, port2: { end: 2, n: this.channels } };
      },
      fork: () => {
        const host = Object.assign(new Emitter(), {
          sent: [] as { message: ToHost; transfer: readonly object[] }[],
          kill: () => true,
          postMessage: (message: ToHost, transfer: readonly object[] = []): void => {
            host.sent.push({ message, transfer });
          },
        });
        this.hosts.push(host);
        return host as unknown as HostProcess;
      },
    } as unknown as Electron;
  }

  private newWindow(options: WindowOptions): BrowserWindow {
    const made = {
      options,
      sent: [] as { channel: string; transfer: readonly object[] }[],
      commands: [] as string[],
      contents: new Emitter() as Emitter & Record<string, unknown>,
      window: new Emitter(),
      loaded: '',
    };
    Object.assign(made.contents, {
      id: 1,
      mainFrame: { own: true },
      setWindowOpenHandler: (h: never) => {
        this.opened = h;
      },
      postMessage: (channel: string, _m: unknown, transfer: readonly object[]) => {
        made.sent.push({ channel, transfer });
      },
      send: (_c: string, command: string) => {
        made.commands.push(command);
      },
      session: {
        setPermissionRequestHandler: (h: never) => {
          this.permission = h;
        },
        setPermissionCheckHandler: () => undefined,
      },
    });
    this.windows.push(made);
    return Object.assign(made.window, {
      webContents: made.contents,
      loadURL: async (url: string) => {
        made.loaded = url;
      },
      show: () => undefined,
      focus: () => undefined,
      isMinimized: () => false,
      restore: () => undefined,
      reload: () => undefined,
    }) as unknown as BrowserWindow;
  }
}

async function started(argv: readonly string[] = []): Promise<StandIn> {
  const s = new StandIn();
  await new Desktop(s.electron, { root, engine: root, argv, platform: 'linux', language: () => 'en' }).start();
  return s;
}

test('the window is sandboxed and isolated, and goes nowhere', async () => {
  const s = await started();
  const { webPreferences } = s.windows[0]!.options;
  assert.deepEqual(
    { ...webPreferences, preload: '' },
    {
      preload: '',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  );
  assert.ok(s.app.sandboxed);
  assert.deepEqual(s.opened!({ url: 'https://example.test' }), { action: 'deny' });
  let stopped = 0;
  for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview'])
    s.windows[0]!.contents.emit(
      event,
      {
        preventDefault: () => {
          stopped++;
        },
      },
      'https://example.test',
    );
  assert.equal(stopped, 3);
  const granted: boolean[] = [];
  for (const permission of ['geolocation', 'media', 'notifications', 'clipboard-sanitized-write'])
    s.permission!(null, permission, (allowed) => granted.push(allowed));
  assert.deepEqual(granted, [false, false, false, true]);
});

test('a page opens its own tabs in windows beside it, which are like the first, and nothing else', async () => {
  const s = await started();
  for (const url of [
    'sightline://window/index.html',
    'sightline://window/index.html#tab=1x',
    'sightline://window/other.html#tab=1',
    'https://example.test/#tab=1',
    'file:///etc/passwd#tab=1',
  ])
    assert.deepEqual(s.opened!({ url }), { action: 'deny' });
  assert.equal(s.windows.length, 1);
  assert.deepEqual(s.opened!({ url: 'sightline://window/index.html#tab=3' }), { action: 'deny' });
  const [first, second] = s.windows;
  assert.deepEqual(second!.options.webPreferences, first!.options.webPreferences);
  assert.deepEqual(
    s.windows.map(({ loaded }) => loaded),
    ['sightline://window/index.html', 'sightline://window/index.html#tab=3'],
  );
  // Each has a port of its own; commands of the menu go to the one in front.
  second!.contents.emit('did-finish-load');
  assert.deepEqual([first!.sent.length, second!.sent.length], [0, 1]);
  const click = s.menu[0]!.submenu![0]!.click!;
  click();
  first!.window.emit('focus');
  click();
  assert.deepEqual([first!.commands, second!.commands], [['open'], ['open']]);
  first!.window.emit('closed');
  const own = { senderFrame: second!.contents['mainFrame'] as object };
  assert.equal(await s.handled.get('choose-file')!(own), '/chosen.pcap');
});

test('the scheme serves the window with its policy, and nothing beside it', async () => {
  const s = await started();
  const ask = async (url: string): Promise<Response> => s.serve({ url });
  const page = await ask('sightline://window/index.html');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('Content-Security-Policy')!, /default-src 'none'; script-src 'self'/);
  for (const url of [
    'sightline://window/../../secret.html',
    'sightline://window/..%2f..%2fsecret.html',
    'sightline://window/%2e%2e/%2e%2e/secret.html',
    'sightline://other/index.html',
    'sightline://window/nothing.js',
    'sightline://window/index.exe',
  ])
    assert.equal((await ask(url)).status, 404, url);
});

test('window and host get the two ends of one channel, again after a reload and after the host is gone', async () => {
  const s = await started(['/work/x.pcap']);
  const [host] = s.hosts;
  assert.deepEqual(host!.sent[0]!.message, {
    kind: 'begin',
    root,
    version: '1.2.3',
    open: { what: 'file', path: '/work/x.pcap' },
  });
  s.windows[0]!.contents.emit('did-finish-load');
  assert.deepEqual(host!.sent[1]!.transfer, [{ end: 1, n: 1 }]);
  assert.deepEqual(s.windows[0]!.sent[0], { channel: 'port', transfer: [{ end: 2, n: 1 }] });
  s.windows[0]!.contents.emit('did-finish-load');
  assert.equal(s.windows[0]!.sent.length, 2);
  host!.emit('exit', 1);
  assert.equal(s.hosts.length, 2);
  assert.equal(s.windows[0]!.sent.length, 3);
  for (let i = 0; i < 10; i++) s.hosts.at(-1)!.emit('exit', 1);
  assert.ok(s.hosts.length <= 5, 'a host that never comes up is not started for ever');
});

test('a second start brings its file to the first window', async () => {
  const s = await started();
  s.app.emit('second-instance', null, ['electron', 'other.pcap'], '/home/user');
  assert.deepEqual(s.hosts[0]!.sent.at(-1)!.message, { kind: 'open', path: '/home/user/other.pcap' });
  s.app.emit('open-file', { preventDefault: () => undefined }, '/associated.pcapng');
  assert.deepEqual(s.hosts[0]!.sent.at(-1)!.message, { kind: 'open', path: '/associated.pcapng' });
  const second = new StandIn();
  second.app.lock = false;
  await new Desktop(second.electron, { root, engine: root, argv: [], platform: 'linux', language: () => 'en' }).start();
  assert.equal(second.app.quits, 1);
  assert.equal(second.windows.length, 0);
});

test('dialogs answer our own frame only', async () => {
  const s = await started();
  const own = { senderFrame: s.windows[0]!.contents['mainFrame'] as object };
  assert.equal(await s.handled.get('choose-file')!(own), '/chosen.pcap');
  assert.equal(await s.handled.get('choose-save')!(own, '../../etc/passwd'), '.._.._etc_passwd');
  for (const channel of ['choose-file', 'choose-folder', 'choose-save'])
    assert.throws(() => s.handled.get(channel)!({ senderFrame: {} }, 'x'), /refused/);
});

test('command lines', () => {
  assert.deepEqual(begins(['--sample'], '/'), { what: 'sample' });
  const eth0 = { what: 'interface', name: 'eth0', filter: '' };
  assert.deepEqual(begins(['--interface', 'eth0'], '/'), eth0);
  assert.deepEqual(begins(['--no-sandbox', '--interface=eth0', '--filter=tcp port 443'], '/'), {
    ...eth0,
    filter: 'tcp port 443',
  });
  assert.deepEqual(begins(['--filter', 'udp', '--interface', 'eth0'], '/'), { ...eth0, filter: 'udp' });
  assert.deepEqual(begins(['a.pcap'], '/home/u'), { what: 'file', path: '/home/u/a.pcap' });
  assert.equal(begins(['--enable-logging'], '/'), null);
});

test('every entry of the menu is a command of the window', async () => {
  const s = await started();
  const known = new Set(
    ['commands.ts', 'file-export.ts', 'threat.ts'].flatMap((name) => {
      const source = readFileSync(new URL(`../renderer/state/${name}`, import.meta.url), 'utf8');
      return [...source.matchAll(/id: '([\w-]+)'/g)].map((m) => m[1]);
    }),
  );
  const clickable: MenuItem[] = [];
  const walk = (items: readonly MenuItem[]): void => {
    for (const i of items) {
      if (i.click) clickable.push(i);
      if (i.submenu) walk(i.submenu);
    }
  };
  walk(s.menu);
  for (const item of clickable) item.click!();
  const sent = s.windows[0]!.commands;
  assert.ok(sent.length > 20);
  assert.deepEqual(
    sent.filter((c) => !known.has(c)),
    [],
  );
  assert.equal(menuTemplate('darwin', 'en', () => undefined)[0]!.role, 'appMenu');
});

test('incidents are told by the desktop: bounded, for our own page only, and a press comes back to it', async () => {
  const s = await started();
  const notify = s.handled.get('notify')!;
  const { contents, commands } = s.windows[0]!;
  const own = { senderFrame: contents['mainFrame'] as object };
  const told = { title: 't'.repeat(500), body: 'malicious', about: 'sightline-3' };
  assert.equal(await notify(own, told), true);
  assert.deepEqual([s.told[0]!.title.length, s.told[0]!.body], [200, 'malicious']);
  assert.deepEqual(commands, []);
  s.told[0]!.clicked();
  assert.deepEqual(commands, ['sightline-3']);
  for (const odd of [null, 'text', { title: 1, body: '', about: '' }, { title: 't' }])
    assert.equal(await notify(own, odd), false);
  s.canTell = false;
  assert.equal(await notify(own, told), false);
  assert.equal(s.told.length, 1);
  assert.throws(() => notify({ senderFrame: {} }, told), /refused/);
});

test('the preload exposes seven calls and hands the port over', () => {
  const text = readFileSync(new URL('../dist/electron/preload.cjs', import.meta.url), 'utf8');
  const exposed: Record<string, Record<string, unknown>> = {};
  const listeners = new Map<string, Listener>();
  const posted: unknown[] = [];
  const invoked: unknown[] = [];
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: Record<string, unknown>) => {
        exposed[name] = api;
      },
    },
    ipcRenderer: {
      invoke: (...args: unknown[]) => {
        invoked.push(args);
      },
      on: (channel: string, l: Listener) => {
        listeners.set(channel, l);
      },
    },
    webUtils: { getPathForFile: () => '/dropped.pcap' },
  };
  runInNewContext(text, {
    require: (name: string) => {
      assert.equal(name, 'electron');
      return electron;
    },
    exports: {},
    process: { platform: 'linux' },
    location: { origin: 'sightline://window' },
    postMessage: (...args: unknown[]) => {
      posted.push(args);
    },
  });
  const api = exposed['sightline']!;
  assert.deepEqual(Object.keys(api).sort(), [
    'chooseFile',
    'chooseFolder',
    'chooseSave',
    'notify',
    'onCommand',
    'onNotified',
    'pathOf',
    'platform',
  ]);
  (api['chooseSave'] as (name: unknown) => void)({ toString: () => 'x' });
  assert.deepEqual(invoked[0], ['choose-save', 'x']);
  (listeners.get('port') as (event: unknown) => void)({ ports: ['the port'] });
  assert.equal(JSON.stringify(posted), JSON.stringify([['sightline-port', 'sightline://window', ['the port']]]));
  const heard: string[] = [];
  (api['onCommand'] as (l: (c: string) => void) => void)((c) => heard.push(c));
  (listeners.get('command') as (e: unknown, c: unknown) => void)(null, 'open');
  (listeners.get('command') as (e: unknown, c: unknown) => void)(null, { not: 'a text' });
  assert.deepEqual(heard, ['open']);
});
