// DNS messages with all their records (RFC 1035, 4), as logs tell them. Bounded: a message says at most so much.
import { addressText, NET_IP4, NET_IP6 } from '../../decode/index.ts';
import { readName } from '../../protocols/index.ts';
import { Cursor } from '../../rules/index.ts';
import { dnsTypeName } from './dns-words.ts';

const MAX_RECORDS = 256;
const MAX_TEXTS = 64;
const MAX_TEXT = 4_096;

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface DnsRecord extends DnsQuestion {
  /** Seconds. */
  readonly ttl: number;
  /** Its data as text, as Zeek writes it; '' where nothing is said of the type. */
  readonly text: string;
  /** Strings of a TXT record, each by itself. */
  readonly texts: readonly string[];
}

export interface DnsSaid {
  readonly id: number;
  readonly isAnswer: boolean;
  readonly opcode: number;
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  /** Three bits (RFC 1035). */
  readonly z: number;
  readonly flags: number;
  /** Questions that the header counts. */
  readonly counted: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** @param b one message @returns null where it has no whole header */
export function dnsSaid(b: Uint8Array): DnsSaid | null {
  const c = new Cursor(b);
  const [id, flags] = [c.u16(), c.u16()];
  const counts = [c.u16(), c.u16(), c.u16(), c.u16()];
  if (!c.ok) return null;
  const questions: DnsQuestion[] = [];
  for (let i = 0; i < counts[0]! && questions.length < MAX_RECORDS; i++) {
    const question = questionAt(c);
    if (question === null) break;
    questions.push(question);
  }
  let left = MAX_RECORDS;
  const section = (count: number): DnsRecord[] => {
    const records: DnsRecord[] = [];
    for (let i = 0; i < count && left > 0 && c.ok; i++, left--) {
      const record = recordAt(c);
      if (record === null) break;
      records.push(record);
    }
    return records;
  };
  return {
    id,
    isAnswer: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    rcode: flags & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    z: (flags >> 4) & 7,
    flags,
    counted: counts[0]!,
    questions,
    answers: section(counts[1]!),
    authorities: section(counts[2]!),
    additionals: section(counts[3]!),
  };
}

/** @returns null, and a cursor that is not ok, where there is none */
function nameOf(c: Cursor): string | null {
  const read = { name: '' };
  const end = readName(c.b, 0, c.at, c.b.length, read);
  if (end < 0) {
    c.ok = false;
    return null;
  }
  c.at = end;
  return read.name;
}

function questionAt(c: Cursor): DnsQuestion | null {
  const name = nameOf(c);
  const [type, kind] = [c.u16(), c.u16()];
  return name !== null && c.ok ? { name, type, class: kind } : null;
}

function recordAt(c: Cursor): DnsRecord | null {
  const name = nameOf(c);
  const [type, kind, ttl, size] = [c.u16(), c.u16(), c.u32(), c.u16()];
  const at = c.at;
  c.skip(size);
  if (name === null || !c.ok) return null;
  const data = new Cursor(c.b, at, at + size);
  const texts = type === 16 || type === 99 ? textsOf(data) : [];
  return { name, type, class: kind, ttl, texts, text: dataText(new Cursor(c.b, at, at + size), type, name, texts) };
}

function textsOf(c: Cursor): string[] {
  const texts: string[] = [];
  let room = MAX_TEXT;
  while (c.left > 0 && texts.length < MAX_TEXTS && room > 0) {
    const size = c.u8();
    const text = Buffer.from(c.take(Math.min(size, c.left))).toString('latin1');
    texts.push(text);
    room -= text.length;
  }
  return texts;
}

function nameIn(c: Cursor): string {
  const read = { name: '' };
  return readName(c.b, 0, c.at, c.b.length, read) < 0 ? '' : read.name;
}

/** Data of a record as one text. */
function dataText(c: Cursor, type: number, owner: string, texts: readonly string[]): string {
  switch (type) {
    case 1:
      return c.left === 4 ? addressText(NET_IP4, c.take(4)) : '';
    case 28:
      return c.left === 16 ? addressText(NET_IP6, c.take(16)) : '';
    case 2:
    case 5:
    case 6:
    case 12:
      return nameIn(c);
    case 15:
      c.skip(2);
      return nameIn(c);
    case 33:
      c.skip(6);
      return nameIn(c);
    case 16:
    case 99:
      return texts.map((text) => `${dnsTypeName(type)} ${text.length} ${text}`).join(' ');
    default:
      return securityText(c, type, owner) ?? `<unknown type=${type}>`;
  }
}

/** Records of DNSSEC (RFC 4034, RFC 5155). */
function securityText(c: Cursor, type: number, owner: string): string | null {
  switch (type) {
    case 43: {
      c.skip(2);
      const algorithm = c.u8();
      return `DS ${algorithm} ${c.u8()}`;
    }
    case 46: {
      const covered = c.u16();
      c.skip(16);
      const signer = nameIn(c);
      return `RRSIG ${covered} ${signer === '' ? '<Root>' : signer}`;
    }
    case 47:
      return `NSEC ${owner} ${nameIn(c)}`;
    case 48:
      c.skip(3);
      return `DNSKEY ${c.u8()}`;
    case 50:
      return 'NSEC3';
    case 51:
      return 'NSEC3PARAM';
    case 11:
    case 249:
      return '';
    case 29:
      c.skip(1);
      return `LOC:  ${c.u8()} ${c.u8()} ${c.u8()}`;
    case 65_534:
      return 'BIND9 signing signal';
    default:
      return null;
  }
}
