// Checksums of headers that were changed (RFC 1071; RFC 1624 where not all bytes are there).

function words(b: Uint8Array, from: number, to: number, before = 0): number {
  let sum = before;
  let at = from;
  for (; at + 1 < to; at += 2) sum += (b[at]! << 8) | b[at + 1]!;
  if (at < to) sum += b[at]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

function put(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 8;
  b[at + 1] = value & 0xff;
}

/** @returns whether the bytes with their checksum among them add up */
export function addsUp(b: Uint8Array, from: number, to: number, pseudo = 0): boolean {
  return words(b, from, to, pseudo) === 0xffff;
}

/** Writes the checksum of `from` to `to` at a place within. @param none what is written where it would be 0 (UDP) */
export function mend(b: Uint8Array, from: number, to: number, at: number, pseudo = 0, none = 0): void {
  put(b, at, 0);
  const sum = ~words(b, from, to, pseudo) & 0xffff;
  put(b, at, sum === 0 ? none : sum);
}

/** Sum of the pseudo header: addresses, protocol, length. @param addresses where the two stand, one after the other */
export function pseudoSum(b: Uint8Array, at: number, octets: number, protocol: number, length: number): number {
  return words(b, at, at + octets, protocol + (length >>> 16) + (length & 0xffff));
}

/** Turns a checksum over bytes of which some became others (RFC 1624, equation 3). @param was @param is sums of both */
export function turn(b: Uint8Array, at: number, was: number, is: number): void {
  let sum = (~((b[at]! << 8) | b[at + 1]!) & 0xffff) + (~was & 0xffff) + is;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  put(b, at, ~sum & 0xffff);
}
