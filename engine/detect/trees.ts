// Ensembles of trees as flat arrays, and the pass that scores a vector: raw score and novelty together.

export const LEAF = -1;

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

/**
 * The same trees as the scorer walks them: four words a node (place in the vector or -1, threshold, right child,
 * where NaN goes), children of a node in preorder, so that the left one is the next. A walk touches one cache line a
 * step.
 */
interface WalkedTrees {
  readonly kind: 'walk';
  readonly roots: Int32Array;
  readonly words: Int32Array;
  /** The same memory. */
  readonly thresholds: Float32Array;
  readonly value: Float64Array;
  readonly logShare: Float32Array;
}

/**
 * Trees of at most 32 leaves by the features that they ask for (Lucchese et al., QuickScorer, SIGIR 2015): a split
 * that sends a vector to the right takes the leaves on its left out of its tree's mask, and the first leaf that is
 * left is where the walk would have ended. Splits of a feature ascend by threshold, so that those that matter come
 * first and nothing has to be guessed by the processor.
 */
interface MaskedTrees {
  readonly kind: 'masks';
  /**
   * Places in the vector of the features that are asked for; `from[i]..from[i + 1]` are the splits of the i-th,
   * `missing` those that send NaN to the right.
   */
  readonly places: Int32Array;
  readonly from: Int32Array;
  readonly thresholds: Float32Array;
  readonly trees: Uint16Array;
  readonly masks: Int32Array;
  readonly missingFrom: Int32Array;
  readonly missingTrees: Uint16Array;
  readonly missingMasks: Int32Array;
  /** Value and -ln(share) of leaves side by side, 32 leaves a tree from the left. */
  readonly leaves: Float64Array;
  readonly count: number;
}

export type PackedTrees = (WalkedTrees | MaskedTrees) & { readonly base: number; readonly scale: number };

const MASKED_LEAVES = 32;

/** Packed trees of models: all captures of a call are scored by the same. */
const packed = new WeakMap<Ensemble, PackedTrees>();

/** @param places model feature → place in the vector, always the same for one ensemble @param shares `leafLogShares(e)` */
export function packTrees(e: Ensemble, places: Int32Array, shares: Float32Array): PackedTrees {
  let trees = packed.get(e);
  if (trees === undefined) {
    trees = { ...(maskedTrees(e, places, shares) ?? walkedTrees(e, places, shares)), base: e.base, scale: e.scale };
    packed.set(e, trees);
  }
  return trees;
}

function walkedTrees(e: Ensemble, places: Int32Array, shares: Float32Array): WalkedTrees {
  const n = e.feature.length;
  const words = new Int32Array(new SharedArrayBuffer(n * 16));
  const thresholds = new Float32Array(words.buffer);
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
  e.roots.forEach((root, t) => {
    roots[t] = next;
    place(root);
  });
  return { kind: 'walk', roots, words, thresholds, value, logShare };
}

interface Split {
  readonly tree: number;
  readonly threshold: number;
  readonly mask: number;
  readonly missingLeft: boolean;
}

/** @returns null when a tree has too many leaves */
function maskedTrees(e: Ensemble, places: Int32Array, shares: Float32Array): MaskedTrees | null {
  const leaves = new Float64Array(new SharedArrayBuffer(e.roots.length * MASKED_LEAVES * 16));
  const byPlace = new Map<number, Split[]>();
  let next = 0;
  const place = (tree: number, node: number): void => {
    const f = e.feature[node]!;
    if (f < 0) {
      if (next < MASKED_LEAVES) leaves.set([e.value[node]!, shares[node]!], (tree * MASKED_LEAVES + next) * 2);
      next++;
      return;
    }
    const first = next;
    place(tree, e.left[node]!);
    let mask = -1;
    for (let leaf = first; leaf < next; leaf++) mask &= ~(1 << leaf);
    const splits = byPlace.get(places[f]!);
    const split: Split = { tree, threshold: e.threshold[node]!, mask, missingLeft: e.missingLeft[node] === 1 };
    if (splits) splits.push(split);
    else byPlace.set(places[f]!, [split]);
    place(tree, e.right[node]!);
  };
  for (let t = 0; t < e.roots.length; t++) {
    next = 0;
    place(t, e.roots[t]!);
    if (next > MASKED_LEAVES) return null;
  }
  const asked = [...byPlace].sort(([a], [b]) => a - b);
  const splits = asked.map(([, list]) => list.sort((a, b) => a.threshold - b.threshold));
  const missing = splits.map((list) => list.filter((s) => !s.missingLeft));
  const int32 = (of: number[]): Int32Array => {
    const out = new Int32Array(new SharedArrayBuffer(of.length * 4));
    out.set(of);
    return out;
  };
  const uint16 = (of: number[]): Uint16Array => {
    const out = new Uint16Array(new SharedArrayBuffer(of.length * 2));
    out.set(of);
    return out;
  };
  const starts = (lists: Split[][]): Int32Array =>
    int32(lists.reduce((at, list) => [...at, at[at.length - 1]! + list.length], [0]));
  const thresholds = new Float32Array(new SharedArrayBuffer(splits.flat().length * 4));
  thresholds.set(splits.flat().map((s) => s.threshold));
  return {
    kind: 'masks',
    places: int32(asked.map(([at]) => at)),
    from: starts(splits),
    thresholds,
    trees: uint16(splits.flat().map((s) => s.tree)),
    masks: int32(splits.flat().map((s) => s.mask)),
    missingFrom: starts(missing),
    missingTrees: uint16(missing.flat().map((s) => s.tree)),
    missingMasks: int32(missing.flat().map((s) => s.mask)),
    leaves,
    count: e.roots.length,
  };
}

