// Bytes that come in pieces and in any order (CRYPTO frames, DTLS fragments), put together up to 16 KiB.

export const MAX_TOGETHER = 16_384;
const MAX_RUNS = 64;

/** At most 16 KiB and 64 separate runs; what lies beyond is dropped. */
export class Pieces {
  private bytes: Buffer | null = null;

  /** Ranges that are there: from, to, from, to, ascending and apart. */
  private readonly runs: number[] = [];
  /** Bytes from the beginning without a hole. */
  whole = 0;

  /** Memory that is held. */
  get held(): number {
    return this.bytes === null ? 0 : this.bytes.length;
  }

  get data(): Uint8Array {
    return this.bytes === null ? new Uint8Array(0) : this.bytes.subarray(0, this.whole);
  }

  add(offset: number, b: Uint8Array, at: number, size: number): void {
    const end = offset + size;
    if (end > MAX_TOGETHER || size === 0) return;
    if (this.bytes === null || this.bytes.length < end) {
      const larger = Buffer.alloc(Math.min(MAX_TOGETHER, Math.max(2_048, 2 ** Math.ceil(Math.log2(end)))));
      if (this.bytes !== null) larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(b.subarray(at, at + size), offset);
    let from = offset;
    let to = end;
    for (let i = 0; i < this.runs.length; ) {
      if (this.runs[i]! > to || this.runs[i + 1]! < from) { i += 2; continue; }
      from = Math.min(from, this.runs[i]!);
      to = Math.max(to, this.runs[i + 1]!);
      this.runs.splice(i, 2);
    }
    let place = 0;
    while (place < this.runs.length && this.runs[place]! < from) place += 2;
    if (this.runs.length < MAX_RUNS * 2) this.runs.splice(place, 0, from, to);
    this.whole = this.runs[0] === 0 ? this.runs[1]! : 0;
  }
}
