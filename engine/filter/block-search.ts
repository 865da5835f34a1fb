// Looks for bytes in packets that lie in one block, as packets read one after another do: the block is searched once,
// in the engine's own code, and a packet is asked whether a place found lies within it. Where it is known which part of
// the file the block is, packets before the place found are passed over without being read.

/** Smaller memory may be one that is used again for other bytes (Node's pool of 8 KiB), so that places would be stale. */
const LEAST_BLOCK = 64 * 1024;

/** Where a packet's bytes lie in the file, and up to where the block holds the file's bytes that it was read in. */
export interface InFile {
  readonly offset: number;
  readonly end: number;
}

export class BlockSearch {
  private readonly needle: Buffer;
  private block: ArrayBufferLike | null = null;
  private all: Buffer = Buffer.alloc(0);
  /** The first place at or behind `from`, or the block's end. */
  private hit = 0;
  private from = 0;
  /** Bytes of the file in which no place lies, from here to before there. */
  private clearFrom = 0;
  private clearTo = 0;

  constructor(needle: Buffer) {
    this.needle = needle;
  }

  /** Whether it is known already that a part of the file holds no place. */
  passed(offset: number, end: number): boolean {
    return offset >= this.clearFrom && end <= this.clearTo;
  }

  /** Whether the bytes hold what is looked for. Bytes of a block are not changed once they are there. */
  within(bytes: Uint8Array, place: InFile | null = null): boolean {
    const { buffer, byteOffset: at, byteLength: length } = bytes;
    if (buffer.byteLength < LEAST_BLOCK) return Buffer.from(buffer, at, length).includes(this.needle);
    if (buffer !== this.block || at < this.from) {
      this.block = buffer;
      this.all = Buffer.from(buffer);
      this.seek(at);
    } else if (this.hit < at) this.seek(at);
    if (place !== null) {
      this.clearFrom = place.offset;
      // A place that begins before the end of a part and ends behind it lies in no packet of that part.
      this.clearTo = Math.min(place.end, place.offset - at + this.hit + this.needle.length - 1);
    }
    return this.hit + this.needle.length <= at + length;
  }

  private seek(from: number): void {
    const found = this.all.indexOf(this.needle, from);
    this.from = from;
    this.hit = found < 0 ? Infinity : found;
  }
}
