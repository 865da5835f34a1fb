// Packets of the open capture as a capture of their own, asked as a window asks: what is written is what editcap, tshark
// and capinfos find in it, and what a format cannot hold is said before.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  english,
  type ExportLook,
  type Message,
  type PacketChoice,
  packetRanges,
  packetRow,
  type Replies,
  type Request,
  type RequestKind,
} from '../../contract/index.ts';
import { block, enhancedPacket, interfaceBlock, packetsOf, pcap, sectionHeader, udp } from '../testing/packets.ts';
import { httpAnswer, talk, talks } from '../testing/talk.ts';
import { tlsTalk } from '../testing/tls-talk.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';

let folder: string;
let desk: Desk;
let made = 0;
const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-file-export-'));
  desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
});
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  await desk.openFile(path, 'file');
  await desk.session!.done;
  await filtered('');
  return path;
}

function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
  return handled(desk, asker, kind, body);
}

async function filtered(filter: string): Promise<void> {
  const { problem } = await ask('view', { which: 'packets', filter, sort: null });
  assert.equal(problem, null);
}

const ALL: PacketChoice = {
  which: 'all',
  displayed: false,
  withoutIgnored: false,
  range: '',
  selected: [],
  generation: 0,
};
const look = (
  choice: Partial<PacketChoice>,
  as: Request<'exportLook'>['as'] = 'pcapng',
  secrets: Request<'exportLook'>['secrets'] = 'keep',
): Promise<ExportLook> => ask('exportLook', { choice: { ...ALL, ...choice }, as, secrets });
const said = (messages: readonly Message[]): string => messages.map(english).join(' ');

async function exported(
  choice: Partial<PacketChoice>,
  orders: Partial<Omit<Request<'exportPackets'>, 'choice' | 'path'>> = {},
): Promise<{ path: string; packets: number }> {
  const path = join(folder, `out-${made++}`);
  const body = { choice: { ...ALL, ...choice }, as: 'pcapng', secrets: 'keep', compression: 'none', path } as const;
  const { packets, note } = await ask('exportPackets', { ...body, ...orders });
  assert.equal(note, null);
  return { path, packets };
}

