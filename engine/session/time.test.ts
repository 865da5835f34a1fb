import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentText, splitMoment } from './time.ts';

test('a moment is whole seconds and nanoseconds after them, before 1970 as well', () => {
  assert.deepEqual(splitMoment(1.25), { seconds: 1, nanoseconds: 250_000_000 });
  assert.deepEqual(splitMoment(-1.5), { seconds: -2, nanoseconds: 500_000_000 });
  assert.deepEqual(splitMoment(0.9999999999), { seconds: 1, nanoseconds: 0 });
  assert.equal(momentText(-1.5), '1969-12-31T23:59:58.500000000Z');
  assert.equal(momentText(0), '1970-01-01T00:00:00.000000000Z');
});
