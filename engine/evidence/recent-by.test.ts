import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentBy } from './recent-by.ts';

class Count {
  n = 0;
  empty(): void {
    this.n = 0;
  }
}

test('it remembers as a table of texts does that forgets what was untouched longest', () => {
  const limit = 200;
  const table = new RecentBy(limit, () => new Count());
  const obvious = new Map<string, number>();
  let random = 1;
  const next = (n: number): number => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    return (random >>> 8) % n;
  };
  for (let i = 0; i < 50_000; i++) {
    const [a, b, c] = [next(6), next(i % 1_000 < 500 ? 8 : 40), next(5)];
    const key = `${a} ${b} ${c}`;
    const known = obvious.get(key) ?? 0;
    obvious.delete(key);
    if (obvious.size >= limit) obvious.delete(obvious.keys().next().value!);
    obvious.set(key, known + 1);
    assert.equal(++table.recall(a, b, c).n, known + 1, key);
  }
  assert.equal(table.size, limit);
});

test('a table for one entry holds the last', () => {
  const table = new RecentBy(1, () => new Count());
  table.recall(1, 2).n = 5;
  assert.equal(table.recall(1, 2).n, 5);
  assert.equal(table.recall(1, 3).n, 0);
  assert.equal(table.recall(1, 2).n, 0);
});
