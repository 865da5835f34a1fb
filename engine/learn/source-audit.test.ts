// Whether features tell the source: what tells it is found, what tells the capture alone is not counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRandom } from '../testing/packets.ts';
import { auditSources, type SourceFlows } from './source-audit.ts';

const WIDTH = 6;
const NAMES = {
  names: Array.from({ length: WIDTH }, (_, i) => `f${i}`),
  groups: ['told', 'told', 'noise', 'noise', 'noise', 'noise'],
};
const ALL = Int32Array.from({ length: WIDTH }, (_, i) => i);

/** @param captures of each source @param fill what a flow's features are; the others are noise */
function made(
  captures: readonly number[],
  perCapture: number,
  fill: (source: number, capture: number) => readonly number[],
): SourceFlows {
  const random = testRandom(5);
  const source: number[] = [];
  const capture: number[] = [];
  const x: number[] = [];
  let next = 0;
  for (const [s, count] of captures.entries())
    for (let c = 0; c < count; c++, next++)
      for (let n = 0; n < perCapture; n++) {
        const told = fill(s, next);
        source.push(s);
        capture.push(next);
        for (let i = 0; i < WIDTH; i++) x.push(told[i] ?? random());
      }
  return {
    rows: source.length,
    stride: WIDTH,
    x: Float32Array.from(x),
    source: Int32Array.from(source),
    capture: Int32Array.from(capture),
    sourceNames: captures.map((_, s) => `s${s}`),
  };
}

test('a feature that the source has is found, and chance is what it is without', () => {
  const audit = auditSources(
    made([10, 10, 10, 10], 6, (s) => [s, s]),
    ALL,
    NAMES,
  )!;
  assert.ok(audit.right > 0.97, `${audit.right}`);
  assert.deepEqual([audit.flows, audit.captures, audit.sources, audit.left], [240, 40, 4, 0]);
  assert.equal(audit.largest, 0.25);
  assert.ok(Math.abs(audit.dealt - 0.25) < 0.15, `${audit.dealt}`);
  assert.deepEqual(
    audit.byFeature
      .slice(0, 2)
      .map((f) => f.feature)
      .toSorted(),
    ['f0', 'f1'],
  );
  assert.equal(audit.byFeature[0]!.alone, 1);
  const [told, noise] = audit.byGroup;
  assert.deepEqual([told!.group, told!.features, noise!.group], ['told', 2, 'noise']);
  assert.ok(told!.lost > 0.5, `both together are missed: ${told!.lost}`);
  assert.ok(told!.lost > audit.byFeature[0]!.lost + 0.1, 'one stands in for the other');
  assert.ok(audit.bySource.every((s) => s.right === s.flows || s.takenFor !== null));
});

test('what only a capture has tells nothing, since captures are held out whole', () => {
  const random = testRandom(9);
  const own = Array.from({ length: 40 }, () => random());
  const audit = auditSources(
    made([10, 10, 10, 10], 6, (_, c) => [own[c]!, own[c]!]),
    ALL,
    NAMES,
  )!;
  assert.ok(audit.right < 0.45, `${audit.right}`);
});

test('features that the model does not have are asked apart', () => {
  const audit = auditSources(
    made([10, 10, 10, 10], 6, (s) => [s, s]),
    ALL.subarray(2),
    NAMES,
  )!;
  assert.ok(audit.right < 0.45 && audit.everything.right > 0.9, `${audit.right} ${audit.everything.right}`);
  assert.deepEqual([audit.features, audit.everything.features], [4, 6]);
  assert.ok(audit.byFeature.every((f) => f.feature !== 'f0' && f.feature !== 'f1'));
});

test('sources of fewer than three captures are left out; large ones are sampled evenly over captures', () => {
  const audit = auditSources(
    made([2, 10, 30], 20, (s) => [s]),
    ALL,
    NAMES,
  )!;
  assert.deepEqual([audit.sources, audit.left], [2, 1]);
  assert.deepEqual(
    audit.bySource.map((s) => [s.source, s.flows]),
    [
      ['s1', 200],
      ['s2', 200],
    ],
  );
  assert.equal(audit.captures, 40);
  assert.equal(
    auditSources(
      made([2, 10], 5, () => []),
      ALL,
      NAMES,
    ),
    null,
    'one source is told from nothing',
  );
});
