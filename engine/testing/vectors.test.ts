import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEATURE_COUNT, featureIndex } from '../features/index.ts';
import { assertSameVector, assertSameVectors } from './vectors.ts';

test('vectors that differ are told by the names of their features and both values', () => {
  const want = Float32Array.from({ length: FEATURE_COUNT }, (_, i) => (i % 5 === 0 ? NaN : i));
  assertSameVector(want.slice(), want, 'flow 1');
  const got = want.slice();
  got[featureIndex('sni_length')] = 21;
  got[featureIndex('duration')] = NaN;
  got[featureIndex('is_tcp')] = -0;
  assert.throws(
    () => assertSameVector(got, want, 'flow 1'),
    ({ message }: Error) =>
      message ===
      [
        'flow 1: 3 features differ',
        'is_tcp: 0, expected NaN',
        `duration: NaN, expected ${want[featureIndex('duration')]}`,
        `sni_length: 21, expected ${want[featureIndex('sni_length')]}`,
      ].join('\n  '),
  );
  assert.throws(() => assertSameVector(undefined, want, 'flow 1'), /flow 1: no vector/);
  assert.throws(() => assertSameVector(got.slice(1), want, 'flow 1'), /length of a vector/);
  assert.throws(
    () => assertSameVectors(new Map([[7, got]]), new Map([[7, want]]), 'flow'),
    /^AssertionError.*flow 7: 3 /,
  );
  const more = new Map([
    [7, want],
    [8, want],
  ]);
  assert.throws(() => assertSameVectors(more, new Map([[7, want]]), 'flow'), /flow: not the same ones/);
});
