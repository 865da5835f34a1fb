import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEATURE_COUNT } from '../features/index.ts';
import { EvenSample } from './even-sample.ts';

test('vectors are kept evenly over all of them, however many there are', () => {
  for (const [seen, kept] of [
    [0, []],
    [3, [0, 1, 2]],
    [4, [0, 1, 2, 3]],
    [5, [0, 2, 4]],
    [8, [0, 2, 4, 6]],
    [9, [0, 4, 8]],
    [100, [0, 32, 64, 96]],
  ] as const) {
    const sample = new EvenSample(4);
    const vector = new Float32Array(FEATURE_COUNT + 1);
    for (let n = 0; n < seen; n++) {
      vector.fill(n, 1);
      sample.take(vector, 1);
    }
    const { vectors } = sample;
    assert.equal(vectors.length, kept.length * FEATURE_COUNT);
    assert.deepEqual(
      Array.from(kept, (_, i) => vectors.subarray(i * FEATURE_COUNT, (i + 1) * FEATURE_COUNT)),
      Array.from(kept, (n) => new Float32Array(FEATURE_COUNT).fill(n)),
      `${seen}`,
    );
  }
});
