// Numbers of pairs: each pair has its own up to a limit, and one of the others' beyond it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Groups } from './groups.ts';
import { MOST_PAIRS, PairNumbers } from './pair-numbers.ts';

const ONE = 2 ** 26;

test('pairs have numbers in the order in which they come, also those that differ in high bits alone', () => {
  const numbers = new PairNumbers();
  const pairs = Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? i : (i + 1) * ONE));
  assert.deepEqual(
    pairs.map((pair) => numbers.of(pair)),
    pairs.map((_, i) => i),
  );
  assert.deepEqual(
    pairs.toReversed().map((pair) => numbers.of(pair)),
    pairs.map((_, i) => i).toReversed(),
  );
  assert.equal(numbers.count, 5000);
});

test('a scan of more pairs than the limit has no more numbers, and each pair the same one each time', () => {
  const numbers = new PairNumbers();
  const scan = MOST_PAIRS * 2;
  const given = new Int32Array(scan);
  for (let i = 0; i < scan; i++) given[i] = numbers.of(7 * ONE + i);
  assert.equal(numbers.count, MOST_PAIRS);
  let others = 0;
  const shared = new Uint32Array(MOST_PAIRS);
  for (let i = 0; i < scan; i++) {
    if (numbers.of(7 * ONE + i) !== given[i]) others++;
    shared[given[i]!]!++;
  }
  assert.equal(others, 0);
  // They are spread: no number has many.
  assert.ok(Math.max(...shared.subarray(0, 65_536)) < 16);
});

test('groups beyond the limit go together, and what they say is counted once', () => {
  const groups = new Groups(2);
  for (let pair = 0; pair < 100; pair++) groups.count(groups.of(pair), 10, pair === 99);
  assert.equal(groups.packets[0]! + groups.packets[1]!, 100);
  assert.equal(groups.bytes[0]! + groups.bytes[1]!, 1000);
  assert.equal(groups.asked[groups.root(groups.of(99))], 1);
  groups.join(0, 1);
  assert.equal(groups.packets[groups.root(0)], 100);
});