/**
 * Scores `count` vectors of `width` one after another in `x`. Sums run in the order of trees, so that each vector's
 * numbers are those of `scoreVector`.
 */
export function scoreBlock(
  p: PackedTrees,
  x: Float32Array,
  count: number,
  width: number,
  raw: Float64Array,
  novelty: Float64Array,
): void {
  const trees =
    p.kind === 'masks' ? scoreMasked(p, x, count, width, raw, novelty) : scoreWalked(p, x, count, width, raw, novelty);
  for (let i = 0; i < count; i++) {
    raw[i] = p.base + p.scale * raw[i]!;
    novelty[i] = novelty[i]! / trees;
  }
}

/**
 * Missing values come in few patterns (no answer, no TLS, fewer than two payloads, …): what each takes out of the
 * trees is worked out once.
 */
const PATTERNS = 1_024;

/** Working memory of one thread for one set of trees. */
class MaskedScorer {
  /** Leaves that are left, a mask a tree. */
  readonly left: Int32Array;
  readonly presentAt: Int32Array;
  readonly present: Float32Array;
  private readonly words: Int32Array;
  private readonly keys: Int32Array;
  private readonly known: Int32Array;
  private readonly filled = new Uint8Array(PATTERNS);
  private readonly trees: MaskedTrees;

  constructor(trees: MaskedTrees) {
    const width = (trees.places.length + 31) >>> 5;
    this.trees = trees;
    this.left = new Int32Array(trees.count);
    this.presentAt = new Int32Array(trees.places.length);
    this.present = new Float32Array(trees.places.length);
    this.words = new Int32Array(width);
    this.keys = new Int32Array(PATTERNS * width);
    this.known = new Int32Array(PATTERNS * trees.count);
  }

  /**
   * Lists the values that are there and takes out of `left` what those that are missing take out.
   * @returns how many are there
   */
  begin(x: Float32Array, at: number): number {
    const {
      presentAt,
      present,
      words,
      trees: { places },
    } = this;
    const asked = places.length;
    let n = 0;
    let hash = 0;
    for (let f = 0, w = 0; f < asked; w++) {
      let word = 0;
      for (const end = Math.min(asked, f + 32); f < end; f++) {
        const v = x[at + places[f]!]!;
        presentAt[n] = f;
        present[n] = v;
        if (v === v) n++;
        else word |= 1 << (f & 31);
      }
      words[w] = word;
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    this.pattern((hash >>> 7) & (PATTERNS - 1));
    return n;
  }

  private pattern(slot: number): void {
    const { left, words, keys, known, filled } = this;
    const k0 = slot * words.length;
    const m0 = slot * left.length;
    let same = filled[slot] === 1;
    for (let i = 0; same && i < words.length; i++) same = keys[k0 + i] === words[i];
    if (same) {
      for (let t = 0; t < left.length; t++) left[t] = known[m0 + t]!;
      return;
    }
    const { missingFrom, missingTrees, missingMasks, places } = this.trees;
    left.fill(-1);
    for (let f = 0; f < places.length; f++) {
      if ((words[f >>> 5]! & (1 << (f & 31))) === 0) continue;
      for (let s = missingFrom[f]!; s < missingFrom[f + 1]!; s++) left[missingTrees[s]!]! &= missingMasks[s]!;
    }
    keys.set(words, k0);
    known.set(left, m0);
    filled[slot] = 1;
  }
}

const scorers = new WeakMap<Int32Array, MaskedScorer>();

/** @returns how many trees there are */
function scoreMasked(
  p: MaskedTrees,
  x: Float32Array,
  count: number,
  width: number,
  raw: Float64Array,
  novelty: Float64Array,
): number {
  let scorer = scorers.get(p.masks);
  if (scorer === undefined) scorers.set(p.masks, (scorer = new MaskedScorer(p)));
  const { from, thresholds, trees, masks, leaves } = p;
  const { left, presentAt, present } = scorer;
  for (let i = 0, at = 0; i < count; i++, at += width) {
    const n = scorer.begin(x, at);
    for (let k = 0; k < n; k++) {
      const v = present[k]!;
      const end = from[presentAt[k]! + 1]!;
      for (let s = from[presentAt[k]!]!; s < end && v > thresholds[s]!; s++) left[trees[s]!]! &= masks[s]!;
    }
    let sum = 0;
    let seldom = 0;
    for (let t = 0; t < left.length; t++) {
      const mask = left[t]!;
      const leaf = (t << 6) + ((31 - Math.clz32(mask & -mask)) << 1);
      sum += leaves[leaf]!;
      seldom += leaves[leaf + 1]!;
    }
    raw[i] = sum;
    novelty[i] = seldom;
  }
  return p.count;
}

/** Tree by tree: a tree's nodes stay near while all vectors pass through it. @returns how many trees there are */
function scoreWalked(
  p: WalkedTrees,
  x: Float32Array,
  count: number,
  width: number,
  raw: Float64Array,
  novelty: Float64Array,
): number {
  const { roots, words, thresholds, value, logShare } = p;
  raw.fill(0, 0, count);
  novelty.fill(0, 0, count);
  for (const root of roots) {
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
  return roots.length;
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
