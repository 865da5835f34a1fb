// The desktop shell in a runtime that stands in for Electron's: what it asks of it, what it refuses, whom it connects.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { begins } from './begin.ts';
import { menuTemplate } from './menu.ts';
import type { MenuItem } from './shell.ts';
import type { Runtime } from './testing/stand-in.ts';
import { Page, until } from './testing/page.ts';
import { Place } from './testing/started.ts';

const place = new Place();
after(() => place.end());
/** One program for the tests that leave it as it is. */
let runs: Promise<Runtime> | null = null;
const started = (): Promise<Runtime> => (runs ??= place.start());

test('the window is sandboxed and isolated, and goes nowhere, nor does a frame in it', async () => {
  const r = await started();
  const [window] = r.windows;
  assert.deepEqual(
    { ...window!.options.webPreferences, preload: '' },
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
  assert.ok(r.isSandboxed);
  for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'] as const)
    for (const url of ['https://example.test', 'file:///etc/passwd', 'sightline://window/index.html'])
      assert.equal(window!.goes(event, url), false, `${event} ${url}`);
});

test('permissions: the clipboard is written to, nothing else is permitted, no device is', async () => {
  const [window] = (await started()).windows;
  for (const permission of ['geolocation', 'media', 'notifications', 'openExternal', 'clipboard-read', 'hid'])
    assert.deepEqual(window!.permits(permission), [false, false, false], permission);
  assert.deepEqual(window!.permits('clipboard-sanitized-write'), [true, true, false]);
});

test('a page opens its own tabs in windows beside it, which are like the first, and nothing else', async () => {
  const r = await place.start();
  const [first] = r.windows;
  for (const url of [
    'sightline://window/index.html',
    'sightline://window/index.html#tab=1x',
    'sightline://window/other.html#tab=1',
    'https://example.test/#tab=1',
    'file:///etc/passwd#tab=1',
  ])
    assert.equal(first!.opens(url), false);
  assert.equal(r.windows.length, 1);
  assert.equal(first!.opens('sightline://window/index.html#tab=3'), false, 'Chromium makes none; the shell does');
  const second = r.windows[1]!;
  assert.deepEqual(second.options.webPreferences, first!.options.webPreferences);
  await until(() => second.port, 'a port of its own');
  assert.equal(second.mainFrame.url, 'sightline://window/index.html#tab=3');
  await until(() => first!.port, 'that of the first');
  assert.notEqual(second.port, first!.port);
  // Commands of the menu go to the one in front.
  const click = (r.menu as readonly MenuItem[])[0]!.submenu![0]!.click!;
  click();
  first!.focus();
  click();
  assert.deepEqual([first!.commands, second.commands], [['open'], ['open']]);
  for (let tab = 4; tab < 40; tab++) first!.opens(`sightline://window/index.html#tab=${tab}`);
  assert.equal(r.windows.length, 16);
});

test('the scheme serves the window with its policy, and nothing beside it', async () => {
  const r = await started();
  const page = await r.serve({ url: 'sightline://window/index.html' });
  assert.equal(page.status, 200);
  const policy = page.headers.get('Content-Security-Policy')!;
  assert.match(policy, /default-src 'none'; script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-eval|https?:/);
  assert.match(policy, /frame-src 'none'|default-src 'none'/);
  for (const url of [
    'sightline://window/../../secret.html',
    'sightline://window/%',
    'sightline://window/%c0%af.html',
    '//no address',
    'sightline://window/..%2f..%2fsecret.html',
    'sightline://window/%2e%2e/%2e%2e/secret.html',
    'sightline://other/index.html',
    'sightline://window/nothing.js',
    'sightline://window/index.exe',
  ])
    assert.equal((await r.serve({ url })).status, 404, url);
});

test('every channel answers the main frame of our page only', async () => {
  const r = await started();
  const [window] = r.windows;
  await until(() => window!.mainFrame.url !== '', 'the page is there');
  r.answers = { ...r.answers, open: () => ['/chosen.pcap'], save: () => '/saved' };
  assert.deepEqual([...r.channels].sort(), [
    'choose-file',
    'choose-folder',
    'choose-pipe',
    'choose-save',
    'choose-save-folder',
    'grant-dropped',
    'notify',
  ]);
  const own = window!.mainFrame;
  for (const channel of r.channels) {
    // A frame within the page, a frame that is gone, another window's, the page once it shows something else.
    await assert.rejects(window!.invoke(channel, 'x', { url: own.url }), /refused/, channel);
    await assert.rejects(r.invoke(channel, null, 'x'), /refused/, channel);
    window!.mainFrame = { url: 'https://example.test/' };
    await assert.rejects(window!.invoke(channel, 'x'), /refused/, channel);
    window!.mainFrame = own;
  }
  assert.equal(((await window!.invoke('choose-file', null)) as { path: string }).path, '/chosen.pcap');
});

test('a page that asks without end is refused, and is answered again later', async () => {
  const r = await place.start();
  const [window] = r.windows;
  // Before its page is there a window is refused anyway.
  await until(() => window!.mainFrame.url !== '', 'the page is there');
  let refused = 0;
  for (let i = 0; i < 6_000; i++) await window!.invoke('notify', null).catch(() => refused++);
  assert.ok(refused > 500, `${refused} of 6,000`);
  await until(
    () =>
      window!
        .invoke('notify', null)
        .catch(() => 'refused')
        .then((x) => x === false),
    'answered again',
  );
});

test('incidents are told by the desktop: bounded, and a press comes back to the page', async () => {
  const r = await started();
  const { shell, commands } = r.windows[0]!;
  const pressed: string[] = [];
  shell!.onNotified((about) => pressed.push(about));
  assert.equal(await shell!.notify({ title: 't'.repeat(500), body: 'malicious', about: 'sightline-3' }), true);
  assert.deepEqual([r.told[0]!.title.length, r.told[0]!.body], [200, 'malicious']);
  assert.deepEqual(pressed, []);
  r.told[0]!.clicked();
  assert.deepEqual([pressed, commands], [['sightline-3'], []]);
  for (const odd of [null, 'text', { title: 1, body: '', about: '' }, { title: 't' }])
    assert.equal(await shell!.notify(odd), false);
  assert.equal(r.told.length, 1);
});

test('every entry of the menu is a command of the window', async () => {
  const r = await place.start();
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
  walk(r.menu as readonly MenuItem[]);
  const got: string[] = [];
  await until(() => r.windows[0]!.shell, 'the page');
  r.windows[0]!.shell!.onCommand((command) => got.push(command));
  for (const item of clickable) item.click!();
  assert.ok(got.length > 20);
  assert.deepEqual(
    got.filter((c) => !known.has(c)),
    [],
  );
  assert.equal(menuTemplate('darwin', 'en', () => undefined)[0]!.role, 'appMenu');
});

test('the preload exposes ten calls, and the port is the page’s alone', async () => {
  const r = await started();
  const [window] = r.windows;
  assert.deepEqual(Object.keys(window!.shell!).sort(), [
    'chooseFile',
    'chooseFolder',
    'choosePipe',
    'chooseSave',
    'chooseSaveFolder',
    'grantOf',
    'notify',
    'onCommand',
    'onNotified',
    'platform',
  ]);
  const hello = await new Page(window!).ask('hello', { client: 'page' });
  assert.equal(hello.ok && (hello.value as { version: string }).version, '1.2.3');
});

test('a second program ends at once, without a window', async () => {
  const r = await place.start([], (runtime) => {
    runtime.lock = false;
  });
  assert.deepEqual([r.windows.length, r.hosts.length], [0, 0]);
  assert.equal(r.hasQuit, true);
});

test('nothing of the shell opens anything outside: there is no call that could', () => {
  for (const name of ['main.ts', 'desktop.ts', 'engine.ts', 'choosing.ts', 'senders.ts', 'shell.ts', 'preload.cts'])
    assert.doesNotMatch(
      readFileSync(new URL(name, import.meta.url), 'utf8'),
      /openExternal|openPath|showItemInFolder|executeJavaScript|\bremote\b/,
      name,
    );
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
