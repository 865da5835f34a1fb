// Many patterns at once: which rules may match a buffer, told by four bytes of each rule's own pattern. What is named here
// is looked at as a whole afterwards, so a hit too many costs time and nothing else.
import { small } from '../find-bytes.ts';

/** One pattern and the number of whoever waits for it. Its letters count as small. */
export interface Awaited {
  readonly bytes: Uint8Array;
  readonly of: number;
}

const FOLD = Uint8Array.from({ length: 256 }, (_, c) => small(c));
/** Bits of the table that says whether four bytes can begin a pattern at all. */
const TABLE_BITS = 18;
const MIX = 0x9e37_79b1;

/** How common bytes are in traffic, roughly: of a pattern the four rarest neighbours are waited for. */
const COMMON = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c === 0 || c === 32 || c === 0xff) return 12;
  if ('etaoinsrhldcumfpgwyb'.includes(String.fromCharCode(c))) return 8;
  if (c >= 97 && c <= 122) return 5;
  if (c >= 48 && c <= 57) return 6;
  return c === 13 || c === 10 || c === 47 || c === 46 || c === 61 || c === 58 ? 7 : 2;
});

export class Prefilter {
  /** By mixed four bytes: one bit each. */
  private readonly bits = new Uint32Array(1 << (TABLE_BITS - 5));
  /** By mixed four bytes: the first entry, and from each entry the next. */
  private readonly heads = new Int32Array(1 << TABLE_BITS).fill(-1);
  private readonly next: Int32Array;
  private readonly grams: Uint32Array;
  private readonly offsets: Uint16Array;
  private readonly owners: Int32Array;
  private readonly patterns: Uint8Array[] = [];
  /** Patterns of one to three bytes, by their first byte. */
  private readonly short: (readonly Awaited[] | undefined)[] = new Array<readonly Awaited[] | undefined>(256);
  private readonly hasShort: boolean;
  private readonly hasLong: boolean;

  constructor(awaited: readonly Awaited[]) {
    const long = awaited.filter((a) => a.bytes.length >= 4);
    const short = awaited.filter((a) => a.bytes.length < 4);
    this.hasShort = short.length > 0;
    this.hasLong = long.length > 0;
    this.next = new Int32Array(long.length);
    this.grams = new Uint32Array(long.length);
    this.offsets = new Uint16Array(long.length);
    this.owners = new Int32Array(long.length);
    for (const [i, a] of long.entries()) this.put(i, a);
    for (const a of short) {
      const bytes = a.bytes.map(small);
      this.short[bytes[0]!] = [...(this.short[bytes[0]!] ?? []), { bytes, of: a.of }];
    }
  }

  private put(i: number, a: Awaited): void {
    const bytes = a.bytes.map(small);
    const offset = rarest(bytes);
    const gram =
      ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
    const at = Math.imul(gram, MIX) >>> (32 - TABLE_BITS);
    this.bits[at >>> 5]! |= 1 << (at & 31);
    this.next[i] = this.heads[at]!;
    this.heads[at] = i;
    this.grams[i] = gram;
    this.offsets[i] = offset;
    this.owners[i] = a.of;
    this.patterns.push(bytes);
  }

  /**
   * Notes who waits for a pattern that the bytes hold.
   * @param stamps by owner: `stamp` where it is noted already @param noted gets owners, each once
   */
  scan(bytes: Uint8Array, stamps: Uint32Array, stamp: number, noted: number[]): void {
    if (this.hasLong) this.scanLong(bytes, stamps, stamp, noted);
    if (this.hasShort) this.scanShort(bytes, stamps, stamp, noted);
  }

  private scanLong(bytes: Uint8Array, stamps: Uint32Array, stamp: number, noted: number[]): void {
    const { bits } = this;
    const { length } = bytes;
    let gram = 0;
    for (let i = 0; i < length; i++) {
      gram = (gram << 8) | FOLD[bytes[i]!]!;
      const at = Math.imul(gram, MIX) >>> (32 - TABLE_BITS);
      if ((bits[at >>> 5]! & (1 << (at & 31))) !== 0 && i >= 3)
        this.hit(bytes, i - 3, gram >>> 0, stamps, stamp, noted);
    }
  }

  private hit(
    bytes: Uint8Array,
    place: number,
    gram: number,
    stamps: Uint32Array,
    stamp: number,
    noted: number[],
  ): void {
    const at = Math.imul(gram, MIX) >>> (32 - TABLE_BITS);
    for (let e = this.heads[at]!; e >= 0; e = this.next[e]!) {
      if (this.grams[e] !== gram) continue;
      const owner = this.owners[e]!;
      if (stamps[owner] === stamp) continue;
      const pattern = this.patterns[e]!;
      const from = place - this.offsets[e]!;
      if (from < 0 || from + pattern.length > bytes.length) continue;
      let i = 0;
      while (i < pattern.length && FOLD[bytes[from + i]!] === pattern[i]) i++;
      if (i < pattern.length) continue;
      stamps[owner] = stamp;
      noted.push(owner);
    }
  }

  private scanShort(bytes: Uint8Array, stamps: Uint32Array, stamp: number, noted: number[]): void {
    for (let i = 0; i < bytes.length; i++) {
      const here = this.short[FOLD[bytes[i]!]!];
      if (here === undefined) continue;
      for (const { bytes: pattern, of } of here) {
        if (stamps[of] === stamp || i + pattern.length > bytes.length) continue;
        let k = 1;
        while (k < pattern.length && FOLD[bytes[i + k]!] === pattern[k]) k++;
        if (k < pattern.length) continue;
        stamps[of] = stamp;
        noted.push(of);
      }
    }
  }
}

/** Where the rarest four neighbours of a pattern begin. */
function rarest(bytes: Uint8Array): number {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i + 4 <= bytes.length && i < 60_000; i++) {
    const common = COMMON[bytes[i]!]! + COMMON[bytes[i + 1]!]! + COMMON[bytes[i + 2]!]! + COMMON[bytes[i + 3]!]!;
    if (common < least) {
      least = common;
      best = i;
    }
  }
  return best;
}
