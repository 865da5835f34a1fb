// The shell and its engine host, a process of its own: grants, files that are handed over, a host that is lost, the end.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { plainCapture } from '../engine/host-desk.ts';
import type { Runtime } from './testing/stand-in.ts';
import { Page, until } from './testing/page.ts';
import { Place } from './testing/started.ts';

const SAMPLE = fileURLToPath(new URL('../assets/sample.pcapng', import.meta.url));
const HELPER = fileURLToPath(new URL('../dist/native/sightline-capture', import.meta.url));
const place = new Place();
after(() => place.end());

async function pageOf(r: Runtime): Promise<Page> {
  await until(() => r.windows[0]!.port, 'a port');
  const page = new Page(r.windows[0]!);
  assert.equal(await page.said('hello', { client: 'page' }), 'done');
  return page;
}

/** Paths of what is in tabs. */
async function opened(page: Page): Promise<string[]> {
  const hello = await page.ask('hello', { client: 'page' });
  if (!hello.ok) return [];
  const { tabs } = hello.value as unknown as { tabs: readonly { content: { path?: string } }[] };
  return tabs.flatMap(({ content }) => content.path ?? []);
}

function copy(name: string): string {
  const path = join(place.folder, name);
  copyFileSync(SAMPLE, path);
  return path;
}

test('a page names no path: what a person chose is opened and written, once where it is written', async () => {
  const r = await place.start();
  const page = await pageOf(r);
  const { shell } = page.window;
  const mine = copy('mine.pcapng');
  const out = join(place.folder, 'out.pcapng');
  assert.equal(await page.said('open', { path: mine }), 'path-without-grant');
  r.answers = { ...r.answers, open: () => [mine], save: () => out };
  const chosen = (await shell!.chooseFile())!;
  assert.equal(chosen.path, mine);
  assert.match(chosen.grant, /^grant:[\w-]{32}$/);
  assert.equal(await page.said('open', { path: chosen.grant }), 'done');
  assert.equal(await page.said('save', { what: 'capture', path: out }), 'path-without-grant');
  assert.equal(await page.said('save', { what: 'capture', path: null }), 'place-not-chosen');
  assert.equal(await page.said('save', { what: 'capture', path: chosen.grant }), 'grant-gone', 'it is for reading');
  assert.equal(existsSync(out), false);
  const to = (await shell!.chooseSave('x.pcapng'))!;
  assert.equal(await page.said('save', { what: 'capture', path: to.grant }), 'done');
  assert.deepEqual(readFileSync(out), readFileSync(mine));
  assert.equal(await page.said('save', { what: 'capture', path: to.grant }), 'grant-gone', 'it was for once');
  r.answers = { ...r.answers, open: () => [], save: () => null };
  assert.deepEqual([await shell!.chooseFile(), await shell!.chooseSave('x')], [null, null]);
});

test('dialogs: a plain name is offered, a folder to read is none to write, one at a time', async () => {
  const r = await place.start();
  const page = await pageOf(r);
  const { shell } = page.window;
  const folder = join(place.folder, 'labels');
  mkdirSync(folder);
  const offered: unknown[] = [];
  r.answers = {
    ...r.answers,
    open: () => [folder],
    save: (options) => {
      offered.push(options['defaultPath']);
      return null;
    },
  };
  await shell!.chooseSave('../../etc/passwd');
  assert.deepEqual(offered, ['.._.._etc_passwd']);
  assert.equal(await page.said('sample', {}), 'done');
  const reads = (await shell!.chooseFolder())!;
  assert.equal(await page.said('save', { what: 'labelled', path: reads.grant }), 'grant-gone');
  const writes = (await shell!.chooseSaveFolder())!;
  assert.notEqual(await page.said('save', { what: 'labelled', path: writes.grant }), 'grant-gone');
  let answer: (paths: readonly string[]) => void = () => undefined;
  r.answers = {
    ...r.answers,
    open: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  };
  const first = shell!.chooseFile();
  assert.equal(await shell!.chooseFolder(), null, 'while the first one is open');
  answer([SAMPLE]);
  assert.equal((await first)!.path, SAMPLE);
});

test('files that are dropped are opened, and only files of the machine are', async () => {
  const r = await place.start();
  const page = await pageOf(r);
  const dropped = copy('dropped.pcapng');
  const { grant } = (await page.window.shell!.grantOf({ path: dropped }))!;
  assert.equal(await page.said('open', { path: grant }), 'done');
  assert.equal(await page.said('save', { what: 'capture', path: grant }), 'grant-gone');
  for (const path of ['', place.folder, '/dev/zero', 'relative.pcapng', join(place.folder, 'none'), '/proc/self/mem\0'])
    assert.equal(await page.window.invoke('grant-dropped', path), null, path);
});

test('a file is handed over before the window, by a command line, by a second program', async () => {
  const early = copy('early.pcapng');
  const named = copy('named.pcapng');
  const later = copy('later.pcapng');
  const last = copy('last.pcapng');
  let stopped = 0;
  const event = { preventDefault: () => stopped++ };
  const own = new Place();
  after(() => own.end());
  const r = await own.start([named], (runtime) => {
    // macOS says which file it was started with before the program is ready.
    const { app } = runtime;
    const ready = app['whenReady'] as () => Promise<void>;
    app['whenReady'] = async () => {
      app.emit('open-file', event, early);
      await ready();
    };
  });
  const page = await pageOf(r);
  r.app.emit('second-instance', null, ['sightline', 'later.pcapng'], place.folder);
  r.app.emit('open-file', event, last);
  await until(async () => (await opened(page)).length === 4, 'four captures');
  assert.deepEqual((await opened(page)).sort(), [early, last, later, named].sort());
  assert.equal(stopped, 2);
  assert.deepEqual(r.recent, [early, later, last]);
});

