import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cancelled, TimeSlices } from './time-slices.ts';
import { numberKeys, sortRows, wholeKeys } from './sort.ts';
import { TextRanks } from './sort-texts.ts';

let seed = 7;
/** 32 bits by xorshift, the same each run. */
function random(): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return seed >>> 0;
}

/** As JavaScript sorts places by their values, equal ones as they stood; those that are no numbers last. */
function plainly(rows: Uint32Array, values: readonly number[], descending: boolean): number[] {
  const sign = descending ? -1 : 1;
  const compare = (a: number, b: number): number => {
    const x = values[a]!;
    const y = values[b]!;
    if (Number.isNaN(x) || Number.isNaN(y)) return sign * (Number(Number.isNaN(x)) - Number(Number.isNaN(y)));
    return x === y ? 0 : sign * (x - y);
  };
  return [...values.keys()].sort(compare).map((place) => rows[place]!);
}

test('rows are in the order that a plain sort gives, both ways, equal ones as they stood', async () => {
  const numbers: readonly (() => number)[] = [
    () => random() % 5,
    () => random(),
    () => (random() - 2 ** 31) / 1000,
    () => [0, -0, NaN, Infinity, -Infinity, 5e-324, -5e-324, 2 ** 53, -(2 ** 40)][random() % 9]!,
    () => 7,
    () => random() * 4096 + random() / 2 ** 32,
  ];
  for (const of of numbers)
    for (const n of [0, 1, 2, 33, 5_000]) {
      const values = Array.from({ length: n }, of);
      const rows = Uint32Array.from({ length: n }, (_, i) => n + 3 * i);
      for (const descending of [false, true]) {
        const turns = new TimeSlices();
        const keys = await numberKeys(n, (i) => values[i]!, turns);
        const sorted = await sortRows(rows, keys, descending, turns, 1);
        assert.deepEqual([...sorted], plainly(rows, values, descending));
        assert.equal(turns.done, 1);
      }
    }
});

test('a second key decides where the first is equal', async () => {
  const turns = new TimeSlices();
  const n = 3_000;
  const firsts = Array.from({ length: n }, () => random() % 7);
  const seconds = Array.from({ length: n }, () => random());
  const rows = Uint32Array.from({ length: n }, (_, i) => i);
  const keys = [await wholeKeys(n, (i) => firsts[i]!, turns), await wholeKeys(n, (i) => seconds[i]!, turns)];
  const sorted = await sortRows(rows, keys, false, turns, 1);
  const plain = [...rows].sort((a, b) => firsts[a]! - firsts[b]! || seconds[a]! - seconds[b]!);
  assert.deepEqual([...sorted], plain);
});

test('texts rank as JavaScript compares them, each once', async () => {
  const texts = new TextRanks();
  const words = Array.from({ length: 4_000 }, () => `${'äa zZ7\uffff'[random() % 7]}${random() % 900}`);
  const numbers = words.map((word) => texts.numberOf(word));
  const ranks = await texts.ranks(new TimeSlices(), 1);
  const different = [...new Set(words)].sort();
  for (let i = 0; i < words.length; i++) assert.equal(different[ranks[numbers[i]!]!], words[i]);
});

test('given up, it ends', async () => {
  const turns = new TimeSlices();
  const n = 3_000_000;
  const rows = Uint32Array.from({ length: n }, random);
  const work = sortRows(rows, [rows], false, turns, 1);
  setTimeout(() => turns.cancel(), 5);
  await assert.rejects(work, Cancelled);
});
