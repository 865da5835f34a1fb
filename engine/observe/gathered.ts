// Bytes that are gathered up to a bound. Most are needed for a moment only, so their memory is used again.
import { copyBytes } from '../decode/index.ts';

const SMALL = 512;
const LARGE = 5_000;
/** Spare buffers of each size that are kept for later: connections that were held close many at a time. */
const SMALL_SPARES = 4_096;
const LARGE_SPARES = 128;
const NOTHING = Buffer.alloc(0);
const small: Buffer[] = [];
const large: Buffer[] = [];

export class Gathered {
  length = 0;
  private buffer: Buffer = NOTHING;
  private readonly most: number;

  /** @param most bytes that are kept, at most 5,000 */
  constructor(most: number) {
    this.most = Math.min(most, LARGE);
  }

  get full(): boolean {
    return this.length >= this.most;
  }

  /** Memory that is held. */
  get holds(): number {
    return this.buffer.length;
  }

  /** The bytes that are there, until the next `add` or `drop`. */
  get bytes(): Uint8Array {
    return this.length === 0 ? NOTHING : this.buffer.subarray(0, this.length);
  }

  /** The first byte, -1 without. */
  get first(): number {
    return this.length === 0 ? -1 : this.buffer[0]!;
  }

  /** The first bytes as Latin-1. @param most characters */
  text(most: number): string {
    return this.buffer.toString('latin1', 0, Math.min(most, this.length));
  }

  /** Where bytes begin that are the same, -1 without. */
  indexOf(bytes: Uint8Array): number {
    if (this.length < bytes.length) return -1;
    const at = this.buffer.indexOf(bytes);
    return at + bytes.length <= this.length ? at : -1;
  }

  /** @returns whether something was added */
  add(b: Uint8Array, at: number, end: number): boolean {
    const take = Math.min(end - at, this.most - this.length);
    if (take <= 0) return false;
    if (this.length + take > this.buffer.length) this.room(this.length + take);
    copyBytes(b, at, take, this.buffer, this.length);
    this.length += take;
    return true;
  }

  drop(): void {
    give(this.buffer);
    this.buffer = NOTHING;
    this.length = 0;
  }

  private room(need: number): void {
    const { buffer } = this;
    const larger = need > SMALL ? (large.pop() ?? Buffer.alloc(LARGE)) : (small.pop() ?? Buffer.alloc(SMALL));
    if (this.length > 0) larger.set(this.bytes);
    this.buffer = larger;
    give(buffer);
  }
}

function give(buffer: Buffer): void {
  if (buffer.length === SMALL && small.length < SMALL_SPARES) small.push(buffer);
  if (buffer.length === LARGE && large.length < LARGE_SPARES) large.push(buffer);
}
