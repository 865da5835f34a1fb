// Forest, extra trees, one tree, gradient boosting, bagged boosting: what each adds to the grower. Every tree or bag
// has its own seed.
import type { Binned } from './bins.ts';
import { growTree, type GrowOptions, type Tree } from './grow.ts';
import { seeded, subSeed } from './random.ts';
import { LEAF, type Ensemble, sigmoid } from '../detect/index.ts';

export type Method = 'random-forest' | 'extra-trees' | 'decision-tree' | 'boosting';

export interface TrainOptions {
  readonly method: Method;
  readonly seed: number;
  /** Trees of a forest; bags of boosting. */
  readonly trees: number;
  /** Rounds in each bag of boosting. */
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxDepth: number;
  readonly minChild: number;
  readonly lambda: number;
  /** Share of rows a bag or round sees (boosting), and of columns a split may choose from. */
  readonly rowShare: number;
  readonly columnShare: number;
}

export const FOREST_DEFAULTS: TrainOptions = {
  method: 'random-forest',
  seed: 1,
  trees: 200,
  rounds: 1,
  learningRate: 1,
  maxDepth: 100,
  minChild: 1,
  lambda: 0,
  rowShare: 1,
  columnShare: 0,
};
export const BOOSTING_DEFAULTS: TrainOptions = {
  method: 'boosting',
  seed: 1,
  trees: 3,
  rounds: 40,
  learningRate: 0.1,
  maxDepth: 5,
  minChild: 5,
  lambda: 5,
  rowShare: 0.7,
  columnShare: 0.15,
};

export interface TrainingSet {
  readonly binned: Binned;
  /** 1 malicious, 0 benign. */
  readonly y: Uint8Array;
  readonly weight: Float64Array;
}

/**
 * Grows unit `n` of a method: one tree of a forest, one bag of boosting. Units are independent of each other, so any
 * thread may grow any unit.
 */
export function trainUnit(set: TrainingSet, o: TrainOptions, n: number): Tree[] {
  const random = seeded(subSeed(o.seed, n));
  const { rows } = set.binned;
  const grow: GrowOptions = {
    maxDepth: o.maxDepth,
    minChild: o.minChild,
    lambda: o.lambda,
    minGain: 1e-12,
    randomThreshold: o.method === 'extra-trees',
    tryFeatures:
      o.method === 'decision-tree'
        ? set.binned.columns
        : Math.max(
            1,
            Math.round(o.columnShare > 0 ? o.columnShare * set.binned.columns : Math.sqrt(set.binned.columns)),
          ),
  };
  const g = new Float64Array(rows);
  const h = new Float64Array(rows);
  if (o.method !== 'boosting') {
    const count = new Float64Array(rows);
    if (o.method === 'random-forest')
      for (let i = 0; i < rows; i++) {
        const r = Math.floor(random() * rows);
        count[r] = count[r]! + 1;
      }
    else count.fill(1);
    for (let i = 0; i < rows; i++) {
      h[i] = count[i]! * set.weight[i]!;
      g[i] = -h[i]! * set.y[i]!;
    }
    return [growTree(set.binned, Int32Array.from(indices(rows, (i) => h[i]! > 0)), g, h, grow, random)];
  }
  return boost(set, o, grow, random, g, h);
}

function boost(
  set: TrainingSet,
  o: TrainOptions,
  grow: GrowOptions,
  random: () => number,
  g: Float64Array,
  h: Float64Array,
): Tree[] {
  const { rows } = set.binned;
  const raw = new Float64Array(rows).fill(baseScore(set));
  const trees: Tree[] = [];
  for (let round = 0; round < o.rounds; round++) {
    for (let i = 0; i < rows; i++) {
      const p = sigmoid(raw[i]!);
      g[i] = (p - set.y[i]!) * set.weight[i]!;
      h[i] = Math.max(p * (1 - p), 1e-6) * set.weight[i]!;
    }
    const chosen = Int32Array.from(indices(rows, () => random() < o.rowShare));
    const tree = growTree(set.binned, chosen, g, h, grow, random);
    for (let i = 0; i < tree.value.length; i++) tree.value[i] = tree.value[i]! * o.learningRate;
    addTree(set.binned, tree, raw);
    // Cover for explanations and novelty counts training weight, not curvature.
    trees.push({ ...tree, cover: covers(set, tree) });
  }
  return trees;
}