test('a host that is killed comes again with a new port, what is remembered and no old grant', async () => {
  const r = await place.start();
  const page = await pageOf(r);
  const mine = copy('again.pcapng');
  r.answers = { ...r.answers, open: () => [mine] };
  const before = (await page.window.shell!.chooseFile())!;
  assert.equal(await page.said('open', { path: before.grant }), 'done');
  const gone = page.window.port;
  r.hosts[0]!.child.kill('SIGKILL');
  await until(() => page.window.port !== gone, 'another port');
  assert.equal(r.hosts.length, 2);
  assert.equal(await page.said('hello', { client: 'page' }), 'done');
  assert.equal(await page.said('open', { path: before.grant }), 'grant-gone');
  const anew = (await page.window.shell!.chooseFile())!;
  assert.equal(await page.said('open', { path: anew.grant }), 'done');
});

test('a grant that is asked for while the host is lost is the next one’s', async () => {
  const r = await place.start();
  const page = await pageOf(r);
  const mine = copy('between.pcapng');
  r.answers = {
    ...r.answers,
    open: () => {
      r.hosts[0]!.child.kill('SIGSTOP');
      return [mine];
    },
  };
  const asked = page.window.shell!.chooseFile();
  const gone = page.window.port;
  setTimeout(() => r.hosts[0]!.child.kill('SIGKILL'), 100);
  const chosen = (await asked)!;
  await until(() => page.window.port !== gone, 'another port');
  assert.equal(await page.said('open', { path: chosen.grant }), 'done');
});

test('a host that is lost again and again is given up, which is said, and begun again when one wants it', async () => {
  const r = await place.start();
  await until(() => r.windows[0]!.port, 'a port');
  let answered: (button: number) => void = () => undefined;
  r.answers = {
    ...r.answers,
    box: () =>
      new Promise((resolve) => {
        answered = resolve;
      }),
  };
  for (let n = 1; r.boxes.length === 0; n++) {
    assert.ok(n <= 4, 'not without end');
    r.hosts.at(-1)!.child.kill('SIGKILL');
    await until(() => r.hosts.length > n || r.boxes.length > 0, 'the next host, or the question');
  }
  assert.equal(r.hosts.length, 4);
  assert.match(r.boxes[0]!.message, /engine/);
  // What is opened meanwhile waits.
  const waits = copy('waits.pcapng');
  r.app.emit('open-file', { preventDefault: () => undefined }, waits);
  answered(0);
  await until(() => r.hosts.length === 5, 'a fifth host');
  const page = await pageOf(r);
  await until(async () => (await opened(page)).includes(waits), 'the file that waited');
});

test('the end closes what is open: the host goes by itself', async () => {
  const r = await place.start();
  await pageOf(r);
  const ended = new Promise((resolve) => {
    r.hosts[0]!.once('exit', resolve);
  });
  assert.equal(r.windows[0]!.close(), false, 'first the host, then the window');
  assert.equal(await ended, 0);
  await until(() => r.hasQuit, 'the end');
  assert.deepEqual([r.boxes.length, r.hosts.length], [0, 1]);
});

const noPipe = !existsSync(HELPER) && 'the capture helper is not built';
test('who quits while a capture runs is asked first', { skip: noPipe }, async () => {
  const r = await place.start();
  const page = await pageOf(r);
  const pipe = join(place.folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(fd, readFileSync(SAMPLE).subarray(0, 20_000));
  const body = { ...plainCapture([], ''), source: 'pipe' };
  assert.equal(await page.said('capture', { ...body, path: pipe }), 'path-without-grant');
  r.answers = { ...r.answers, open: () => [pipe], box: () => 1 };
  const { grant } = (await page.window.shell!.choosePipe())!;
  assert.equal(await page.said('capture', { ...body, path: grant }), 'done');
  r.windows[0]!.close();
  await until(() => r.boxes.length === 1, 'the question');
  assert.match(r.boxes[0]!.detail, /kept/);
  assert.equal(r.hasQuit, false);
  assert.equal(await page.said('hello', { client: 'page' }), 'done', 'it goes on');
  r.answers = { ...r.answers, box: () => 0 };
  (r.app['quit'] as () => void)();
  await until(() => r.hasQuit, 'the end');
  assert.equal(r.boxes.length, 2);
  closeSync(fd);
});

test('a page that floods the host is let go; the other window goes on', async () => {
  const r = await place.start();
  const page = await pageOf(r);
  page.window.opens('sightline://window/index.html#tab=1');
  await until(() => r.windows[1]?.port, 'the port of a second window');
  const other = new Page(r.windows[1]!);
  const gone = new Promise((resolve) => {
    page.window.port!.once('close', () => resolve('gone'));
  });
  for (let id = 1; id < 12_000; id++) page.window.port!.postMessage({ id: id + 1e6, kind: 'nothing', body: null });
  assert.equal(await gone, 'gone');
  assert.equal(await other.said('hello', { client: 'other' }), 'done');
});
