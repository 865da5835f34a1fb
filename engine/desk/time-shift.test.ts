// Packets at other times, asked as a window asks: list, filters of columns and of the engine, tree, statistics, files and
// labels follow, and everything comes back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  english,
  flowRow,
  packetRow,
  type Replies,
  type Request,
  type RequestKind,
  textAt,
} from '../../contract/index.ts';
import { enhancedPacket, interfaceBlock, packetsOf, pcap, sectionHeader, udp } from '../testing/packets.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import { Cancelled, TimeSlices } from '../view/index.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';
import { handlers } from './handlers.ts';
import { parseMoment, parseOffset, secondsText } from './time-text.ts';

let folder: string;
let desk: Desk;
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
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

function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
  return handled(desk, asker, kind, body);
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

/** A packet's block, at so many microseconds since 1970. */
const stamped = (frame: readonly number[], micros: bigint): number[] =>
  Array.from(enhancedPacket(0, Number(micros >> 32n), Number(micros & 0xffff_ffffn), frame));

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

/** Turns that rest wherever work asks for it, and call at each rest. */
class Impatient extends TimeSlices {
  rests = 0;
  private readonly at: (rests: number) => Promise<void>;

  constructor(at: (rests: number) => Promise<void>) {
    super();
    this.at = at;
  }

  override get due(): boolean {
    return true;
  }

  override async rest(): Promise<void> {
    await this.at(++this.rests);
    await super.rest();
  }
}

async function shiftWith(turns: TimeSlices, offset = '60'): Promise<Replies['timeShift']> {
  return await handlers.timeShift(desk, asker, { ...NONE, act: 'by', offset }, turns);
}

const copies = (): string[] => readdirSync(join(folder, 'cache', 'inflated')).filter((n) => n.includes('shifted'));

/** Everything that tells a packet's time. */
const told = async (): Promise<unknown[]> => [
  (await times())[0],
  await line(0, 'UTC Arrival Time'),
  await filtered(`frame.time_epoch >= ${START + 60} && udp`),
  desk.session!.shift.active,
  desk.session!.analysis.flows.columns.startSeconds[0],
];
const BEFORE = ['0.000000000', 'UTC Arrival Time: Nov 14, 2023 22:13:20.000000000 UTC', 0, false, START];
const AFTER = ['60.000000000', 'UTC Arrival Time: Nov 14, 2023 22:14:20.000000000 UTC', 5, true, START + 60];

for (const [name, bytes] of [
  ['pcap', () => pcap(packetsOf(frames, START, 1))],
  [
    'pcapng',
    () =>
      Uint8Array.from([
        ...sectionHeader(),
        ...interfaceBlock(1),
        ...frames.flatMap((f, n) => stamped(f, BigInt(START + n) * 1_000_000n)),
      ]),
  ],
] as const)
  test(`what is asked while a ${name} is shifted is of the times before, and of the new ones from then on`, async () => {
    await open(`meanwhile.${name}`, bytes());
    assert.deepEqual(await told(), BEFORE);
    const during: unknown[][] = [];
    const turns = new Impatient(async () => {
      during.push(await told());
    });
    await shiftWith(turns);
    assert.ok(during.length > 3, String(during.length));
    for (const each of during) assert.deepEqual(each, BEFORE);
    assert.deepEqual(await told(), AFTER);
    assert.equal(copies().length, 1);
    await open();
  });

test('a shift that is given up or fails moves nothing and leaves nothing behind', async () => {
  await open();
  for (let at = 1; ; at++) {
    const turns: Impatient = new Impatient((n) => {
      if (n === at) turns.cancel();
      return Promise.resolve();
    });
    const done = await shiftWith(turns).then(
      () => true,
      (error: unknown) => {
        assert.ok(error instanceof Cancelled);
        return false;
      },
    );
    if (done) {
      assert.ok(at > 3, 'it was given up at several places');
      break;
    }
    assert.deepEqual(await told(), BEFORE, `given up at rest ${at}`);
    assert.deepEqual(copies(), []);
  }
  assert.deepEqual(await told(), AFTER);
  await open();
  const inflated = join(folder, 'cache', 'inflated');
  rmSync(inflated, { recursive: true });
  writeFileSync(inflated, 'no folder');
  await assert.rejects(shiftWith(new TimeSlices()));
  rmSync(inflated);
  assert.deepEqual(await told(), BEFORE);
});

test('two shifts at once are one after the other', async () => {
  await open();
  const turns: Impatient = new Impatient(async (n) => {
    if (n === 3) await shiftWith(new TimeSlices(), '100');
  });
  await shiftWith(turns);
  assert.equal((await times())[0], '160.000000000');
  assert.equal(await line(0, 'Time shift'), 'Time shift for this packet: 160.000000000 seconds');
  assert.equal(copies().length, 1);
  await open();
  assert.deepEqual(copies(), []);
});

test('a capture that is closed while it is shifted leaves no copy', async () => {
  await open();
  const turns: Impatient = new Impatient(async (n) => {
    if (n === 3) await open('next.pcap');
  });
  await assert.rejects(shiftWith(turns));
  assert.deepEqual(await told(), BEFORE);
  assert.deepEqual(copies(), []);
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

test('a saved capture has the times that are shown, and says so; undone, it is the file as it was', async () => {
  const path = await open();
  const saved = join(folder, 'saved.pcap');
  const first = await ask('save', { what: 'capture', path: saved });
  assert.equal(first.note, null);
  assert.deepEqual(readFileSync(saved), readFileSync(path));
  await by('60.000000001');
  const { note, rows } = await ask('save', { what: 'capture', path: saved });
  assert.equal(english(note!), 'Saved 5 packets at the times to which they are shifted.');
  assert.equal(rows, 5);
  await desk.openFile(saved, 'file');
  await desk.session!.done;
  assert.equal((await times())[0], '60.000000001');
  assert.equal(desk.session!.meta!.format, 'pcap');
});

test('hosts and reports of incidents have the times of the capture, and a report says so', async () => {
  await desk.openFile(SAMPLE, 'file');
  await desk.session!.done;
  const look = async (): Promise<Replies['incidentReport']> => {
    await ask('view', { which: 'incidents', filter: '', sort: null });
    return ask('incidentReport', { alerts: [] });
  };
  const before = await look();
  assert.ok(before.incidents.length > 0 && before.hosts.length > 0);
  await by('86400');
  const after = await look();
  assert.deepEqual([before.capture.shifted, after.capture.shifted], [false, true]);
  const facts = ({ incidents, hosts, capture, timeline }: Replies['incidentReport']): unknown => ({
    packets: incidents.map(({ packets }) => packets.map(({ no, time }) => [no, time.toFixed(6)])),
    began: incidents.map(({ alert }) => [alert.incident.first, alert.incident.last]),
    hosts: hosts.map(({ address, first, last }) => [address, first, last]),
    range: [capture.first!.toFixed(6), capture.last!.toFixed(6), timeline.from.toFixed(6), timeline.to.toFixed(6)],
    packetsOver: timeline.packets,
  });
  assert.deepEqual(facts(after), facts(before));
  for (const as of ['stix', 'misp'] as const) {
    const path = join(folder, `shifted.${as}.json`);
    await ask('incidentExport', { alerts: [], as, path });
    assert.match(readFileSync(path, 'utf8'), /Times are those of the capture; Sightline showed its packets shifted/);
  }
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
