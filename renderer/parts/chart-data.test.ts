// Numbers of an axis: as many decimals as tell them apart, and no more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalsOf, smoothed } from './chart-data.ts';

test('as many decimals as the step needs', () => {
  assert.deepEqual(
    [200, 10, 2.5, 1, 0.5, 0.25, 0.1, 0.001, 0.0005, 0.000025, 1e-12].map((step) => decimalsOf(step)),
    [0, 0, 1, 0, 1, 2, 1, 3, 4, 6, 9],
  );
});

test('a moving average is of the intervals around each; what is missing is left out', () => {
  const values = [1, 2, 6, NaN, 4, 5];
  assert.deepEqual(Array.from(smoothed(values, 0)), values);
  // Of three: itself and one on each side, as far as there are some.
  assert.deepEqual(Array.from(smoothed(values, 3)), [1.5, 3, 4, 5, 4.5, 4.5]);
  assert.deepEqual(Array.from(smoothed([NaN, NaN, NaN, 1], 2)), [NaN, NaN, 1, 1]);
  assert.deepEqual(Array.from(smoothed([3], 100)), [3]);
});
