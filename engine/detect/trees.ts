// Ensembles of trees as flat arrays, and the walk that scores a vector: raw score and novelty together.

export const LEAF = -1;
/** As deep as a leaf may lie: those who lay trees out and explain them go down node by node. */
export const MAX_DEPTH = 200;

/**
 * Nodes of all trees one after another; children are absolute indices. Cover is the training weight that reached a
 * node.
 */
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

/** The plain walk, for models that are scored a few times: the same numbers as `scoreBlock`. */
export function scoreVector(
  e: Ensemble,
  logShare: Float32Array,
  places: Int32Array,
  x: Float32Array,
  at: number,
  out: RawScore,
): void {
  const { roots, feature, threshold, left, right, missingLeft, value } = e;
  let sum = 0;
  let novelty = 0;
  for (let t = 0; t < roots.length; t++) {
    let node = roots[t]!;
    for (let f = feature[node]!; f >= 0; f = feature[node]!) {
      const v = x[at + places[f]!]!;
      if (v <= threshold[node]!) node = left[node]!;
      else if (v === v || missingLeft[node] === 0) node = right[node]!;
      else node = left[node]!;
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
