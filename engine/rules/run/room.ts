// Room for bytes that streams gather. Small pieces are cut from a larger one: to make one costs more than to fill it.

/** Bytes of a piece that others are cut from, and of the largest that are cut. */
const SLAB = 32_768;
const LARGEST_CUT = 4_096;

let slab = new Uint8Array(0);
let at = 0;

/** @returns room for so many bytes, with whatever stands there: what is read must have been written */
export function roomFor(bytes: number): Uint8Array {
  if (bytes > LARGEST_CUT) return uncleared(bytes);
  if (at + bytes > slab.length) {
    slab = uncleared(SLAB);
    at = 0;
  }
  const room = slab.subarray(at, at + bytes);
  at += bytes;
  return room;
}

function uncleared(bytes: number): Uint8Array<ArrayBuffer> {
  const room = Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(room.buffer, room.byteOffset, room.length);
}
