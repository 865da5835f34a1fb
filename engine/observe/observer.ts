// Hears payloads of flows in the order of the capture and keeps what evidence needs of them, by slot.
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP, type Layers, TCP_SYN } from '../decode/index.ts';
import { type DnsMessage, ReassemblyPool } from '../protocols/index.ts';
import { kerberosMessage } from './asn1.ts';
import { Connection, isSealed, type Keeper } from './connection.ts';
import { Echoes } from './echo.ts';
import { type FirstOf, Notes, Seen } from './facts.ts';
import { added } from './short-list.ts';
import { HeldBytes } from './stream.ts';
import { MAX_DNS, MAX_FIRST_BYTES, NO_BYTES, type Observed } from './types.ts';

const FIRST_SLOTS = 64;
const KERBEROS = 88;
/** Connections that are over and wait for the next one. */
const SPARES = 4_096;

export class Observer implements FirstOf, Keeper {
  /** By slot and direction. */
  private counts = new Float64Array(FIRST_SLOTS * 2);
  private firstPackets = new Int32Array(FIRST_SLOTS * 2);
  private firstSeconds = new Float64Array(FIRST_SLOTS * 2);
  private firstLengths = new Uint8Array(FIRST_SLOTS * 2);
  private begun = new Uint8Array(FIRST_SLOTS * 2 * MAX_FIRST_BYTES);
  /** Bytes of the direction that may be left out yet, of so many, and the sequence number of the first of them. */
  private idle = new Int32Array(FIRST_SLOTS * 2);
  private idleOf = new Int32Array(FIRST_SLOTS * 2);
  private idleFrom = new Uint32Array(FIRST_SLOTS * 2);
  /** By slot: nothing but counts and first bytes is kept of it. */
  private deaf = new Uint8Array(FIRST_SLOTS);
  private readonly notes: (Notes | undefined)[] = [];
  private readonly connections: (Connection | undefined)[] = [];
  private readonly echoes: (Echoes | undefined)[] = [];
  private readonly spares: Connection[] = [];
  /** Where first bytes are shown that somebody asks for, by direction and length: a view costs more than its bytes. */
  private readonly views = [viewsOfAllLengths(), viewsOfAllLengths()];
  private readonly shown: [Uint8Array, Uint8Array] = [NO_BYTES, NO_BYTES];
  /** Of flows that showed nothing. */
  private readonly bare = new Seen();
  private readonly pools = { pool: new HeldBytes(), gathered: new ReassemblyPool() };

  /** A flow begins in a slot. */
  began(slot: number): void {
    if (slot >= this.deaf.length) this.grow(slot);
    this.clear(slot);
  }

  /**
   * A packet with payload of a flow.
   * @param dir 0 from the initiator
   * @param seconds since the epoch @param packet its row
   */
  payload(slot: number, dir: number, l: Layers, buf: Uint8Array, seconds: number, packet: number): void {
    const at = slot * 2 + dir;
    if (this.counts[at] === 0) {
      this.firstPackets[at] = packet;
      this.firstSeconds[at] = seconds;
    }
    this.counts[at]! += l.payloadWire;
    if (this.deaf[slot] === 1) {
      if (l.ahead === 0) this.firstBytes(slot, dir, buf, l.payloadAt, l.payloadAt + l.payloadLength);
      return;
    }
    if (l.ipProtocol === IPPROTO_TCP) {
      if (!this.passes(at, l)) this.segment(slot, dir, l, buf, seconds, packet);
      return;
    }
    const end = l.payloadAt + l.payloadLength;
    if (this.firstLengths[at] === 0) this.firstBytes(slot, dir, buf, l.payloadAt, end);
    if (l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6) {
      (this.echoes[slot] ??= new Echoes()).take(this.notesOf(slot).observed, l, buf);
    } else if (l.ipProtocol === IPPROTO_UDP && (l.sourcePort === KERBEROS || l.destinationPort === KERBEROS)) {
      kerberosMessage(this.notesOf(slot), buf, l.payloadAt, end);
    }
  }

