// One tree out of histograms. Gradients and hessians say what a leaf is worth, so that forests and boosting share the
// grower: a forest's target is g = -weight * y, h = weight, which makes leaves means and the gain weighted variance
// (Gini) reduction.
import { MISSING_BIN, type Binned } from './bins.ts';
import type { Random } from './random.ts';
import { LEAF } from '../detect/index.ts';

export interface GrowOptions {
  readonly maxDepth: number;
  /** Smallest hessian sum in a child. */
  readonly minChild: number;
  readonly lambda: number;
  readonly minGain: number;
  /** Features looked at in each split. */
  readonly tryFeatures: number;
  /** Extra trees: one random threshold a feature. */
  readonly randomThreshold: boolean;
}

export interface Tree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly missingLeft: number[];
  readonly value: number[];
  readonly cover: number[];
}

/**
 * What one node is split on: sums of gradients and hessians over its rows, and by bin of the column looked at. One of
 * it is made a tree and filled again for each node and column.
 */
interface NodeSums {
  readonly options: GrowOptions;
  readonly random: Random;
  readonly histG: Float64Array;
  readonly histH: Float64Array;
  sumG: number;
  sumH: number;
  /** What the node is worth unsplit. */
  parent: number;
}

interface Split {
  gain: number;
  column: number;
  bin: number;
  missingLeft: boolean;
}

/** The rows of a tree that grows, and what they are split by. */
interface Growing {
  readonly binned: Binned;
  /** Reordered in place: the rows of a node stand together. */
  readonly rows: Int32Array;
  /** Gradients by row. */
  readonly g: Float64Array;
  /** Hessians by row. */
  readonly h: Float64Array;
  /** Every column; those looked at in a split come first. */
  readonly columns: Int32Array;
}

/** @param rows the rows to grow on, reordered in place @param g gradients by row @param h hessians by row */
export function growTree(
  binned: Binned,
  rows: Int32Array,
  g: Float64Array,
  h: Float64Array,
  options: GrowOptions,
  random: Random,
): Tree {
  const tree: Tree = { feature: [], threshold: [], left: [], right: [], missingLeft: [], value: [], cover: [] };
  const columns = Int32Array.from({ length: binned.columns }, (_, i) => i);
  const growing: Growing = { binned, rows, g, h, columns };
  const sums: NodeSums = {
    options,
    random,
    histG: new Float64Array(256),
    histH: new Float64Array(256),
    sumG: 0,
    sumH: 0,
    parent: 0,
  };
  const scratch = new Int32Array(rows.length);
  const grow = (from: number, to: number, depth: number): number => {
    let sumG = 0;
    let sumH = 0;
    for (let i = from; i < to; i++) {
      sumG += g[rows[i]!]!;
      sumH += h[rows[i]!]!;
    }
    const node = tree.feature.length;
    tree.feature.push(LEAF);
    tree.threshold.push(0);
    tree.left.push(0);
    tree.right.push(0);
    tree.missingLeft.push(0);
    tree.value.push(-sumG / (sumH + options.lambda));
    tree.cover.push(sumH);
    if (depth >= options.maxDepth || to - from < 2 || sumH < 2 * options.minChild) return node;
    sums.sumG = sumG;
    sums.sumH = sumH;
    sums.parent = (sumG * sumG) / (sumH + options.lambda);
    const split = bestSplit(growing, from, to, sums);
    if (split === null) return node;
    const middle = partition(binned, rows, scratch, from, to, split);
    if (middle === from || middle === to) return node;
    tree.feature[node] = split.column;
    tree.threshold[node] = binned.edges[split.column]![split.bin] ?? Infinity;
    tree.missingLeft[node] = split.missingLeft ? 1 : 0;
    tree.left[node] = grow(from, middle, depth + 1);
    tree.right[node] = grow(middle, to, depth + 1);
    return node;
  };
  grow(0, rows.length, 0);
  return tree;
}

