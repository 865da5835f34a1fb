// Formats beside pcap and pcapng. Where editcap is installed, what it writes is the oracle; the rest is made here by
// hand.
import { english } from '../../contract/index.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { block, packetsOf, pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { foreignFormat } from './formats.ts';
import { openCapture } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-formats-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Got {
  readonly packets: readonly string[];
  readonly ending: string;
  readonly message: string;
}

async function readFile(path: string): Promise<Got> {
  const packets: string[] = [];
  const opened = openCapture(
    path,
    {
      packet: ({ buf, off, cap, wire, sec, nsec, link }) => {
        packets.push(`${sec}.${nsec} ${wire} ${link} ${Buffer.from(buf.subarray(off, off + cap)).toString('hex')}`);
      },
    },
    { cacheFolder: join(folder, 'cache') },
  );
  if (!opened.ok) return { packets, ending: opened.ending.kind, message: english(opened.ending.message) };
  while (await opened.reader.step()) {
    /* whole file */
  }
  const ending = opened.reader.ending();
  opened.reader.close();
  opened.reader.discard();
  return { packets, ending: ending.kind, message: ending.kind === 'ok' ? '' : english(ending.message) };
}

async function readBytes(bytes: Uint8Array, name = 'bytes'): Promise<Got> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return readFile(path);
}

/**
 * The same packets with other record headers.
 * @param extra bytes behind the ordinary 16
 * @param magic the file's first word
 */
function patched(plain: Uint8Array, extra: number, magic = 0xa1b2c3d4): Uint8Array {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const parts: Uint8Array[] = [plain.slice(0, 24)];
  new DataView(parts[0]!.buffer).setUint32(0, magic, true);
  for (let at = 24; at < plain.length;) {
    const cap = view.getUint32(at + 8, true);
    const more = new Uint8Array(extra);
    if (extra >= 8) more.set([2, 0, 0, 0, 8, 0, 4]);
    parts.push(plain.slice(at, at + 16), more, plain.slice(at + 16, at + 16 + cap));
    at += 16 + cap;
  }
  return Buffer.concat(parts);
}

const random = testRandom(7);
const frames = (count: number): number[][] =>
  Array.from({ length: count }, (_, i) =>
    random() < 0.5
      ? udp('10.0.0.1:1000', '10.0.0.2:2000', 'x'.repeat(Math.floor(random() * 300)))
      : tcp('10.0.0.1:1000', '10.0.0.2:80', { seq: i, data: 'y'.repeat(Math.floor(random() * 900)) }),
  );

test('record headers of Red Hat 6.1, Nokia, Kuznetzov and SuSE 6.3, from one packet to many', async () => {
  for (const count of [1, 2, 3, 4, 40]) {
    const plain = pcap(packetsOf(frames(count)));
    const expected = (await readBytes(plain)).packets;
    assert.equal(expected.length, count);
    for (const [extra, magic] of [
      [8, 0xa1b2c3d4],
      [4, 0xa1b2c3d4],
      [8, 0xa1b2cd34],
      [12, 0xa1b2cd34],
    ] as const) {
      const got = await readBytes(patched(plain, extra, magic));
      assert.deepEqual([got.packets, got.ending], [expected, 'ok'], `${count} packets, ${extra} more bytes`);
    }
  }
});

test('an ordinary pcap whose second record is damaged stays ordinary, and says where it breaks', async () => {
  const plain = pcap(packetsOf(frames(3)));
  new DataView(plain.buffer).setUint32(24 + 16 + new DataView(plain.buffer).getUint32(32, true) + 8, 0x7fffffff, true);
  const got = await readBytes(plain);
  assert.deepEqual([got.packets.length, got.ending], [1, 'partial']);
  assert.match(got.message, /packet 2 claims 2147483647 bytes/);
});

const editcap = spawnSync('editcap', ['--version']).error ? 'editcap is not installed' : false;

test(
  'what editcap writes as snoop, Network Monitor, modified pcap reads as the capture it came from',
  { skip: editcap },
  async () => {
    for (const count of [1, 7, 300]) {
      const plain = pcap(packetsOf(frames(count), 1_700_000_000.25, 0.013));
      const source = join(folder, 'source.pcap');
      writeFileSync(source, plain);
      const expected = (await readFile(source)).packets;
      for (const form of [
        'snoop',
        'netmon1',
        'netmon2',
        'rh6_1pcap',
        'modpcap',
        'suse6_3pcap',
        'nokiapcap',
        'nsecpcap',
      ]) {
        const path = join(folder, `converted.${form}`);
        const made = spawnSync('editcap', ['-F', form, source, path], { encoding: 'utf8' });
        assert.equal(made.status, 0, made.stderr);
        const got = await readFile(path);
        // Network Monitor 1 counts milliseconds.
        const stamp = (p: string): string =>
          form === 'netmon1' ? p.replace(/\.(\d+) /, (_, n: string) => `.${Math.floor(Number(n) / 1e6)} `) : p;
        assert.deepEqual(
          [got.packets.map(stamp), got.ending],
          [expected.map(stamp), 'ok'],
          `${form}, ${count} packets`,
        );
        const cut = readFileSync(path).subarray(0, -1 - Math.floor(random() * 40));
        const part = await readBytes(cut, `cut.${form}`);
        if (!form.startsWith('netmon')) assert.notEqual(part.ending, 'ok', `${form} cut`);
      }
    }
  },
);

