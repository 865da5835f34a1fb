// The kernel's scores beside those of an obvious walk down each tree, to the bit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FEATURE_COUNT } from '../features/index.ts';
import { testRandom } from '../testing/packets.ts';
import { scoreBlock } from './block-scorer.ts';
import { loadModel } from './model.ts';
import { packTrees } from './packed-trees.ts';
import { type Ensemble, LEAF, leafLogShares } from './trees.ts';

type Random = () => number;

/** More vectors than there is room for patterns of missing values. */
const ROWS = 1_536;
const BLOCKS = [0, 1, 2, 3, 4, 511, 512];

function leafOf(e: Ensemble, node: number, value: (feature: number) => number): number {
  const feature = e.feature[node]!;
  if (feature === LEAF) return node;
  const v = value(feature);
  const goesLeft = Number.isNaN(v) ? e.missingLeft[node] === 1 : v <= e.threshold[node]!;
  return leafOf(e, goesLeft ? e.left[node]! : e.right[node]!, value);
}

function walked(e: Ensemble, shares: Float32Array, value: (feature: number) => number): [number, number] {
  let sum = 0;
  let seldom = 0;
  for (const root of e.roots) {
    const leaf = leafOf(e, root, value);
    sum += e.value[leaf]!;
    seldom += shares[leaf]!;
  }
  return [e.base + e.scale * sum, seldom / e.roots.length];
}

/** Few, so that values meet a threshold exactly. */
const VALUES = [-Infinity, -1e30, -2.5, -0, 0, 1e-40, 0.1, 1, 1.0000001, 7, 65_535, 3e38, Infinity].map(Math.fround);

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

/** Trees with any number of leaves up to the most, the first with all, the second a leaf alone. */
function someTrees(random: Random, trees: number, most: number, features: number): Ensemble {
  const nodes: { f: number; threshold: number; left: number; right: number; missing: number }[] = [];
  const grow = (leaves: number): number => {
    const at = nodes.push({ f: LEAF, threshold: 0, left: 0, right: 0, missing: 0 }) - 1;
    if (leaves === 1) return at;
    const onLeft = 1 + Math.floor(random() * (leaves - 1));
    const [left, right] = [grow(onLeft), grow(leaves - onLeft)];
    nodes[at] = {
      f: Math.floor(random() * features),
      threshold: pick(random, VALUES),
      left,
      right,
      missing: random() < 0.5 ? 1 : 0,
    };
    return at;
  };
  const leaves = Array.from({ length: trees - 2 }, () => 1 + Math.floor(random() * most));
  const roots = [most, 1, ...leaves].map(grow);
  return {
    base: random() - 0.5,
    scale: random(),
    roots: Int32Array.from(roots),
    feature: Int16Array.from(nodes, (n) => n.f),
    threshold: Float32Array.from(nodes, (n) => n.threshold),
    left: Int32Array.from(nodes, (n) => n.left),
    right: Int32Array.from(nodes, (n) => n.right),
    missingLeft: Uint8Array.from(nodes, (n) => n.missing),
    value: Float64Array.from(nodes, () => (random() - 0.5) * 10 ** Math.floor(random() * 20 - 10)),
    cover: Float32Array.from(nodes, () => random() * 1000),
  };
}

/** Values of a vector are missing by one of few patterns, or each by chance. */
function someVectors(random: Random, width: number, values: readonly number[]): Float32Array {
  const patterns = Array.from({ length: 40 }, () => Array.from({ length: width }, () => random() < 0.3));
  const x = new Float32Array(ROWS * width);
  for (let r = 0; r < ROWS; r++) {
    const pattern = random() < 0.5 ? pick(random, patterns) : patterns[0]!.map(() => random() < 0.2);
    pattern.forEach((missing, i) => {
      const value = random() < 0.7 ? pick(random, values) : (random() - 0.5) * 20;
      x[r * width + i] = missing ? NaN : value;
    });
  }
  return x;
}

/** Scores all vectors in blocks of these sizes, one after another, and compares each number's bits. */
function agree(e: Ensemble, places: Int32Array, x: Float32Array, width: number, kind: 'masks' | 'walk'): void {
  const shares = leafLogShares(e);
  const packed = packTrees(e, places, shares);
  assert.equal(packed.kind, kind);
  const raw = new Float64Array(512);
  const novelty = new Float64Array(512);
  for (let at = 0, b = 0; at < ROWS; b++) {
    const count = Math.min(BLOCKS[b % BLOCKS.length]!, ROWS - at);
    raw.fill(-1);
    novelty.fill(-1);
    scoreBlock(packed, x.subarray(at * width, (at + count) * width), count, width, raw, novelty);
    for (let i = 0; i < count; i++) {
      const [sum, seldom] = walked(e, shares, (f) => x[(at + i) * width + places[f]!]!);
      assert.ok(Object.is(raw[i], sum), `vector ${at + i} of ${count}: ${raw[i]} and ${sum}`);
      assert.ok(Object.is(novelty[i], seldom), `vector ${at + i} of ${count}: novelty ${novelty[i]} and ${seldom}`);
    }
    // Vectors are taken four at a time; what is written of more than there are is not ours.
    assert.ok(raw.subarray(count).every((v) => v === -1) && novelty.subarray(count).every((v) => v === -1));
    at += count;
  }
}

test('trees as masks score as a walk down each does, to the bit', () => {
  for (const [seed, trees, most, features] of [
    [1, 37, 32, 70],
    [2, 120, 32, 32],
    [3, 3, 2, 33],
    [4, 64, 31, 5],
    [5, 2, 1, 3],
  ] as const) {
    const random = testRandom(seed);
    const width = features + 9;
    // Places ascend in some models and in others not.
    const places = Int32Array.from({ length: features }, (_, i) => (seed % 2 === 0 ? i : width - 1 - i));
    agree(someTrees(random, trees, most, features), places, someVectors(random, width, VALUES), width, 'masks');
  }
});

test('trees of more leaves score as a walk down each does, to the bit', () => {
  for (const [seed, trees, most, features] of [
    [6, 9, 33, 40],
    [7, 20, 400, 12],
  ] as const) {
    const random = testRandom(seed);
    const width = features + 2;
    const places = Int32Array.from({ length: features }, (_, i) => i + 1);
    agree(someTrees(random, trees, most, features), places, someVectors(random, width, VALUES), width, 'walk');
  }
});

test('the shipped model scores as a walk down each tree does, to the bit', () => {
  const loaded = loadModel(readFileSync(new URL('../../models/default.json', import.meta.url), 'utf8'));
  assert.ok(loaded.ok);
  const { ensemble, places } = loaded.model;
  const x = someVectors(testRandom(8), FEATURE_COUNT, [...new Set(ensemble.threshold)]);
  agree(ensemble, places, x, FEATURE_COUNT, 'masks');
});

test('a block larger than the one before, and one smaller, are scored whole', () => {
  const random = testRandom(9);
  const e = someTrees(random, 5, 20, 6);
  const shares = leafLogShares(e);
  const places = Int32Array.from([0, 1, 2, 3, 4, 5]);
  const packed = packTrees(e, places, shares);
  const x = someVectors(random, 6, VALUES);
  for (const count of [3, 700, 2, 1_400]) {
    const raw = new Float64Array(count);
    scoreBlock(packed, x, count, 6, raw, new Float64Array(count));
    raw.forEach((v, i) => assert.ok(Object.is(v, walked(e, shares, (f) => x[i * 6 + f]!)[0])));
  }
});
