// A forest for many classes: extremely randomized trees (Geurts, Ernst and Wehenkel 2006) over binned columns. At each
// node some columns are cut at random, and the cut that leaves the purest sides (Gini) is kept. Leaves vote with their
// shares of classes.
import type { Binned } from './bins.ts';
import { seeded, subSeed, type Random } from './random.ts';

/** Rows of a leaf below which no cut is tried. */
const SMALLEST = 4;
const DEEPEST = 24;

/** One tree as arrays; a leaf has column -1 and its shares of classes from `at`. */
interface ClassTree {
  readonly column: number[];
  /** Bins up to this one go left. */
  readonly cut: number[];
  readonly left: number[];
  readonly right: number[];
  readonly at: number[];
  readonly shares: number[];
}

export interface ClassForest {
  readonly trees: readonly ClassTree[];
  readonly classes: number;
}

/** @param y class of each row of `binned`, 0 to `classes` - 1 @param rows that are taught */
export function growClasses(
  binned: Binned,
  y: Int32Array,
  classes: number,
  rows: Int32Array,
  o: { readonly trees: number; readonly seed: number },
): ClassForest {
  const trees = Array.from({ length: o.trees }, (_, n) =>
    growOne(binned, y, classes, rows.slice(), seeded(subSeed(o.seed, n))),
  );
  return { trees, classes };
}

function growOne(binned: Binned, y: Int32Array, classes: number, rows: Int32Array, random: Random): ClassTree {
  const tree: ClassTree = { column: [], cut: [], left: [], right: [], at: [], shares: [] };
  const tried = Math.max(1, Math.round(Math.sqrt(binned.columns)));
  const counts = new Float64Array(classes);
  const lefts = new Float64Array(classes);
  const leaf = (low: number, high: number): void => {
    tree.at[tree.at.length - 1] = tree.shares.length;
    for (let c = 0; c < classes; c++) tree.shares.push(counts[c]! / (high - low));
  };
  const grow = (low: number, high: number, depth: number): number => {
    const node = tree.column.push(-1) - 1;
    tree.cut.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.at.push(-1);
    counts.fill(0);
    for (let i = low; i < high; i++) counts[y[rows[i]!]!]!++;
    const pure = counts.some((n) => n === high - low);
    const best = pure || high - low < SMALLEST || depth >= DEEPEST ? null : bestCut(low, high);
    if (best === null) {
      leaf(low, high);
      return node;
    }
    const data = binned.data.subarray(best.column * binned.rows, (best.column + 1) * binned.rows);
    let middle = low;
    for (let i = low; i < high; i++) {
      const row = rows[i]!;
      if (data[row]! > best.cut) continue;
      rows[i] = rows[middle]!;
      rows[middle++] = row;
    }
    tree.column[node] = best.column;
    tree.cut[node] = best.cut;
    tree.left[node] = grow(low, middle, depth + 1);
    tree.right[node] = grow(middle, high, depth + 1);
    return node;
  };
  /** Of some columns that vary here, each cut at random: the one with the purest sides. */
  const bestCut = (low: number, high: number): { readonly column: number; readonly cut: number } | null => {
    let best: { readonly column: number; readonly cut: number } | null = null;
    let bestPurity = -1;
    for (let n = 0, looked = 0; n < tried && looked < binned.columns; looked++) {
      const column = Math.floor(random() * binned.columns);
      const data = binned.data.subarray(column * binned.rows, (column + 1) * binned.rows);
      let least = 255;
      let most = 0;
      for (let i = low; i < high; i++) {
        const bin = data[rows[i]!]!;
        if (bin < least) least = bin;
        if (bin > most) most = bin;
      }
      if (least === most) continue;
      n++;
      const cut = least + Math.floor(random() * (most - least));
      lefts.fill(0);
      let left = 0;
      for (let i = low; i < high; i++) {
        if (data[rows[i]!]! > cut) continue;
        lefts[y[rows[i]!]!]!++;
        left++;
      }
      const right = high - low - left;
      let inLeft = 0;
      let inRight = 0;
      for (let c = 0; c < classes; c++) {
        const rest = counts[c]! - lefts[c]!;
        inLeft += lefts[c]! * lefts[c]!;
        inRight += rest * rest;
      }
      const purity = inLeft / left + inRight / right;
      if (purity <= bestPurity) continue;
      bestPurity = purity;
      best = { column, cut };
    }
    return best;
  };
  grow(0, rows.length, 0);
  return tree;
}

/** A row whose values of some columns are read in place of the row's own, to see what these columns are worth. */
export interface Instead {
  readonly row: number;
  /** By column: 1 where it is. */
  readonly columns: Uint8Array;
}

/** The class that most of the forest says. */
export function classOf(forest: ClassForest, binned: Binned, row: number, instead: Instead | null = null): number {
  const votes = new Float64Array(forest.classes);
  for (const t of forest.trees) {
    let node = 0;
    while (t.column[node]! >= 0) {
      const column = t.column[node]!;
      const from = instead !== null && instead.columns[column] === 1 ? instead.row : row;
      node = binned.data[column * binned.rows + from]! <= t.cut[node]! ? t.left[node]! : t.right[node]!;
    }
    const at = t.at[node]!;
    for (let c = 0; c < forest.classes; c++) votes[c]! += t.shares[at + c]!;
  }
  return votes.indexOf(Math.max(...votes));
}
