// Many patterns at once: where bytes hold what somebody waits for. The host lays the tables out and says what they are
// (`engine/rules/run/prefilter.ts`, `PatternTables`); letters count as small.

export { take } from './memory';

/** Set in all four bytes: letters of either case look alike, and so do a few signs, which is told apart later. */
const CASE: u32 = 0x2020_2020;
const MIX: u32 = 0x9e37_79b1;
const LONG_STEP: i32 = 4;
const MIDDLE_MASK: u32 = 0xff_ffff;
const MIDDLE_STEP: i32 = 2;

/**
 * Tables of patterns by some bytes of them: two bits of one word of 64 for each mix (Bloom, Space/Time Trade-offs, 1970),
 * heads of chains, and entries.
 */
@unmanaged
class Grams {
  /** 0 without such patterns. */
  bits: usize;
  shift: u32;
  heads: usize;
  headShift: u32;
  entries: usize;
}

/** What is waited for in one kind of bytes. `PatternTables` writes it word by word. */
@unmanaged
class Filter {
  /** Three words a pattern: where its bytes are, how many, and the look in which it was found last. */
  patterns: usize;
  /** A bit for each first two bytes of patterns of one to three bytes, 0 without any; chains by the first byte. */
  pairs: usize;
  shortHeads: usize;
  shortEntries: usize;
}

/** A few patterns in eight buckets, told apart by three bytes: `few` of the host lays it out. */
@unmanaged
class Few {
  /** Of each of three bytes 16 bytes by its lower half and 16 by its upper one: a bit for each bucket. 0 without any. */
  masks: usize;
  /** First entry of each bucket. */
  heads: usize;
  entries: usize;
}

/** What is done at every place. */
class At {
  /** Spreads a gram over 32 bits. */
  @inline
  static mixOf(gram: u32): u32 {
    const product = gram * MIX;
    return product ^ (product >>> 15);
  }

  /** Whether a mix may be that of an entry. Its upper bits choose the word, and others the bits in it. */
  @inline
  static mayBe(bits: usize, shift: u32, mix: u32): bool {
    const word = load<u64>(bits + ((<usize>(mix >>> shift)) << 3));
    return ((word >>> (mix & 63)) & (word >>> ((mix >>> 6) & 63)) & 1) !== 0;
  }

  @inline
  static isSet(bits: usize, at: u32): bool {
    return ((load<u8>(bits + (at >>> 3)) >>> (at & 7)) & 1) !== 0;
  }

  /** A letter as a small one. */
  @inline
  static fold(c: u32): u32 {
    return c - 65 < 26 ? c | 0x20 : c;
  }
}

const LONG_AT: usize = 16;
const MIDDLE_AT: usize = 36;
const FEW_AT: usize = 56;
/** Which buckets may have a pattern at each of 16 places. */
const places = memory.data(16, 16);

let found: usize = 0;
let count: i32 = 0;
let patterns: usize = 0;
let look: u32 = 0;
let first: usize = 0;
let end: usize = 0;

/**
 * @param filter @param from address of the first byte @param to of the one after the last
 * @param now number of this look, never 0 and never that of one before @param out gets numbers of patterns, each once
 * @returns how many
 */
export function scan(filter: usize, from: usize, to: usize, now: u32, out: usize): i32 {
  const f = changetype<Filter>(filter);
  found = out;
  count = 0;
  patterns = f.patterns;
  look = now;
  first = from;
  end = to;
  const long = changetype<Grams>(filter + LONG_AT);
  if (long.bits !== 0) scanLong(long, from, to);
  const middle = changetype<Grams>(filter + MIDDLE_AT);
  if (middle.bits !== 0) scanMiddle(middle, from, to);
  const few = changetype<Few>(filter + FEW_AT);
  if (few.masks !== 0) scanFew(few, from, to);
  if (f.pairs !== 0) scanShort(f, from, to);
  return count;
}

function scanLong(t: Grams, from: usize, to: usize): void {
  const bits = t.bits;
  const shift = t.shift;
  for (let at = from; at + 4 <= to; at += LONG_STEP) {
    const gram = load<u32>(at) | CASE;
    const mix = At.mixOf(gram);
    if (At.mayBe(bits, shift, mix)) hit(t, at, gram, mix);
  }
}

function scanMiddle(t: Grams, from: usize, to: usize): void {
  const bits = t.bits;
  const shift = t.shift;
  // Four bytes are read of which three count; the last three are read by themselves.
  let at = from;
  for (; at + 4 <= to; at += MIDDLE_STEP) {
    const gram = (load<u32>(at) | CASE) & MIDDLE_MASK;
    const mix = At.mixOf(gram);
    if (At.mayBe(bits, shift, mix)) hit(t, at, gram, mix);
  }
  if (at + 3 > to) return;
  const gram = (<u32>load<u16>(at) | ((<u32>load<u8>(at, 2)) << 16) | CASE) & MIDDLE_MASK;
  const mix = At.mixOf(gram);
  if (At.mayBe(bits, shift, mix)) hit(t, at, gram, mix);
}

