// DNS (RFC 1035), mDNS (RFC 6762) and LLMNR (RFC 4795) as rules see them: a transaction is a question and its answer.
import { ApplicationReader, ascii, Gathered } from '../application.ts';
import { DONE, HEADED, type Transaction, type TransactionSide } from '../transaction.ts';

const MAX_RECORDS = 512;
const MAX_NAME = 255;
/** Questions that wait for their answer. */
const MAX_ASKED = 256;

export class DnsReader extends ApplicationReader {
  readonly name: string;
  private readonly overTcp: boolean;
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
      const [oldest] = this.asked.keys();
      if (this.asked.size > MAX_ASKED && oldest !== undefined) this.asked.delete(oldest);
    }
    return t;
  }
}

/** @param prefix of the buffers' names @param b a whole message */
export function tellDns(side: TransactionSide, b: Uint8Array, prefix: 'dns' | 'mdns' | 'llmnr'): void {
  const isAnswer = (b[2]! & 0x80) !== 0;
  side.number('dns.opcode', (b[2]! >> 3) & 15);
  if (isAnswer) side.number('dns.rcode', b[3]! & 15);
  const counts = [4, 6, 8, 10].map((at) => (b[at]! << 8) | b[at + 1]!);
  const buffers = ['queries', 'answers', 'authorities', 'additionals'].map((s) => `${prefix}.${s}.rrname`);
  let at = 12;
  let left = MAX_RECORDS;
  for (const [section, count] of counts.entries()) {
    for (let i = 0; i < count && left > 0; i++, left--) {
      const name = nameAt(b, at);
      if (name === null || name.end + 4 > b.length) return;
      const bytes = ascii(name.text);
      side.add(buffers[section]!, bytes);
      if (section === 0 && !isAnswer) side.add('dns.query', bytes);
      if (isAnswer) side.add(`${prefix}.response.rrname`, bytes);
      const type = (b[name.end]! << 8) | b[name.end + 1]!;
      // Types of an answer are those of its records.
      if (section > 0 || !isAnswer) side.number('dns.rrtype', type);
      if (section === 0) {
        at = name.end + 4;
        continue;
      }
      if (name.end + 10 > b.length) return;
      const length = (b[name.end + 8]! << 8) | b[name.end + 9]!;
      const data = name.end + 10;
      const pointed = type === 5 || type === 2 || type === 12 ? nameAt(b, data) : null;
      if (isAnswer && pointed !== null) side.add(`${prefix}.response.rrname`, ascii(pointed.text));
      at = data + length;
    }
  }
}

/** A name with its pointers followed (RFC 1035, 4.1.4). @returns the place after it in the message */
function nameAt(b: Uint8Array, from: number): { readonly text: string; readonly end: number } | null {
  let text = '';
  let at = from;
  let end = -1;
  for (let jumps = 0; jumps < 32;) {
    if (at >= b.length) return null;
    const n = b[at]!;
    if (n === 0) return { text, end: end < 0 ? at + 1 : end };
    if (n >= 0xc0) {
      if (at + 1 >= b.length) return null;
      if (end < 0) end = at + 2;
      at = ((n & 0x3f) << 8) | b[at + 1]!;
      jumps++;
      continue;
    }
    if (n > 63 || at + 1 + n > b.length) return null;
    const label = Buffer.from(b.buffer, b.byteOffset + at + 1, n).toString('latin1');
    text = text === '' ? label : `${text}.${label}`;
    if (text.length > MAX_NAME) return null;
    at += 1 + n;
  }
  return null;
}
