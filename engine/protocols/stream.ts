// One direction of a TCP connection as the inspector sees it: what is left of the message in flight, and bytes held
// back.
import type { DcerpcContexts } from './dcerpc.ts';
import type { DnsStream } from './dns-stream.ts';
import type { Framing } from './framing.ts';
import { HttpStream } from './http-stream.ts';
import type { DtlsHandshake } from './dtls.ts';
import type { Opening } from './opening.ts';
import type { Pieces } from './pieces.ts';
import { Holder } from './pool.ts';
import type { QuicHandshake } from './quic.ts';
import { forgetHints, type Hints } from './payload.ts';

export class StreamState extends Holder {
  /** Bytes of the message in flight that are still to come. */
  left = 0;
  held: Buffer | null = null;
  seen = false;
  /** The direction itself has had payload. */
  spoke = false;
  /** Its first bytes, while they are held. */
  opening: Opening | null = null;
  /** Its DNS messages. */
  dns: DnsStream | null = null;
  /** A segment was lost and no message has ended since. */
  gapped = false;
  /** Major version of the SSH banner, 0 before one. */
  sshVersion = 0;
  http: HttpStream | null = null;
  /** Interfaces bound on the connection; kept with the initiator's direction. */
  rpc: DcerpcContexts | null = null;
  /** A handshake over UDP; kept with the initiator's direction. */
  datagrams: QuicHandshake | DtlsHandshake | null = null;
  /** What its packets told so far of the protocol; kept with the initiator's direction. */
  hints: Hints | null = null;
  handshakeDone = false;
  /**
   * First bytes of a direction that are read as a whole, from whatever order they come in: TLS handshake records, an
   * SSH key exchange.
   */
  handshake: Pieces | null = null;
  /** TCP sequence number at which they begin, and how many are needed. */
  handshakeFrom = 0;
  handshakeNeed = 0;
  /** What the last message that began in the direction is called, 0 before one. */
  named = 0;

  /** Whether there is anything to reset. */
  get used(): boolean {
    return this.seen || this.spoke || this.hints !== null;
  }

  /** Memory that the direction holds. */
  get holds(): number {
    return (this.handshake?.held ?? 0) + (this.opening?.pieces.held ?? 0) + (this.dns?.held ?? 0);
  }

  drop(): void {
    if (this.handshake !== null) this.handshakeDone = true;
    this.handshake = null;
    this.opening = null;
    this.dns = null;
  }

  reset(): void {
    this.left = 0;
    this.held = null;
    this.seen = false;
    this.spoke = false;
    this.opening?.free();
    this.opening = null;
    this.dns = null;
    this.gapped = false;
    this.sshVersion = 0;
    this.http = null;
    this.rpc = null;
    this.datagrams = null;
    // Kept for the slot's next flow.
    if (this.hints !== null) forgetHints(this.hints);
    this.handshakeDone = false;
    this.handshake?.free();
    this.handshake = null;
    this.handshakeNeed = 0;
    this.named = 0;
  }
}

export interface Framed {
  /** A whole message ended in the segment. */
  ended: boolean;
  /** The segment begins with bytes that begin no message. */
  foreign: boolean;
  /** Offset of the first message that begins in the segment, -1 without one. */
  firstAt: number;
}

const framed: Framed = { ended: false, foreign: false, firstAt: -1 };

/**
 * Walks messages of a framing through a segment; `wire` counts bytes that were sent, captured or not. The result is
 * reused.
 */
export function walkFrames(
  stream: StreamState,
  framing: Framing,
  b: Uint8Array,
  at: number,
  end: number,
  wire: number,
): Framed {
  framed.ended = false;
  framed.foreign = false;
  framed.firstAt = -1;
  let p = at;
  const sent = at + wire;
  if (stream.left > 0) {
    if (sent - p < stream.left) {
      stream.left -= sent - p;
      return framed;
    }
    p += stream.left;
    stream.left = 0;
    framed.ended = true;
  } else if (stream.held !== null) {
    const joined = Buffer.concat([stream.held, b.subarray(at, Math.min(end, at + framing.header))]);
    const had = stream.held.length;
    stream.held = null;
    if (joined.length < framing.header) {
      stream.held = joined;
      return framed;
    }
    const total = framing.total(joined, 0, joined.length);
    if (total <= had) {
      framed.foreign = true;
      return framed;
    }
    if (total - had > sent - p) {
      stream.left = total - had - (sent - p);
      return framed;
    }
    p += total - had;
    framed.ended = true;
  }
  while (p < end) {
    if (end - p < framing.header) {
      if (end === sent) stream.held = Buffer.from(b.subarray(p, end));
      return framed;
    }
    const total = framing.total(b, p, end);
    if (total < framing.header && total < 2) {
      framed.foreign = !framed.ended;
      return framed;
    }
    if (framed.firstAt < 0) framed.firstAt = p;
    if (p + total > sent) {
      stream.left = p + total - sent;
      return framed;
    }
    p += total;
    framed.ended = true;
  }
  return framed;
}
