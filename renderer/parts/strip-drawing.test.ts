// Times below the strip are such as people count in, and have the digits that tell them apart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tickStep, tickText } from './strip-drawing.ts';

test('a step is the shortest round time that leaves room for its text', () => {
  assert.deepEqual(
    [0.0003, 0.001, 0.012, 0.4, 1, 3, 7, 20, 45, 61, 4_000, 100_000].map(tickStep),
    [0.0005, 0.001, 0.02, 0.5, 1, 5, 10, 20, 60, 120, 7_200, 172_800],
  );
});

test('a text has as many digits as its step', () => {
  assert.equal(tickText(0.0005, 0.0005), '0.0005 s');
  assert.equal(tickText(0.5, 0.5), '0.5 s');
  assert.equal(tickText(20, 5), '20 s');
  assert.equal(tickText(3_720, 60), '01:02:00');
});
