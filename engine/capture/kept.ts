// Kept packets: those of alerted or labelled flows are copied to a file of their own before the ring removes their
// segment.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { lowerBound, type PacketBytes, type Segments } from '../read/index.ts';

/** From the start of an enhanced packet block to its bytes. */
const BLOCK_HEAD = 28;
const PACKET_BLOCK = 6;
const LARGEST_HEAD = 262_144;

export class KeptPackets implements PacketBytes {
  /** Packets for which the file had no more room. */
  refused = 0;
  private readonly segments: Segments;
  private readonly path: string;
  private readonly limit: number;
  private fd: number | null = null;
  private size = 0;
  /** Where each kept packet was, ascending, and where it is now. */
  private was = new Float64Array(1024);
  private is = new Float64Array(1024);
  private count = 0;

  /** @param path of the file of kept packets, made when the first is @param limit its size, bytes */
  constructor(segments: Segments, path: string, limit: number) {
    this.segments = segments;
    this.path = path;
    this.limit = limit;
  }

  /** Copies packets by the offsets of their bytes, ascending, while their segment can still be read. */
  keep(offsets: readonly number[]): void {
    const blocks: Uint8Array[] = [];
    for (const offset of offsets) {
      const head = Buffer.from(this.segments.read(offset - BLOCK_HEAD, BLOCK_HEAD));
      if (head.length < BLOCK_HEAD || head.readUInt32LE(0) !== PACKET_BLOCK) continue;
      const block = this.segments.read(offset - BLOCK_HEAD, head.readUInt32LE(4));
      if (this.size + block.length > this.limit) {
        this.refused++;
        continue;
      }
      if (this.fd === null) this.begin(offset);
      this.remember(offset, this.size + BLOCK_HEAD);
      this.size += block.length;
      blocks.push(block);
    }
    if (blocks.length > 0) this.write(Buffer.concat(blocks));
  }

  read(offset: number, length: number): Uint8Array {
    const there = this.segments.read(offset, length);
    if (there.length > 0 || this.fd === null || length === 0) return there;
    const at = lowerBound(this.was, offset, this.count);
    if (at === this.count || this.was[at] !== offset) return there;
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(this.fd, bytes, 0, length, this.is[at]!));
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
    this.segments.close();
  }

  /** The head of the segment, so that interfaces keep their numbers. */
  private begin(offset: number): void {
    this.fd = openSync(this.path, 'w+', 0o600);
    const from = this.segments.baseOf(offset);
    const head = Buffer.from(this.segments.read(from, LARGEST_HEAD));
    let end = 0;
    while (end + 8 <= head.length && head.readUInt32LE(end) !== PACKET_BLOCK && head.readUInt32LE(end + 4) >= 12)
      end += head.readUInt32LE(end + 4);
    this.write(head.subarray(0, end));
    this.size = end;
  }

  private write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.fd!, bytes, done);
  }

  private remember(was: number, is: number): void {
    if (this.count === this.was.length) {
      const grow = (a: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
        const b = new Float64Array(a.length * 2);
        b.set(a);
        return b;
      };
      this.was = grow(this.was);
      this.is = grow(this.is);
    }
    this.was[this.count] = was;
    this.is[this.count++] = is;
  }
}
