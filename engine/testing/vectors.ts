// Vectors compared by the names of their features, so that a test that fails says which one differs.
import assert from 'node:assert/strict';
import { FEATURE_COUNT, FEATURES } from '../features/index.ts';

/** Differences that a message lists. */
const LISTED = 12;

/**
 * One vector must be the other bit by bit, a missing value too; else the features that differ are named with their
 * values.
 */
export function assertSameVector(got: Float32Array | undefined, want: Float32Array | undefined, where: string): void {
  assert.ok(got !== undefined && want !== undefined, `${where}: ${got ? 'not expected' : 'no vector'}`);
  assert.deepEqual([got.length, want.length], [FEATURE_COUNT, FEATURE_COUNT], `${where}: length of a vector`);
  const [bits, wanted] = [bitsOf(got), bitsOf(want)];
  const different = FEATURES.flatMap((f, i) =>
    bits[i] === wanted[i] ? [] : [`${f.name}: ${got[i]}, expected ${want[i]}`],
  );
  if (different.length === 0) return;
  const more = different.length > LISTED ? [`and ${different.length - LISTED} more`] : [];
  assert.fail([`${where}: ${different.length} features differ`, ...different.slice(0, LISTED), ...more].join('\n  '));
}

/** The same of many vectors, by what each of them is of. */
export function assertSameVectors(
  got: ReadonlyMap<number, Float32Array>,
  want: ReadonlyMap<number, Float32Array>,
  where: string,
): void {
  for (const [key, vector] of want) assertSameVector(got.get(key), vector, `${where} ${key}`);
  assert.deepEqual([...got.keys()].sort(), [...want.keys()].sort(), `${where}: not the same ones`);
}

function bitsOf(vector: Float32Array): Uint32Array {
  return new Uint32Array(vector.slice().buffer);
}
