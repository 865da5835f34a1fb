// DCERPC (C706, 12.6): interfaces that the initiator binds and operations that it calls, from a stream of PDUs.
import { u16, u16le } from '../decode/index.ts';
import { joined, type Notes } from './facts.ts';

const HEAD = 24;
/** Of one PDU. A bind of more contexts is cut there. */
const MAX_KEPT = 2_048;
const MAX_CONTEXTS = 64;
const REQUEST = 0;
const BIND = 11;
const ALTER_CONTEXT = 14;
const LAST_TYPE = 19;
const FIRST_FRAGMENT = 1;

export class RpcCalls {
  private readonly notes: Notes;
  private readonly interfaces = new Map<number, string>();
  private kept: Uint8Array = new Uint8Array(0);
  /** Bytes of the PDU that are not kept and still to come. */
  private left = 0;
  private lost = false;

  constructor(notes: Notes) {
    this.notes = notes;
  }

  get holds(): number {
    return this.kept.length;
  }

  bytes(b: Uint8Array, from: number, end: number, _seconds: number, packet: number): void {
    let at = from;
    if (this.lost && startsRpc(b, at, end)) this.lost = false;
    while (at < end && !this.lost) {
      if (this.left > 0) {
        const take = Math.min(this.left, end - at);
        this.left -= take;
        at += take;
        continue;
      }
      const want = this.kept.length < HEAD ? this.minimum() : Math.min(MAX_KEPT, this.size());
      const before = this.kept.length;
      this.kept = joined(this.kept, b, at, end, want);
      at += this.kept.length - before;
      this.take(packet);
    }
  }

  gap(count: number): void {
    if (count <= this.left) this.left -= count;
    else this.lose();
  }

  private minimum(): number {
    return this.kept.length < 16 ? 16 : Math.min(HEAD, this.size());
  }

  private size(): number {
    return this.little() ? u16le(this.kept, 8) : u16(this.kept, 8);
  }

  private little(): boolean {
    return (this.kept[4]! & 0x10) !== 0;
  }

  private word(at: number): number {
    return this.little() ? u16le(this.kept, at) : u16(this.kept, at);
  }

  private lose(): void {
    this.lost = true;
    this.kept = new Uint8Array(0);
    this.left = 0;
  }

  private take(packet: number): void {
    const { length } = this.kept;
    if (length < 16) return;
    const size = this.size();
    if (!startsRpc(this.kept, 0, length) || size < 16) {
      this.lose();
      return;
    }
    if (length < Math.min(size, MAX_KEPT)) return;
    this.pdu(packet);
    this.left = size - length;
    this.kept = new Uint8Array(0);
  }

  private pdu(packet: number): void {
    const type = this.kept[2]!;
    if (type === BIND || type === ALTER_CONTEXT) this.bind(packet);
    if (type !== REQUEST || this.kept.length < HEAD || (this.kept[3]! & FIRST_FRAGMENT) === 0) return;
    const uuid = this.interfaces.get(this.word(20));
    if (uuid !== undefined) this.notes.call(packet, uuid, this.word(22));
  }

  private bind(packet: number): void {
    const { kept } = this;
    let at = 28;
    for (let n = kept[24] ?? 0; n > 0 && at + 24 <= kept.length; n--) {
      const uuid = uuidOf(kept, at + 4, this.little());
      if (this.interfaces.size < MAX_CONTEXTS) this.interfaces.set(this.word(at), uuid);
      this.notes.call(packet, uuid, -1);
      at += 24 + kept[at + 2]! * 20;
    }
  }
}

/** Whether bytes start as a PDU of DCERPC over a connection does. */
export function startsRpc(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && b[at] === 5 && b[at + 1]! <= 1 && b[at + 2]! <= LAST_TYPE;
}

const hex = (b: Uint8Array, at: number, end: number): string => Buffer.from(b.subarray(at, end)).toString('hex');

function uuidOf(b: Uint8Array, at: number, little: boolean): string {
  const part = (from: number, size: number): string => {
    const bytes = b.slice(at + from, at + from + size);
    return hex(little ? bytes.reverse() : bytes, 0, size);
  };
  return `${part(0, 4)}-${part(4, 2)}-${part(6, 2)}-${hex(b, at + 8, at + 10)}-${hex(b, at + 10, at + 16)}`;
}
