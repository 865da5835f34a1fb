// Packets at other times, asked as a window asks: list, filters of columns and of the engine, tree, statistics, files and
// labels follow, and everything comes back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { flowRow, packetRow, type Replies, type Request, type RequestKind, textAt } from '../../contract/index.ts';
import { enhancedPacket, interfaceBlock, packetsOf, pcap, sectionHeader, udp } from '../testing/packets.ts';
import { testDesk } from '../testing/desks.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import { TimeSlices } from '../view/index.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';
import { handlers } from './handlers.ts';
import { parseMoment, parseOffset, secondsText } from './time-text.ts';

let folder: string;
let desk: Desk;
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
const START = 1_700_000_000;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-time-shift-'));
  desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
  desk.changeSettings({ ...desk.settings, time: 'utc' });
});
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
  const handle = handlers[kind] as (d: Desk, a: Asker, b: Request<K>, t: TimeSlices) => Promise<Replies[K]>;
  return await handle(desk, asker, body, new TimeSlices());
}

const frames = Array.from({ length: 5 }, (_, i) => udp('10.0.0.1:1000', '10.0.0.2:9', `n${i + 1}`));
async function open(name = 'five.pcap', bytes: Uint8Array = pcap(packetsOf(frames, START, 1))): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  await desk.openFile(path, 'file');
  await desk.session!.done;
  await filtered('');
  return path;
}

async function filtered(filter: string): Promise<number> {
  const { problem, view } = await ask('view', { which: 'packets', filter, sort: null });
  assert.equal(problem, null, filter);
  return view.matched;
}

const NONE = { offset: '', first: null, second: null };
const by = (offset: string): Promise<Replies['timeShift']> => ask('timeShift', { ...NONE, act: 'by', offset });
const set = (first: [number, string], second: [number, string] | null = null): Promise<Replies['timeShift']> =>
  ask('timeShift', {
    ...NONE,
    act: 'set',
    first: { packet: first[0], time: first[1] },
    second: second === null ? null : { packet: second[0], time: second[1] },
  });
