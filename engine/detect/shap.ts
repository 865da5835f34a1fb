// Exact TreeSHAP, path-dependent (Lundberg, Erion, Lee: Consistent Individualized Feature Attribution for Tree
// Ensembles, algorithm 2).
import { LEAF, MAX_DEPTH, type Ensemble } from './trees.ts';

/** Elements of a path: every split on the way to the deepest leaf, and the one that begins it. */
const LONGEST = MAX_DEPTH + 2;

/** One level of the path: feature, share of paths when it is hidden, whether x follows it, weight by subset size. */
class Path {
  readonly feature = new Int32Array(LONGEST);
  readonly zero = new Float64Array(LONGEST);
  readonly one = new Float64Array(LONGEST);
  readonly weight = new Float64Array(LONGEST);

  copy(from: Path, length: number): void {
    for (let i = 0; i < length; i++) {
      this.feature[i] = from.feature[i]!;
      this.zero[i] = from.zero[i]!;
      this.one[i] = from.one[i]!;
      this.weight[i] = from.weight[i]!;
    }
  }

  /** @param depth number of elements before; afterwards depth + 1 */
  extend(depth: number, zero: number, one: number, feature: number): void {
    this.feature[depth] = feature;
    this.zero[depth] = zero;
    this.one[depth] = one;
    this.weight[depth] = depth === 0 ? 1 : 0;
    for (let i = depth - 1; i >= 0; i--) {
      this.weight[i + 1] = this.weight[i + 1]! + (one * this.weight[i]! * (i + 1)) / (depth + 1);
      this.weight[i] = (zero * this.weight[i]! * (depth - i)) / (depth + 1);
    }
  }

  /** @param last index of the last element; afterwards the path ends one earlier */
  unwind(last: number, index: number): void {
    const one = this.one[index]!;
    const zero = this.zero[index]!;
    let next = this.weight[last]!;
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const old = this.weight[i]!;
        this.weight[i] = (next * (last + 1)) / ((i + 1) * one);
        next = old - (this.weight[i]! * zero * (last - i)) / (last + 1);
      } else {
        this.weight[i] = (this.weight[i]! * (last + 1)) / (zero * (last - i));
      }
    }
    for (let i = index; i < last; i++) {
      this.feature[i] = this.feature[i + 1]!;
      this.zero[i] = this.zero[i + 1]!;
      this.one[i] = this.one[i + 1]!;
    }
  }

  unwoundSum(last: number, index: number): number {
    const one = this.one[index]!;
    const zero = this.zero[index]!;
    let next = this.weight[last]!;
    let total = 0;
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const t = (next * (last + 1)) / ((i + 1) * one);
        total += t;
        next = this.weight[i]! - (t * zero * (last - i)) / (last + 1);
      } else {
        total += this.weight[i]! / ((zero * (last - i)) / (last + 1));
      }
    }
    return total;
  }
}

const paths = Array.from({ length: LONGEST }, () => new Path());

/** One explanation: the trees, the vector, and what its features contribute so far. */
interface Explanation {
  readonly e: Ensemble;
  readonly places: Int32Array;
  readonly x: Float32Array;
  readonly at: number;
  readonly values: Float64Array;
}

/**
 * Contributions of each model feature to the raw score of `x`.
 * @returns values by model feature; `base` is the expected raw score, and base + sum of values is the raw score
 */
export function treeShap(
  e: Ensemble,
  places: Int32Array,
  x: Float32Array,
  at: number,
): { base: number; values: Float64Array } {
  const values = new Float64Array(places.length);
  const explanation: Explanation = { e, places, x, at, values };
  let base = e.base;
  for (const root of e.roots) {
    base += e.scale * expected(e, root);
    paths[0]!.extend(0, 1, 1, -1);
    descend(explanation, root, 0, 0);
  }
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * e.scale;
  return { base, values };
}

/** Cover-weighted mean of the leaves below a node. */
function expected(e: Ensemble, node: number): number {
  if (e.feature[node] === LEAF) return e.value[node]!;
  const l = e.left[node]!;
  const r = e.right[node]!;
  const cover = e.cover[l]! + e.cover[r]!;
  return (e.cover[l]! * expected(e, l) + e.cover[r]! * expected(e, r)) / cover;
}

/** @param depth index of the last element of the path to this node, which is `paths[level]` */
function descend(explanation: Explanation, node: number, level: number, depth: number): void {
  const { e, places, x, at, values } = explanation;
  const path = paths[level]!;
  const f = e.feature[node]!;
  if (f === LEAF) {
    for (let i = 1; i <= depth; i++) {
      const w = path.unwoundSum(depth, i);
      values[path.feature[i]!] = values[path.feature[i]!]! + w * (path.one[i]! - path.zero[i]!) * e.value[node]!;
    }
    return;
  }
  const l = e.left[node]!;
  const r = e.right[node]!;
  const v = x[at + places[f]!]!;
  // A missing value is not at most anything.
  const goesLeft = v <= e.threshold[node]! || (v !== v && e.missingLeft[node] === 1);
  const hot = goesLeft ? l : r;
  const cold = goesLeft ? r : l;
  const cover = e.cover[l]! + e.cover[r]!;
  let length = depth + 1;
  let zeroBefore = 1;
  let oneBefore = 1;
  for (let i = 1; i < length; i++) {
    if (path.feature[i] !== f) continue;
    zeroBefore = path.zero[i]!;
    oneBefore = path.one[i]!;
    path.unwind(length - 1, i);
    length--;
    break;
  }
  const below = paths[level + 1]!;
  below.copy(path, length);
  below.extend(length, (zeroBefore * e.cover[hot]!) / cover, oneBefore, f);
  descend(explanation, hot, level + 1, length);
  below.copy(path, length);
  below.extend(length, (zeroBefore * e.cover[cold]!) / cover, 0, f);
  descend(explanation, cold, level + 1, length);
}
