// Bytes as text, without an object for each look: packets of one block stand in the same memory.

/** Memory whose text was asked for last, whole. */
let memory: Buffer = Buffer.alloc(0);

/** @returns bytes as Latin-1, as far as they are there */
export function latin1(b: Uint8Array, at: number, end: number): string {
  const from = Math.min(at, b.length);
  const to = Math.max(from, Math.min(end, b.length));
  // Of memory that went to another thread nothing is there, and nothing can be made of it.
  if (from === to) return '';
  if (memory.buffer !== b.buffer) memory = Buffer.from(b.buffer);
  return memory.toString('latin1', b.byteOffset + from, b.byteOffset + to);
}

/** Shorter texts are never parts of others. */
const WHOLE = 13;

/** @returns the same text in memory of its own: V8 keeps the whole of a text while a part of it is kept */
export function ownText(text: string): string {
  return text.length < WHOLE ? text : `${text} `.slice(0, -1);
}
