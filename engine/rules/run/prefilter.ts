// Many patterns at once: which rules may match a buffer, told by four bytes of each rule's own pattern. What is named here
// is looked at as a whole afterwards, so a hit too many costs time and nothing else. Bytes are looked at by
// `kernel/patterns.ts`; here its tables are laid out.
//
// Not every place of a buffer is looked at: a pattern of seven bytes or more is entered under four neighbouring places of
// it, so that one of them falls on every fourth place of the buffer; one of three to six bytes under two of three bytes.
import { kernelMemory, startKernel } from '../../flow/index.ts';
import { small } from '../find-bytes.ts';

/** One pattern and the number of whoever waits for it. Its letters count as small. */
export interface Awaited {
  readonly bytes: Uint8Array;
  readonly of: number;
}

/** `kernel/patterns.ts` says what each is. */
interface PatternsExports {
  take(bytes: number): number;
  scan(filter: number, from: number, to: number, now: number, out: number): number;
}

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
/** Words of 64 bits that tell which mixes there are, as a power of two. */
const [MIN_BITS, MAX_BITS] = [4, 16] as const;
/** Words of `Filter` and of its two `Grams` in the kernel. */
const FILTER_WORDS = 17;
const [LONG_WORD, MIDDLE_WORD, FEW_WORD] = [4, 9, 14] as const;
/** Patterns that are few enough for eight buckets, and the bytes that each must have for them. */
const FEW = 192;
const FEW_BYTES = 3;
const BUCKETS = 8;
/** Bytes behind the last one that the kernel may read. */
const SLACK = 32;
/** Room for bytes at first. */
const FIRST_ROOM = 65_536;

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

