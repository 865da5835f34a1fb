import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  block,
  enhancedPacket,
  ethernet,
  interfaceBlock,
  packetsOf,
  pcap,
  sectionHeader,
  testRandom,
  udp,
} from '../testing/packets.ts';
import { inflateBlock, inflateLz4, Lz4Error } from './lz4.ts';
import { openCapture } from './open.ts';
import { CaptureStream } from './stream.ts';
import type { PacketSink } from './types.ts';

interface Seen {
  readonly bytes: string;
  readonly wire: number;
  readonly sec: number;
  readonly nsec: number;
  readonly link: number;
  readonly offset: number;
}

function collector(): { sink: PacketSink; seen: Seen[] } {
  const seen: Seen[] = [];
  return {
    seen,
    sink: {
      packet: ({ buf, off, cap, wire, sec, nsec, link, fileOffset: offset }) =>
        seen.push({ bytes: Buffer.from(buf.subarray(off, off + cap)).toString('hex'), wire, sec, nsec, link, offset }),
    },
  };
}

function read(
  bytes: Uint8Array,
  pieces?: (left: number) => number,
): { seen: Seen[]; ending: ReturnType<CaptureStream['ending']>; stream: CaptureStream } {
  const { sink, seen } = collector();
  const stream = new CaptureStream(sink);
  for (let at = 0; at < bytes.length;) {
    const n = pieces ? Math.max(1, Math.min(bytes.length - at, pieces(bytes.length - at))) : bytes.length;
    stream.push(bytes.subarray(at, at + n));
    at += n;
  }
  return { seen, ending: stream.ending(), stream };
}

const frames = [1, 2, 3].map((n) => udp('10.0.0.1:1000', '10.0.0.2:2000', 'x'.repeat(n * 10)));

test('pcap is read in both byte orders and both stamp units', () => {
  for (const little of [true, false]) {
    for (const nano of [true, false]) {
      const { seen, ending } = read(pcap(packetsOf(frames, 1_700_000_000.25), { little, nano }));
      assert.equal(ending.kind, 'ok');
      assert.equal(seen.length, 3);
      assert.equal(seen[0]!.sec, 1_700_000_000);
      assert.equal(Math.round(seen[0]!.nsec / 1e6), 250);
      assert.equal(seen[1]!.bytes, Buffer.from(frames[1]!).toString('hex'));
    }
  }
});

test('a capture read in random pieces gives the same packets and offsets', () => {
  const whole = pcap(packetsOf(Array.from({ length: 200 }, (_, i) => udp('10.0.0.1:1', '10.0.0.2:2', 'y'.repeat(i)))));
  const expected = read(whole).seen;
  for (let seed = 1; seed < 20; seed++) {
    const random = testRandom(seed);
    assert.deepEqual(read(whole, () => Math.floor(random() * 400)).seen, expected);
  }
});

test('a file that ends inside a packet is partial, and says where', () => {
  const bytes = pcap(packetsOf(frames));
  const { seen, ending } = read(bytes.subarray(0, bytes.length - 5));
  assert.equal(seen.length, 2);
  assert.equal(ending.kind, 'partial');
  assert.equal(ending.kind === 'partial' && ending.offset, 24 + 16 * 2 + frames[0]!.length + frames[1]!.length);
});

test('nothing, text, and a header alone each have their ending', () => {
  assert.equal(read(new Uint8Array(0)).ending.kind, 'unreadable');
  assert.equal(read(Buffer.from('this is no capture at all')).ending.kind, 'unreadable');
  assert.equal(read(pcap([])).ending.kind, 'ok');
  assert.equal(read(pcap([]).subarray(0, 12)).ending.kind, 'unreadable');
});

test('a record that claims more than a packet can have stops the reading there', () => {
  const bytes = pcap(packetsOf(frames));
  new DataView(bytes.buffer).setUint32(24 + 16 + frames[0]!.length + 8, 0x7fffffff, true);
  const { seen, ending } = read(bytes);
  assert.equal(seen.length, 1);
  // Damage, not a wait for two gigabytes more.
  assert.equal(ending.kind === 'partial' && ending.message.say, 'claims-too-much');
});

