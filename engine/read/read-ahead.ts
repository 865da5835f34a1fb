// Packets read one after another, as a filter over bytes or a search reads them: a block at a time, so that a packet
// costs no call to the system. Whoever reads here and there gets what lies there now.
import type { PacketBytes } from './open.ts';

const BLOCK = 512 * 1024;
/** So many packets in a row were asked for before a block is read. */
const STREAK = 4;
/** Record headers and blocks without packets between two packets, bytes. */
const GAP = 65_536;
/** A block is as old as this at most: what happens to a file meanwhile is seen by then, ms. */
const MAX_AGE = 100;

export class ReadAhead {
  private block: Uint8Array = new Uint8Array(0);
  private from = 0;
  private readAt = 0;
  private expected = -1;
  private streak = 0;
  private inBlock = false;

  /** The place behind the block that the last packet came from; -1 where it was read alone. */
  get end(): number {
    return this.inBlock ? this.from + this.block.length : -1;
  }

  /** @returns the bytes, fewer or none where they are gone; they lie in a block with others and are not to be changed */
  read(bytes: PacketBytes, offset: number, length: number): Uint8Array {
    // Whoever passes over packets of a block goes on where it ends.
    const passed = Math.max(this.expected, this.end);
    const follows = offset >= this.expected && offset - passed <= GAP;
    this.streak = follows ? this.streak + 1 : 0;
    this.expected = offset + length;
    this.inBlock = false;
    if (this.streak < STREAK) return bytes.read(offset, length);
    const now = performance.now();
    const within = offset >= this.from && offset + length <= this.from + this.block.length;
    if (!within || now - this.readAt > MAX_AGE) {
      this.block = bytes.read(offset, Math.max(BLOCK, length));
      this.from = offset;
      this.readAt = now;
      // Segments end, and so do files: what a block does not hold is asked for by itself.
      if (this.block.length < length) return bytes.read(offset, length);
    }
    this.inBlock = true;
    const at = offset - this.from;
    return this.block.subarray(at, at + length);
  }

  /** Forgets what was read. */
  clear(): void {
    this.inBlock = false;
    this.block = new Uint8Array(0);
    this.streak = 0;
    this.expected = -1;
  }
}
