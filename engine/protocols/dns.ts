// DNS messages (RFC 1035, 4.1): the question, and A/AAAA answers for 'the name that led here'. Pointers are bounded.
import { u16, u32 } from '../decode/index.ts';

export interface DnsMessage {
  response: boolean;
  rcode: number;
  opcode: number;
  questions: number;
  answers: number;
  id: number;
  name: string;
  type: number;
  /** Names that CNAME records of the answers lead to, the first few; filled by `eachAddress`. */
  aliases: readonly string[];
}

const CNAME = 5;
const MAX_ALIASES = 8;
const NO_ALIASES: readonly string[] = [];

const MAX_JUMPS = 32;
const MAX_NAME = 255;
const letters = Buffer.alloc(MAX_NAME + 1);

/** @returns whether `b[at..end)` can be a DNS message: known opcode, sane counts, a name that parses */
export function parseDns(b: Uint8Array, at: number, end: number): DnsMessage | null {
  if (end - at < 12) return null;
  const flags = u16(b, at + 2);
  const questions = u16(b, at + 4);
  const answers = u16(b, at + 6);
  const message: DnsMessage = {
    id: u16(b, at),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    rcode: flags & 15,
    questions,
    answers,
    name: '',
    type: 0,
    aliases: NO_ALIASES,
  };
  if (questions > 64 || answers > 1_024 || u16(b, at + 8) > 1_024) return null;
  if (questions > 0) {
    const after = readName(b, at, at + 12, end, message);
    if (after < 0) return null;
    if (after + 4 <= end) message.type = u16(b, after);
  }
  return message;
}

/** Reads a name into `into.name`, where it is wanted. @returns the offset after it, or -1 */
export function readName(
  b: Uint8Array,
  start: number,
  from: number,
  end: number,
  into: { name: string } | null,
): number {
  let p = from;
  let after = -1;
  let length = 0;
  for (let jumps = 0; jumps < MAX_JUMPS;) {
    if (p >= end) return -1;
    const size = b[p]!;
    if (size === 0) {
      if (into !== null) into.name = letters.toString('latin1', 0, length);
      return after < 0 ? p + 1 : after;
    }
    if (size >= 0xc0) {
      if (p + 2 > end) return -1;
      if (after < 0) after = p + 2;
      p = start + (((size & 0x3f) << 8) | b[p + 1]!);
      jumps++;
      continue;
    }
    if (size > 63 || p + 1 + size > end || length + size + 1 > MAX_NAME) return -1;
    if (length > 0) letters[length++] = 46;
    if (into === null) length += size;
    else for (let i = p + 1; i <= p + size; i++) letters[length++] = b[i]!;
    p += 1 + size;
  }
  return -1;
}

/**
 * Calls `found` with the offset of each A (4 bytes) or AAAA (16 bytes) address in the answers, and how many seconds it
 * may be kept. Names that CNAME records lead to are put into the message (RFC 1034, 3.6.2).
 */
export function eachAddress(
  b: Uint8Array,
  at: number,
  end: number,
  message: DnsMessage,
  found: (at: number, size: 4 | 16, ttl: number) => void,
): void {
  let p = at + 12;
  for (let i = 0; i < message.questions; i++) {
    p = readName(b, at, p, end, null);
    if (p < 0) return;
    p += 4;
  }
  // Answers point to the question, or to each other: where a pointer leads is walked once.
  let walked = -1;
  for (let i = 0; i < message.answers; i++) {
    const pointer = p + 2 <= end && b[p]! >= 0xc0 ? u16(b, p) : -1;
    if (pointer >= 0 && pointer === walked) p += 2;
    else p = readName(b, at, p, end, null);
    if (p < 0 || p + 10 > end) return;
    if (pointer >= 0) walked = pointer;
    const type = u16(b, p);
    const size = u16(b, p + 8);
    const ttl = u32(b, p + 4);
    p += 10;
    if (p + size > end) return;
    if (type === 1 && size === 4) found(p, 4, ttl);
    else if (type === 28 && size === 16) found(p, 16, ttl);
    else if (type === CNAME && message.aliases.length < MAX_ALIASES) takeAlias(b, at, p, end, message);
    p += size;
  }
}

function takeAlias(b: Uint8Array, start: number, at: number, end: number, message: DnsMessage): void {
  const alias = { name: '' };
  if (readName(b, start, at, end, alias) >= 0 && alias.name !== '') message.aliases = [...message.aliases, alias.name];
}
