// What is no file blocks nobody: pipes, sockets, devices and kernel files are refused in a sentence, at once.
import { english } from '../../contract/index.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Refused } from './desk.ts';
import { testDesk } from '../testing/desks.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-odd-'));
const desk = testDesk({ dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') });
const skip = process.platform === 'win32' && 'made with mkfifo';
after(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true });
});

test('pipes, sockets and devices are refused at once, in words, through links too', { skip }, async () => {
  const pipe = join(home, 'pipe.pcap');
  spawnSync('mkfifo', [pipe]);
  symlinkSync(pipe, join(home, 'link.pcap'));
  const socket = createServer().listen(join(home, 'socket.pcap'));
  await new Promise((resolve) => {
    socket.once('listening', resolve);
  });
  for (const [path, kind] of [
    [pipe, 'a named pipe'],
    [join(home, 'link.pcap'), 'a named pipe'],
    [join(home, 'socket.pcap'), 'a socket'],
    ['/dev/zero', 'a device'],
    ['/dev/null', 'a device'],
    ['/dev/tty', 'a device'],
  ] as const) {
    const begin = performance.now();
    await assert.rejects(
      desk.openFile(path, 'file'),
      (e: unknown) =>
        e instanceof Refused &&
        e.message === `${path} is no file: it is ${kind}. A capture that comes through a pipe is captured from it.`,
    );
    assert.ok(performance.now() - begin < 5_000);
  }
  socket.close();
});

test(
  'files of the kernel that wait for news, and memory, end in a sentence',
  { skip: process.platform !== 'linux' && 'of Linux' },
  async () => {
    for (const path of [
      '/proc/kmsg',
      '/proc/self/mem',
      '/proc/self/environ',
      '/proc/kallsyms',
      '/sys/kernel/debug/tracing/trace_pipe',
    ]) {
      const begin = performance.now();
      try {
        await desk.openFile(path, 'file');
      } catch (error) {
        assert.ok(error instanceof Refused);
        continue;
      }
      await desk.session!.done;
      assert.ok(performance.now() - begin < 20_000, path);
      assert.equal(desk.session!.phase, 'failed', path);
      assert.match(english(desk.state()!.message!), /cannot be read: /);
    }
  },
);

test('a pipe among the segments or in the place of a record blocks nobody', { skip }, async () => {
  const folder = join(home, 'segments');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'session.json'),
    JSON.stringify({
      id: 'x',
      name: 'n',
      filter: '',
      started: '2026-01-01T00:00:00Z',
      pid: 1,
      born: '',
      state: 'complete',
    }),
  );
  copyFileSync(join(ROOT, 'assets', 'sample.pcapng'), join(folder, 'a_00001_20260101000000.pcapng'));
  spawnSync('mkfifo', [join(folder, 'a_00002_20260101000000.pcapng')]);
  const begin = performance.now();
  await desk.openFile(folder, 'file');
  await desk.session!.done;
  assert.equal(desk.session!.analysis.packetCount, 1066);
  assert.ok(performance.now() - begin < 20_000);
});

test('a pipe in the place of a key log or a database of places holds nobody', { skip }, () => {
  const pipe = join(home, 'keys.pipe');
  spawnSync('mkfifo', [pipe]);
  // In a process of its own: one that waits for the pipe's writer hears of nothing else.
  const asked = `
    import { Keys } from './engine/desk/keys.ts';
    import { Geo } from './engine/desk/geo.ts';
    import { DissectSetup } from './engine/dissect/setup.ts';
    import { english } from './contract/index.ts';
    const [pipe] = process.argv.slice(1);
    try {
      new Keys(new DissectSetup()).useFile(pipe);
    } catch (error) {
      console.log(error.message);
    }
    console.log(english((await new Geo().use(pipe, ''))[0]));`;
  const { stdout, signal } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', asked, pipe],
    { cwd: ROOT, encoding: 'utf8', timeout: 20_000 },
  );
  assert.equal(signal, null, 'neither waits');
  const [keys, places] = stdout.trim().split('\n');
  assert.match(keys!, /key log could not be read.* it is a named pipe/);
  assert.match(places!, /keys\.pipe.* it is a named pipe/);
});
