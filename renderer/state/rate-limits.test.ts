import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exceeded, keptLimits, Told, TOLD_AGAIN, watchedHosts } from './rate-limits.ts';

const none = { ...keptLimits({}), packets: 0 };
const rates = (bytes: number, packets: number, seen: readonly string[] = []): Parameters<typeof exceeded>[0] => ({
  bytes: Float64Array.of(9e9, bytes),
  packets: Float64Array.of(9e9, packets),
  seen,
});

test('only the last whole second counts, and only what has a limit', () => {
  assert.equal(exceeded(rates(1e6, 1e6), none).size, 0);
  const limits = { ...none, megabits: 8, packets: 100 };
  assert.deepEqual([...exceeded(rates(1_000_000, 100), limits).keys()], [], 'as much as allowed');
  assert.deepEqual(
    [...exceeded(rates(1_000_001, 100), limits).values()],
    [{ what: 'bits', bytes: 1_000_001, limit: 8 }],
  );
  assert.deepEqual([...exceeded(rates(0, 101), limits).keys()], ['packets']);
  assert.deepEqual([...exceeded(rates(0, 0, ['192.0.2.7']), none).keys()], ['host 192.0.2.7']);
});

test('what was kept may be anything; hosts are each once', () => {
  assert.deepEqual(keptLimits({ megabits: -1, hosts: 3, packets: 7 }), { megabits: 0, hosts: '' });
  assert.deepEqual(watchedHosts({ ...none, hosts: ' 2001:DB8::1, 192.0.2.7;192.0.2.7 ' }), [
    '2001:db8::1',
    '192.0.2.7',
  ]);
  assert.equal(
    watchedHosts({ ...none, hosts: Array.from({ length: 99 }, (_, i) => `10.0.0.${i}`).join(',') }).length,
    16,
  );
});

test('what holds is told once; what goes up and down is told again, but not at once', () => {
  const told = new Told();
  const over = exceeded(rates(0, 101), { ...none, packets: 100 });
  const under = new Map();
  const times = (found: typeof over, now: number): number => told.fresh(found, now).length;
  assert.deepEqual([times(over, 0), times(over, 1_000), times(over, 2 * TOLD_AGAIN)], [1, 0, 0], 'once while it holds');
  assert.deepEqual([times(under, 2 * TOLD_AGAIN), times(over, 2 * TOLD_AGAIN + 1)], [0, 1], 'long ago');
  const again = 2 * TOLD_AGAIN + 1;
  assert.deepEqual([times(under, again + 1), times(over, again + 1_000)], [0, 0], 'just told');
  assert.equal(times(over, again + TOLD_AGAIN), 1, 'above still, and not told since it began anew');
});
