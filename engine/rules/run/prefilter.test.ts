// Many patterns at once, held to looking for each of them alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findBytes, small } from '../find-bytes.ts';
import { PatternTables, Prefilter } from './prefilter.ts';

function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('patterns at once', () => {
  test('find what each finds alone, each owner once, whatever the case of letters', () => {
    const next = numbers(5);
    const letters = 'abAB\u0000\u00ff/.';
    const text = (length: number): Uint8Array =>
      Uint8Array.from({ length }, () => letters.charCodeAt(next(letters.length)));
    for (let round = 0; round < 300; round++) {
      const awaited = Array.from({ length: 1 + next(round % 10 === 0 ? 400 : 40) }, (_, of) => ({
        bytes: text(1 + next(14)),
        of,
      }));
      const filter = new Prefilter(awaited, new PatternTables());
      const bytes = text(next(220));
      const noted: number[] = [];
      filter.scan(bytes, 0, bytes.length, new Uint32Array(awaited.length), 1, noted);
      const wanted = awaited
        .filter((a) => findBytes(bytes, a.bytes.map(small), 0, bytes.length, true) >= 0)
        .map((a) => a.of);
      assert.deepEqual(
        noted.sort((a, b) => a - b),
        wanted,
      );
    }
  });
});
