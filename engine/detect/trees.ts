// Ensembles of trees as flat arrays, and the pass that scores a vector: raw score and novelty together.

export const LEAF = -1;

/** Nodes of all trees one after another; children are absolute indices. Cover is the training weight that reached a node. */
export interface TreeArrays {
  readonly roots: Int32Array;
  /** Feature of a split (index into the model's own feature list), LEAF for leaves. */
  readonly feature: Int16Array;
  /** x <= threshold goes left. */
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where NaN goes left. */
  readonly missingLeft: Uint8Array;
  readonly value: Float64Array;
  readonly cover: Float32Array;
}

export interface Ensemble extends TreeArrays {
  /** Added to `scale` times the sum of leaf values. */
  readonly base: number;
  readonly scale: number;
}

/** Two numbers of one scoring, reused. */
export interface RawScore {
  raw: number;
  /** Mean over trees of -ln(share of training weight in the leaf): high where training saw little. */
  novelty: number;
}

/**
 * The same trees as the scorer walks them: four words a node (place in the vector or -1, threshold, right child, where NaN goes),
 * children of a node in preorder, so that the left one is the next. A walk touches one cache line a step.
 */
export interface PackedTrees {
  readonly roots: Int32Array;
  readonly words: Int32Array;
  /** The same memory. */
  readonly thresholds: Float32Array;
  readonly value: Float64Array;
  readonly logShare: Float32Array;
  readonly base: number;
  readonly scale: number;
}

/** @param places model feature → place in the vector */
export function packTrees(e: Ensemble, places: Int32Array): PackedTrees {
  const n = e.feature.length;
  const words = new Int32Array(new SharedArrayBuffer(n * 16));
  const thresholds = new Float32Array(words.buffer);
  const shares = leafLogShares(e);
  const value = new Float64Array(new SharedArrayBuffer(n * 8));
  const logShare = new Float32Array(new SharedArrayBuffer(n * 4));
  const roots = new Int32Array(new SharedArrayBuffer(e.roots.length * 4));
  let next = 0;
  const place = (node: number): void => {
    const at = next++;
    const f = e.feature[node]!;
    words[at * 4] = f < 0 ? -1 : places[f]!;
    thresholds[at * 4 + 1] = e.threshold[node]!;
    words[at * 4 + 3] = e.missingLeft[node]!;
    value[at] = e.value[node]!;
    logShare[at] = shares[node]!;
    if (f < 0) return;
    place(e.left[node]!);
    words[at * 4 + 2] = next;
    place(e.right[node]!);
  };
  e.roots.forEach((root, t) => { roots[t] = next; place(root); });
  return { roots, words, thresholds, value, logShare, base: e.base, scale: e.scale };
}

/**
 * Scores `count` vectors of `width` one after another in `x`, tree by tree: a tree's nodes stay near while all vectors pass through it.
 * Sums run in the order of trees, so that each vector's numbers are those of `scoreVector`.
 */
export function scoreBlock(p: PackedTrees, x: Float32Array, count: number, width: number, raw: Float64Array, novelty: Float64Array): void {
  const { roots, words, thresholds, value, logShare } = p;
  raw.fill(0, 0, count);
  novelty.fill(0, 0, count);
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    for (let i = 0, at = 0; i < count; i++, at += width) {
      let node = root;
      for (let f = words[node << 2]!; f >= 0; f = words[node << 2]!) {
        const v = x[at + f]!;
        if (v <= thresholds[(node << 2) + 1]!) node++;
        else if (v === v || words[(node << 2) + 3] === 0) node = words[(node << 2) + 2]!;
        else node++;
      }
      raw[i] = raw[i]! + value[node]!;
      novelty[i] = novelty[i]! + logShare[node]!;
    }
  }
  for (let i = 0; i < count; i++) {
    raw[i] = p.base + p.scale * raw[i]!;
    novelty[i] = novelty[i]! / roots.length;
  }
}

/** The plain walk, for models that are scored a few times: the same numbers as `scoreBlock`. */
export function scoreVector(e: Ensemble, logShare: Float32Array, places: Int32Array, x: Float32Array, at: number, out: RawScore): void {
  const { roots, feature, threshold, left, right, missingLeft, value } = e;
  let sum = 0;
  let novelty = 0;
  for (let t = 0; t < roots.length; t++) {
    let node = roots[t]!;
    for (let f = feature[node]!; f >= 0; f = feature[node]!) {
      const v = x[at + places[f]!]!;
      node = v <= threshold[node]! ? left[node]! : v === v ? right[node]! : missingLeft[node] === 1 ? left[node]! : right[node]!;
    }
    sum += value[node]!;
    novelty += logShare[node]!;
  }
  out.raw = e.base + e.scale * sum;
  out.novelty = novelty / roots.length;
}

/** -ln(cover / cover of the root) for every node. */
export function leafLogShares(e: TreeArrays): Float32Array {
  const shares = new Float32Array(e.cover.length);
  for (let t = 0; t < e.roots.length; t++) {
    const from = e.roots[t]!;
    const to = t + 1 < e.roots.length ? e.roots[t + 1]! : e.cover.length;
    const total = e.cover[from]!;
    for (let n = from; n < to; n++) shares[n] = -Math.log(Math.max(e.cover[n]!, 1e-9) / total);
  }
  return shares;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
