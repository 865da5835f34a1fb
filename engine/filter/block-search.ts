// Looks for bytes in packets that lie in one block, as packets read one after another do: the block is searched once,
// in the engine's own code, and a packet is asked whether a place found lies within it.

/** Smaller memory may be one that is used again for other bytes (Node's pool of 8 KiB), so that places would be stale. */
const LEAST_BLOCK = 64 * 1024;

export class BlockSearch {
  private readonly needle: Buffer;
  private block: ArrayBufferLike | null = null;
  private all: Buffer = Buffer.alloc(0);
  /** The first place at or behind `from`, or the block's end. */
  private hit = 0;
  private from = 0;

  constructor(needle: Buffer) {
    this.needle = needle;
  }

  /** Whether the bytes hold what is looked for. Bytes of a block are not changed once they are there. */
  within(bytes: Uint8Array): boolean {
    const { buffer, byteOffset: at, byteLength: length } = bytes;
    if (buffer.byteLength < LEAST_BLOCK) return Buffer.from(buffer, at, length).includes(this.needle);
    if (buffer !== this.block || at < this.from) {
      this.block = buffer;
      this.all = Buffer.from(buffer);
      this.seek(at);
    } else if (this.hit < at) this.seek(at);
    return this.hit + this.needle.length <= at + length;
  }

  private seek(from: number): void {
    const found = this.all.indexOf(this.needle, from);
    this.from = from;
    this.hit = found < 0 ? Infinity : found;
  }
}
