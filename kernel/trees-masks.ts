// Trees of at most 32 leaves by the features that they ask for (Lucchese et al., QuickScorer, SIGIR 2015): a split that
// sends a vector to the right takes the leaves on its left away from its tree, and the first leaf that is left is where
// the walk would have ended. Splits of a feature ascend by threshold, so that those that matter come first and nothing
// has to be guessed by the processor. Four vectors go side by side.
import { take } from './memory';
import { trees, write } from './trees-sums';

/** Bytes of a feature: place in the vector, offsets of its splits, of those that send NaN to the right, of their end. */
const FEATURE: usize = 16;
/** Bytes of a split: threshold, offset of its tree's masks, leaves on its left. Infinity ends a feature's splits. */
const SPLIT: usize = 12;
/** Bytes of a split that sends NaN to the right: offset of its tree's mask, leaves on its left. */
const MISSING: usize = 8;
/** Bytes of a tree's leaves: value and -ln(share) side by side. */
const LEAVES: usize = 512;
/**
 * Missing values come in few patterns (no answer, no TLS, fewer than two payloads, …): what each takes out of the trees
 * is worked out once.
 */
const PATTERNS: u32 = 1_024;

let features: usize = 0;
let featuresEnd: usize = 0;
let splits: usize = 0;
let missing: usize = 0;
let leaves: usize = 0;
/** Leaves that are gone, a mask a tree, side by side for four vectors. */
let gone: usize = 0;
let goneEnd: usize = 0;
/** Features that are missing, a bit each, side by side for four vectors. */
let lacks: usize = 0;
/** By pattern: features that are missing, and the leaves that are gone by it, a mask a tree. All 0: nothing is missing. */
let known: usize = 0;
/** Words for a bit a feature. */
let words: usize = 0;

export function useMasks(asked: i32, featuresAt: usize, splitsAt: usize, missingAt: usize, leavesAt: usize): void {
  features = featuresAt;
  featuresEnd = featuresAt + <usize>asked * FEATURE;
  splits = splitsAt;
  missing = missingAt;
  leaves = leavesAt;
  words = (asked + 31) >> 5;
  gone = take(trees << 4);
  goneEnd = gone + (trees << 4);
  lacks = take(words << 4);
  known = take(<usize>PATTERNS * ((words + trees) << 2));
}

export function scoreMasked(x: usize, count: i32, stride: usize, raw: usize, novelty: usize): void {
  for (let i = 0; i < count; i += 4) {
    memory.fill(gone, 0, trees << 4);
    const hash = askFeatures(x, stride);
    takeMissing(i32x4.extract_lane(hash, 0), lacks, gone);
    takeMissing(i32x4.extract_lane(hash, 1), lacks + 4, gone + 4);
    takeMissing(i32x4.extract_lane(hash, 2), lacks + 8, gone + 8);
    takeMissing(i32x4.extract_lane(hash, 3), lacks + 12, gone + 12);
    addLeaves(raw, novelty);
    x += stride << 2;
    raw += 32;
    novelty += 32;
  }
}

/** Takes leaves away by the values of four vectors. @returns a hash of what each lacks */
function askFeatures(x: usize, stride: usize): v128 {
  const x1 = x + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  let hash = i32x4.splat(0);
  let lacksAt = lacks;
  for (let f = features; f < featuresEnd; lacksAt += 16) {
    const end = min(featuresEnd, f + (FEATURE << 5));
    let lack = i32x4.splat(0);
    for (let bit = i32x4.splat(1); f < end; f += FEATURE) {
      const place = <usize>load<u32>(f);
      let v = v128.load32_zero(x + place);
      v = v128.load_lane<u32>(x1 + place, v, 1);
      v = v128.load_lane<u32>(x2 + place, v, 2);
      v = v128.load_lane<u32>(x3 + place, v, 3);
      lack = v128.or(lack, v128.and(bit, f32x4.ne(v, v)));
      bit = i32x4.shl(bit, 1);
      for (let s = splits + load<u32>(f, 4); ; s += SPLIT) {
        const right = f32x4.gt(v, v128.load32_splat(s));
        if (!v128.any_true(right)) break;
        const at = gone + load<u32>(s, 4);
        v128.store(at, v128.or(v128.load(at), v128.and(right, v128.load32_splat(s, 8))));
      }
    }
    v128.store(lacksAt, lack);
    hash = i32x4.mul(v128.xor(hash, lack), i32x4.splat(0x9e3779b1));
    hash = v128.xor(hash, i32x4.shr_u(hash, 15));
  }
  return hash;
}

/**
 * Takes leaves away by what a vector lacks.
 * @param lack which features, a word every 16 bytes @param at its leaves that are gone, a mask every 16 bytes
 */
function takeMissing(hash: u32, lack: usize, at: usize): void {
  const key = known + <usize>((hash >> 7) & (PATTERNS - 1)) * ((words + trees) << 2);
  let masks = key + (words << 2);
  for (let w: usize = 0; w < words; w++) {
    if (load<u32>(key + (w << 2)) === load<u32>(lack + (w << 4))) continue;
    learn(lack, key, masks);
    break;
  }
  for (; at < goneEnd; at += 16, masks += 4) store<u32>(at, load<u32>(at) | load<u32>(masks));
}

/** Works a pattern out, in the place of another. */
function learn(lack: usize, key: usize, masks: usize): void {
  memory.fill(masks, 0, trees << 2);
  let f = features;
  for (let w: usize = 0; w < words; w++) {
    const word = load<u32>(lack + (w << 4));
    store<u32>(key + (w << 2), word);
    for (let bit = 0; bit < 32 && f < featuresEnd; bit++, f += FEATURE) {
      if (!((word >> bit) & 1)) continue;
      const end = missing + load<u32>(f, 12);
      for (let s = missing + load<u32>(f, 8); s < end; s += MISSING) {
        const at = masks + load<u32>(s);
        store<u32>(at, load<u32>(at) | load<u32>(s, 4));
      }
    }
  }
}

/** The first leaf of each tree that is left is where a vector is. */
function addLeaves(raw: usize, novelty: usize): void {
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let sum3 = f64x2.splat(0);
  for (let at = gone, tree = leaves; at < goneEnd; at += 16, tree += LEAVES) {
    sum0 = f64x2.add(sum0, v128.load(tree + firstLeft(load<u32>(at))));
    sum1 = f64x2.add(sum1, v128.load(tree + firstLeft(load<u32>(at, 4))));
    sum2 = f64x2.add(sum2, v128.load(tree + firstLeft(load<u32>(at, 8))));
    sum3 = f64x2.add(sum3, v128.load(tree + firstLeft(load<u32>(at, 12))));
  }
  writeSums(sum0, raw, novelty);
  writeSums(sum1, raw + 8, novelty + 8);
  writeSums(sum2, raw + 16, novelty + 16);
  writeSums(sum3, raw + 24, novelty + 24);
}

function firstLeft(mask: u32): usize {
  return (<usize>ctz(~mask)) << 4;
}

function writeSums(sum: v128, raw: usize, novelty: usize): void {
  write(f64x2.extract_lane(sum, 0), f64x2.extract_lane(sum, 1), raw, novelty);
}
