// Percentiles and sets beside their obvious twins, on random input.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeSlices } from '../view/index.ts';
import { PairSet } from './pair-set.ts';
import { Members, rankedAt } from './ranked.ts';

function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('the value at a rank of each group is that of the sorted group', async () => {
  const random = randomly(7);
  for (const [size, groups, kinds] of [
    [1, 1, 10],
    [500, 3, 4],
    [5_000, 70, 1_000_000],
    [150_000, 2, 50],
  ] as const) {
    const members = new Members();
    const twin = Array.from({ length: groups }, (): number[] => []);
    for (let i = 0; i < size; i++) {
      const [group, value] = [random(groups), random(kinds)];
      members.add(group, value);
      twin[group]!.push(value);
    }
    const ids = Uint32Array.from(twin.keys()).filter((id) => twin[id]!.length > 0);
    for (const share of [0.95, 0.5, 1]) {
      const found = await rankedAt(members, ids, share, new TimeSlices());
      for (const [at, id] of ids.entries()) {
        const sorted = twin[id]!.toSorted((a, b) => a - b);
        assert.equal(found[at], sorted[Math.ceil(share * sorted.length) - 1], `${size} ${groups} ${share}`);
      }
    }
  }
});

test('a pair is new once, in any number', () => {
  const random = randomly(3);
  const [pairs, twin] = [new PairSet(), new Set<string>()];
  for (let i = 0; i < 200_000; i++) {
    const [low, high] = [random(400), random(400)];
    const key = `${low} ${high}`;
    assert.equal(pairs.add(low, high), !twin.has(key));
    twin.add(key);
  }
  assert.ok(pairs.add(2 ** 26 - 1, 2 ** 26 - 1) && !pairs.add(2 ** 26 - 1, 2 ** 26 - 1));
});
