// Trees as `kernel/trees.ts` takes them, in memory that threads share.
import type { Ensemble } from './trees.ts';

/** Trees of any size. Children of a node come in preorder, so that the left one is the next. */
interface WalkedTrees {
  readonly kind: 'walk';
  /** Offset of each root, bytes. */
  readonly roots: Uint32Array;
  /**
   * Four words a node: place in the vector in bytes, threshold, offset of the right child, whether NaN goes left. Of a
   * leaf: -1, -ln(share), value in two words.
   */
  readonly nodes: Int32Array;
}

/** Trees of at most 32 leaves, by the features that they ask for. */
interface MaskedTrees {
  readonly kind: 'masks';
  /**
   * Four words a feature: place in the vector, offset of its splits, of those that send NaN to the right and of their
   * end; all in bytes.
   */
  readonly features: Uint32Array;
  /**
   * Three words a split, those of a feature ascending: threshold, offset of its tree's masks (16 bytes a tree), the
   * leaves on its left. Infinity ends each feature's.
   */
  readonly splits: Uint32Array;
  /** Two words a split: offset of its tree's mask (4 bytes a tree), the leaves on its left. */
  readonly missing: Uint32Array;
  /** Value and -ln(share) of leaves side by side, 32 leaves a tree from the left. */
  readonly leaves: Float64Array;
}

export type PackedTrees = (WalkedTrees | MaskedTrees) & {
  readonly count: number;
  readonly base: number;
  readonly scale: number;
};

const MASKED_LEAVES = 32;

/** Packed trees of models: all captures of a call are scored by the same. */
const packed = new WeakMap<Ensemble, PackedTrees>();

/** @param places model feature → place in the vector, always the same for one ensemble @param shares `leafLogShares(e)` */
export function packTrees(e: Ensemble, places: Int32Array, shares: Float32Array): PackedTrees {
  let trees = packed.get(e);
  if (trees === undefined) {
    const { base, scale } = e;
    const arrays = maskedTrees(e, places, shares) ?? walkedTrees(e, places, shares);
    packed.set(e, (trees = { ...arrays, count: e.roots.length, base, scale }));
  }
  return trees;
}

function walkedTrees(e: Ensemble, places: Int32Array, shares: Float32Array): WalkedTrees {
  const nodes = new Int32Array(new SharedArrayBuffer(e.feature.length * 16));
  const floats = new Float32Array(nodes.buffer);
  const values = new Float64Array(nodes.buffer);
  const roots = new Uint32Array(new SharedArrayBuffer(e.roots.length * 4));
  let next = 0;
  const place = (node: number): void => {
    const at = next++ * 4;
    const f = e.feature[node]!;
    if (f < 0) {
      nodes[at] = -1;
      floats[at + 1] = shares[node]!;
      values[at / 2 + 1] = e.value[node]!;
      return;
    }
    nodes[at] = places[f]! * 4;
    floats[at + 1] = e.threshold[node]!;
    nodes[at + 3] = e.missingLeft[node]!;
    place(e.left[node]!);
    nodes[at + 2] = next * 16;
    place(e.right[node]!);
  };
  e.roots.forEach((root, t) => {
    roots[t] = next * 16;
    place(root);
  });
  return { kind: 'walk', roots, nodes };
}

interface Split {
  readonly tree: number;
  readonly threshold: number;
  /** A bit a leaf. */
  readonly onLeft: number;
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
    let onLeft = 0;
    for (let leaf = first; leaf < next; leaf++) onLeft |= 1 << leaf;
    const splits = byPlace.get(places[f]!);
    const split: Split = { tree, threshold: e.threshold[node]!, onLeft, missingLeft: e.missingLeft[node] === 1 };
    if (splits) splits.push(split);
    else byPlace.set(places[f]!, [split]);
    place(tree, e.right[node]!);
  };
  for (let t = 0; t < e.roots.length; t++) {
    next = 0;
    place(t, e.roots[t]!);
    if (next > MASKED_LEAVES) return null;
  }
  return { kind: 'masks', ...byFeature([...byPlace].sort(([a], [b]) => a - b)), leaves };
}

/** @param asked features by their place in the vector */
function byFeature(
  asked: readonly (readonly [number, Split[]])[],
): Pick<MaskedTrees, 'features' | 'splits' | 'missing'> {
  const all = asked.flatMap(([, splits]) => splits);
  const features = new Uint32Array(new SharedArrayBuffer(asked.length * 16));
  const splits = new Uint32Array(new SharedArrayBuffer((all.length + asked.length) * 12));
  const missing = new Uint32Array(new SharedArrayBuffer(all.filter((s) => !s.missingLeft).length * 8));
  const thresholds = new Float32Array(splits.buffer);
  let s = 0;
  let m = 0;
  asked.forEach(([place, list], f) => {
    features.set([place * 4, s * 4, m * 4], f * 4);
    for (const { tree, threshold, onLeft, missingLeft } of list.sort((a, b) => a.threshold - b.threshold)) {
      thresholds[s++] = threshold;
      splits[s++] = tree * 16;
      splits[s++] = onLeft;
      if (missingLeft) continue;
      missing[m++] = tree * 4;
      missing[m++] = onLeft;
    }
    thresholds[s] = Infinity;
    s += 3;
    features[f * 4 + 3] = m * 4;
  });
  return { features, splits, missing };
}