const shark = (path: string, ...args: string[]): string =>
  execFileSync('tshark', ['-r', path, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
/** Every packet as its time to the nanosecond, its comments, its interface and its bytes. */
const packetsIn = (path: string): string[] => {
  const fields = ['frame.time_epoch', 'frame.comment', 'frame.interface_name', 'frame.len'].flatMap((f) => ['-e', f]);
  const heads = shark(path, '-T', 'fields', ...fields)
    .trimEnd()
    .split('\n');
  const bytes = shark(path, '-x').split('\n\n');
  return heads.map((head, i) => `${head}\n${bytes[i]}`);
};

const u32 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24];
const option = (code: number, value: Uint8Array | readonly number[]): number[] => {
  const padding = new Array<number>((4 - (value.length % 4)) % 4).fill(0);
  return [code, 0, value.length & 255, value.length >> 8, ...value, ...padding];
};
const END = [0, 0, 0, 0];
const text = (said: string): number[] => [...Buffer.from(said)];
const KEYS = `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}\n`;

/** Two interfaces of other resolutions and link types, comments, a name, secrets, statistics. */
function rich(): Uint8Array {
  const packet = (n: number): number[] => udp(`10.0.0.${n}:1000`, '10.0.0.9:2000', `packet ${n}`);
  const commented = (iface: number, low: number, bytes: readonly number[], comment: string): number[] => {
    const padding = new Array<number>((4 - (bytes.length % 4)) % 4).fill(0);
    const head = [...u32(iface), ...u32(0x5f000), ...u32(low), ...u32(bytes.length), ...u32(bytes.length)];
    return block(6, [...head, ...bytes, ...padding, ...option(1, text(comment)), ...option(2, [1, 0, 0, 0]), ...END]);
  };
  const log = text(KEYS);
  const secrets = [...u32(0x544c534b), ...u32(log.length), ...log];
  return Uint8Array.from([
    ...sectionHeader(),
    ...interfaceBlock(1, [...option(2, text('eth7')), ...option(9, [9]), ...END]),
    ...interfaceBlock(1, [...option(2, text('eth8')), ...option(9, [6]), ...END]),
    ...block(10, secrets),
    ...block(4, [1, 0, 12, 0, 10, 0, 0, 1, ...text('one.lan\0'), ...END]),
    ...enhancedPacket(0, 0x18000000, 1, packet(1)),
    ...commented(1, 2, packet(2), 'the second'),
    ...enhancedPacket(0, 0x18000000, 1_234_567, packet(3)),
    ...enhancedPacket(1, 0x5f000, 4, packet(4)),
    ...block(5, [...u32(0), ...u32(0), ...u32(9), ...option(4, [7, 0, 0, 0, 0, 0, 0, 0]), ...END]),
  ]);
}

test('ranges are read as Wireshark reads them', () => {
  assert.deepEqual(packetRanges('1-5, 8,10-'), [
    { from: 0, to: 4 },
    { from: 7, to: 7 },
    { from: 9, to: Infinity },
  ]);
  assert.deepEqual(packetRanges('-3'), [{ from: 0, to: 2 }]);
  for (const wrong of ['', ' , ', '0', '5-3', 'a', '1-2-3', '-', '1 2', '1-0'])
    assert.ok('say' in packetRanges(wrong), `'${wrong}'`);
});

describe('which packets', () => {
  test('are those of the range, of the capture or displayed, with or without ignored ones', async () => {
    const frames = Array.from({ length: 12 }, (_, i) => udp(`10.0.0.1:${1000 + i}`, '10.0.0.2:9', `n${i + 1}`));
    await open('twelve.pcap', pcap(packetsOf(frames)));
    const { marks } = desk.session!;
    for (const n of [3, 9]) marks.set('marked', packetRow(n - 1), true);
    for (const n of [4, 8]) marks.set('ignored', packetRow(n - 1), true);
    await filtered('udp.srcport >= 1005');
    const { generation } = (await ask('view', { which: 'packets', filter: 'udp.srcport >= 1005', sort: null })).view;
    const counted = await look({ range: '2-6,11-', selected: [{ from: 0, to: 1 }], generation });
    assert.deepEqual(counted.counts, {
      all: { captured: 12, displayed: 7 },
      selected: { captured: 2, displayed: 2 },
      marked: { captured: 2, displayed: 1 },
      'marked-range': { captured: 7, displayed: 4 },
      range: { captured: 7, displayed: 3 },
    });
    const without = (await look({ withoutIgnored: true, range: '2-6,11-' })).counts;
    assert.deepEqual(without['marked-range'], { captured: 5, displayed: 3 });
    assert.deepEqual(without.range, { captured: 6, displayed: 3 });
    const none = await look({ which: 'range', range: '13-' });
    assert.equal(english(none.problem!), 'These are no packets: nothing would be written.');
    assert.match(english((await look({ which: 'range', range: 'x' })).problem!), /'x' is no range of packets/);
    const numbers = async (choice: Partial<PacketChoice>): Promise<string> => {
      const { path } = await exported(choice, { as: 'pcap' });
      return [...readFileSync(path, 'latin1').matchAll(/n(\d+)/g)].map((m) => m[1]).join(' ');
    };
    assert.equal(await numbers({ which: 'range', range: '11-,2-6' }), '2 3 4 5 6 11 12');
    assert.equal(await numbers({ which: 'marked-range', displayed: true, withoutIgnored: true }), '6 7 9');
    assert.equal(await numbers({ which: 'selected', selected: [{ from: 1, to: 2 }], generation }), '7 8');
    assert.equal(await numbers({ which: 'marked' }), '3 9');
  });
});

describe('what a format cannot hold', { skip: WITHOUT_TSHARK }, () => {
  test('is told before, and pcapng loses nothing', async () => {
    const path = await open('rich.pcapng', rich());
    assert.deepEqual((await look({})).losses, []);
    const losses = said((await look({}, 'pcap')).losses);
    assert.match(losses, /Nanoseconds of 2 packets are cut to microseconds\./);
    assert.match(losses, /Comments are lost: the capture has 1\./);
    assert.match(losses, /Names, filters and counts of 2 interfaces are lost\./);
    assert.match(losses, /1 resolved name is lost/);
    assert.match(losses, /Decryption secrets are lost/);
    assert.doesNotMatch(said((await look({}, 'pcap-ns')).losses), /Nanoseconds/);
    const whole = await exported({});
    assert.equal(Buffer.compare(readFileSync(whole.path), readFileSync(path)), 0, 'all of it is the same file');
    assert.deepEqual(packetsIn(whole.path), packetsIn(path));
  });

  test('a selection is what editcap makes of it, with interfaces, comments and secrets', async () => {
    const path = await open('rich.pcapng', rich());
    const oracle = join(folder, 'editcap.pcapng');
    execFileSync('editcap', ['-r', path, oracle, '2-3']);
    const { path: own, packets } = await exported({ which: 'range', range: '2-3' });
    assert.equal(packets, 2);
    assert.deepEqual(packetsIn(own), packetsIn(oracle));
    assert.match(packetsIn(own)[0]!, /the second\teth8/);
    const dsb = readFileSync(own).includes(Buffer.from('ab'.repeat(32)));
    assert.equal(dsb, true, 'the block of secrets is kept');
    for (const [as, type] of [
      ['pcap', 'pcap'],
      ['pcap-ns', 'nsecpcap'],
    ] as const) {
      const plain = await exported({ which: 'range', range: '1-3' }, { as });
      execFileSync('editcap', ['-F', type, '-r', path, oracle, '1-3']);
      assert.equal(Buffer.compare(readFileSync(plain.path), readFileSync(oracle)), 0, `${as} is editcap's`);
    }
  });

  test('comments that were written stand in place of the file’s, other options stay', async () => {
    await open('rich.pcapng', rich());
    await ask('comment', { row: packetRow(1), comments: ['mine', 'and another'] });
    await ask('comment', { row: packetRow(0), comments: ['new'] });
    const { path } = await exported({});
    const comments = shark(path, '-T', 'fields', '-e', 'frame.comment').split('\n');
    assert.deepEqual(comments.slice(0, 3), ['new', 'mine,and another', '']);
    assert.equal(spawnSync('capinfos', [path]).status, 0);
    const flags = Buffer.from([2, 0, 4, 0, 1, 0, 0, 0]);
    assert.ok(readFileSync(path).includes(flags), 'epb_flags');
  });

  test('several link types are refused by pcap, and said', async () => {
    const wire = udp('10.0.0.1:1', '10.0.0.2:2', 'x');
    const links = [...interfaceBlock(1), ...interfaceBlock(101)];
    const packets = [...enhancedPacket(0, 0, 1, wire), ...enhancedPacket(1, 0, 2, wire.slice(14))];
    await open('links.pcapng', Uint8Array.from([...sectionHeader(), ...links, ...packets]));
    const looked = await look({}, 'pcap');
    assert.match(english(looked.problem!), /2 different link types \(Ethernet, Raw IP.*\); a pcap file has one/);
    await assert.rejects(exported({}, { as: 'pcap' }), /different link types/);
    assert.equal((await look({ which: 'range', range: '2' }, 'pcap')).problem, null);
    const raw = await exported({ which: 'range', range: '2' }, { as: 'pcap' });
    assert.match(execFileSync('capinfos', ['-E', raw.path], { encoding: 'utf8' }), /Raw IP/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
      'nothing half written stays',
    );
  });

  test('files are compressed as Wireshark reads them', async () => {
    const path = await open('rich.pcapng', rich());
    const gz = await exported({}, { compression: 'gzip' });
    assert.deepEqual(gunzipSync(readFileSync(gz.path)), readFileSync(path));
    assert.deepEqual(packetsIn(gz.path), packetsIn(path));
    const zst = await exported({}, { compression: 'zstd' });
    assert.deepEqual(zstdDecompressSync(readFileSync(zst.path)), readFileSync(path));
  });
});

describe('keys', { skip: WITHOUT_TSHARK }, () => {
  const PLAIN = 'GET /secret.txt HTTP/1.1\r\nHost: h\r\n\r\n';

  test('are put in as editcap puts them, decrypt there, and are stripped', async () => {
    const secret = await tlsTalk(PLAIN, httpAnswer([], Buffer.from('the secret')));
    const path = await open('tls.pcap', talks(talk('10.0.0.1:40001', '10.0.0.3:443', secret.said)));
    assert.match(said((await look({}, 'pcapng', 'add')).losses), /No keys are in use/);
    await ask('keys', { text: secret.keys, path: null });
    assert.match(said((await look({}, 'pcapng', 'add')).losses), /holds 1 key that decrypts/);
    const { path: own } = await exported({}, { secrets: 'add' });
    const oracle = join(folder, 'injected.pcapng');
    writeFileSync(join(folder, 'keys.log'), secret.keys);
    execFileSync('editcap', ['--inject-secrets', `tls,${join(folder, 'keys.log')}`, path, oracle]);
    const requests = ['-Y', 'http', '-T', 'fields', '-e', 'http.request.uri', '-e', 'http.response.code'];
    assert.equal(shark(own, ...requests), '/secret.txt\t\n\t200\n');
    assert.equal(shark(own, ...requests), shark(oracle, ...requests));
    await ask('keys', { text: null, path: null });
    await desk.openFile(own, 'file');
    await desk.session!.done;
    assert.equal((await ask('keyState', {})).capture, 1);
    const kept = await exported({});
    assert.equal(shark(kept.path, ...requests), '/secret.txt\t\n\t200\n', 'those of the capture stay');
    const { path: stripped } = await exported({}, { secrets: 'strip' });
    assert.equal(shark(stripped, '-Y', 'http'), '');
    const unnamed = packetsIn(stripped).map((one) => one.replace('\tunknown\t', '\t\t'));
    assert.deepEqual(unnamed, packetsIn(path));
    assert.ok(!readFileSync(stripped).includes(Buffer.from('CLIENT_RANDOM')), 'no key is in it');
  });

  test('of sessions in the capture are exported, others are not', async () => {
    const secret = await tlsTalk(PLAIN, httpAnswer([], Buffer.from('the secret')));
    const newer = await tlsTalk(PLAIN, httpAnswer([], Buffer.from('the secret')), 'TLSv1.3');
    await open(
      'two.pcap',
      talks(talk('10.0.0.1:4', '10.0.0.3:443', secret.said), talk('10.0.0.1:5', '10.0.0.3:443', newer.said)),
    );
    await assert.rejects(ask('exportKeys', { path: null }), /There are no keys/);
    await ask('keys', { text: `# a log\n${KEYS}${secret.keys}${newer.keys}`, path: null });
    const path = join(folder, 'session.keys');
    const { keys, note } = await ask('exportKeys', { path });
    assert.equal(note, null);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, keys);
    assert.deepEqual(lines.toSorted(), `${secret.keys}${newer.keys}`.trimEnd().split('\n').toSorted());
    await ask('keys', { text: KEYS, path: null });
    await assert.rejects(ask('exportKeys', { path }), /None of the 1 key belongs/);
    await ask('keys', { text: null, path: null });
  });
});