/** The best split of the rows `from` up to `to`, null where none is worth it. */
function bestSplit({ binned, rows, g, h, columns }: Growing, from: number, to: number, sums: NodeSums): Split | null {
  const { options, random, histG, histH } = sums;
  const { data } = binned;
  let best: Split | null = null;
  let looked = 0;
  // A partial shuffle: constant columns do not count as looked at, as in scikit-learn.
  for (let k = 0; k < columns.length && looked < options.tryFeatures; k++) {
    if (options.tryFeatures < columns.length) {
      const j = k + Math.floor(random() * (columns.length - k));
      const t = columns[k]!;
      columns[k] = columns[j]!;
      columns[j] = t;
    }
    const column = columns[k]!;
    const bins = binned.edges[column]!.length + 1;
    const base = column * binned.rows;
    histG.fill(0, 0, bins);
    histH.fill(0, 0, bins);
    histG[MISSING_BIN] = histH[MISSING_BIN] = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i]!;
      const bin = data[base + row]!;
      histG[bin] = histG[bin]! + g[row]!;
      histH[bin] = histH[bin]! + h[row]!;
    }
    const found = options.randomThreshold ? randomSplit(sums, column, bins) : scanSplit(sums, column, bins);
    if (found === 'constant') continue;
    looked++;
    if (found !== null && (best === null || found.gain > best.gain)) best = found;
  }
  return best !== null && best.gain > options.minGain ? best : null;
}

/** The best threshold of a column. */
function scanSplit(sums: NodeSums, column: number, bins: number): Split | null | 'constant' {
  const { histG, histH, sumG, sumH, parent, options: o } = sums;
  const missG = histG[MISSING_BIN]!;
  const missH = histH[MISSING_BIN]!;
  let best: Split | null = null;
  let leftG = 0;
  let leftH = 0;
  let filled = missH > 0 ? 1 : 0;
  for (let bin = 0; bin < bins; bin++) {
    const binH = histH[bin]!;
    if (binH === 0) continue;
    filled++;
    leftG += histG[bin]!;
    leftH += binH;
    // Missing goes right.
    let gain = gainOf(leftG, leftH, sumG - leftG, sumH - leftH, parent, o);
    if (gain > (best?.gain ?? 0)) best = { gain, column, bin, missingLeft: false };
    if (missH > 0) {
      gain = gainOf(leftG + missG, leftH + missH, sumG - leftG - missG, sumH - leftH - missH, parent, o);
      if (gain > (best?.gain ?? 0)) best = { gain, column, bin, missingLeft: true };
    }
  }
  return filled < 2 ? 'constant' : best;
}

/** One threshold of a column, drawn at random. */
function randomSplit(sums: NodeSums, column: number, bins: number): Split | null | 'constant' {
  const { histG, histH, sumG, sumH, parent, options: o, random } = sums;
  const missG = histG[MISSING_BIN]!;
  const missH = histH[MISSING_BIN]!;
  let low = -1;
  let high = -1;
  for (let bin = 0; bin < bins; bin++)
    if (histH[bin]! > 0) {
      if (low < 0) low = bin;
      high = bin;
    }
  if (low === high && missH === 0) return 'constant';
  const cut = low === high ? low : low + Math.floor(random() * (high - low));
  let leftG = 0;
  let leftH = 0;
  for (let bin = 0; bin <= cut; bin++) {
    leftG += histG[bin]!;
    leftH += histH[bin]!;
  }
  const right = gainOf(leftG, leftH, sumG - leftG, sumH - leftH, parent, o);
  const left =
    missH > 0 ? gainOf(leftG + missG, leftH + missH, sumG - leftG - missG, sumH - leftH - missH, parent, o) : -1;
  const gain = Math.max(left, right);
  return gain > 0 ? { gain, column, bin: cut, missingLeft: left > right } : null;
}

function gainOf(leftG: number, leftH: number, rightG: number, rightH: number, parent: number, o: GrowOptions): number {
  if (leftH < o.minChild || rightH < o.minChild || leftH <= 0 || rightH <= 0) return -1;
  return (leftG * leftG) / (leftH + o.lambda) + (rightG * rightG) / (rightH + o.lambda) - parent;
}

/** Stable: rows that go left first, in their order, then the others. @returns where the right ones begin */
function partition(
  binned: Binned,
  rows: Int32Array,
  scratch: Int32Array,
  from: number,
  to: number,
  split: Split,
): number {
  const base = split.column * binned.rows;
  const { data } = binned;
  let left = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i]!;
    const bin = data[base + row]!;
    const goesLeft = bin === MISSING_BIN ? split.missingLeft : bin <= split.bin;
    if (goesLeft) rows[left++] = row;
    else scratch[right++] = row;
  }
  rows.set(scratch.subarray(0, right), left);
  return left;
}
