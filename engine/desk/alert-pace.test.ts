import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertPace } from './alert-pace.ts';

test('of a file the first twenty are told and then a few; of a live capture each', async () => {
  const file = new AlertPace();
  const told = Array.from({ length: 5_000 }, (_, i) => i + 1).filter((n) => file.tells(true, n));
  assert.deepEqual(
    told.slice(0, 20),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  assert.ok(told.length < 25, `${told.length} told`);
  await new Promise((resolve) => {
    setTimeout(resolve, 260);
  });
  assert.equal(file.tells(true, 5_001), true);
  const live = new AlertPace();
  for (let n = 1; n < 100; n++) assert.equal(live.tells(false, n), true);
});