/** Spreads a gram over 32 bits; the kernel does the same. */
function mixOf(gram: number): number {
  const product = Math.imul(gram, MIX);
  return (product ^ (product >>> 15)) >>> 0;
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

/** The kernel and its memory: tables of the filters of one set of rules, and room for the bytes that are looked at. */
export class PatternTables {
  private readonly memory = kernelMemory();
  /** Null until there is a pattern. */
  private kernel: PatternsExports | null = null;
  private bytes: Uint8Array = new Uint8Array(0);
  /** Where numbers of found patterns are written; one filter at a time is asked. */
  private found: Uint32Array = new Uint32Array(0);
  private look = 0;
  private readonly filters: Uint32Array[] = [];

  /** A place for so many words, all 0. */
  words(count: number): Uint32Array {
    this.kernel ??= startKernel('patterns', this.memory) as PatternsExports;
    const at = this.kernel.take(count * 4);
    return new Uint32Array(this.memory.buffer, at, count);
  }

  /** Patterns' bytes, one after the other. */
  lay(patterns: readonly Uint8Array[]): Uint32Array {
    const total = patterns.reduce((sum, { length }) => sum + length, 0);
    const place = this.words((total + 3) >>> 2);
    const at = place.byteOffset;
    const text = new Uint8Array(place.buffer, at, total);
    const table = this.words(patterns.length * 3);
    let next = 0;
    for (const [i, bytes] of patterns.entries()) {
      text.set(bytes, next);
      table[i * 3] = at + next;
      table[i * 3 + 1] = bytes.length;
      next += bytes.length;
    }
    if (this.found.length < patterns.length) this.found = this.words(patterns.length);
    this.filters.push(table);
    return table;
  }

  /** @returns how many patterns were found: `at` has their numbers until the next call */
  scan(filter: number, bytes: Uint8Array, from: number, to: number): number {
    const count = to - from;
    if (count > this.bytes.length) this.makeRoom(count);
    const room = this.bytes;
    room.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    if (++this.look === 0x1_0000_0000) this.beginAgain();
    const at = room.byteOffset;
    return this.kernel!.scan(filter, at, at + count, this.look, this.found.byteOffset);
  }

  at(i: number): number {
    return this.found[i]!;
  }

  private makeRoom(count: number): void {
    const room = 2 ** Math.ceil(Math.log2(Math.max(count, FIRST_ROOM)));
    const place = this.words((room + SLACK) / 4);
    this.bytes = new Uint8Array(place.buffer, place.byteOffset, room);
  }

  /** Numbers of looks are used up. */
  private beginAgain(): void {
    this.look = 1;
    for (const table of this.filters) for (let i = 2; i < table.length; i += 3) table[i] = 0;
  }
}

/** Entries by a mix of the bytes of a gram: five words of the kernel's. */
class GramTable {
  /** Two bits of 64 for each mix that is taken: most places end here. There is room for it to be thin. */
  private readonly bits: Uint32Array;
  private readonly shift: number;
  private readonly headShift: number;
  private readonly heads: Uint32Array;
  private readonly entries: Uint32Array;
  private readonly counts: Uint16Array;
  private readonly of: Grams;
  private count = 0;

  constructor(tables: PatternTables, patterns: number, of: Grams) {
    this.of = of;
    const entries = patterns * of.places;
    const needed = Math.ceil(Math.log2(entries + 1));
    const bits = Math.min(MAX_BITS, Math.max(MIN_BITS, needed));
    const heads = needed + 2;
    this.shift = 32 - bits;
    this.headShift = 32 - heads;
    this.bits = tables.words(2 << bits);
    this.heads = tables.words(1 << heads);
    this.entries = tables.words((entries + 1) * 4);
    this.counts = new Uint16Array(1 << heads);
  }

  get words(): readonly number[] {
    const { bits, shift, heads, headShift, entries } = this;
    return [bits.byteOffset, shift, heads.byteOffset, headShift, entries.byteOffset];
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
    return mixOf(gram) >>> this.headShift;
  }

  private enter(pattern: number, gram: number, offset: number): void {
    const { bits, heads, counts, entries } = this;
    const mix = mixOf(gram);
    for (const bit of [mix & 63, (mix >>> 6) & 63]) bits[(mix >>> this.shift) * 2 + (bit >>> 5)]! |= 1 << (bit & 31);
    const at = mix >>> this.headShift;
    if (counts[at]! < 0xffff) counts[at]!++;
    const e = ++this.count;
    entries.set([gram >>> 0, pattern, offset, heads[at]!], e * 4);
    heads[at] = e;
  }
}

export class Prefilter {
  /** No pattern is waited for. */
  readonly empty: boolean;
  /** Bytes of the longest pattern. */
  readonly longest: number;
  private readonly patterns: Patterns;
  private readonly tables: PatternTables;
  /** Address of the kernel's `Filter`. */
  private readonly address: number;

  constructor(awaited: readonly Awaited[], tables: PatternTables) {
    this.tables = tables;
    this.patterns = together(awaited);
    const { bytes: all } = this.patterns;
    this.empty = all.length === 0;
    this.longest = all.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.address = this.empty ? 0 : this.layOut(all, tables);
  }

  private layOut(all: readonly Uint8Array[], tables: PatternTables): number {
    const filter = tables.words(FILTER_WORDS);
    filter[0] = tables.lay(all).byteOffset;
    const numbers = [...all.keys()];
    const [long, middle] = [bytesFor(LONG), bytesFor(MIDDLE)];
    const put = (patterns: readonly number[], of: Grams, word: number): void => {
      if (patterns.length === 0) return;
      const table = new GramTable(tables, patterns.length, of);
      for (const i of patterns) table.put(i, all[i]!);
      filter.set(table.words, word);
    };
    const isFew = numbers.length <= FEW;
    const shortest = isFew ? FEW_BYTES : middle;
    if (isFew)
      filter.set(
        fewWords(
          numbers.filter((i) => all[i]!.length >= FEW_BYTES),
          all,
          tables,
        ),
        FEW_WORD,
      );
    else {
      put(
        numbers.filter((i) => all[i]!.length >= long),
        LONG,
        LONG_WORD,
      );
      put(
        numbers.filter((i) => all[i]!.length >= middle && all[i]!.length < long),
        MIDDLE,
        MIDDLE_WORD,
      );
    }
    const short = numbers.filter((i) => all[i]!.length < shortest);
    if (short.length > 0) filter.set(shortWords(short, all, tables), 1);
    return filter.byteOffset;
  }

  /**
   * Notes who waits for a pattern that the bytes hold.
   * @param from the first byte that counts @param to the one after the last
   * @param stamps by owner: `stamp` where it is noted already @param noted gets owners, each once
   */
  scan(bytes: Uint8Array, from: number, to: number, stamps: Uint32Array, stamp: number, noted: number[]): void {
    if (this.empty || to <= from) return;
    const { tables } = this;
    const count = tables.scan(this.address, bytes, from, to);
    for (let i = 0; i < count; i++) this.note(tables.at(i), stamps, stamp, noted);
  }

  private note(pattern: number, stamps: Uint32Array, stamp: number, noted: number[]): void {
    const { owners, from } = this.patterns;
    const end = from[pattern + 1]!;
    for (let i = from[pattern]!; i < end; i++) {
      const owner = owners[i]!;
      if (stamps[owner] === stamp) continue;
      stamps[owner] = stamp;
      noted.push(owner);
    }
  }
}

/** Patterns by three neighbouring bytes, the rarest that each has: those that are alike share one of eight buckets. */
function fewWords(few: readonly number[], all: readonly Uint8Array[], tables: PatternTables): readonly number[] {
  if (few.length === 0) return [0, 0, 0];
  const grams = few.map((pattern) => {
    const bytes = all[pattern]!;
    const offset = rarest(bytes, FEW_BYTES);
    return { pattern, offset, gram: (gramAt(bytes, offset, MIDDLE) & 0xff_ffff) >>> 0 };
  });
  grams.sort((a, b) => a.gram - b.gram);
  const masks = tables.words(24);
  const bits = new Uint8Array(masks.buffer, masks.byteOffset, 96);
  const heads = tables.words(BUCKETS);
  const entries = tables.words((few.length + 1) * 4);
  for (const [i, { pattern, offset, gram }] of grams.entries()) {
    const bucket = Math.floor((i * BUCKETS) / grams.length);
    for (let byte = 0; byte < FEW_BYTES; byte++) {
      const value = (gram >>> (byte * 8)) & 0xff;
      bits[byte * 32 + (value & 15)]! |= 1 << bucket;
      bits[byte * 32 + 16 + (value >>> 4)]! |= 1 << bucket;
    }
    entries.set([gram, pattern, offset, heads[bucket]!], (i + 1) * 4);
    heads[bucket] = i + 1;
  }
  return [masks.byteOffset, heads.byteOffset, entries.byteOffset];
}

/** @returns where so many neighbouring bytes are the rarest */
function rarest(bytes: Uint8Array, count: number): number {
  let best = 0;
  let least = Infinity;
  const last = Math.min(bytes.length - count, MAX_TRIED);
  for (let at = 0; at <= last; at++) {
    let cost = 0;
    for (let i = 0; i < count; i++) cost += COMMON[bytes[at + i]!]!;
    if (cost >= least) continue;
    least = cost;
    best = at;
  }
  return best;
}

/** Patterns of one to three bytes, by their first byte; a bit for each first two bytes of them. */
function shortWords(short: readonly number[], all: readonly Uint8Array[], tables: PatternTables): readonly number[] {
  const pairs = tables.words(2_048);
  const heads = tables.words(256);
  const entries = tables.words((short.length + 1) * 2);
  for (const [i, pattern] of short.entries()) {
    const bytes = all[pattern]!;
    const first = bytes[0]!;
    entries.set([pattern, heads[first]!], (i + 1) * 2);
    heads[first] = i + 1;
    for (let second = 0; second < 256; second++) {
      const pair = (first << 8) | second;
      if (bytes.length === 1 || bytes[1] === second) pairs[pair >>> 5]! |= 1 << (pair & 31);
    }
  }
  return [pairs.byteOffset, heads.byteOffset, entries.byteOffset];
}
