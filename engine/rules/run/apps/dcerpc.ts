// DCE/RPC (C706, MS-RPCE): what a call is about, over TCP, over UDP, and within the pipes of SMB.
import { ApplicationReader, Gathered } from '../application.ts';
import { DONE, HEADED, type Transaction } from '../transaction.ts';
import { Cursor } from './cursor.ts';

const [REQUEST, RESPONSE, FAULT, BIND, BIND_ACK, BIND_NAK, ALTER, ALTER_ANSWER] = [
  0, 2, 3, 11, 12, 13, 14, 15,
] as const;
const HEADER = 16;
const [FIRST, LAST] = [1, 2] as const;
const MAX_STUB = 1_048_576;
const MAX_CALLS = 256;
const MAX_CONTEXTS = 128;

interface Interface {
  readonly uuid: string;
  readonly version: number;
  accepted: boolean;
}
interface Call {
  readonly t: Transaction;
  readonly stubs: readonly [Gathered, Gathered];
}

/** Calls of one connection or of one pipe. */
export class DceRpcCalls {
  private readonly contexts = new Map<number, Interface>();
  /** Contexts of the last bind, in its order: what it is answered says nothing else. */
  private offered: number[] = [];
  private readonly calls = new Map<number, Call>();
  private readonly waiting = [new Gathered(), new Gathered()] as const;
  private readonly broken: [boolean, boolean] = [false, false];
  private readonly open: () => Transaction;

  constructor(open: () => Transaction) {
    this.open = open;
  }

  bytes(dir: 0 | 1, data: Uint8Array): void {
    if (this.broken[dir]) return;
    const waiting = this.waiting[dir];
    waiting.add(data);
    while (waiting.length >= HEADER) {
      const all = waiting.all();
      const little = (all[4]! & 0x10) !== 0;
      const c = new Cursor(all, 8);
      const length = little ? c.little(2) : c.u16();
      if (all[0] !== 5 || length < HEADER) {
        this.lose(dir);
        return;
      }
      if (all.length < length) return;
      const pdu = all.slice(0, length);
      waiting.drop(length);
      this.pdu(dir, pdu, little);
    }
  }

  lose(dir: 0 | 1): void {
    this.broken[dir] = true;
    this.waiting[dir].clear();
  }

  finish(): void {
    for (const call of this.calls.values()) call.t.finish();
    this.calls.clear();
  }

  private pdu(dir: 0 | 1, b: Uint8Array, little: boolean): void {
    const [type, flags] = [b[2]!, b[3]!];
    const c = new Cursor(b, 12);
    const number = (n: number): number => (little ? c.little(n) : c.number(n));
    const id = number(4);
    switch (type) {
      case BIND:
      case ALTER:
        this.bind(c, number, little);
        this.shortly();
        return;
      case BIND_ACK:
      case ALTER_ANSWER:
        this.accepted(c, number, type === BIND_ACK || c.left > 0);
        return;
      case BIND_NAK:
        this.offered = [];
        return;
      // Rules count from here: what is called for (an object's identifier stands before the data where there is one),
      // and in what comes back from the very end of the header common to all.
      case REQUEST: {
        number(4);
        const context = number(2);
        const operation = number(2);
        this.request(id, flags, context, operation, c.rest(), little);
        return;
      }
      case RESPONSE:
      case FAULT: {
        this.response(dir, id, flags, type === FAULT ? new Uint8Array(0) : c.rest(), little);
        return;
      }
      default:
    }
  }

  /** A bind is an exchange of its own, of which nothing but its being is told. */
  private shortly(): void {
    const t = this.open();
    t.finish();
  }

  private bind(c: Cursor, number: (n: number) => number, little: boolean): void {
    c.skip(8);
    const count = c.u8();
    c.skip(3);
    this.offered = [];
    for (let i = 0; i < count && c.ok; i++) {
      const context = number(2);
      const syntaxes = c.u8();
      c.skip(1);
      const uuid = uuidOf(c.take(16), little);
      const major = number(2);
      c.skip(2 + syntaxes * 20);
      if (!c.ok) break;
      if (this.contexts.size < MAX_CONTEXTS || this.contexts.has(context))
        this.contexts.set(context, { uuid, version: major, accepted: false });
      this.offered.push(context);
    }
  }

