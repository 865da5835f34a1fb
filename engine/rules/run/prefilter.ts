// Many patterns at once: which rules may match a buffer, told by four bytes of each rule's own pattern. What is named here
// is looked at as a whole afterwards, so a hit too many costs time and nothing else.
//
// Not every place of a buffer is looked at: a pattern of seven bytes or more is entered under four neighbouring places of
// it, so that one of them falls on every fourth place of the buffer; one of three to six bytes under two of three bytes.
import { small } from '../find-bytes.ts';

/** One pattern and the number of whoever waits for it. Its letters count as small. */
export interface Awaited {
  readonly bytes: Uint8Array;
  readonly of: number;
}

const FOLD = Uint8Array.from({ length: 256 }, (_, c) => small(c));
const MIX = 0x9e37_79b1;
/** Set in all four bytes: letters of either case look alike, and so do a few signs, which is told apart later. */
const CASE = 0x2020_2020;
/** Bytes of a gram and places of a pattern that it is entered under: of long patterns and of those in the middle. */
const LONG = { gram: 4, places: 4, mask: -1 } as const;
const MIDDLE = { gram: 3, places: 2, mask: 0xff_ffff } as const;
type Grams = typeof LONG | typeof MIDDLE;
const bytesFor = ({ gram, places }: Grams): number => gram + places - 1;
/** Places of a pattern that are tried for the rarest gram. */
const MAX_TRIED = 128;
const [MIN_BITS, MAX_BITS] = [10, 21] as const;

/** How common bytes are in traffic, roughly: of a pattern the rarest neighbours are waited for. */
const COMMON = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c === 0 || c === 32 || c === 0xff) return 12;
  if ('etaoinsrhldcumfpgwyb'.includes(String.fromCharCode(c))) return 8;
  if (c >= 97 && c <= 122) return 5;
  if (c >= 48 && c <= 57) return 6;
  return c === 13 || c === 10 || c === 47 || c === 46 || c === 61 || c === 58 ? 7 : 2;
});

function gramAt(b: Uint8Array, at: number, { mask }: Grams): number {
  return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | ((b[at + 3] ?? 0) << 24) | CASE) & mask;
}

/** Different patterns, with the owners of each: those of pattern i stand at `from[i]..from[i + 1]`. */
interface Patterns {
  readonly bytes: readonly Uint8Array[];
  readonly owners: Int32Array;
  readonly from: Int32Array;
}

function together(awaited: readonly Awaited[]): Patterns {
  const byText = new Map<string, { readonly bytes: Uint8Array; readonly owners: number[] }>();
  for (const a of awaited) {
    const bytes = a.bytes.map(small);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const known = byText.get(text);
    if (known === undefined) byText.set(text, { bytes, owners: [a.of] });
    else known.owners.push(a.of);
  }
  const owners = new Int32Array(awaited.length);
  const from = new Int32Array(byText.size + 1);
  const all: Uint8Array[] = [];
  let at = 0;
  for (const { bytes, owners: of } of byText.values()) {
    from[all.length] = at;
    for (const owner of of) owners[at++] = owner;
    all.push(bytes);
  }
  from[all.length] = at;
  return { bytes: all, owners, from };
}

/** Entries by a mix of the bytes of a gram. */
class GramTable {
  readonly shift: number;
  /** One bit for each mix that is taken: most places end here. It has more room than the entries, to be thin. */
  readonly bits: Uint32Array;
  private readonly headShift: number;
  private readonly heads: Int32Array;
  private readonly counts: Uint16Array;
  private readonly next: Int32Array;
  private readonly grams: Int32Array;
  private readonly offsets: Uint16Array;
  private readonly patterns: Int32Array;
  private readonly of: Grams;
  private count = 0;

