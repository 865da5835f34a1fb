// Shares of many times are exact, and what is not counted is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerGroups, Times } from './answers.ts';

test('shares of a hundred thousand times are those of all of them, also when more come', () => {
  const times = new Times();
  assert.ok(Number.isNaN(times.quantile(0.5)));
  const all: number[] = [];
  let state = 3;
  for (const more of [1, 99_999, 7]) {
    for (let i = 0; i < more; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      all.push(state / 2 ** 32);
      times.add(all.at(-1)!);
    }
    const sorted = all.toSorted((a, b) => a - b);
    for (const share of [0.5, 0.95, 1])
      assert.equal(times.quantile(share), sorted[Math.ceil(share * sorted.length) - 1], `${share} of ${all.length}`);
    assert.equal(times.largest, sorted.at(-1));
  }
});

test('names beyond those that are kept are counted as left out', () => {
  const groups = new AnswerGroups(2);
  const names = ['a', 'b', 'a', 'c', 'd', 'c'].map((name) => groups.of(name, '', 1)?.name ?? null);
  assert.deepEqual(names, ['a', 'b', 'a', null, null, null]);
  assert.deepEqual([groups.size, groups.left], [2, 3]);
});
