// Entries of all lists in typed arrays: one hash table with open addressing over all types, values in one row of bytes,
// and what each list says of a value (its listings) in a chain. A small table of bits answers most questions, since most
// of what is asked for is in no list.
import { Key } from './key.ts';
import { type IndicatorType, TYPE, TYPES } from './types.ts';

/** What one list says of one value. Seconds since the epoch, 0 where it does not say. */
export interface Listing {
  /** Place of the list. */
  readonly list: number;
  readonly line: number;
  /** Places of texts. */
  readonly note: number;
  readonly source: number;
  /** 0 to 100. */
  readonly confidence: number;
  readonly last: number;
  readonly expires: number;
}

export type Added = 'new' | 'other-list' | 'again' | 'alike';

const COLON = 58;
const SLASH = 47;
const BRACKET = 91;
const BRACKET_END = 93;
const FIRST = 1_024;
/** Slots that are looked at for one value: more are alike only where somebody made them so. */
const MAX_STEPS = 512;
/** Bits for each slot of the table. */
const BITS = 4;

/** Codes by which parts of values are marked in the table of bits: addresses that have a port, hosts of URLs. */
export const PAIR_ADDRESS = TYPES.length;
export const URL_HOST = TYPES.length + 1;

/** Everything that a store holds, as another thread may be given it. */
export interface StoreParts {
  readonly seed: number;
  readonly count: number;
  readonly listings: number;
  readonly slots: Int32Array<ArrayBuffer>;
  readonly bits: Uint32Array<ArrayBuffer>;
  readonly one: Uint32Array<ArrayBuffer>;
  readonly two: Uint32Array<ArrayBuffer>;
  readonly types: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly values: Uint8Array<ArrayBuffer>;
  readonly first: Int32Array<ArrayBuffer>;
  readonly next: Int32Array<ArrayBuffer>;
  readonly lists: Uint16Array<ArrayBuffer>;
  readonly lines: Uint32Array<ArrayBuffer>;
  readonly notes: Uint32Array<ArrayBuffer>;
  readonly sources: Uint32Array<ArrayBuffer>;
  readonly confidences: Uint8Array<ArrayBuffer>;
  readonly lasts: Uint32Array<ArrayBuffer>;
  readonly expiries: Uint32Array<ArrayBuffer>;
  readonly prefixes: Uint8Array<ArrayBuffer>;
  readonly sixteens: Uint32Array<ArrayBuffer>;
  readonly counts: Uint32Array<ArrayBuffer>;
}

type Words = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

export class IndicatorStore {
  readonly seed: number;
  /** Values, and what lists say of them. */
  count = 0;
  listings = 0;
  /** By code of the type. */
  readonly counts = new Uint32Array(TYPES.length);
  private slots = new Int32Array(FIRST * 2);
  private bits = new Uint32Array((FIRST * 2 * BITS) / 32);
  private one = new Uint32Array(FIRST);
  private two = new Uint32Array(FIRST);
  private types = new Uint8Array(FIRST);
  /** Where the bytes of a value end in `values`. */
  private ends = new Uint32Array(FIRST);
  private values = new Uint8Array(FIRST * 16);
  private first = new Int32Array(FIRST);
  private next = new Int32Array(FIRST);
  private lists = new Uint16Array(FIRST);
  private lines = new Uint32Array(FIRST);
  private notes = new Uint32Array(FIRST);
  private sources = new Uint32Array(FIRST);
  private confidences = new Uint8Array(FIRST);
  private lasts = new Uint32Array(FIRST);
  private expiries = new Uint32Array(FIRST);
  /** 1 for each length of prefix that a network has: IPv4 from 0, IPv6 from 64. */
  private readonly prefixes = new Uint8Array(64 + 129);
  private readonly part = new Key();
  /** A bit for each first half of an address of IPv4 that a network lies in: most addresses lie in none. */
  private readonly sixteens = new Uint32Array(65_536 / 32);

  constructor(seed = Math.floor(Math.random() * 2 ** 31)) {
    this.seed = seed;
  }

  static from(p: StoreParts): IndicatorStore {
    const store = new IndicatorStore(p.seed);
    const { counts, prefixes, sixteens, ...rest } = p;
    Object.assign(store, rest);
    store.counts.set(counts);
    store.prefixes.set(prefixes);
    store.sixteens.set(sixteens);
    return store;
  }

