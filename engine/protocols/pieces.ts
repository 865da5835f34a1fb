// Bytes that come in pieces and in any order (CRYPTO frames, DTLS fragments, segments), put together up to 16 KiB.

export const MAX_TOGETHER = 16_384;
/** Separate runs: a hello of 4 KiB in octets that come in random order has about a thousand. */
const MAX_RUNS = 1_024;
/** Bytes that the bounds of a run take. */
const RUN_BYTES = 16;

const SMALLEST = 256;
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
  private bytes: Buffer | null = null;

  /** Ranges that are there: from, to, from, to, ascending and apart. */
  private readonly runs: number[] = [];
  /** Bytes from the beginning without a hole. */
  whole = 0;

  /** Memory that is held. */
  get held(): number {
    return this.bytes === null ? 0 : this.bytes.length + (this.runs.length >> 1) * RUN_BYTES;
  }

  get data(): Uint8Array {
    return this.bytes === null ? new Uint8Array(0) : this.bytes.subarray(0, this.whole);
  }

  /** Where the first run begins that a hole sets apart from the beginning, -1 without one. */
  get firstApart(): number {
    const at = this.runs[0] === 0 ? 2 : 0;
    return at < this.runs.length ? this.runs[at]! : -1;
  }

  add(offset: number, b: Uint8Array, at: number, size: number): void {
    const end = offset + size;
    if (end > MAX_TOGETHER || size === 0) return;
    this.reserve(end);
    this.bytes!.set(b.subarray(at, at + size), offset);
    this.mark(offset, end);
  }

  /** Something came that belongs before the beginning: everything moves up. @returns false when it does not fit */
  prepend(bytes: number): boolean {
    const top = this.runs.length === 0 ? 0 : this.runs[this.runs.length - 1]!;
    if (bytes === 0) return true;
    if (top + bytes > MAX_TOGETHER) return false;
    this.reserve(top + bytes);
    this.bytes!.copyWithin(bytes, 0, top);
    for (let i = 0; i < this.runs.length; i++) this.runs[i]! += bytes;
    this.whole = 0;
    return true;
  }

  /**
   * Lets go of bytes from the beginning.
   * @param bytes at most where the first run that is there ends, or a hole's bytes before it
   */
  consume(bytes: number): void {
    if (bytes === 0 || this.bytes === null) return;
    const top = this.runs.length === 0 ? 0 : this.runs[this.runs.length - 1]!;
    if (bytes < top) this.bytes.copyWithin(0, bytes, top);
    let kept = 0;
    for (let i = 0; i < this.runs.length; i += 2) {
      const to = this.runs[i + 1]! - bytes;
      if (to <= 0) continue;
      this.runs[kept++] = Math.max(0, this.runs[i]! - bytes);
      this.runs[kept++] = to;
    }
    this.runs.length = kept;
    this.whole = this.runs[0] === 0 ? this.runs[1]! : 0;
  }

  /** Lets go of everything. What `data` gave is another's then. */
  free(): void {
    this.give();
    this.bytes = null;
    this.runs.length = 0;
    this.whole = 0;
  }

  private give(): void {
    if (this.bytes === null) return;
    const spares = spare[sizeFor(this.bytes.length)]!;
    if (spares.length * this.bytes.length < SPARE_BYTES) spares.push(this.bytes);
  }

  private reserve(end: number): void {
    if (this.bytes !== null && this.bytes.length >= end) return;
    const size = sizeFor(end);
    // What stands in holes is never given.
    const larger = spare[size]!.pop() ?? Buffer.allocUnsafeSlow(SMALLEST << size);
    if (this.bytes !== null) larger.set(this.bytes);
    this.give();
    this.bytes = larger;
  }

  /** Notes that `[offset, end)` is there. */
  private mark(offset: number, end: number): void {
    const { runs } = this;
    let from = offset;
    let to = end;
    let first = this.place(offset);
    // The run before may reach up to here.
    if (first > 0 && runs[first - 1]! >= from) first -= 2;
    let after = first;
    while (after < runs.length && runs[after]! <= to) {
      from = Math.min(from, runs[after]!);
      to = Math.max(to, runs[after + 1]!);
      after += 2;
    }
    if (after > first) runs.splice(first, after - first, from, to);
    else if (runs.length < MAX_RUNS * 2) runs.splice(first, 0, from, to);
    this.whole = runs[0] === 0 ? runs[1]! : 0;
  }

  /** Index of the first run that begins at `offset` or after it. */
  private place(offset: number): number {
    let low = 0;
    let high = this.runs.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.runs[middle * 2]! < offset) low = middle + 1;
      else high = middle;
    }
    return low * 2;
  }
}