const times = async (): Promise<string[]> => {
  const { view } = await ask('view', { which: 'packets', filter: '', sort: null });
  const page = await ask('packets', { from: 0, count: 100, generation: view.generation });
  return Array.from(page.seconds, (s, i) =>
    secondsText(BigInt(s - START) * 1_000_000_000n + BigInt(page.nanoseconds[i]!)),
  );
};
const line = async (row: number, begins: string): Promise<string> => {
  const tree = await ask('tree', { row: packetRow(row) });
  const at = Array.from(tree.depth, (_, i) => textAt(tree.label, i)).findIndex((label) => label.startsWith(begins));
  return textAt(tree.label, at);
};
async function exported(as: 'pcapng' | 'pcap-ns'): Promise<string> {
  const path = join(folder, `shifted.${as}`);
  const choice = {
    which: 'all',
    displayed: false,
    withoutIgnored: false,
    range: '',
    selected: [],
    generation: 0,
  } as const;
  await ask('exportPackets', { choice, as, compression: 'none', secrets: 'keep', path });
  return path;
}
const epochs = (path: string): string[] =>
  execFileSync('tshark', ['-r', path, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.interface_name'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .trimEnd()
    .split('\n');

test('times are read as people write them', () => {
  assert.equal(parseOffset('-1:30'), -90_000_000_000n);
  assert.equal(parseOffset('1:00:00.25'), 3_600_250_000_000n);
  assert.equal(parseOffset('90'), 90_000_000_000n);
  for (const wrong of ['', '1:60', '1:2:3:4', 'x', '1.', '1.0000000001']) assert.equal(parseOffset(wrong), null, wrong);
  const near = BigInt(START) * 1_000_000_000n;
  assert.equal(parseMoment('2023-11-14 22:13:20.5', 0n, true), near + 500_000_000n);
  assert.equal(parseMoment('22:13:21', near, true), near + 1_000_000_000n);
  for (const wrong of ['', '2023-02-30 01:00:00', '25:00:00', '10', '2023-11-14'])
    assert.equal(parseMoment(wrong, near, true), null, wrong);
});

test('an offset moves all: list, both ways of filtering, tree, statistics, labels; and comes back', async () => {
  await open();
  await ask('label', { flows: [flowRow(0)], label: 'malicious' });
  await by('3600.25');
  await by('-0:00.25');
  assert.deepEqual(await times(), [
    '3600.000000000',
    '3601.000000000',
    '3602.000000000',
    '3603.000000000',
    '3604.000000000',
  ]);
  assert.equal(await filtered(`frame.time_epoch >= ${START + 3602}`), 3, 'of columns');
  assert.equal(await filtered('frame.time >= "2023-11-14 23:13:23Z" && udp contains "n"'), 2, 'of the engine');
  assert.equal(await line(1, 'UTC Arrival Time'), 'UTC Arrival Time: Nov 14, 2023 23:13:21.000000000 UTC');
  assert.equal(await line(1, 'Time shift'), 'Time shift for this packet: 3600.000000000 seconds');
  const { problem } = await ask('view', { which: 'packets', filter: 'frame.offset_shift > 0 && udp', sort: null });
  assert.equal(problem!.message.say, 'shift-not-known', 'what nobody can answer is said');
  assert.equal(Math.floor(desk.state()!.firstTime!), START + 3600);
  const { problem: later } = await ask('view', { which: 'flows', filter: '', sort: null });
  assert.equal(later, null);
  await ask('label', { flows: [flowRow(0)], label: 'benign' });
  await open();
  assert.equal(desk.session!.label[0], 0, 'a label given meanwhile is the flow’s when it is opened again');
  await by('10');
  await ask('timeShift', { ...NONE, act: 'undo' });
  assert.deepEqual(await times(), ['0.000000000', '1.000000000', '2.000000000', '3.000000000', '4.000000000']);
  assert.equal(await line(1, 'Time shift'), 'Time shift for this packet: 0.000000000 seconds');
  assert.equal(await filtered(`frame.time_epoch >= ${START + 3602}`), 0);
  assert.deepEqual(
    readdirSync(join(folder, 'cache', 'inflated')).filter((name) => name.includes('shifted')),
    [],
    'no copy stays',
  );
});

test('a packet has a time, and a second one scales the others, from what was captured', async () => {
  await open();
  await by('100');
  await set([2, '22:13:31']);
  assert.deepEqual(await times(), ['10.000000000', '11.000000000', '12.000000000', '13.000000000', '14.000000000']);
  await set([1, '2023-11-14 22:13:20'], [5, '22:13:21']);
  assert.deepEqual(await times(), ['0.000000000', '0.250000000', '0.500000000', '0.750000000', '1.000000000']);
  assert.equal(await line(4, 'Time shift'), 'Time shift for this packet: -3.000000000 seconds');
  assert.equal(await filtered('frame.time_delta == 0.25'), 4);
});

test('what cannot be is refused, and nothing moves', async () => {
  await open();
  await assert.rejects(by('-2000000000'), /Packet 1 would be before 1970/);
  await assert.rejects(by('soon'), /'soon' is no offset/);
  await assert.rejects(set([1, '10:00:00'], [1, '11:00:00']), /captured at the same time/);
  await assert.rejects(set([9, '10:00:00']), /no packet 9/);
  assert.deepEqual(await ask('timeShift', { ...NONE, act: 'look' }), { active: false });
  assert.equal((await times())[0], '0.000000000');
});

describe('files', { skip: WITHOUT_TSHARK }, () => {
  test('hold the times that editcap gives, with their interfaces', async () => {
    const option = [2, 0, 4, 0, ...Buffer.from('eth7'), 0, 0, 0, 0];
    const stamps = [0, 1, 2].flatMap((n) => enhancedPacket(0, 0x60000, 1_000_000 * n + 7, frames[n]!));
    const bytes = Uint8Array.from([...sectionHeader(), ...interfaceBlock(1, option), ...stamps]);
    const path = await open('named.pcapng', bytes);
    await by('12.000001');
    const oracle = join(folder, 'editcap.pcapng');
    execFileSync('editcap', ['-t', '12.000001', path, oracle]);
    assert.match(epochs(oracle)[0]!, /\teth7$/);
    assert.deepEqual(epochs(await exported('pcapng')), epochs(oracle));
    const plain = (line: string): string => line.split('\t')[0]!;
    assert.deepEqual(epochs(await exported('pcap-ns')).map(plain), epochs(oracle).map(plain));
    assert.equal(
      await filtered('frame.interface_name == "eth7" && frame.time_epoch > 0'),
      3,
      'the engine has them too',
    );
  });
});
