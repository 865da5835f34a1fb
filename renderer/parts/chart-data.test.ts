// Numbers of an axis: as many decimals as tell them apart, and no more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalsOf } from './chart-data.ts';

test('as many decimals as the step needs', () => {
  assert.deepEqual(
    [200, 10, 2.5, 1, 0.5, 0.25, 0.1, 0.001, 0.0005, 0.000025, 1e-12].map((step) => decimalsOf(step)),
    [0, 0, 1, 0, 1, 2, 1, 3, 4, 6, 9],
  );
});
