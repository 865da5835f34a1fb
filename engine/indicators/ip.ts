// Addresses as lists write them, to bytes: IPv4 in four numbers, IPv6 as RFC 4291 (2.2) has it.

const DOT = 46;
const COLON = 58;
const ZERO = 48;
/** Bytes of both kinds. */
export const IP4 = 4;
export const IP6 = 16;

/** @returns the address as a number below 2^32; -1 where it is none, numbers with leading zeros among them */
export function ip4Word(text: string): number {
  const { length } = text;
  if (length < 7 || length > 15) return -1;
  let word = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === DOT) {
      if (digits === 0 || ++dots > 3) return -1;
      word = word * 256 + part;
      part = digits = 0;
      continue;
    }
    // Some readers take a leading zero for octal: what is meant is not known.
    if (c < ZERO || c > ZERO + 9 || (digits > 0 && part === 0) || ++digits > 3) return -1;
    part = part * 10 + c - ZERO;
    if (part > 255) return -1;
  }
  return dots === 3 && digits > 0 ? word * 256 + part : -1;
}

/**
 * Writes an address. Addresses of IPv4 within IPv6 (::ffff:a.b.c.d) are those of IPv4.
 * @returns how many bytes it has, 0 where the text is none
 */
export function putIp(text: string, into: Uint8Array, at: number): 0 | 4 | 16 {
  const word = ip4Word(text);
  if (word >= 0) {
    putWord(word, into, at);
    return IP4;
  }
  if (!putIp6(text, into, at)) return 0;
  for (let i = 0; i < 10; i++) if (into[at + i] !== 0) return IP6;
  if (into[at + 10] !== 255 || into[at + 11] !== 255) return IP6;
  into.copyWithin(at, at + 12, at + 16);
  return IP4;
}

function putWord(word: number, into: Uint8Array, at: number): void {
  into[at] = word >>> 24;
  into[at + 1] = word >>> 16;
  into[at + 2] = word >>> 8;
  into[at + 3] = word;
}

function putIp6(text: string, into: Uint8Array, at: number): boolean {
  if (text.length < 2 || text.length > 45) return false;
  let rest = text;
  let groups = 8;
  const dot = text.indexOf('.');
  if (dot >= 0) {
    const colon = text.lastIndexOf(':');
    const word = ip4Word(text.slice(colon + 1));
    if (colon < 0 || word < 0) return false;
    putWord(word, into, at + 12);
    // '::1.2.3.4' keeps both of its colons.
    rest = text.charCodeAt(colon - 1) === COLON ? text.slice(0, colon + 1) : text.slice(0, colon);
    groups = 6;
  }
  const double = rest.indexOf('::');
  if (double < 0) return putGroups(rest, groups, into, at) === groups;
  if (rest.includes('::', double + 1)) return false;
  const after = rest.slice(double + 2);
  const behind = after === '' ? 0 : after.split(':').length;
  const before = rest.slice(0, double);
  const ahead = before === '' ? 0 : before.split(':').length;
  if (ahead + behind >= groups) return false;
  into.fill(0, at, at + groups * 2);
  return (
    putGroups(before, ahead, into, at) === ahead &&
    putGroups(after, behind, into, at + (groups - behind) * 2) === behind
  );
}

/** @returns how many groups were written, -1 where one is none */
function putGroups(text: string, most: number, into: Uint8Array, at: number): number {
  if (most === 0) return text === '' ? 0 : -1;
  const parts = text.split(':');
  if (parts.length !== most) return -1;
  for (const [i, part] of parts.entries()) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return -1;
    const n = Number.parseInt(part, 16);
    into[at + i * 2] = n >>> 8;
    into[at + i * 2 + 1] = n;
  }
  return most;
}

/** Takes away what follows the first `bits` bits. */
export function maskBits(bytes: Uint8Array, at: number, size: number, bits: number): void {
  for (let i = 0; i < size; i++) {
    const left = bits - i * 8;
    if (left >= 8) continue;
    bytes[at + i]! &= left <= 0 ? 0 : 0xff << (8 - left);
  }
}
