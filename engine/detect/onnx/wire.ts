// Protocol buffers' wire format, as far as ONNX needs it: fields are walked in place, and written to growing bytes.
// https://protobuf.dev/programming-guides/encoding/. Groups, which ONNX does not have, are refused.

/** The bytes are no message. */
export class WireError extends RangeError {}

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const EMPTY = new Uint8Array(0);

/** Fields of one message, one after the other. Nothing is copied: `bytes` is a view. */
export class Fields {
  /** Of the field that `next` found. */
  field = 0;
  wire = 0;
  /** A varint as signed 64 bits; beyond 2^53 it is rounded. */
  int = 0;
  /** Contents of a field with a length, and of fixed ones. */
  bytes: Uint8Array = EMPTY;
  private at = 0;
  private readonly from: Uint8Array;

  constructor(from: Uint8Array) {
    this.from = from;
  }

  /** @returns whether there is another field @throws WireError where the bytes are no message */
  next(): boolean {
    const { from } = this;
    if (this.at >= from.length) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag & 7;
    if (tag < 8 || this.field > 0x1f_ff_ff_ff) throw new WireError('no field number');
    this.bytes = EMPTY;
    this.int = 0;
    switch (this.wire) {
      case VARINT:
        this.int = this.varint();
        return true;
      case FIXED64:
        this.take(8);
        return true;
      case BYTES:
        this.take(this.varint());
        return true;
      case FIXED32:
        this.take(4);
        return true;
      default:
        throw new WireError('no wire type of ONNX');
    }
  }

  /** Integers of a repeated field, packed or one. @throws WireError */
  ints(into: number[], most: number): void {
    if (this.wire === VARINT) into.push(this.int);
    else if (this.wire === BYTES) {
      const packed = new Fields(this.bytes);
      while (packed.at < packed.from.length && into.length <= most) into.push(packed.varint());
    } else throw new WireError('no integers');
    if (into.length > most) throw new WireError('too many integers');
  }

  /** How many values a repeated field holds here: packed ones of `size` bytes, or varints where size is 0. */
  values(size: number): number {
    if (this.wire !== BYTES) return 1;
    if (size > 0) return this.bytes.length / size;
    let count = 0;
    for (const byte of this.bytes) if (byte < 0x80) count++;
    return count;
  }

  /** @throws WireError where it is no field with a length */
  message(): Uint8Array {
    if (this.wire !== BYTES) throw new WireError('no message');
    return this.bytes;
  }

  /** UTF-8; what is none becomes U+FFFD. @throws WireError where it is no field with a length */
  text(): string {
    return new TextDecoder().decode(this.message());
  }

  private take(length: number): void {
    const end = this.at + length;
    if (!(length >= 0) || end > this.from.length) throw new WireError('cut short');
    this.bytes = this.from.subarray(this.at, end);
    this.at = end;
  }

  /** In two halves, so that numbers near zero are exact on both sides of it. */
  private varint(): number {
    let low = 0;
    let high = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.from[this.at++];
      if (byte === undefined) throw new WireError('cut short');
      if (i === 7) scale = 1;
      if (i < 7) low += (byte & 0x7f) * scale;
      else high += (byte & 0x7f) * scale;
      if (byte < 0x80) return low + (((high & 0x7f_ff) ^ 0x40_00) - 0x40_00) * 2 ** 49;
      scale *= 128;
    }
    throw new WireError('no varint');
  }
}

/** Writes one message. */
export class WireWriter {
  private buffer = new Uint8Array(256);
  private length = 0;

  /** A copy of what was written. */
  get bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** @param value a safe integer, also a negative one */
  int(field: number, value: number): this {
    return this.tag(field, VARINT).varint(value);
  }

  float(field: number, value: number): this {
    this.tag(field, FIXED32).room(4);
    new DataView(this.buffer.buffer).setFloat32(this.length, value, true);
    this.length += 4;
    return this;
  }

  text(field: number, value: string): this {
    return this.raw(field, new TextEncoder().encode(value));
  }

  raw(field: number, value: Uint8Array): this {
    this.tag(field, BYTES).varint(value.length).room(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
    return this;
  }

  message(field: number, write: (inner: WireWriter) => void): this {
    const inner = new WireWriter();
    write(inner);
    return this.raw(field, inner.bytes);
  }

  /** A packed repeated field. */
  ints(field: number, values: ArrayLike<number>): this {
    const inner = new WireWriter();
    for (let i = 0; i < values.length; i++) inner.varint(values[i]!);
    return this.raw(field, inner.bytes);
  }

  /** A packed repeated field of float32. */
  floats(field: number, values: ArrayLike<number>): this {
    return this.raw(field, floatBytes(values));
  }

  private tag(field: number, wire: number): this {
    return this.varint(field * 8 + wire);
  }

  private varint(value: number): this {
    this.room(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.buffer[this.length++] = Number(rest & 0x7fn) | 0x80;
    this.buffer[this.length++] = Number(rest);
    return this;
  }

  private room(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}

/** Little-endian float32, whatever the machine has. */
export function floatBytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true);
  return new Uint8Array(view.buffer);
}
