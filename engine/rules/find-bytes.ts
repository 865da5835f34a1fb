// Finding a few bytes in many.

/**
 * @param to the pattern ends before it
 * @param nocase the pattern's letters are small, and A to Z of the buffer count as small
 * @returns where the pattern stands first, -1 where it does not
 */
export function findBytes(b: Uint8Array, pattern: Uint8Array, from: number, to: number, nocase: boolean): number {
  const end = Math.min(to, b.length) - pattern.length;
  if (from > end || from < 0) return -1;
  return nocase ? findSmall(b, pattern, from, end) : findExact(b, pattern, from, end);
}

/** Bytes that are worth a call of the search that Node has built in. */
const MANY = 64;
/** What lies behind the end is not worth a look. */
const FAR = 4_096;

function findExact(b: Uint8Array, pattern: Uint8Array, from: number, end: number): number {
  if (end - from > MANY) {
    const last = end + pattern.length;
    const near = b.length - last > FAR ? b.subarray(0, last) : b;
    const at = Buffer.prototype.indexOf.call(near, pattern, from);
    return at > end ? -1 : at;
  }
  // The typed array's own search for a byte would go on to the buffer's end.
  const first = pattern[0]!;
  for (let at = from; at <= end; at++) {
    if (b[at] !== first) continue;
    let i = 1;
    while (i < pattern.length && b[at + i] === pattern[i]) i++;
    if (i === pattern.length) return at;
  }
  return -1;
}

function findSmall(b: Uint8Array, pattern: Uint8Array, from: number, end: number): number {
  for (let at = from; at <= end; at++) {
    let i = 0;
    while (i < pattern.length && small(b[at + i]!) === pattern[i]) i++;
    if (i === pattern.length) return at;
  }
  return -1;
}

export function small(c: number): number {
  return c >= 65 && c <= 90 ? c | 32 : c;
}