/** One ERF record of an Ethernet frame. @param extensions headers of 8 bytes behind the record's own */
function erf(frame: readonly number[], sec: number, fraction: number, extensions = 0): number[] {
  const length = 16 + extensions * 8 + 2 + frame.length;
  const le = (n: number): number[] => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255];
  const more: number[] = [];
  for (let i = 0; i < extensions; i++) more.push(i + 1 < extensions ? 0x80 : 0, 0, 0, 0, 0, 0, 0, 0);
  const type = 2 | (extensions > 0 ? 0x80 : 0);
  return [
    ...le(fraction),
    ...le(sec),
    type,
    4,
    length >> 8,
    length & 255,
    0,
    0,
    frame.length >> 8,
    frame.length & 255,
    ...more,
    0,
    0,
    ...frame,
  ];
}

test('ERF: Ethernet records with and without extension headers, stamps in 2^-32 s', async () => {
  const chosen = frames(5);
  const bytes = Uint8Array.from(chosen.flatMap((f, i) => erf(f, 1_700_000_000 + i, 0x80000000, i % 3)));
  const got = await readBytes(bytes);
  assert.equal(got.ending, 'ok');
  assert.deepEqual(
    got.packets,
    chosen.map((f, i) => `${1_700_000_000 + i}.500000000 ${f.length} 1 ${Buffer.from(f).toString('hex')}`),
  );
  const cut = await readBytes(bytes.subarray(0, bytes.length - 3));
  assert.deepEqual([cut.packets.length, cut.ending], [4, 'partial']);
});

test(
  'bzip2, members joined, cut and damaged',
  { skip: spawnSync('bzip2', ['--help']).error ? 'bzip2 is not installed' : false },
  async () => {
    const plain = pcap(packetsOf(frames(400)));
    const pack = (bytes: Uint8Array): Buffer => spawnSync('bzip2', ['-c'], { input: bytes }).stdout;
    const expected = (await readBytes(plain)).packets;
    const packed = pack(plain);
    assert.deepEqual((await readBytes(packed, 'a.bz2')).packets, expected);
    const half = plain.length >> 1;
    const joined = Buffer.concat([pack(plain.subarray(0, half)), pack(plain.subarray(half))]);
    const got = await readBytes(joined, 'joined.bz2');
    assert.deepEqual([got.packets, got.ending], [expected, 'ok']);
    assert.notEqual((await readBytes(packed.subarray(0, packed.length - 20), 'cut.bz2')).ending, 'ok');
    for (let i = 0; i < 20; i++) {
      const damaged = Uint8Array.from(packed);
      const at = 4 + Math.floor(random() * (damaged.length - 8));
      damaged[at] = damaged[at]! ^ (1 << Math.floor(random() * 8));
      assert.notEqual((await readBytes(damaged, 'damaged.bz2')).ending, 'ok', `byte ${at}`);
    }
  },
);

test('a section of a pcapng version that nobody has defined is refused by name', async () => {
  const section = (major: number, minor: number): number[] =>
    block(0x0a0d0d0a, [0x4d, 0x3c, 0x2b, 0x1a, major, 0, minor, 0, ...new Array<number>(8).fill(255)]);
  assert.equal((await readBytes(Uint8Array.from(section(1, 0)))).ending, 'ok');
  assert.equal((await readBytes(Uint8Array.from(section(1, 2)))).ending, 'ok');
  for (const [major, minor] of [
    [1, 1],
    [1, 3],
    [2, 0],
    [0, 0],
    [255, 9],
  ] as const) {
    const got = await readBytes(Uint8Array.from(section(major, minor)));
    assert.equal(got.ending, 'unreadable');
    assert.ok(got.message.includes(`pcapng version ${major}.${minor}`), got.message);
  }
});

test('what is not read is named, with what to do', async () => {
  const long = 'x'.repeat(300);
  const cases: [string, RegExp][] = [
    [`PK\x03\x04${long}`, /zip archive.*unzip/],
    [`btsnoop\0${long}`, /btsnoop.*editcap/],
    [`XCP\x00002.001${long}`, /NetXray.*editcap/],
    [`ElfFile\0${long}`, /event trace.*etl2pcapng/],
    ['0000  45 00 00 3c', /text2pcap/],
    ['12:00:00.000000 IP 10.0.0.1.5 > 10.0.0.2.6: UDP', /tcpdump -w/],
    ['<!DOCTYPE html>', /web page/],
    ['hello', /not a capture/],
  ];
  for (const [bytes, expected] of cases) {
    const got = await readBytes(Buffer.from(bytes, 'latin1'));
    assert.equal(got.ending, 'unreadable');
    assert.match(got.message, expected);
  }
  for (let seed = 0; seed < 300; seed++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256));
    assert.ok(english(foreignFormat(bytes)).length > 0);
    const got = await readBytes(bytes);
    assert.ok(['unreadable', 'partial', 'ok', 'refused'].includes(got.ending));
  }
});
