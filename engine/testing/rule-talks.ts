// Talks for readers of applications: bytes by side, and a fuzz of them.
import assert from 'node:assert/strict';
import type { ApplicationReader } from '../rules/run/application.ts';
import { testRandom } from './packets.ts';

export type Talk = readonly (readonly [side: 0 | 1, bytes: Uint8Array])[];

type Part = string | number | readonly number[] | Uint8Array;

function part(p: Part): Buffer {
  if (typeof p === 'string') return Buffer.from(p, 'latin1');
  return typeof p === 'number' ? Buffer.from([p]) : Buffer.from(p);
}

/** Octets out of texts (one octet a character) and numbers. */
export function octets(...parts: readonly Part[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map(part)));
}

export function feed<R extends ApplicationReader>(reader: R, talk: Talk): R {
  for (const [side, bytes] of talk) reader.bytes(side, bytes);
  for (const side of [0, 1] as const) reader.end(side);
  return reader;
}

/** Values of a buffer of all transactions of a side, as text. */
export function said(reader: ApplicationReader, side: 0 | 1, buffer: string): readonly string[] {
  return reader.transactions.flatMap((t) =>
    (t.sides[side].values(buffer) ?? []).map((v) => Buffer.from(v).toString('latin1')),
  );
}

export function numbers(reader: ApplicationReader, side: 0 | 1, field: string): readonly number[] {
  return reader.transactions.flatMap((t) => t.sides[side].numbers(field) ?? []);
}

/**
 * The talk, cut and changed at random: a reader says something or nothing, and neither throws nor takes long.
 * Pieces of any size tell it what the whole does.
 */
export function fuzz(make: () => ApplicationReader, talk: Talk, rounds = 1_500): void {
  const random = testRandom(7);
  const started = performance.now();
  for (let round = 0; round < rounds; round++) {
    const reader = make();
    for (const [side, bytes] of talk) {
      const b = bytes.slice();
      for (let n = Math.floor(random() * 6); n > 0 && b.length > 0; n--)
        b[Math.floor(random() * b.length)] = [0, 255, Math.floor(random() * 256)][Math.floor(random() * 3)]!;
      const cut = random() < 0.3 ? Math.floor(random() * b.length) : b.length;
      let at = 0;
      while (at < cut) {
        const size = Math.min(cut - at, 1 + Math.floor(random() * 200));
        reader.bytes(side, b.slice(at, at + size));
        at += size;
      }
      if (random() < 0.1) reader.gap(side, Math.floor(random() * 100));
    }
    for (const side of [0, 1] as const) reader.end(side);
    for (const t of reader.transactions)
      for (const side of t.sides) for (const kind of ['md5', 'sha1', 'sha256']) side.values(`file.hash-${kind}`);
    assert.ok(reader.transactions.length <= 513);
  }
  assert.ok(performance.now() - started < 20_000, 'a reader takes too long');
}

/** What a reader says of a talk in one piece and octet by octet is the same. */
export function piecewise(make: () => ApplicationReader, talk: Talk, side: 0 | 1, buffers: readonly string[]): void {
  const whole = feed(make(), talk);
  const cut = feed(
    make(),
    talk.flatMap(([s, bytes]) => Array.from(bytes, (_b, i): [0 | 1, Uint8Array] => [s, bytes.slice(i, i + 1)])),
  );
  for (const buffer of buffers) {
    assert.ok(said(whole, side, buffer).length > 0, `nothing in ${buffer}`);
    assert.deepEqual(said(cut, side, buffer), said(whole, side, buffer), buffer);
  }
}
