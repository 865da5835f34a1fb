// `watch`, `verify`, captures read as one and time-outs: what lands is scored once and kept, whatever kills the watcher.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FileRecord, FlowRecord, OutputRecord, VerifyRecord, WatchRecord } from '../contract/index.ts';
import { packetsOf, pcap, udp } from '../engine/testing/packets.ts';
import { httpAnswer, talk, talks } from '../engine/testing/talk.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-watch-'));
after(() => rmSync(home, { recursive: true, force: true }));
const env = { ...process.env, SIGHTLINE_CACHE: join(home, 'cache'), SIGHTLINE_DATA_HOME: join(home, 'data') };

interface Done {
  readonly out: string;
  readonly said: string;
  readonly code: number | null;
}

function sightline(...args: readonly string[]): Done {
  const done = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env });
  return { out: done.stdout, said: done.stderr, code: done.status };
}

function records<R = OutputRecord>(out: string): R[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as R);
}

const said = [
  [0, 'GET /a HTTP/1.1\r\nHost: h\r\n\r\n'],
  [1, httpAnswer([], Buffer.from('body'))],
] as const;
const good = talks(talk('10.0.0.1:40000', '203.0.113.5:80', said));

/** A folder of its own with captures in it. */
function folder(files: Readonly<Record<string, Uint8Array | string>>): string {
  const path = mkdtempSync(join(home, 'in-'));
  for (const [name, data] of Object.entries(files)) writeFileSync(join(path, name), data);
  return path;
}

test('what has landed is scored and moved with its records, what is no capture fails, what comes is left', () => {
  const incoming = folder({
    'a.pcap': good,
    'b.pcap': good.subarray(0, good.length - 5),
    'no.pcap': 'nothing',
    'coming.pcap.part': good,
    '.hidden.pcap': good,
  });
  const { out, code } = sightline('watch', incoming, '--once', '--settle', '0');
  assert.equal(code, 2);
  const told = records<WatchRecord>(out);
  assert.deepEqual(
    told.map((r) => [r.file, r.outcome]),
    [
      ['a.pcap', 'done'],
      ['b.pcap', 'failed'],
      ['no.pcap', 'failed'],
    ],
  );
  const [file] = records<OutputRecord>(readFileSync(told[0]!.records!, 'utf8')).filter(
    (r): r is FileRecord => r.type === 'file',
  );
  assert.equal(file!.status, 'ok');
  assert.deepEqual(readFileSync(join(incoming, 'done', 'a.pcap')), Buffer.from(good));
  assert.deepEqual(readdirSync(join(incoming, 'working')), []);
  assert.ok(existsSync(join(incoming, 'coming.pcap.part')) && existsSync(join(incoming, '.hidden.pcap')));
  // The same name again is another capture.
  writeFileSync(join(incoming, 'a.pcap'), good);
  assert.equal(sightline('watch', incoming, '--once', '--settle', '0', '--partial-ok').code, 0);
  assert.deepEqual(readdirSync(join(incoming, 'done')).sort(), [
    'a-2.pcap',
    'a-2.pcap.jsonl',
    'a.pcap',
    'a.pcap.jsonl',
  ]);
});

test('a watcher that is killed loses nothing and takes nothing twice; two do not watch one folder', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `c${String(i).padStart(2, '0')}.pcap`);
  const incoming = folder(Object.fromEntries(names.map((name) => [name, good])));
  const count = (): number => (existsSync(join(incoming, 'done')) ? readdirSync(join(incoming, 'done')).length / 2 : 0);
  const started = (): ReturnType<typeof spawn> =>
    spawn(process.execPath, [PROGRAM, 'watch', incoming, '--settle', '0'], { env, stdio: 'ignore' });
  const until = async (reached: () => boolean): Promise<void> => {
    for (let i = 0; i < 1_200 && !reached(); i++)
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
  };
  for (const goal of [1, 4]) {
    const watcher = started();
    const gone = new Promise((resolve) => watcher.once('exit', resolve));
    await until(() => count() >= goal);
    if (goal === 4) assert.match(sightline('watch', incoming, '--once').said, /is watched already, by process \d+/);
    watcher.kill('SIGKILL');
    await gone;
  }
  // Killed between: a capture in `working` is taken by the next.
  mkdirSync(join(incoming, 'working'), { recursive: true });
  writeFileSync(join(incoming, 'working', 'left.pcap'), good);
  assert.equal(sightline('watch', incoming, '--once', '--settle', '0').code, 0);
  const done = readdirSync(join(incoming, 'done')).sort();
  assert.deepEqual(done, [...names, 'left.pcap'].flatMap((name) => [name, `${name}.jsonl`]).sort());
  assert.deepEqual(readdirSync(join(incoming, 'working')), []);
});

