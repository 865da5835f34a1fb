import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRandom } from '../testing/packets.ts';
import { Holder, ReassemblyPool } from './pool.ts';

const LIMIT = 64 * 1024 * 1024;
const HOLDERS = 12;

class Held extends Holder {
  readonly number: number;
  private readonly pool: ReassemblyPool;
  private readonly dropped: number[];

  constructor(number: number, pool: ReassemblyPool, dropped: number[]) {
    super();
    this.number = number;
    this.pool = pool;
    this.dropped = dropped;
  }

  drop(): void {
    this.dropped.push(this.number);
    // As a connection does that lets go of everything.
    this.pool.hold(this, 0);
  }
}

test('the oldest holders are emptied, in the order in which they began to hold, as a table of them would tell', () => {
  const random = testRandom(9);
  const dropped: number[] = [];
  const pool = new ReassemblyPool();
  const holders = Array.from({ length: HOLDERS }, (_, n) => new Held(n, pool, dropped));
  const obvious = new Map<number, number>();
  const sum = (): number => [...obvious.values()].reduce((a, b) => a + b, 0);
  let emptied = 0;
  for (let step = 0; step < 20_000; step++) {
    const holder = holders[Math.floor(random() * HOLDERS)]!;
    const bytes = random() < 0.3 ? 0 : 1 + Math.floor(random() * LIMIT * (random() < 0.02 ? 1.2 : 0.2));
    const { number } = holder;
    const expected: number[] = [];
    if (bytes === 0) obvious.delete(number);
    else obvious.set(number, bytes);
    while (sum() > LIMIT) {
      const oldest = obvious.keys().next().value!;
      expected.push(oldest);
      obvious.delete(oldest);
      if (oldest === number) break;
    }
    dropped.length = 0;
    assert.equal(pool.hold(holder, bytes), !expected.includes(number), `step ${step}`);
    assert.deepEqual(dropped, expected, `step ${step}`);
    assert.equal(pool.used, sum(), `step ${step}`);
    assert.deepEqual(
      holders.map((h) => h.pooled),
      holders.map((h) => obvious.get(h.number) ?? 0),
      `step ${step}`,
    );
    emptied += expected.length;
  }
  assert.ok(emptied > 1_000);
  for (const holder of holders) pool.hold(holder, 0);
  assert.equal(pool.used, 0);
  for (const { older, newer } of holders) assert.deepEqual([older, newer], [null, null]);
});
