// Reads numbers and bytes one after the other out of a message, and never beyond its end.

/** What is read beyond the end is 0 or empty, and `ok` says so from then on. */
export class Cursor {
  readonly b: Uint8Array;
  at: number;
  readonly end: number;
  ok = true;

  constructor(b: Uint8Array, at = 0, end = b.length) {
    this.b = b;
    this.at = Math.max(0, at);
    this.end = Math.min(b.length, end);
  }

  get left(): number {
    return Math.max(0, this.end - this.at);
  }

  private has(count: number): boolean {
    if (count >= 0 && this.left >= count) return true;
    this.ok = false;
    this.at = this.end;
    return false;
  }

  /** Big endian. */
  number(bytes: number): number {
    if (!this.has(bytes)) return 0;
    let n = 0;
    for (let i = 0; i < bytes; i++) n = n * 256 + this.b[this.at++]!;
    return n;
  }

  little(bytes: number): number {
    if (!this.has(bytes)) return 0;
    let n = 0;
    for (let i = bytes - 1; i >= 0; i--) n = n * 256 + this.b[this.at + i]!;
    this.at += bytes;
    return n;
  }

  u8(): number {
    return this.number(1);
  }

  u16(): number {
    return this.number(2);
  }

  u32(): number {
    return this.number(4);
  }

  /** A copy of the next bytes. */
  take(count: number): Uint8Array {
    if (!this.has(count)) return new Uint8Array(0);
    const part = this.b.slice(this.at, this.at + count);
    this.at += count;
    return part;
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }

  skip(count: number): void {
    if (this.has(count)) this.at += count;
  }

  /** A cursor over the next bytes, which are skipped here. */
  part(count: number): Cursor {
    const from = this.at;
    if (!this.has(count)) {
      const none = new Cursor(this.b, this.end, this.end);
      none.ok = false;
      return none;
    }
    this.at += count;
    return new Cursor(this.b, from, from + count);
  }
}