  /** Its arrays themselves, not copies. */
  parts(): StoreParts {
    const { seed, count, listings, slots, bits, one, two, types, ends, values, first, next } = this;
    const { lists, lines, notes, sources, confidences, lasts, expiries, prefixes, counts, sixteens } = this;
    const head = { seed, count, listings, slots, bits, one, two, types, ends, values, first, next };
    return { ...head, lists, lines, notes, sources, confidences, lasts, expiries, prefixes, counts, sixteens };
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return Object.values(this.parts()).reduce<number>(
      (sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0),
      0,
    );
  }

  has(type: IndicatorType): boolean {
    return this.counts[TYPE[type]]! > 0;
  }

  /** Lengths of prefixes that networks have, the longest first. @param four of IPv4, else of IPv6 */
  prefixLengths(four: boolean): readonly number[] {
    const from = four ? 0 : 64;
    const all: number[] = [];
    for (let bits = four ? 32 : 128; bits >= 0; bits--) if (this.prefixes[from + bits] === 1) all.push(bits);
    return all;
  }

  /** @param key a value @returns its entry, -1 without one */
  find(key: Key): number {
    key.hash(this.seed);
    return this.findHashed(key, 0);
  }

  /** As `find`, of a key whose hash is made. @param from its first byte that counts */
  findHashed(key: Key, from: number): number {
    const { one, two } = key;
    if (!this.isMarked(two)) return -1;
    const { slots } = this;
    const mask = slots.length - 1;
    for (let at = one & mask, steps = 0; steps < MAX_STEPS; at = (at + 1) & mask, steps++) {
      const entry = slots[at]! - 1;
      if (entry < 0) return -1;
      if (this.two[entry] === two && this.one[entry] === one && this.is(entry, key, from)) return entry;
    }
    return -1;
  }

  private is(entry: number, { type, bytes, length }: Key, from: number): boolean {
    if (this.types[entry] !== type) return false;
    const end = this.ends[entry]!;
    const begin = entry === 0 ? 0 : this.ends[entry - 1]!;
    if (end - begin !== length - from) return false;
    const { values } = this;
    for (let i = begin, j = from; i < end; i++, j++) if (values[i] !== bytes[j]) return false;
    return true;
  }

  add(key: Key, said: Listing): Added {
    const known = this.find(key);
    if (known >= 0) return this.addTo(known, said);
    const entry = this.count;
    if (entry === this.one.length) this.grow();
    this.one[entry] = key.one;
    this.two[entry] = key.two;
    this.types[entry] = key.type;
    const begin = entry === 0 ? 0 : this.ends[entry - 1]!;
    const end = begin + key.length;
    if (end > this.values.length) this.values = longer(this.values, Math.max(end, this.values.length * 2));
    const { values } = this;
    const { bytes, length } = key;
    for (let i = 0; i < length; i++) values[begin + i] = bytes[i]!;
    this.ends[entry] = end;
    if (!this.place(entry)) return 'alike';
    this.count++;
    this.counts[key.type]!++;
    if (key.type === TYPE.network) this.prefixes[(length === 5 ? 0 : 64) + bytes[0]!] = 1;
    if (key.type === TYPE.network && length === 5) this.markSixteens(bytes);
    this.first[entry] = this.listing(said, -1);
    return 'new';
  }

  /** What a list says of a value that is there: what it said of it before is replaced by the better of both. */
  private addTo(entry: number, said: Listing): Added {
    let last = this.first[entry]!;
    for (let at = last; at >= 0; at = this.next[at]!) {
      last = at;
      if (this.lists[at] !== said.list) continue;
      this.confidences[at] = Math.max(this.confidences[at]!, said.confidence);
      this.lasts[at] = Math.max(this.lasts[at]!, said.last);
      const forever = this.expiries[at] === 0 || said.expires === 0;
      this.expiries[at] = forever ? 0 : Math.max(this.expiries[at]!, said.expires);
      return 'again';
    }
    this.next[last] = this.listing(said, -1);
    return 'other-list';
  }

  private listing(said: Listing, next: number): number {
    const at = this.listings++;
    if (at === this.lists.length) this.growListings();
    this.next[at] = next;
    this.lists[at] = said.list;
    this.lines[at] = said.line;
    this.notes[at] = said.note;
    this.sources[at] = said.source;
    this.confidences[at] = said.confidence;
    this.lasts[at] = said.last;
    this.expiries[at] = said.expires;
    return at;
  }