/** Log odds of the weighted base rate. */
export function baseScore(set: TrainingSet): number {
  let positive = 0;
  let total = 0;
  for (let i = 0; i < set.y.length; i++) {
    total += set.weight[i]!;
    positive += set.weight[i]! * set.y[i]!;
  }
  const p = Math.min(0.999, Math.max(0.001, positive / total));
  return Math.log(p / (1 - p));
}

/** @param path receives the nodes on the way, when given */
function walk(binned: Binned, tree: Tree, row: number, path: Int32Array | null): number {
  let node = 0;
  let steps = 0;
  if (path) path[steps++] = node;
  while (tree.feature[node] !== LEAF) {
    const bin = binned.data[tree.feature[node]! * binned.rows + row]!;
    const edges = binned.edges[tree.feature[node]!]!;
    let goesLeft: boolean;
    if (bin === 255) goesLeft = tree.missingLeft[node] === 1;
    else if (bin >= edges.length) goesLeft = !(tree.threshold[node]! < Infinity);
    else goesLeft = edges[bin]! <= tree.threshold[node]!;
    node = goesLeft ? tree.left[node]! : tree.right[node]!;
    if (path) path[steps++] = node;
  }
  if (path) path[steps] = -1;
  return node;
}

function addTree(binned: Binned, tree: Tree, raw: Float64Array): void {
  for (let i = 0; i < raw.length; i++) raw[i] = raw[i]! + tree.value[walk(binned, tree, i, null)]!;
}

function covers(set: TrainingSet, tree: Tree): number[] {
  const cover = new Array<number>(tree.value.length).fill(0);
  const path = new Int32Array(256);
  for (let i = 0; i < set.y.length; i++) {
    walk(set.binned, tree, i, path);
    for (let s = 0; path[s]! >= 0; s++) cover[path[s]!] = cover[path[s]!]! + set.weight[i]!;
  }
  return cover.map((c) => Math.max(c, 1e-6));
}

function* indices(n: number, take: (i: number) => boolean): Generator<number> {
  for (let i = 0; i < n; i++) if (take(i)) yield i;
}

/** Puts units together, in their order: a forest averages trees, bagged boosting averages bags. */
export function assemble(units: readonly Tree[][], set: TrainingSet, o: TrainOptions): Ensemble {
  const trees = units.flat();
  const total = trees.reduce((n, t) => n + t.value.length, 0);
  const e = {
    roots: new Int32Array(trees.length),
    feature: new Int16Array(total),
    threshold: new Float32Array(total),
    left: new Int32Array(total),
    right: new Int32Array(total),
    missingLeft: new Uint8Array(total),
    value: new Float64Array(total),
    cover: new Float32Array(total),
    base: o.method === 'boosting' ? baseScore(set) : 0,
    scale: 1 / units.length,
  };
  let at = 0;
  trees.forEach((tree, t) => {
    e.roots[t] = at;
    e.feature.set(tree.feature, at);
    e.threshold.set(tree.threshold, at);
    e.missingLeft.set(tree.missingLeft, at);
    e.value.set(tree.value, at);
    e.cover.set(tree.cover, at);
    tree.left.forEach((n, i) => {
      e.left[at + i] = n + at;
      e.right[at + i] = tree.right[i]! + at;
    });
    at += tree.value.length;
  });
  return e;
}

export function trainHere(set: TrainingSet, o: TrainOptions): Ensemble {
  const units: Tree[][] = [];
  const count = o.method === 'decision-tree' ? 1 : o.trees;
  for (let n = 0; n < count; n++) units.push(trainUnit(set, o, n));
  return assemble(units, set, o);
}
