// Numbers in network order, one after the other.

export class Octets {
  private readonly buffer: Buffer;
  length = 0;

  constructor(size: number) {
    this.buffer = Buffer.alloc(size);
  }

  get room(): number {
    return this.buffer.length - this.length;
  }

  /** @param size octets, at most 8; what does not fit into them is cut off above */
  put(value: number | bigint, size: number): this {
    let n = BigInt.asUintN(size * 8, BigInt(value));
    for (let at = this.length + size - 1; at >= this.length; at--) {
      this.buffer[at] = Number(n & 0xffn);
      n >>= 8n;
    }
    this.length += size;
    return this;
  }

  bytes(data: Uint8Array): this {
    this.buffer.set(data, this.length);
    this.length += data.length;
    return this;
  }

  /** Writes over what stands at a place. */
  patch(at: number, value: number, size: 2 | 4): void {
    if (size === 2) this.buffer.writeUInt16BE(value & 0xffff, at);
    else this.buffer.writeUInt32BE(value >>> 0, at);
  }

  /** A copy of what was written. */
  done(): Uint8Array {
    return new Uint8Array(this.buffer.subarray(0, this.length));
  }
}