test('what ended the program twice is not tried again', () => {
  const incoming = folder({});
  mkdirSync(join(incoming, 'working'));
  writeFileSync(join(incoming, 'working', 'poison.pcap'), good);
  writeFileSync(join(incoming, 'working', 'poison.pcap.tries'), '2');
  const { out, said: told, code } = sightline('watch', incoming, '--once', '--settle', '0');
  assert.equal(code, 2);
  assert.equal(records<WatchRecord>(out)[0]!.outcome, 'failed');
  assert.match(told, /it ended the program 2 times and is not tried again/);
});

test('verify tells counts, hash, what is cut, and what was changed', () => {
  const path = folder({ 'good.pcap': good, 'cut.pcap': good.subarray(0, good.length - 5) });
  const short = packetsOf([udp('10.0.0.1:1', '10.0.0.2:2', 'longer than it is')]).map((p) => ({
    ...p,
    wire: p.bytes.length + 100,
  }));
  writeFileSync(join(path, 'snap.pcap'), pcap(short));
  const sum = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(path, name)))
      .digest('hex');
  const told = records<VerifyRecord>(sightline('verify', path, '--json').out);
  assert.deepEqual(
    told.map((r) => [r.file.slice(path.length + 1), r.status, r.sha256, r.cut]),
    [
      ['cut.pcap', 'partial', sum('cut.pcap'), 0],
      ['good.pcap', 'ok', sum('good.pcap'), 0],
      ['snap.pcap', 'ok', sum('snap.pcap'), 1],
    ],
  );
  assert.ok(told[0]!.at! > 24 && told[1]!.packets > 5 && told[1]!.flows === 1);
  const sums = join(home, 'captures.sha256');
  writeFileSync(sums, ['good.pcap', 'snap.pcap'].map((name) => `${sum(name)}  ${join(path, name)}\n`).join(''));
  assert.equal(sightline('verify', join(path, 'good.pcap'), '--sums', sums).code, 0);
  writeFileSync(join(path, 'good.pcap'), Buffer.concat([good, good.subarray(24)]));
  const changed = sightline('verify', join(path, 'good.pcap'), '--sums', sums);
  assert.equal(changed.code, 2);
  assert.match(changed.said, /its SHA-256 is another one than --sums says/);
  assert.match(sightline('verify', join(path, 'cut.pcap'), '--sums', sums, '--partial-ok').said, /--sums has no line/);
});

test('verify holds a model to its card', () => {
  const model = join(home, 'mine.json');
  copyFileSync(join(ROOT, 'models', 'default.json'), model);
  copyFileSync(join(ROOT, 'models', 'default.md'), join(home, 'mine.md'));
  assert.equal(sightline('verify', model).code, 0);
  const card = readFileSync(join(home, 'mine.md'), 'utf8');
  writeFileSync(join(home, 'mine.md'), card.replace(/SHA-256 `./, 'SHA-256 `0').replace(/SHA-256 `0./, 'SHA-256 `00'));
  const other = sightline('verify', model);
  assert.deepEqual([other.code, /another one than its card says/.test(other.said)], [2, true]);
  writeFileSync(model, readFileSync(model, 'utf8').replace(/"sha256": "./, '"sha256": "x'));
  assert.equal(sightline('verify', model).code, 2);
});

test('rotated captures are read as one, in the order of time, and time-outs say when a flow is over', () => {
  const at = (seconds: number, ports: string): Uint8Array =>
    pcap(
      packetsOf([udp(`10.0.0.1:${ports}`, '10.0.0.2:53', 'q')]).map((p) => ({ ...p, time: 1_700_000_000 + seconds })),
    );
  const path = folder({ 'r.pcap1': at(40, '4000'), 'r.pcap': at(0, '4000'), 'r.pcap2': at(80, '4000') });
  const files = ['r.pcap1', 'r.pcap2', 'r.pcap'].map((name) => join(path, name));
  const flows = (...options: string[]): FlowRecord[] =>
    records<OutputRecord>(sightline('flows', ...files, '--as-one', '--json', ...options).out).filter(
      (r): r is FlowRecord => r.type === 'flow',
    );
  const [one, ...others] = flows();
  assert.deepEqual([others.length, one!.packets_fwd], [0, 3]);
  assert.match(one!.file, /r\.pcap1 … .*r\.pcap$/);
  assert.equal(Date.parse(one!.end) - Date.parse(one!.start), 80_000);
  assert.equal(flows('--udp-timeout', '30').length, 3);
  const packets = sightline('packets', ...files, '--as-one', '-e', 'frame.time_relative')
    .out.trim()
    .split('\n');
  assert.deepEqual(packets.map(Number), [0, 40, 80]);
  assert.deepEqual(readdirSync(join(home, 'cache', 'inflated')), []);
});
