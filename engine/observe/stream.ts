// The bytes of one direction of a TCP connection in their order, put together by sequence numbers within bounds.
import { type Layers, TCP_SYN } from '../decode/index.ts';
import { copied } from './facts.ts';

/** What is held behind one hole of a direction. */
const MAX_HELD = 65_536;
const MAX_SEGMENTS = 32;
/** What is held behind holes of all directions together. */
const MAX_ALL = 64 * 1024 * 1024;

/** Takes bytes in their order. `b` is read during the call only. */
export interface ByteSink {
  bytes(b: Uint8Array, at: number, end: number, seconds: number, packet: number): void;
  /** So many bytes are missing here. */
  gap(count: number): void;
  /** Bytes that are gathered here until they can be read; a sink without it gathers next to none. */
  readonly holds?: number;
  /** So many of the bytes that come next tell nothing, where that is known: they may be left out and counted. */
  readonly idle?: number;
  /** Bytes were left out, at most `idle`. */
  passed?(count: number): void;
}

interface HeldSegment {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Bytes that were on the wire; more than `bytes` where the capture cut them. */
  readonly wire: number;
  readonly seconds: number;
  readonly packet: number;
}

/** Bytes that all streams hold, and which streams hold any, the oldest first. */
export class HeldBytes {
  count = 0;
  readonly holders = new Set<OrderedBytes>();
  private readonly most: number;

  constructor(most = MAX_ALL) {
    this.most = most;
  }

  took(stream: OrderedBytes, bytes: number): void {
    this.count += bytes;
    this.holders.add(stream);
    while (this.count > this.most) {
      const oldest = this.holders.values().next().value;
      if (oldest === undefined) return;
      oldest.skip();
    }
  }

  gave(stream: OrderedBytes, bytes: number, empty: boolean): void {
    this.count -= bytes;
    if (empty) this.holders.delete(stream);
  }
}

export class OrderedBytes {
  private next = -1;
  /** In the order of their sequence numbers. */
  private readonly held: HeldSegment[] = [];
  private heldBytes = 0;
  /** Of the segment that is given. */
  private seconds = 0;
  private packet = 0;
  private readonly sink: ByteSink;
  private readonly pool: HeldBytes;

  constructor(sink: ByteSink, pool: HeldBytes) {
    this.sink = sink;
    this.pool = pool;
  }

  segment(l: Layers, b: Uint8Array, seconds: number, packet: number): void {
    const sequence = (l.tcpSequence + ((l.tcpFlags & TCP_SYN) === 0 ? 0 : 1)) >>> 0;
    const wire = Math.max(l.payloadWire, l.payloadLength);
    if (this.next < 0) {
      // The flow table knows the SYN's number: what is ahead of it did not come first.
      const ahead = l.ahead > 0 && l.ahead <= MAX_HELD ? l.ahead : 0;
      this.next = (sequence - ahead) >>> 0;
    }
    const ahead = (sequence - this.next) | 0;
    if (ahead <= 0) {
      this.seconds = seconds;
      this.packet = packet;
      this.give(b, l.payloadAt, l.payloadAt + l.payloadLength, -ahead, wire);
      this.drain();
      return;
    }
    if (this.held.length >= MAX_SEGMENTS || this.heldBytes + l.payloadLength > MAX_HELD) this.skip();
    const still = (sequence - this.next) | 0;
    if (still <= 0 || still > MAX_HELD * 16) {
      if (still > 0) this.leap(still);
      this.seconds = seconds;
      this.packet = packet;
      this.give(b, l.payloadAt, l.payloadAt + l.payloadLength, Math.max(0, -still), wire);
      this.drain();
      return;
    }
    const bytes = copied(b, l.payloadAt, l.payloadAt + l.payloadLength);
    this.hold({ sequence, bytes, wire, seconds, packet });
  }

  /**
   * The receiver has everything before `number`: what nobody saw of it was missed by the capture and will not come.
   * Without this, requests behind a hole would wait while their answers pass.
   */
  acknowledged(number: number): void {
    while (this.held.length > 0) {
      const hole = (this.held[0]!.sequence - this.next) | 0;
      if (((number - this.next) | 0) < hole) return;
      if (hole > 0) this.leap(hole);
      this.drain();
    }
  }

  /** Something waits behind a hole. */
  get waits(): boolean {
    return this.held.length > 0;
  }

  /** Sequence number of the byte that comes next. */
  get expects(): number {
    return this.next;
  }

  /** Bytes came in their order and were left out. */
  passed(count: number): void {
    this.next = (this.next + count) >>> 0;
  }

  /** Lets go of what is held, unseen. */
  drop(): void {
    if (this.held.length === 0) return;
    this.pool.gave(this, this.heldBytes, true);
    this.held.length = 0;
    this.heldBytes = 0;
  }

  /** Begins again with another connection. */
  reset(): void {
    this.drop();
    this.next = -1;
  }

  /** Gives up every hole and gives what stands behind them. */
  skip(): void {
    while (this.held.length > 0) {
      const ahead = (this.held[0]!.sequence - this.next) | 0;
      if (ahead > 0) this.leap(ahead);
      this.drain();
    }
  }

  private leap(count: number): void {
    this.next = (this.next + count) >>> 0;
    this.sink.gap(count);
  }

  private hold(s: HeldSegment): void {
    let i = this.held.length;
    while (i > 0 && ((s.sequence - this.held[i - 1]!.sequence) | 0) < 0) i--;
    this.held.splice(i, 0, s);
    this.heldBytes += s.bytes.length;
    this.pool.took(this, s.bytes.length);
  }

  private drain(): void {
    while (this.held.length > 0) {
      const s = this.held[0]!;
      const ahead = (s.sequence - this.next) | 0;
      if (ahead > 0) return;
      this.held.shift();
      this.heldBytes -= s.bytes.length;
      this.pool.gave(this, s.bytes.length, this.held.length === 0);
      this.seconds = s.seconds;
      this.packet = s.packet;
      this.give(s.bytes, 0, s.bytes.length, -ahead, s.wire);
    }
  }

  /** @param known bytes at the segment's start that were given before */
  private give(b: Uint8Array, at: number, end: number, known: number, wire: number): void {
    if (known >= wire) return;
    const captured = end - at;
    this.next = (this.next + wire - known) >>> 0;
    if (known < captured) this.sink.bytes(b, at + known, end, this.seconds, this.packet);
    const missing = wire - Math.max(known, captured);
    if (missing > 0) this.sink.gap(missing);
  }
}
