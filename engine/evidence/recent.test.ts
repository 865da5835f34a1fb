import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRandom } from '../testing/packets.ts';
import { Distinct, Recent, Starts } from './recent.ts';

const random = testRandom(21);
const below = (n: number): number => Math.floor(random() * n);

/** Times that mostly rise, by little or by more than is kept, and sometimes fall. */
function times(count: number): number[] {
  let now = 1_000;
  return Array.from({ length: count }, () => (now += [0, 1, 0.5, 7, 400, -3, -200][below(7)]!));
}

test('a table: as a map that puts what is touched at its end, also where entries are forgotten on purpose', () => {
  for (const limit of [1, 5, 70]) {
    const recent = new Recent<number>(limit);
    const obvious = new Map<string | number, number>();
    for (let i = 0; i < 5_000; i++) {
      const n = below(limit * 2);
      const key = n % 2 === 0 ? n : `name ${n}`;
      const known = obvious.get(key);
      assert.equal(recent.known(key), known ?? null);
      obvious.delete(key);
      if (below(5) === 0) {
        recent.delete(key);
      } else {
        if (known === undefined && obvious.size >= limit) obvious.delete(obvious.keys().next().value!);
        obvious.set(key, i);
        recent.set(key, i);
      }
      assert.equal(recent.size, obvious.size);
    }
    for (const [key, value] of obvious) assert.equal(recent.known(key), value);
  }
});

test('different things: as a map of them tells that forgets what is old or too many, also once it was emptied', () => {
  for (let round = 0; round < 200; round++) {
    const limit = 1 + below(8);
    const keep = [5, 300][below(2)]!;
    const distinct = new Distinct(limit, keep);
    for (let again = 0; again < 3; again++) {
      const obvious = new Map<string | number, number>();
      let latest = -Infinity;
      for (const seconds of times(60)) {
        const thing = below(2) === 0 ? below(12) : `name ${below(12)}`;
        latest = Math.max(latest, seconds);
        obvious.delete(thing);
        obvious.set(thing, seconds);
        for (const [old, at] of obvious) {
          if (latest - at <= keep && obvious.size <= limit) break;
          obvious.delete(old);
        }
        distinct.add(thing, seconds);
        assert.equal(distinct.size, obvious.size);
        const within = below(50);
        const near = [...obvious.values()].filter((at) => Math.abs(at - seconds) <= within).length;
        assert.equal(distinct.near(seconds, within), near);
      }
      distinct.empty();
      assert.deepEqual([distinct.size, distinct.near(1_000, Infinity)], [0, 0]);
    }
  }
});

test('starts: the latest, sorted, whatever order they come in, also once they were emptied', () => {
  for (let round = 0; round < 200; round++) {
    const limit = 1 + below(12);
    const keep = [5, 300][below(2)]!;
    const starts = new Starts(limit, keep);
    for (let again = 0; again < 3; again++) {
      let obvious: number[] = [];
      for (const seconds of times(60)) {
        obvious = [...obvious, seconds].toSorted((a, b) => a - b);
        while (obvious.length > limit || obvious.at(-1)! - obvious[0]! > keep) obvious.shift();
        assert.equal(starts.add(seconds), obvious.length);
        assert.deepEqual([...starts.all], obvious);
        assert.equal(starts.span, obvious.at(-1)! - obvious[0]!);
      }
      starts.empty();
      assert.deepEqual([starts.size, starts.span, starts.all.length], [0, 0, 0]);
    }
  }
});
