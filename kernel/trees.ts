// Scores blocks of vectors by an ensemble of trees: the sum of what their leaves say, and how seldom training reached
// them. The host lays the trees out (`engine/detect/packed-trees.ts`). Sums run in the order of trees, so that each
// vector's numbers are those of a walk down one tree after another.
import { begin } from './trees-sums';
import { scoreMasked, useMasks } from './trees-masks';
import { scoreWalked, useNodes } from './trees-nodes';

export { take } from './memory';

let walked: bool = false;

/**
 * Trees of at most 32 leaves. Addresses are of what `MaskedTrees` has.
 * @param count of trees @param base is added to `scale` times the sum @param asked features
 */
export function masks(
  count: i32,
  base: f64,
  scale: f64,
  asked: i32,
  features: usize,
  splits: usize,
  missing: usize,
  leaves: usize,
): void {
  begin(count, base, scale);
  useMasks(asked, features, splits, missing, leaves);
  walked = false;
}

/** Trees of any size. Addresses are of what `WalkedTrees` has. */
export function nodes(count: i32, base: f64, scale: f64, roots: usize, at: usize): void {
  begin(count, base, scale);
  useNodes(roots, at);
  walked = true;
}

/**
 * Up to three vectors and numbers that follow the last are looked at and written, too.
 * @param x first vector @param stride bytes of a vector @param raw @param novelty where to write, a number a vector
 */
export function score(x: usize, count: i32, stride: usize, raw: usize, novelty: usize): void {
  if (walked) scoreWalked(x, count, stride, raw, novelty);
  else scoreMasked(x, count, stride, raw, novelty);
}