/**
 * Sixteen places at once: the halves of each byte choose masks of buckets (Teddy, of Hyperscan; Wang et al., NSDI 2019).
 * Up to 17 bytes behind the last are read, and what they bring is not there for `verify`.
 */
function scanFew(t: Few, from: usize, to: usize): void {
  const masks = t.masks;
  const low0 = v128.load(masks);
  const high0 = v128.load(masks, 16);
  const low1 = v128.load(masks, 32);
  const high1 = v128.load(masks, 48);
  const low2 = v128.load(masks, 64);
  const high2 = v128.load(masks, 80);
  const half = i8x16.splat(15);
  const small = i8x16.splat(0x20);
  const none = i8x16.splat(0);
  for (let at = from; at < to; at += 16) {
    const a = v128.or(v128.load(at), small);
    const b = v128.or(v128.load(at, 1), small);
    const c = v128.or(v128.load(at, 2), small);
    let hits = v128.and(i8x16.swizzle(low0, v128.and(a, half)), i8x16.swizzle(high0, i8x16.shr_u(a, 4)));
    hits = v128.and(hits, v128.and(i8x16.swizzle(low1, v128.and(b, half)), i8x16.swizzle(high1, i8x16.shr_u(b, 4))));
    hits = v128.and(hits, v128.and(i8x16.swizzle(low2, v128.and(c, half)), i8x16.swizzle(high2, i8x16.shr_u(c, 4))));
    if (v128.any_true(hits)) {
      v128.store(places, hits);
      let lanes = i8x16.bitmask(i8x16.ne(hits, none));
      while (lanes !== 0) {
        const lane = ctz(lanes);
        lanes &= lanes - 1;
        hitFew(t, at + lane, load<u8>(places + lane));
      }
    }
  }
}

function hitFew(t: Few, at: usize, which: u32): void {
  const gram = (load<u32>(at) | CASE) & MIDDLE_MASK;
  let buckets = which;
  while (buckets !== 0) {
    let e = load<u32>(t.heads + ((<usize>ctz(buckets)) << 2));
    buckets &= buckets - 1;
    while (e !== 0) {
      const entry = t.entries + ((<usize>e) << 4);
      if (load<u32>(entry) === gram) verify(load<u32>(entry, 4), at - load<u32>(entry, 8));
      e = load<u32>(entry, 12);
    }
  }
}

/** Entries have four words: the gram, the pattern, the gram's place in it, the next entry of the chain. */
function hit(t: Grams, at: usize, gram: u32, mix: u32): void {
  const entries = t.entries;
  let e = load<u32>(t.heads + ((mix >>> t.headShift) << 2));
  while (e !== 0) {
    const entry = entries + ((<usize>e) << 4);
    if (load<u32>(entry) === gram) verify(load<u32>(entry, 4), at - load<u32>(entry, 8));
    e = load<u32>(entry, 12);
  }
}

function scanShort(f: Filter, from: usize, to: usize): void {
  const pairs = f.pairs;
  let before: u32 = At.fold(load<u8>(from));
  for (let at = from + 1; at < to; at++) {
    const now: u32 = At.fold(load<u8>(at));
    if (At.isSet(pairs, (before << 8) | now)) hitShort(f, before, at - 1);
    before = now;
  }
  hitShort(f, before, to - 1);
}

/** Entries of short patterns have two words: the pattern, the next entry. */
function hitShort(f: Filter, byte: u32, at: usize): void {
  let e = load<u32>(f.shortHeads + (byte << 2));
  while (e !== 0) {
    const entry = f.shortEntries + ((<usize>e) << 3);
    verify(load<u32>(entry), at);
    e = load<u32>(entry, 4);
  }
}

/** Notes a pattern where it stands there. @param at address of where its first byte would be */
function verify(pattern: u32, at: usize): void {
  const p = patterns + <usize>pattern * 12;
  if (load<u32>(p, 8) === look) return;
  const wanted = <usize>load<u32>(p);
  const length = <usize>load<u32>(p, 4);
  if (at < first || at + length > end) return;
  // Many patterns that begin alike differ at their ends.
  for (let i = length; i > 0; i--) {
    if (At.fold(load<u8>(at + i - 1)) !== <u32>load<u8>(wanted + i - 1)) return;
  }
  store<u32>(p, look, 8);
  store<u32>(found + ((<usize>count) << 2), pattern);
  count++;
}
