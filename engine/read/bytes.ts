// Numbers out of bytes: 16 and 32 bits in network order, little-endian, or in the order that a file says. And bytes
// beside bytes. Bounds are the caller's.

/** 16 bits in network order. */
export function u16(b: Uint8Array, at: number): number {
  return (b[at]! << 8) | b[at + 1]!;
}

/** 24 bits in network order. */
export function u24(b: Uint8Array, at: number): number {
  return (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!;
}

/** 32 bits in network order, not negative. */
export function u32(b: Uint8Array, at: number): number {
  return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
}

/** 16 bits, little-endian. */
export function u16le(b: Uint8Array, at: number): number {
  return b[at]! | (b[at + 1]! << 8);
}

/** 24 bits, little-endian. */
export function u24le(b: Uint8Array, at: number): number {
  return b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16);
}

/** 32 bits, little-endian, not negative. */
export function u32le(b: Uint8Array, at: number): number {
  return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
}

/** 16 bits in the order that a header told. */
export function readU16(b: Uint8Array, at: number, little: boolean): number {
  return little ? u16le(b, at) : u16(b, at);
}

/** 32 bits in the order that a header told. */
export function readU32(b: Uint8Array, at: number, little: boolean): number {
  return little ? u32le(b, at) : u32(b, at);
}

/** So few bytes are copied one by one: a view costs more. */
const FEW = 64;

/** Copies `size` bytes from `at` on to where `offset` is in others. */
export function copyBytes(from: Uint8Array, at: number, size: number, to: Uint8Array, offset: number): void {
  if (size > FEW) to.set(from.subarray(at, at + size), offset);
  else for (let i = 0; i < size; i++) to[offset + i] = from[at + i]!;
}