  private place(entry: number): boolean {
    const { slots } = this;
    const mask = slots.length - 1;
    const two = this.two[entry]!;
    for (let at = this.one[entry]! & mask, steps = 0; steps < MAX_STEPS; at = (at + 1) & mask, steps++) {
      if (slots[at] !== 0) continue;
      slots[at] = entry + 1;
      this.mark(two);
      this.markPart(entry);
      return true;
    }
    return false;
  }

  /** Of what is looked up for every flow a part tells that there is nothing: it is marked, and has no entry. */
  private markPart(entry: number): void {
    const type = this.types[entry];
    if (type !== TYPE['port-pair'] && type !== TYPE.url) return;
    const { part, values } = this;
    let begin = entry === 0 ? 0 : this.ends[entry - 1]!;
    let end = this.ends[entry]! - (type === TYPE.url ? 0 : 2);
    if (type === TYPE.url) {
      // An address of IPv6 stands in brackets.
      const six = values[begin] === BRACKET;
      if (six) begin++;
      let at = begin;
      while (at < end && values[at] !== SLASH && values[at] !== (six ? BRACKET_END : COLON)) at++;
      end = at;
    }
    part.type = type === TYPE.url ? URL_HOST : PAIR_ADDRESS;
    part.length = end - begin;
    for (let i = begin; i < end; i++) part.bytes[i - begin] = values[i]!;
    part.hash(this.seed);
    this.mark(part.two);
  }

  private mark(two: number): void {
    const { bits } = this;
    const bit = two & (bits.length * 32 - 1);
    bits[bit >>> 5]! |= 1 << (bit & 31);
  }

  private isMarked(two: number): boolean {
    const { bits } = this;
    const bit = two & (bits.length * 32 - 1);
    return (bits[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  private markSixteens(network: Uint8Array): void {
    const from = network[1]! * 256 + network[2]!;
    const count = network[0]! >= 16 ? 1 : 1 << (16 - network[0]!);
    for (let at = from; at < from + count; at++) this.sixteens[at >>> 5]! |= 1 << (at & 31);
  }

  /** Whether a network may hold an address of IPv4. @param half its first 16 bits */
  mayHaveNetwork(half: number): boolean {
    return (this.sixteens[half >>> 5]! & (1 << (half & 31))) !== 0;
  }

  /** Whether there may be something with such a part. */
  mayHave(part: Key): boolean {
    part.hash(this.seed);
    return this.isMarked(part.two);
  }

  private grow(): void {
    const size = this.one.length * 2;
    this.one = longer(this.one, size);
    this.two = longer(this.two, size);
    this.types = longer(this.types, size);
    this.ends = longer(this.ends, size);
    this.first = longer(this.first, size);
    this.slots = new Int32Array(size * 2);
    this.bits = new Uint32Array((size * 2 * BITS) / 32);
    for (let entry = 0; entry < this.count; entry++) this.place(entry);
  }

  private growListings(): void {
    const size = this.lists.length * 2;
    this.next = longer(this.next, size);
    this.lists = longer(this.lists, size);
    this.lines = longer(this.lines, size);
    this.notes = longer(this.notes, size);
    this.sources = longer(this.sources, size);
    this.confidences = longer(this.confidences, size);
    this.lasts = longer(this.lasts, size);
    this.expiries = longer(this.expiries, size);
  }

  typeOf(entry: number): IndicatorType {
    return TYPES[this.types[entry]!]!;
  }

  /** Bytes of a value; a view. */
  valueOf(entry: number): Uint8Array {
    return this.values.subarray(entry === 0 ? 0 : this.ends[entry - 1]!, this.ends[entry]);
  }

  /** What lists say of a value, in the order in which they were read. */
  listingsOf(entry: number): Listing[] {
    const all: Listing[] = [];
    for (let at = this.first[entry]!; at >= 0; at = this.next[at]!)
      all.push({
        list: this.lists[at]!,
        line: this.lines[at]!,
        note: this.notes[at]!,
        source: this.sources[at]!,
        confidence: this.confidences[at]!,
        last: this.lasts[at]!,
        expires: this.expiries[at]!,
      });
    return all;
  }

  /** Whether a list says it without an end, or with one after a moment. @param seconds since the epoch */
  isValid(entry: number, seconds: number): boolean {
    for (let at = this.first[entry]!; at >= 0; at = this.next[at]!)
      if (this.expiries[at] === 0 || this.expiries[at]! > seconds) return true;
    return false;
  }
}

function longer<T extends Words>(shorter: T, size: number): T {
  const Made = shorter.constructor as new (size: number) => T;
  const all = new Made(size);
  all.set(shorter);
  return all;
}