  /** A DNS message of a flow, over UDP or put together over TCP. */
  dns(
    slot: number,
    { response, name, type, rcode, aliases }: DnsMessage,
    addresses: number,
    size: number,
    seconds: number,
    packet: number,
  ): void {
    const { observed } = this.notesOf(slot);
    if (observed.dns.length >= MAX_DNS) return;
    const seen = { packet, seconds, response, name, type, rcode, addresses, size };
    observed.dns = added(observed.dns, aliases.length === 0 ? seen : { ...seen, aliases });
  }

  /**
   * What was observed of a slot's flow so far. It lives on and may grow until `release`. Flows that showed nothing share
   * one: it is that flow's until the next call. First bytes are read before the next packet, `release`, or those of
   * another flow.
   */
  observed(slot: number): Observed {
    this.connections[slot]?.settle();
    const observed = this.notes[slot]?.observed ?? this.bare;
    observed.readsFrom(this, slot);
    const at = slot * 2;
    observed.payload[0] = this.counts[at]!;
    observed.payload[1] = this.counts[at + 1]!;
    observed.firstPacket[0] = this.firstPackets[at]!;
    observed.firstPacket[1] = this.firstPackets[at + 1]!;
    observed.firstSeconds[0] = this.firstSeconds[at]!;
    observed.firstSeconds[1] = this.firstSeconds[at + 1]!;
    return observed;
  }

  /** The slot's flow is over: open exchanges are done and what was held is let go. Call before the last look. */
  finish(slot: number): void {
    const c = this.connections[slot];
    if (c === undefined) return;
    this.catchUp(slot, c);
    c.finish();
    this.leave(slot, c);
  }

  /** Forgets the slot. What `observed` returned stays with whoever has it. */
  release(slot: number): void {
    if (slot < this.deaf.length) this.clear(slot);
  }

  /** Bytes that are put together of all flows. */
  get holds(): number {
    return this.pools.pool.count + this.pools.gathered.used;
  }

  private segment(slot: number, dir: number, l: Layers, buf: Uint8Array, seconds: number, packet: number): void {
    let c = this.connections[slot];
    if (c === undefined) {
      const end = l.payloadAt + l.payloadLength;
      if (isSealed(buf, l.payloadAt, end)) {
        this.deaf[slot] = 1;
        this.firstBytes(slot, dir, buf, l.payloadAt, end);
        return;
      }
      c = this.spares.pop() ?? new Connection(this, this.pools);
      c.begin(slot, l);
      this.connections[slot] = c;
    }
    this.catchUp(slot, c);
    c.segment(dir, l, buf, seconds, packet);
    if (!c.deaf) {
      this.leaveOut(slot, dir, c);
      return;
    }
    this.deaf[slot] = 1;
    c.finish();
    this.leave(slot, c);
  }

  /** Whether a segment goes on in its order with bytes of which nothing is wanted. It is counted, and that is all. */
  private passes(at: number, { tcpSequence, tcpFlags, payloadLength, payloadWire }: Layers): boolean {
    if (payloadWire > this.idle[at]! || payloadLength !== payloadWire) return false;
    if (tcpSequence !== this.idleFrom[at]! || (tcpFlags & TCP_SYN) !== 0) return false;
    this.idle[at]! -= payloadWire;
    this.idleFrom[at]! += payloadWire;
    return true;
  }

  /** Tells a connection of what was left out, before anything else comes. */
  private catchUp(slot: number, c: Connection): void {
    for (let dir = 0; dir < 2; dir++) {
      const at = slot * 2 + dir;
      if (this.idleOf[at] === 0) continue;
      const count = this.idleOf[at]! - this.idle[at]!;
      if (count > 0) c.passed(dir, count);
      this.idle[at] = this.idleOf[at] = 0;
    }
  }

