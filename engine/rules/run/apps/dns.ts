// DNS (RFC 1035), mDNS (RFC 6762) and LLMNR (RFC 4795) as rules see them: a transaction is a question and its answer.
import { u16 } from '../../../decode/index.ts';
import { ApplicationReader, Gathered } from '../application.ts';
import { DONE, HEADED, type Transaction, type TransactionSide } from '../transaction.ts';

const MAX_RECORDS = 512;
const MAX_NAME = 255;
/** Questions that wait for their answer. */
const MAX_ASKED = 256;

export class DnsReader extends ApplicationReader {
  readonly name: string;
  private readonly overTcp: boolean;
  override readonly keepsBytes = false;
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly asked = new Map<number, Transaction>();

  constructor(name: string, overTcp: boolean) {
    super();
    this.name = name;
    this.overTcp = overTcp;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (!this.overTcp) return this.message(side, data);
    const waiting = this.waiting[side];
    waiting.add(data);
    while (waiting.length >= 2) {
      const all = waiting.all();
      const length = (all[0]! << 8) | all[1]!;
      if (all.length < length + 2) return;
      this.message(side, all.slice(2, 2 + length));
      waiting.drop(2 + length);
    }
  }

  private message(from: 0 | 1, b: Uint8Array): void {
    if (b.length < 12) {
      this.open().event(`${this.name}.malformed_data`, from);
      return;
    }
    const id = (b[0]! << 8) | b[1]!;
    const isAnswer = (b[2]! & 0x80) !== 0;
    const t = this.transactionOf(id, isAnswer);
    const side = t.sides[isAnswer ? 1 : 0];
    tellDns(side, b, this.name === 'mdns' || this.name === 'llmnr' ? this.name : 'dns');
    this.oddities(side, b);
    side.reach(HEADED);
    side.reach(DONE);
    if (isAnswer || this.name === 'mdns') {
      t.sides[0].reach(DONE);
      t.sides[1].reach(DONE);
    }
  }

  /** What RFC 1035, 4.1.1 and RFC 4795, 2.1.1 do not allow. */
  private oddities(side: TransactionSide, b: Uint8Array): void {
    const opcode = (b[2]! >> 3) & 15;
    if (opcode >= 7 || (this.name === 'llmnr' && opcode !== 0)) side.event(`${this.name}.invalid_opcode`);
    if (this.name === 'dns' && (b[3]! & 0x40) !== 0) side.event('dns.z_flag_set');
  }

  private transactionOf(id: number, isAnswer: boolean): Transaction {
    const known = isAnswer ? this.asked.get(id) : undefined;
    if (known !== undefined) {
      this.asked.delete(id);
      return known;
    }
    const t = this.open();
    if (!isAnswer) {
      this.asked.set(id, t);
      if (this.asked.size > MAX_ASKED) {
        const [oldest] = this.asked.keys();
        this.asked.delete(oldest!);
      }
    }
    return t;
  }
}

/** Sections of a message (RFC 1035, 4.1): where each says how many records it has, and how buffers name it. */
const SECTIONS = [
  { at: 4, name: 'queries' },
  { at: 6, name: 'answers' },
  { at: 8, name: 'authorities' },
  { at: 10, name: 'additionals' },
] as const;
type Prefix = 'dns' | 'mdns' | 'llmnr';
const namesOf = (prefix: Prefix): readonly string[] => SECTIONS.map(({ name }) => `${prefix}.${name}.rrname`);
const NAMES = { dns: namesOf('dns'), mdns: namesOf('mdns'), llmnr: namesOf('llmnr') } as const;
const RESPONSE_NAMES = {
  dns: 'dns.response.rrname',
  mdns: 'mdns.response.rrname',
  llmnr: 'llmnr.response.rrname',
} as const;
const [TYPE_NS, TYPE_CNAME, TYPE_PTR] = [2, 5, 12] as const;

/** @param prefix of the buffers' names @param b a whole message; nothing of it is kept */
export function tellDns(side: TransactionSide, b: Uint8Array, prefix: Prefix): void {
  const isAnswer = (b[2]! & 0x80) !== 0;
  side.number('dns.opcode', (b[2]! >> 3) & 15);
  if (isAnswer) side.number('dns.rcode', b[3]! & 15);
  const buffers = NAMES[prefix];
  const ofAnswers = RESPONSE_NAMES[prefix];
  const asksAnswers = isAnswer && side.wants(ofAnswers);
  let at = 12;
  let left = MAX_RECORDS;
  for (let section = 0; section < SECTIONS.length; section++) {
    const count = u16(b, SECTIONS[section]!.at);
    const buffer = buffers[section]!;
    const isQuestion = section === 0 && !isAnswer;
    const isWanted = side.wants(buffer) || asksAnswers || (isQuestion && side.wants('dns.query'));
    for (let i = 0; i < count && left > 0; i++, left--) {
      const end = nameAt(b, at);
      if (end < 0 || end + 4 > b.length) return;
      const bytes = isWanted ? lastName() : NO_NAME;
      side.add(buffer, bytes);
      if (isQuestion) side.add('dns.query', bytes);
      if (isAnswer) side.add(ofAnswers, bytes);
      const type = u16(b, end);
      // Types of an answer are those of its records.
      if (section > 0 || !isAnswer) side.number('dns.rrtype', type);
      if (section === 0) {
        at = end + 4;
        continue;
      }
      if (end + 10 > b.length) return;
      const data = end + 10;
      const points = type === TYPE_CNAME || type === TYPE_NS || type === TYPE_PTR;
      if (points && asksAnswers && nameAt(b, data) >= 0) side.add(ofAnswers, lastName());
      at = data + u16(b, end + 8);
    }
  }
}

const NO_NAME = new Uint8Array(0);
/** The name that was read last: its labels with dots between them. */
const name = new Uint8Array(MAX_NAME);
let nameLength = 0;

function lastName(): Uint8Array {
  return name.slice(0, nameLength);
}

/**
 * Reads a name with its pointers followed (RFC 1035, 4.1.4): `lastName` has it.
 * @returns the place after it in the message, -1 where there is none
 */
function nameAt(b: Uint8Array, from: number): number {
  let at = from;
  let end = -1;
  nameLength = 0;
  for (let jumps = 0; jumps < 32;) {
    if (at >= b.length) return -1;
    const n = b[at]!;
    if (n === 0) return end < 0 ? at + 1 : end;
    if (n >= 0xc0) {
      if (at + 1 >= b.length) return -1;
      if (end < 0) end = at + 2;
      at = ((n & 0x3f) << 8) | b[at + 1]!;
      jumps++;
      continue;
    }
    const dot = nameLength === 0 ? 0 : 1;
    if (n > 63 || at + 1 + n > b.length || nameLength + dot + n > MAX_NAME) return -1;
    if (dot === 1) name[nameLength++] = 46;
    for (let i = 1; i <= n; i++) name[nameLength++] = b[at + i]!;
    at += 1 + n;
  }
  return -1;
}
