import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exceeded, limitsOf, watchedHosts } from './rate-limits.ts';

const none = limitsOf({});
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
  assert.deepEqual(limitsOf({ megabits: -1, packets: 'many', hosts: 3, sound: 'yes' }), none);
  assert.equal(none.sound, false, 'a sound is asked for');
  assert.deepEqual(watchedHosts({ ...none, hosts: ' 2001:DB8::1, 192.0.2.7;192.0.2.7 ' }), [
    '2001:db8::1',
    '192.0.2.7',
  ]);
  assert.equal(
    watchedHosts({ ...none, hosts: Array.from({ length: 99 }, (_, i) => `10.0.0.${i}`).join(',') }).length,
    16,
  );
});