test('pcapng: sections of different byte order, interfaces of different link type and resolution', () => {
  const nano = [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
  const power2 = [9, 0, 1, 0, 0x8a, 0, 0, 0, 0, 0, 0, 0];
  const stamp = 1_700_000_000n * 1_000_000_000n + 123_456_789n;
  const bytes = Uint8Array.from([
    ...sectionHeader(),
    ...interfaceBlock(1, nano),
    ...interfaceBlock(101, power2),
    ...block(0x0bad, [1, 2, 3]),
    ...enhancedPacket(0, Number(stamp >> 32n), Number(stamp & 0xffffffffn), frames[0]!),
    ...enhancedPacket(1, 0, 1024 * 5 + 512, [0x45]),
    ...sectionHeader(false),
    ...interfaceBlock(113, [], false),
    ...enhancedPacket(0, 0, 3_000_001, frames[1]!, false),
  ]);
  const { seen, ending, stream } = read(bytes, () => 7);
  assert.equal(ending.kind, 'ok');
  assert.deepEqual(
    seen.map((s) => [s.sec, s.nsec, s.link]),
    [
      [1_700_000_000, 123_456_789, 1],
      [5, 500_000_000, 101],
      [3, 1000, 113],
    ],
  );
  assert.equal(stream.meta.sections, 2);
});

test('pcapng: a packet of an interface that was not described, and unequal lengths, are damage', () => {
  const head = [...sectionHeader(), ...interfaceBlock(1)];
  const first = read(
    Uint8Array.from([...head, ...enhancedPacket(0, 0, 1, frames[0]!), ...enhancedPacket(4, 0, 1, frames[0]!)]),
  );
  assert.deepEqual([first.seen.length, first.ending.kind], [1, 'partial']);
  const broken = Uint8Array.from([...head, ...enhancedPacket(0, 0, 1, frames[0]!)]);
  broken[broken.length - 4]! ^= 4;
  assert.equal(read(broken).ending.kind, 'unreadable');
});

test('pcapng: a block of an unknown kind larger than the buffer is stepped over', () => {
  const big = block(0x0bad0bad, new Array<number>(5_000_000).fill(1));
  const { sink, seen } = collector();
  const stream = new CaptureStream(sink);
  for (const part of [
    Uint8Array.from([...sectionHeader(), ...interfaceBlock(1)]),
    Uint8Array.from(big),
    Uint8Array.from(enhancedPacket(0, 0, 1, frames[0]!)),
  ])
    stream.push(part);
  assert.equal(seen.length, 1);
  assert.equal(stream.ending().kind, 'ok');
});

async function readFile(
  bytes: Uint8Array,
  limits?: { ratio: number; floorBytes: number },
): Promise<{ seen: Seen[]; ending: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
  const path = join(folder, 'capture');
  writeFileSync(path, bytes);
  const { sink, seen } = collector();
  const opened = openCapture(path, sink, { cacheFolder: folder, ...(limits ? { limits } : {}) });
  assert.ok(opened.ok);
  while (await opened.reader.step()) {
    /* whole */
  }
  const ending = opened.reader.ending().kind;
  opened.reader.close();
  return { seen, ending };
}

/** An LZ4 frame of stored blocks. */
function lz4Stored(bytes: Uint8Array): Uint8Array {
  const out: number[] = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
  for (let at = 0; at < bytes.length; at += 60_000) {
    const part = bytes.subarray(at, at + 60_000);
    out.push(part.length & 255, (part.length >> 8) & 255, (part.length >> 16) & 255, 0x80, ...part);
  }
  return Uint8Array.from([...out, 0, 0, 0, 0]);
}

test('gzip, zstd and lz4 give the same packets as the plain file', async () => {
  const plain = pcap(packetsOf(Array.from({ length: 500 }, (_, i) => udp('10.0.0.1:1', '10.0.0.2:2', `payload ${i}`))));
  const expected = read(plain).seen;
  for (const packed of [gzipSync(plain), zstdCompressSync(plain), lz4Stored(plain)]) {
    const { seen, ending } = await readFile(packed);
    assert.equal(ending, 'ok');
    assert.deepEqual(seen, expected);
  }
});

test('every frame of a zstd file is read, and what follows a frame and is none is told', async () => {
  const plain = pcap(packetsOf(Array.from({ length: 500 }, (_, i) => udp('10.0.0.1:1', '10.0.0.2:2', `payload ${i}`))));
  const expected = read(plain).seen;
  const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
  const skipped = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
  const frames = [0, 24, 24, 9_000, plain.length].map((to, i, all) =>
    zstdCompressSync(plain.subarray(i === 0 ? 0 : all[i - 1]!, to), i % 2 === 0 ? checked : {}),
  );
  const whole = Uint8Array.from([
    ...frames[0]!,
    ...frames[1]!,
    ...skipped,
    ...frames[2]!,
    ...frames[3]!,
    ...frames[4]!,
  ]);
  const { seen, ending } = await readFile(whole);
  assert.equal(ending, 'ok');
  assert.deepEqual(seen, expected);
  const more = await readFile(Uint8Array.from([...whole, ...new TextEncoder().encode('something else')]));
  assert.equal(more.ending, 'partial');
  assert.deepEqual(more.seen, expected);
  for (const cut of [1, 3, 40]) assert.equal((await readFile(whole.subarray(0, whole.length - cut))).ending, 'partial');
});

test('a compressed file that is cut is partial; a bomb is refused at its limit', async () => {
  const plain = pcap(
    packetsOf(Array.from({ length: 3000 }, (_, i) => udp('10.0.0.1:1', '10.0.0.2:2', `payload ${i} ${Math.sin(i)}`))),
  );
  const packed = gzipSync(plain);
  const cut = await readFile(packed.subarray(0, packed.length >> 1));
  assert.equal(cut.ending, 'partial');
  assert.ok(cut.seen.length > 100);
  const bomb = gzipSync(
    pcap(packetsOf(Array.from({ length: 2000 }, () => udp('10.0.0.1:1', '10.0.0.2:2', '\0'.repeat(1400))))),
  );
  assert.equal((await readFile(bomb, { ratio: 2, floorBytes: 100_000 })).ending, 'refused');
});

test('lz4 frames that give nothing cost no memory each, and others have their turn meanwhile', async () => {
  const empty = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0, 0, 0, 0, 0);
  const nothing = new Uint8Array(50_000 * empty.length);
  for (let at = 0; at < nothing.length; at += empty.length) nothing.set(empty, at);
  const before = process.memoryUsage().arrayBuffers;
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  let bytes = 0;
  for await (const piece of inflateLz4(
    (async function* () {
      yield nothing;
      yield lz4Stored(Uint8Array.of(1, 2, 3));
    })(),
  ))
    bytes += piece.length;
  clearInterval(timer);
  assert.equal(bytes, 3);
  assert.ok(turns > 0, 'nobody else had a turn');
  assert.ok(process.memoryUsage().arrayBuffers - before < 20e6);
});

test('lz4 blocks: literals, overlapping matches, and matches outside of their window', () => {
  const out = new Uint8Array(64);
  assert.equal(inflateBlock(Uint8Array.from([0x32, 97, 98, 99, 3, 0, 0x10, 33]), out, 0, 0), 10);
  assert.equal(Buffer.from(out.subarray(0, 10)).toString(), 'abcabcabc!');
  assert.throws(() => inflateBlock(Uint8Array.from([0x10, 97, 9, 0]), out, 0, 0), Lz4Error);
});

test('random bytes after a good header never throw and always end', () => {
  const random = testRandom(99);
  for (let n = 0; n < 300; n++) {
    const good =
      n % 2 === 0
        ? pcap(packetsOf(frames))
        : Uint8Array.from([...sectionHeader(), ...interfaceBlock(1), ...enhancedPacket(0, 0, 1, ethernet(0x800, []))]);
    const bytes = Uint8Array.from(good);
    for (let k = 0; k < 8; k++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    assert.ok(['ok', 'partial', 'unreadable', 'refused'].includes(read(bytes, () => 50).ending.kind));
  }
});
