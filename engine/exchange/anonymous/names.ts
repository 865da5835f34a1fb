// Names in DNS messages and TLS hellos, replaced in place by others of the same length: label by label, so that names
// that end alike still do.
import type { AddressMap } from './addresses.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const MAX_RECORDS = 512;
const [A, NS, CNAME, SOA, PTR, MX, AAAA, SRV] = [1, 2, 5, 6, 12, 15, 28, 33] as const;

/** Writes another label over one. @param at of its first letter */
function replaceLabel(map: AddressMap, b: Uint8Array, at: number, size: number): void {
  const small = Uint8Array.from(b.subarray(at, at + size), (c) => (c >= 65 && c <= 90 ? c + 32 : c));
  const digest = map.digest('name', small);
  // A label of 63 letters is longer than the digest.
  for (let i = 0; i < size; i++) b[at + i] = LETTERS.charCodeAt(digest[i % digest.length]! & 31);
}

/** A host name as text: its labels stand between dots. @param b its octets, written over */
export function replaceHost(map: AddressMap, b: Uint8Array, from: number, to: number): void {
  let at = from;
  for (let i = from; i <= to; i++) {
    if (i < to && b[i] !== 46) continue;
    if (i > at) replaceLabel(map, b, at, i - at);
    at = i + 1;
  }
}

/** Walks a name in a message. @param each told of each label that stands here @returns the place after it, -1 for none */
function walkName(b: Uint8Array, from: number, end: number, each: (at: number, size: number) => void): number {
  for (let at = from; at < end;) {
    const size = b[at]!;
    if (size === 0) return at + 1;
    if (size >= 0xc0) return at + 2 <= end ? at + 2 : -1;
    if (size > 63 || at + 1 + size > end) return -1;
    each(at + 1, size);
    at += 1 + size;
  }
  return -1;
}

/**
 * A DNS message with other names and addresses; data of records that are neither is zero.
 * @param b written over @returns whether all of it was read: else nothing of it may stay
 */
export function replaceDns(map: AddressMap, b: Uint8Array, from: number, end: number): boolean {
  if (end - from < 12) return false;
  const count = (at: number): number => (b[from + at]! << 8) | b[from + at + 1]!;
  const labels: (readonly [number, number])[] = [];
  const note = (at: number, size: number): void => void labels.push([at, size]);
  const counts = [count(4), count(6) + count(8) + count(10)] as const;
  if (counts[0] + counts[1] > MAX_RECORDS) return false;
  let at = from + 12;
  for (let i = 0; i < counts[0]; i++) {
    at = walkName(b, at, end, note);
    if (at < 0 || at + 4 > end) return false;
    at += 4;
  }
  for (let i = 0; i < counts[1]; i++) {
    at = walkName(b, at, end, note);
    if (at < 0 || at + 10 > end) return false;
    const type = (b[at]! << 8) | b[at + 1]!;
    const size = (b[at + 8]! << 8) | b[at + 9]!;
    at += 10;
    if (at + size > end) return false;
    if (!replaceData(map, b, at, size, type, note)) b.fill(0, at, at + size);
    at += size;
  }
  // Behind the last record there is nothing that belongs to the message.
  b.fill(0, at, end);
  for (const [label, size] of labels) replaceLabel(map, b, label, size);
  return true;
}

/** @returns whether the data may stay */
function replaceData(
  map: AddressMap,
  b: Uint8Array,
  at: number,
  size: number,
  type: number,
  note: (at: number, size: number) => void,
): boolean {
  const end = at + size;
  switch (type) {
    case A:
    case AAAA: {
      if (size !== (type === A ? 4 : 16)) return false;
      b.set(map.ip(b.subarray(at, end)), at);
      return true;
    }
    case NS:
    case CNAME:
    case PTR:
      return walkName(b, at, end, note) === end;
    case MX:
      return size > 2 && walkName(b, at + 2, end, note) === end;
    case SRV:
      return size > 6 && walkName(b, at + 6, end, note) === end;
    case SOA: {
      const mailbox = walkName(b, at, end, note);
      const numbers = mailbox < 0 ? -1 : walkName(b, mailbox, end, note);
      return numbers >= 0 && end - numbers === 20;
    }
    default:
      return false;
  }
}

/**
 * A client's hello with another server name; of all else only what every client of its kind says stays.
 * @param b written over @returns the place after what may stay, `from` where there is no whole hello
 */
export function replaceHello(map: AddressMap, b: Uint8Array, from: number, end: number): number {
  const u16 = (at: number): number => (b[at]! << 8) | b[at + 1]!;
  if (end - from < 47 || b[from] !== 22 || b[from + 5] !== 1) return from;
  const to = from + 5 + u16(from + 3);
  if (to > end) return from;
  // Random and session id belong to this connection alone.
  b.fill(0, from + 11, from + 43);
  let at = from + 43;
  const session = b[at]!;
  if (at + 1 + session + 2 > to) return from;
  b.fill(0, at + 1, at + 1 + session);
  at += 1 + session;
  at += 2 + u16(at);
  if (at >= to) return from;
  at += 1 + b[at]!;
  if (at + 2 > to) return at === to ? to : from;
  const extensionsEnd = at + 2 + u16(at);
  if (extensionsEnd > to) return from;
  at += 2;
  while (at + 4 <= extensionsEnd) {
    const [type, size] = [u16(at), u16(at + 2)];
    const body = at + 4;
    if (body + size > extensionsEnd) return from;
    if (type === 0 && size >= 5) {
      const nameEnd = Math.min(body + size, body + 5 + u16(body + 3));
      replaceHost(map, b, body + 5, nameEnd);
      b.fill(0, nameEnd, body + size);
    } else if (!KEPT_EXTENSIONS.has(type)) b.fill(0, body, body + size);
    at = body + size;
  }
  return to;
}

/** Groups, formats, signatures, protocols, versions, and those without a body: the same for all clients of a kind. */
const KEPT_EXTENSIONS: ReadonlySet<number> = new Set([5, 10, 11, 13, 16, 17, 22, 23, 27, 28, 43, 45, 50, 65_281]);