  private leaveOut(slot: number, dir: number, c: Connection): void {
    const count = c.idle(dir);
    if (count <= 0) return;
    const at = slot * 2 + dir;
    this.idle[at] = this.idleOf[at] = count;
    this.idleFrom[at] = c.expects(dir);
  }

  /** A connection lets go of everything, and waits for another. */
  private leave(slot: number, c: Connection): void {
    c.release();
    this.connections[slot] = undefined;
    if (this.spares.length < SPARES) this.spares.push(c);
  }

  firstPacket(slot: number, dir: number): number {
    return this.firstPackets[slot * 2 + dir]!;
  }

  firstBytes(slot: number, dir: number, b: Uint8Array, from: number, end: number): void {
    const at = slot * 2 + dir;
    const length = this.firstLengths[at]!;
    const take = Math.min(end - from, MAX_FIRST_BYTES - length);
    if (take <= 0) return;
    const to = at * MAX_FIRST_BYTES + length;
    for (let i = 0; i < take; i++) this.begun[to + i] = b[from + i]!;
    this.firstLengths[at] = length + take;
  }

  firstLength(slot: number): number {
    return this.firstLengths[slot * 2]! + this.firstLengths[slot * 2 + 1]!;
  }

  firstOf(slot: number): readonly [Uint8Array, Uint8Array] {
    this.shown[0] = this.firstBytesOf(slot, 0);
    this.shown[1] = this.firstBytesOf(slot, 1);
    return this.shown;
  }

  private firstBytesOf(slot: number, dir: number): Uint8Array {
    const at = slot * 2 + dir;
    const view = this.views[dir]![this.firstLengths[at]!]!;
    for (let i = 0, from = at * MAX_FIRST_BYTES; i < view.length; i++) view[i] = this.begun[from + i]!;
    return view;
  }

  notesOf(slot: number): Notes {
    return (this.notes[slot] ??= new Notes());
  }

  private clear(slot: number): void {
    const c = this.connections[slot];
    if (c !== undefined) this.leave(slot, c);
    this.notes[slot]?.observed.leaves();
    this.notes[slot] = undefined;
    this.echoes[slot] = undefined;
    this.deaf[slot] = 0;
    for (let at = slot * 2; at < slot * 2 + 2; at++) {
      this.counts[at] = 0;
      this.firstPackets[at] = -1;
      this.firstSeconds[at] = 0;
      this.idle[at] = this.idleOf[at] = 0;
      this.firstLengths[at] = 0;
    }
  }

  private grow(slot: number): void {
    const slots = Math.max(slot + 1, this.deaf.length * 2);
    while (this.notes.length < slots) {
      this.notes.push(undefined);
      this.connections.push(undefined);
      this.echoes.push(undefined);
    }
    this.deaf = grown(this.deaf, new Uint8Array(slots));
    this.counts = grown(this.counts, new Float64Array(slots * 2));
    this.firstPackets = grown(this.firstPackets, new Int32Array(slots * 2).fill(-1));
    this.firstSeconds = grown(this.firstSeconds, new Float64Array(slots * 2));
    this.idle = grown(this.idle, new Int32Array(slots * 2));
    this.idleOf = grown(this.idleOf, new Int32Array(slots * 2));
    this.idleFrom = grown(this.idleFrom, new Uint32Array(slots * 2));
    this.firstLengths = grown(this.firstLengths, new Uint8Array(slots * 2));
    this.begun = grown(this.begun, new Uint8Array(slots * 2 * MAX_FIRST_BYTES));
  }
}

function viewsOfAllLengths(): readonly Uint8Array[] {
  const place = new Uint8Array(MAX_FIRST_BYTES);
  return Array.from({ length: MAX_FIRST_BYTES + 1 }, (_, length) => place.subarray(0, length));
}

/** @returns a longer array that begins as a shorter one does */
function grown<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(shorter: T, longer: T): T {
  longer.set(shorter);
  return longer;
}
