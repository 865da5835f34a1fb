import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Picked } from './picked.ts';

function places(p: Picked): number[] {
  return p.pieces(1000, 1000).flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

test('Ctrl adds and takes away, Shift extends from where the selection began', () => {
  const p = new Picked();
  p.only(5);
  p.toggle(7);
  p.toggle(6);
  assert.deepEqual(places(p), [5, 6, 7]);
  p.toggle(6);
  assert.deepEqual(places(p), [5, 7]);
  p.only(10);
  p.extend(7);
  assert.deepEqual(places(p), [7, 8, 9, 10]);
  p.extend(12);
  assert.deepEqual(places(p), [10, 11, 12]);
  assert.equal(p.count, 3);
  p.clear();
  assert.equal(p.has(11), false);
});

test('random presses beside a set of places', () => {
  let seed = 11;
  const chance = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const p = new Picked();
  const plain = new Set<number>();
  for (let i = 0; i < 3000; i++) {
    const at = chance(60);
    p.toggle(at);
    if (!plain.delete(at)) plain.add(at);
    assert.deepEqual(
      places(p),
      [...plain].sort((a, b) => a - b),
    );
  }
});

test('ten million places are copied in pieces, and no further than asked', () => {
  const p = new Picked();
  p.only(0);
  p.extend(9_999_999);
  assert.equal(p.count, 10_000_000);
  const pieces = p.pieces(512, 1200);
  assert.deepEqual(pieces, [
    { from: 0, to: 511 },
    { from: 512, to: 1023 },
    { from: 1024, to: 1199 },
  ]);
});
