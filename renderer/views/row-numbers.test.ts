import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberAt } from './row-numbers.ts';

test('a row on its way has the number of its packet where that is known, and no place instead of it', () => {
  const none = new Uint32Array(0);
  assert.equal(numberAt(1_141_080, null), '…');
  assert.equal(numberAt(1_141_080, none), '1,141,081');
  // Alerts at places 3 and 7: packets 1 to 3, an alert, packets 4 to 6, an alert, packet 7.
  const alerts = Uint32Array.of(3, 7);
  const shown = Array.from({ length: 9 }, (_, place) => numberAt(place, alerts));
  assert.deepEqual(shown, ['1', '2', '3', '…', '4', '5', '6', '…', '7']);
});
