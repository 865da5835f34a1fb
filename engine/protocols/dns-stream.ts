// DNS over TCP, one direction (RFC 1035, 4.2.2; RFC 7766): messages behind a length of two octets, however segments cut
// them.
import { u16 } from '../decode/index.ts';
import { MAX_TOGETHER, Pieces } from './pieces.ts';

/** Of a message that is longer than what is put together, this much is looked at. */
const ENOUGH = 12_288;
/** A segment is added to the held bytes in parts of this size, so that a message is found before too much is held. */
const PART = 4_096;
/** Segments that a hole is waited through before what lies behind it is read. */
const PATIENCE = 64;
/** No message has a shorter header (RFC 1035, 4.1.1). */
const HEADER = 12;

/**
 * Hears of a message: its bytes without the length. What is longer than 16 KiB, or was cut by the snap length, comes
 * cut.
 */
export type MessageListener = (b: Uint8Array, at: number, end: number) => void;

export class DnsStream {
  /** Sequence number at which the message in flight begins. */
  private next: number;
  private pieces: Pieces | null = null;
  private waited = 0;

  /** @param from TCP sequence number at which the direction's messages begin */
  constructor(from: number) {
    this.next = from >>> 0;
  }

  /** Memory that is held. */
  get held(): number {
    return this.pieces === null ? 0 : this.pieces.held;
  }

  /** Takes bytes that were held before, from where the messages begin. */
  adopt(pieces: Pieces, message: MessageListener): void {
    this.pieces = pieces;
    this.advance(0, message);
  }

  /**
   * Takes a segment, in whatever order it comes.
   * @param sequence of its first byte
   * @param wire bytes that were sent, captured or not
   */
  take(sequence: number, b: Uint8Array, from: number, end: number, wire: number, message: MessageListener): void {
    let at = from;
    for (; end - at > PART && (this.pieces !== null || sequence !== this.next); at += PART) {
      this.part((sequence + at - from) >>> 0, b, at, at + PART, PART, message);
    }
    this.part((sequence + at - from) >>> 0, b, at, end, wire - (at - from), message);
  }

  private part(
    sequence: number,
    b: Uint8Array,
    from: number,
    end: number,
    wire: number,
    message: MessageListener,
  ): void {
    let at = from;
    let offset = (sequence - this.next) | 0;
    if (offset + wire <= 0) return;
    if (offset < 0) {
      at = Math.min(end, at - offset);
      offset = 0;
    }
    if (offset + (end - at) > MAX_TOGETHER) {
      // The missing bytes will not come any more.
      this.flush(message);
      this.pieces = null;
      this.next = sequence;
      at = from;
      offset = 0;
    }
    const cut = wire - (end - from);
    if (this.pieces === null && offset === 0) {
      const read = this.walk(b, at, end, cut, message);
      this.next = (this.next + read) >>> 0;
      const rest = at + read;
      if (rest < end) (this.pieces = new Pieces()).add(0, b, rest, end - rest);
      return;
    }
    const pieces = (this.pieces ??= new Pieces());
    const whole = pieces.whole;
    pieces.add(offset, b, at, end - at);
    if (pieces.whole > whole) this.waited = 0;
    this.advance(cut, message);
    if (this.pieces !== null && this.pieces.firstApart >= 0 && ++this.waited > PATIENCE) this.flush(message);
  }

  /** Reads what lies behind holes that nothing has filled. */
  flush(message: MessageListener): void {
    this.waited = 0;
    while (this.pieces !== null) {
      const apart = this.pieces.firstApart;
      if (apart < 0) return;
      this.pieces.consume(apart);
      this.next = (this.next + apart) >>> 0;
      this.advance(0, message);
    }
  }

  private advance(cut: number, message: MessageListener): void {
    const pieces = this.pieces!;
    const { data } = pieces;
    if (data.length === 0) return;
    const read = this.walk(data, 0, data.length, cut, message);
    this.next = (this.next + read) >>> 0;
    pieces.consume(read);
    if (pieces.whole === 0 && pieces.firstApart < 0) this.pieces = null;
  }

  /**
   * @param cut bytes behind `end` that the capture does not have
   * @returns bytes that are done with, which may lie behind `end`
   */
  private walk(b: Uint8Array, at: number, end: number, cut: number, message: MessageListener): number {
    let p = at;
    while (end - p >= 2) {
      const size = u16(b, p);
      const there = end - p - 2;
      // These bytes begin no message: the capture began in the middle of one, or this is no DNS. The next segment is
      // tried.
      if (there >= 6 && !plausible(b, p, size)) return end + cut - at;
      if (there < size) {
        const partly = cut > 0 || (size + 2 > MAX_TOGETHER && there >= ENOUGH);
        if (!partly) return p - at;
        if (there >= HEADER) message(b, p + 2, end);
        return p + 2 + size - at;
      }
      if (size > 0) message(b, p + 2, p + 2 + size);
      p += 2 + size;
    }
    return cut > 0 ? end + cut - at : p - at;
  }
}

/** Whether a header can be that of a DNS message: an opcode that exists (IANA, DNS OpCodes), few questions. */
function plausible(b: Uint8Array, at: number, size: number): boolean {
  if (size < HEADER) return size === 0;
  return ((b[at + 4]! >> 3) & 15) <= 6 && b[at + 6] === 0;
}