  constructor(patterns: number, of: Grams) {
    this.of = of;
    const entries = patterns * of.places;
    const needed = Math.ceil(Math.log2(entries + 1));
    const bits = Math.min(MAX_BITS, Math.max(MIN_BITS, needed + 6));
    const heads = Math.min(bits, needed + 2);
    this.shift = 32 - bits;
    this.headShift = 32 - heads;
    this.bits = new Uint32Array(1 << (bits - 5));
    this.heads = new Int32Array(1 << heads);
    this.counts = new Uint16Array(1 << heads);
    this.next = new Int32Array(entries + 1);
    this.grams = new Int32Array(entries + 1);
    this.offsets = new Uint16Array(entries + 1);
    this.patterns = new Int32Array(entries + 1);
  }

  /** Enters a pattern under neighbouring places, the rarest that it has. */
  put(pattern: number, bytes: Uint8Array): void {
    const { places, gram } = this.of;
    let best = 0;
    let least = Infinity;
    const last = Math.min(bytes.length - bytesFor(this.of), MAX_TRIED);
    for (let at = 0; at <= last; at++) {
      let cost = 0;
      for (let i = 0; i < gram + places - 1; i++) cost += COMMON[bytes[at + i]!]!;
      // Many patterns in one place are looked at one after the other.
      for (let i = 0; i < places; i++) cost += this.counts[this.head(gramAt(bytes, at + i, this.of))]! * 4;
      if (cost >= least) continue;
      least = cost;
      best = at;
    }
    for (let i = 0; i < places; i++) this.enter(pattern, gramAt(bytes, best + i, this.of), best + i);
  }

  private head(gram: number): number {
    return Math.imul(gram, MIX) >>> this.headShift;
  }

  private enter(pattern: number, gram: number, offset: number): void {
    const bit = Math.imul(gram, MIX) >>> this.shift;
    this.bits[bit >>> 5]! |= 1 << (bit & 31);
    const at = this.head(gram);
    const e = ++this.count;
    if (this.counts[at]! < 0xffff) this.counts[at]!++;
    this.next[e] = this.heads[at]!;
    this.heads[at] = e;
    this.grams[e] = gram;
    this.offsets[e] = offset;
    this.patterns[e] = pattern;
  }

  /** Tells of the entries of a place. */
  hit(filter: Prefilter, bytes: Uint8Array, to: number, place: number, gram: number): void {
    for (let e = this.heads[this.head(gram)]!; e > 0; e = this.next[e]!) {
      if (this.grams[e] === gram) filter.verify(this.patterns[e]!, bytes, to, place - this.offsets[e]!);
    }
  }
}

export class Prefilter {
  /** No pattern is waited for. */
  readonly empty: boolean;
  /** Bytes of the longest pattern. */
  readonly longest: number;
  private readonly patterns: Patterns;
  /** By pattern: the look in which it was found last. */
  private readonly found: Uint32Array;
  private look = 0;
  private readonly long: GramTable | null;
  private readonly middle: GramTable | null;
  /** Patterns of one to three bytes, by their first byte; a bit for each first two bytes of them. */
  private readonly short: (number[] | undefined)[] | null;
  private readonly pairs: Uint32Array | null;
  /** Where owners are noted during a look. */
  private stamps: Uint32Array = new Uint32Array(0);
  private stamp = 0;
  private noted: number[] = [];

  constructor(awaited: readonly Awaited[]) {
    this.patterns = together(awaited);
    const { bytes: all } = this.patterns;
    this.empty = all.length === 0;
    this.longest = all.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.found = new Uint32Array(all.length);
    const numbers = [...all.keys()];
    const [long, middle] = [bytesFor(LONG), bytesFor(MIDDLE)];
    this.long = this.table(
      numbers.filter((i) => all[i]!.length >= long),
      LONG,
    );
    this.middle = this.table(
      numbers.filter((i) => all[i]!.length >= middle && all[i]!.length < long),
      MIDDLE,
    );
    const short = numbers.filter((i) => all[i]!.length < middle);
    this.short = short.length === 0 ? null : new Array<number[] | undefined>(256);
    this.pairs = short.length === 0 ? null : new Uint32Array(2_048);
    for (const i of short) this.putShort(i, all[i]!);
  }

