// Bytes that come in pieces and in any order (CRYPTO frames, DTLS fragments, segments), put together up to 16 KiB.
import { copyBytes } from '../decode/index.ts';

export const MAX_TOGETHER = 16_384;
/** Separate runs: a hello of 4 KiB in octets that come in random order has about a thousand. */
const MAX_RUNS = 1_024;
/** Bytes that the bounds of a run take. */
const RUN_BYTES = 16;

const SMALLEST = 256;
const NOTHING = Buffer.alloc(0);
/** Memory of each size that is kept for later. Most pieces are needed for a moment only. */
const SPARE_BYTES = 512 * 1_024;
/** By how often the smallest size was doubled. */
const spare: Buffer[][] = Array.from({ length: Math.log2(MAX_TOGETHER / SMALLEST) + 1 }, () => []);

/** @returns which size holds so many bytes */
function sizeFor(bytes: number): number {
  let size = 0;
  while (SMALLEST << size < bytes) size++;
  return size;
}

/** At most 16 KiB and 1,024 separate runs; what lies beyond is dropped. */
export class Pieces {
  private buffer: Buffer = NOTHING;

  /** Ranges that are there: from, to, from, to, ascending and apart; so many of the numbers count. */
  private readonly runs: number[] = [];
  private used = 0;
  /** Bytes from the beginning without a hole. */
  whole = 0;

  /** Memory that is held. */
  get held(): number {
    return this.buffer.length + (this.used >> 1) * RUN_BYTES;
  }

  /** The first `whole` of these are there, until something is added, moved or let go. */
  get bytes(): Uint8Array {
    return this.buffer;
  }

  /** The bytes from the beginning without a hole, for as long. */
  get data(): Uint8Array {
    return this.buffer.subarray(0, this.whole);
  }

  /** Where the first run begins that a hole sets apart from the beginning, -1 without one. */
  get firstApart(): number {
    const at = this.used > 0 && this.runs[0] === 0 ? 2 : 0;
    return at < this.used ? this.runs[at]! : -1;
  }

  add(offset: number, b: Uint8Array, at: number, size: number): void {
    const end = offset + size;
    if (end > MAX_TOGETHER || size === 0) return;
    if (this.buffer.length < end) this.reserve(end);
    copyBytes(b, at, size, this.buffer, offset);
    this.mark(offset, end);
  }

  /** Something came that belongs before the beginning: everything moves up. @returns false when it does not fit */
  prepend(bytes: number): boolean {
    const { top } = this;
    if (bytes === 0) return true;
    if (top + bytes > MAX_TOGETHER) return false;
    this.reserve(top + bytes);
    this.buffer.copyWithin(bytes, 0, top);
    for (let i = 0; i < this.used; i++) this.runs[i]! += bytes;
    this.whole = 0;
    return true;
  }

  /**
   * Lets go of bytes from the beginning.
   * @param bytes at most where the first run that is there ends, or a hole's bytes before it
   */
  consume(bytes: number): void {
    if (bytes === 0 || this.buffer.length === 0) return;
    const { top } = this;
    if (bytes < top) this.buffer.copyWithin(0, bytes, top);
    let kept = 0;
    for (let i = 0; i < this.used; i += 2) {
      const to = this.runs[i + 1]! - bytes;
      if (to <= 0) continue;
      this.runs[kept++] = Math.max(0, this.runs[i]! - bytes);
      this.runs[kept++] = to;
    }
    this.used = kept;
    this.count();
  }

  /** The bytes from the beginning without a hole, beside these, which a reader may move. @returns how many */
  copyTo(target: Uint8Array): number {
    copyBytes(this.buffer, 0, this.whole, target, 0);
    return this.whole;
  }

  /** Lets go of everything. What `bytes` gave is another's then. */
  free(): void {
    this.give();
    this.buffer = NOTHING;
    this.used = 0;
    this.whole = 0;
  }

  /** Where the last run ends. */
  private get top(): number {
    return this.used === 0 ? 0 : this.runs[this.used - 1]!;
  }

  private count(): void {
    this.whole = this.used > 0 && this.runs[0] === 0 ? this.runs[1]! : 0;
  }

  private give(): void {
    const { length } = this.buffer;
    if (length === 0) return;
    const spares = spare[sizeFor(length)]!;
    if (spares.length * length < SPARE_BYTES) spares.push(this.buffer);
  }

  private reserve(end: number): void {
    if (this.buffer.length >= end) return;
    const size = sizeFor(end);
    // What stands in holes is never given.
    const larger = spare[size]!.pop() ?? Buffer.allocUnsafeSlow(SMALLEST << size);
    larger.set(this.buffer);
    this.give();
    this.buffer = larger;
  }

  /** Notes that `[offset, end)` is there. */
  private mark(offset: number, end: number): void {
    const { runs, used } = this;
    if (used === 0) {
      runs[0] = offset;
      runs[1] = end;
      this.used = 2;
      this.count();
      return;
    }
    let from = offset;
    let to = end;
    let first = this.place(offset);
    // The run before may reach up to here.
    if (first > 0 && runs[first - 1]! >= from) first -= 2;
    let after = first;
    while (after < used && runs[after]! <= to) {
      from = Math.min(from, runs[after]!);
      to = Math.max(to, runs[after + 1]!);
      after += 2;
    }
    if (after === first && used >= MAX_RUNS * 2) return;
    this.replace(first, after);
    runs[first] = from;
    runs[first + 1] = to;
    this.count();
  }

  /** Makes room for one run in place of those in `[first, after)`. */
  private replace(first: number, after: number): void {
    const { runs, used } = this;
    const moved = first + 2 - after;
    if (moved > 0) for (let i = used - 1; i >= after; i--) runs[i + moved] = runs[i]!;
    else if (moved < 0) for (let i = after; i < used; i++) runs[i + moved] = runs[i]!;
    this.used = used + moved;
  }

  /** Index of the first run that begins at `offset` or after it. */
  private place(offset: number): number {
    let low = 0;
    let high = this.used >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.runs[middle * 2]! < offset) low = middle + 1;
      else high = middle;
    }
    return low * 2;
  }
}
