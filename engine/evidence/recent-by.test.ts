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

/** Pairs of an address and a port that give the same number where each is multiplied and the products are mixed. */
function chosen(count: number): [number, number][] {
  const inverse = 0xa5cb9243 | 0;
  assert.equal(Math.imul(inverse, 0x85ebca6b), 1);
  const pairs: [number, number][] = [];
  for (let port = 0; port < 65_536 && pairs.length < count; port++) {
    const address = Math.imul(Math.imul(port, 0xc2b2ae35) ^ 0x1234567, inverse) >>> 0;
    if (address < 2 ** 26) pairs.push([address, port]);
  }
  return pairs;
}

function timeOf(pairs: readonly (readonly [number, number])[]): number {
  const table = new RecentBy(4_096, () => new Count());
  const start = performance.now();
  for (let round = 0; round < 50; round++) for (const [address, port] of pairs) table.recall(7, address, port);
  return performance.now() - start;
}

test('addresses and ports that somebody chose for it are found as soon as any others', () => {
  const pairs = chosen(900);
  assert.equal(pairs.length, 900);
  const others = pairs.map(([address], n) => [address, n] as const);
  timeOf(others);
  const usual = timeOf(others);
  assert.ok(timeOf(pairs) < usual * 10 + 5, `${timeOf(pairs)} ms, ${usual} ms`);
});
