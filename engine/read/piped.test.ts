import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { packetsOf, pcap, testRandom, udp } from '../testing/packets.ts';
import { CaptureReader, openCapture } from './open.ts';
import { DEFAULT_LIMITS, piped, unpacked } from './source.ts';
import type { PacketSink } from './types.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
const PLAIN = pcap(
  packetsOf(Array.from({ length: 400 }, (_, i) => udp('10.0.0.1:1', '10.0.0.2:2', `payload ${i} ${Math.sin(i)}`))),
);
const noBzip2 = spawnSync('bzip2', ['--help']).error ? 'bzip2 is not installed' : false;
const noXz = spawnSync('xz', ['--version']).error ? 'xz is not installed' : false;
const noFifo = spawnSync('mkfifo', ['--version']).error ? 'there is no mkfifo' : false;

/** An LZ4 frame of stored blocks. */
function lz4Stored(bytes: Uint8Array): Uint8Array {
  const out: number[] = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
  for (let at = 0; at < bytes.length; at += 60_000) {
    const part = bytes.subarray(at, at + 60_000);
    out.push(part.length & 255, (part.length >> 8) & 255, (part.length >> 16) & 255, 0x80, ...part);
  }
  return Uint8Array.from([...out, 0, 0, 0, 0]);
}

const xz = (bytes: Uint8Array, ...options: string[]): Buffer =>
  spawnSync('xz', ['-c', ...options], { input: bytes }).stdout;

const packed = (): Record<string, Uint8Array> => ({
  none: PLAIN,
  gzip: gzipSync(PLAIN),
  zstd: zstdCompressSync(PLAIN),
  lz4: lz4Stored(PLAIN),
  ...(noBzip2 ? {} : { bzip2: spawnSync('bzip2', ['-c'], { input: PLAIN }).stdout }),
  ...(noXz ? {} : { xz: xz(PLAIN) }),
});

async function* inPieces(bytes: Uint8Array, size: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + size());
    at += piece.length;
    yield piece;
  }
}

async function drained(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}

test('a stream is inflated by its first bytes, however they come in', async () => {
  for (const [name, bytes] of Object.entries(packed())) {
    for (let seed = 1; seed < 8; seed++) {
      const random = testRandom(seed);
      const tally = { taken: 0, compression: 'none' as const };
      const most = [1, 3, 50, 70_000][seed % 4]!;
      const out = await drained(
        unpacked(
          inPieces(bytes, () => 1 + Math.floor(random() * most)),
          tally,
        ),
      );
      assert.deepEqual([tally.compression, tally.taken, out.equals(PLAIN)], [name, bytes.length, true]);
    }
  }
  assert.equal(
    (
      await drained(
        unpacked(
          inPieces(Uint8Array.from([0x1f]), () => 1),
          { taken: 0, compression: 'none' },
        ),
      )
    ).length,
    1,
  );
  assert.equal(
    (
      await drained(
        unpacked(
          inPieces(new Uint8Array(0), () => 1),
          { taken: 0, compression: 'none' },
        ),
      )
    ).length,
    0,
  );
});

function counter(): { sink: PacketSink; count: () => number } {
  let packets = 0;
  return {
    count: () => packets,
    sink: {
      packet: () => {
        packets++;
      },
    },
  };
}

let files = 0;

async function readPiped(bytes: Uint8Array, limits = DEFAULT_LIMITS): Promise<[number, string]> {
  const { sink, count } = counter();
  const reader = new CaptureReader(
    piped(
      Readable.from(
        inPieces(bytes, () => 4096),
        { objectMode: false },
      ),
      join(folder, `piped-${files++}.pcap`),
      limits,
    ),
    sink,
  );
  while (await reader.step()) {
    /* whole */
  }
  const ending = reader.ending();
  reader.discard();
  return [count(), ending.kind];
}

test('stdin and pipes: compressed captures give the packets of the plain one; cut ones are partial, bombs are refused', async () => {
  for (const bytes of Object.values(packed())) {
    assert.deepEqual(await readPiped(bytes), [400, 'ok']);
    const [packets, ending] = await readPiped(bytes.subarray(0, bytes.length - 9));
    assert.ok(ending === 'partial' || (packets === 0 && ending === 'unreadable'), ending);
  }
  const bomb = pcap(packetsOf(Array.from({ length: 2000 }, () => udp('10.0.0.1:1', '10.0.0.2:2', '\0'.repeat(1400)))));
  for (const bytes of [gzipSync(bomb), zstdCompressSync(bomb)])
    assert.equal((await readPiped(bytes, { ratio: 2, floorBytes: 100_000 }))[1], 'refused');
  assert.deepEqual(await readPiped(bomb, { ratio: 2, floorBytes: 100_000 }), [2000, 'ok']);
});

test('a named pipe that a compressed capture comes through', { skip: noFifo }, async () => {
  const path = join(folder, 'fifo');
  spawnSync('mkfifo', [path]);
  const file = join(folder, 'packed.gz');
  const { writeFileSync } = process.getBuiltinModule('node:fs');
  writeFileSync(file, gzipSync(PLAIN));
  const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', file, path]);
  const { sink, count } = counter();
  const opened = openCapture(path, sink, { cacheFolder: folder });
  assert.ok(opened.ok);
  while (await opened.reader.step()) {
    /* whole */
  }
  assert.deepEqual([opened.reader.ending().kind, count()], ['ok', 400]);
  opened.reader.discard();
  writer.kill();
});

test(
  'xz: members joined and padded, several blocks; what is damaged, cut, or asks for too much says so',
  { skip: noXz },
  async () => {
    const whole = xz(PLAIN);
    const half = PLAIN.length >> 1;
    const joined = Buffer.concat([
      xz(PLAIN.subarray(0, half), '-C', 'crc32'),
      new Uint8Array(8),
      xz(PLAIN.subarray(half), '-9'),
      new Uint8Array(400),
    ]);
    for (const bytes of [joined, xz(PLAIN, '--block-size=5000', '-T2'), xz(PLAIN, '-C', 'none')])
      assert.deepEqual(await readPiped(bytes), [400, 'ok']);
    const words = async (bytes: Uint8Array): Promise<string> => {
      try {
        return String(
          (
            await drained(
              unpacked(
                inPieces(bytes, () => 700),
                { taken: 0, compression: 'none' },
              ),
            )
          ).length,
        );
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    assert.match(await words(xz(PLAIN, '-C', 'sha256')), /a check or filter that is not read.*xz -dc/);
    assert.match(await words(xz(PLAIN, '--lzma2=dict=256MiB')), /dictionary is larger than 64 MiB; unpack it first/);
    assert.match(await words(whole.subarray(0, whole.length - 20)), /unexpected end of file/);
    const random = testRandom(31);
    for (let n = 0; n < 60; n++) {
      const damaged = Buffer.from(whole);
      const at = 6 + Math.floor(random() * (whole.length - 6));
      damaged[at] = damaged[at]! ^ (1 << Math.floor(random() * 8));
      assert.match(await words(damaged), /damaged|unexpected end|no xz stream|not read|larger than/, `byte ${at}`);
    }
    assert.equal(await words(whole), String(PLAIN.length));
  },
);