  private table(patterns: readonly number[], of: Grams): GramTable | null {
    if (patterns.length === 0) return null;
    const table = new GramTable(patterns.length, of);
    for (const i of patterns) table.put(i, this.patterns.bytes[i]!);
    return table;
  }

  private putShort(i: number, bytes: Uint8Array): void {
    const first = bytes[0]!;
    (this.short![first] ??= []).push(i);
    for (let second = 0; second < 256; second++) {
      const pair = (first << 8) | second;
      if (bytes.length === 1 || bytes[1] === second) this.pairs![pair >>> 5]! |= 1 << (pair & 31);
    }
  }

  /**
   * Notes who waits for a pattern that the bytes hold.
   * @param from the first byte that counts @param to the one after the last
   * @param stamps by owner: `stamp` where it is noted already @param noted gets owners, each once
   */
  scan(bytes: Uint8Array, from: number, to: number, stamps: Uint32Array, stamp: number, noted: number[]): void {
    if (this.empty || to <= from) return;
    this.stamps = stamps;
    this.stamp = stamp;
    this.noted = noted;
    if (++this.look === 0x1_0000_0000) {
      this.found.fill(0);
      this.look = 1;
    }
    this.first = from;
    if (this.long !== null) this.scanLong(this.long, bytes, from, to);
    if (this.middle !== null) this.scanMiddle(this.middle, bytes, from, to);
    if (this.short !== null) this.scanShort(this.short, this.pairs!, bytes, from, to);
  }

  private first = 0;

  private scanLong(table: GramTable, bytes: Uint8Array, from: number, to: number): void {
    const { bits, shift } = table;
    const last = to - LONG.gram;
    for (let i = from; i <= last; i += LONG.places) {
      const gram = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24) | CASE;
      const at = Math.imul(gram, MIX) >>> shift;
      if ((bits[at >>> 5]! & (1 << (at & 31))) !== 0) table.hit(this, bytes, to, i, gram);
    }
  }

  private scanMiddle(table: GramTable, bytes: Uint8Array, from: number, to: number): void {
    const { bits, shift } = table;
    const last = to - MIDDLE.gram;
    for (let i = from; i <= last; i += MIDDLE.places) {
      const gram = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (CASE & MIDDLE.mask);
      const at = Math.imul(gram, MIX) >>> shift;
      if ((bits[at >>> 5]! & (1 << (at & 31))) !== 0) table.hit(this, bytes, to, i, gram);
    }
  }

  private scanShort(
    short: readonly (readonly number[] | undefined)[],
    pairs: Uint32Array,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    let before = FOLD[bytes[from]!]!;
    for (let i = from + 1; i < to; i++) {
      const now = FOLD[bytes[i]!]!;
      const pair = (before << 8) | now;
      if ((pairs[pair >>> 5]! & (1 << (pair & 31))) !== 0) this.hitShort(short[before], bytes, to, i - 1);
      before = now;
    }
    this.hitShort(short[before], bytes, to, to - 1);
  }

  private hitShort(here: readonly number[] | undefined, bytes: Uint8Array, to: number, at: number): void {
    if (here !== undefined) for (const pattern of here) this.verify(pattern, bytes, to, at);
  }

  /** Notes the owners of a pattern where it stands there. @param at the place of its first byte */
  verify(pattern: number, bytes: Uint8Array, to: number, at: number): void {
    if (this.found[pattern] === this.look) return;
    const wanted = this.patterns.bytes[pattern]!;
    if (at < this.first || at + wanted.length > to) return;
    // Many patterns that begin alike differ at their ends.
    for (let i = wanted.length - 1; i >= 0; i--) if (FOLD[bytes[at + i]!] !== wanted[i]) return;
    this.found[pattern] = this.look;
    const { owners, from } = this.patterns;
    const { stamps, stamp, noted } = this;
    const end = from[pattern + 1]!;
    for (let i = from[pattern]!; i < end; i++) {
      const owner = owners[i]!;
      if (stamps[owner] === stamp) continue;
      stamps[owner] = stamp;
      noted.push(owner);
    }
  }
}
