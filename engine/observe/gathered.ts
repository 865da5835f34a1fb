// Bytes that are gathered up to a bound. Most are needed for a moment only, so their memory is used again.

const SMALL = 512;
const LARGE = 5_000;
/** Spare buffers of each size that are kept for later. */
const SPARES = 32;
const NOTHING = new Uint8Array(0);
const small: Uint8Array[] = [];
const large: Uint8Array[] = [];

export class Gathered {
  length = 0;
  private buffer: Uint8Array = NOTHING;
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
    return this.buffer.subarray(0, this.length);
  }

  /** @returns whether something was added */
  add(b: Uint8Array, at: number, end: number): boolean {
    const take = Math.min(end - at, this.most - this.length);
    if (take <= 0) return false;
    if (this.length + take > this.buffer.length) this.room(this.length + take);
    this.buffer.set(b.subarray(at, at + take), this.length);
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
    const larger = need > SMALL ? (large.pop() ?? new Uint8Array(LARGE)) : (small.pop() ?? new Uint8Array(SMALL));
    larger.set(this.bytes);
    this.buffer = larger;
    give(buffer);
  }
}

function give(buffer: Uint8Array): void {
  if (buffer.length === SMALL && small.length < SPARES) small.push(buffer);
  if (buffer.length === LARGE && large.length < SPARES) large.push(buffer);
}