  private accepted(c: Cursor, number: (n: number) => number, has: boolean): void {
    if (!has) return;
    c.skip(8);
    const address = number(2);
    c.skip(address);
    // The list stands at a multiple of four.
    while ((c.at & 3) !== 0 && c.ok) c.skip(1);
    const count = c.u8();
    c.skip(3);
    for (let i = 0; i < count && c.ok; i++) {
      const result = number(2);
      c.skip(22);
      const known = this.contexts.get(this.offered[i] ?? -1);
      if (c.ok && known !== undefined) known.accepted = result === 0;
    }
  }

  private request(
    id: number,
    flags: number,
    context: number,
    operation: number,
    stub: Uint8Array,
    little: boolean,
  ): void {
    let call = this.calls.get(id);
    if (call === undefined || (flags & FIRST) !== 0) {
      call?.t.finish();
      const t = this.open();
      call = { t, stubs: [new Gathered(), new Gathered()] };
      this.calls.set(id, call);
      const [oldest] = this.calls.entries();
      if (this.calls.size > MAX_CALLS && oldest !== undefined) {
        oldest[1].t.finish();
        this.calls.delete(oldest[0]);
      }
      const known = this.contexts.get(context);
      for (const side of t.sides) {
        side.number('dcerpc.opnum', operation);
        if (known?.accepted === true) side.number(`dcerpc.iface.${known.uuid}`, known.version);
      }
    }
    gather(call, 0, stub, little);
    if ((flags & LAST) !== 0) call.t.sides[0].reach(DONE);
  }

  private response(dir: 0 | 1, id: number, flags: number, stub: Uint8Array, little: boolean): void {
    if (dir === 0) return;
    const call = this.calls.get(id);
    if (call === undefined) return;
    gather(call, 1, stub, little);
    if ((flags & LAST) === 0) return;
    call.t.finish();
    this.calls.delete(id);
  }
}

function gather(call: Call, dir: 0 | 1, stub: Uint8Array, little: boolean): void {
  const kept = call.stubs[dir];
  if (kept.length + stub.length <= MAX_STUB) kept.add(stub);
  const side = call.t.sides[dir];
  side.littleEndian = little;
  side.set('dcerpc.stub_data', kept.all());
  side.reach(HEADED);
}

/** @param little whether its first three numbers stand in that order */
export function uuidOf(b: Uint8Array, little: boolean): string {
  if (b.length < 16) return '';
  const order = little ? [3, 2, 1, 0, 5, 4, 7, 6] : [0, 1, 2, 3, 4, 5, 6, 7];
  const hex = Buffer.from([...order.map((i) => b[i]!), ...b.subarray(8, 16)]).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export class DceRpcReader extends ApplicationReader {
  readonly name = 'dcerpc';
  private readonly overTcp: boolean;
  private readonly calls = new DceRpcCalls(() => this.open());

  constructor(overTcp: boolean) {
    super();
    this.overTcp = overTcp;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (this.overTcp) this.calls.bytes(side, data);
    else this.datagram(side, data);
  }

  override gap(side: 0 | 1): void {
    this.calls.lose(side);
  }

  override end(side: 0 | 1): void {
    if (side === 1) this.calls.finish();
  }

  /** Version 4, without connections (C706, 12.5). */
  private datagram(dir: 0 | 1, b: Uint8Array): void {
    const c = new Cursor(b, 1);
    const type = c.u8();
    c.skip(2);
    const little = (c.u8() & 0x10) !== 0;
    const number = (n: number): number => (little ? c.little(n) : c.number(n));
    c.skip(19);
    const uuid = uuidOf(c.take(16), little);
    c.skip(20);
    const version = number(4) & 0xffff;
    c.skip(4);
    const operation = number(2);
    c.skip(4);
    const length = number(2);
    c.skip(4);
    if (!c.ok || b[0] !== 4) return;
    const t = this.open();
    const side = t.sides[dir];
    side.littleEndian = little;
    side.number('dcerpc.opnum', operation);
    side.number(`dcerpc.iface.${uuid}`, version);
    if (type === REQUEST || type === RESPONSE) side.set('dcerpc.stub_data', c.take(Math.min(length, c.left)));
    t.finish();
  }
}
