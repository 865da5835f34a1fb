// A value on its way into the store or to be looked for there: its type and its bytes, in one place that is used again.

/** Bytes of the longest value. */
export const MAX_VALUE = 2_048;

/** Multipliers of two lanes of a hash that goes from the last byte to the first, so that a name's parents are its steps. */
const ONE = 0x01000193;
const TWO = 0x85ebca6b;

/** Letters as they are compared: upper case is lower case. */
const LOWER = Uint8Array.from({ length: 256 }, (_, c) => (c >= 65 && c <= 90 ? c + 32 : c));

const SAME = Uint8Array.from({ length: 256 }, (_, c) => c);

export class Key {
  /** Code of its type. */
  type = 0;
  length = 0;
  readonly bytes = new Uint8Array(MAX_VALUE + 64);
  /** Of the bytes from `from` on, once `hash` or `step` has been called. */
  one = 0;
  two = 0;
  private a = 0;
  private b = 0;

  /** Texts of one byte a character. @returns false where it is too long, or holds other characters */
  text(type: number, text: string): boolean {
    return this.put(type, text, SAME);
  }

  /** As `text`, in lower case. */
  lower(type: number, text: string): boolean {
    return this.put(type, text, LOWER);
  }

  private put(type: number, text: string, letters: Uint8Array): boolean {
    const { length } = text;
    if (length > MAX_VALUE) return false;
    const { bytes } = this;
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c > 255) return false;
      bytes[i] = letters[c]!;
    }
    this.type = type;
    this.length = length;
    return true;
  }

  /** Hexadecimal digits as bytes. @returns false where other characters stand there, or not `size` bytes */
  hex(type: number, text: string, size: number): boolean {
    if (text.length !== size * 2) return false;
    const { bytes } = this;
    for (let i = 0; i < size; i++) {
      const n = HEX[text.charCodeAt(i * 2)]! * 16 + HEX[text.charCodeAt(i * 2 + 1)]!;
      if (!(n < 256)) return false;
      bytes[i] = n;
    }
    this.type = type;
    this.length = size;
    return true;
  }

  /** @param seed of the store, so that nobody can make entries that fall together @param from first byte that counts */
  hash(seed: number, from = 0): void {
    this.begin(seed);
    const { bytes } = this;
    let { a, b } = this;
    for (let i = this.length - 1; i >= from; i--) {
      a = Math.imul(a ^ bytes[i]!, ONE);
      b = Math.imul(b ^ bytes[i]!, TWO) + 1;
    }
    this.a = a;
    this.b = b;
    this.settle();
  }

  begin(seed: number): void {
    this.a = seed ^ Math.imul(this.type + 1, 0x9e3779b1);
    this.b = Math.imul(seed, 0xc2b2ae35) ^ this.type;
  }

  /** Goes on with the byte that stands before those taken so far. */
  step(i: number): void {
    this.a = Math.imul(this.a ^ this.bytes[i]!, ONE);
    this.b = Math.imul(this.b ^ this.bytes[i]!, TWO) + 1;
  }

  /** Makes `one` and `two` of the bytes taken so far. */
  settle(): void {
    let x = this.a ^ (this.b >>> 16);
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    this.one = (x ^ (x >>> 13)) >>> 0;
    let y = this.b ^ (this.a >>> 11);
    y = Math.imul(y ^ (y >>> 16), 0x27d4eb2f);
    this.two = (y ^ (y >>> 15)) >>> 0;
  }
}

/** By character: the value of a hexadecimal digit, else so much that it is over a byte; nothing beyond Latin-1. */
const HEX = Float64Array.from({ length: 256 }, (_, c) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(LOWER[c]!));
  return c > 0 && digit >= 0 ? digit : Infinity;
});
