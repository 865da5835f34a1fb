// One TCP segment as the watcher of connections sees it, and arithmetic of sequence numbers (RFC 9293, 3.4).
import { TCPOPT_EOL, TCPOPT_NOP, TCPOPT_TIMESTAMP, TCPOPT_WINDOW, u16, u32 } from '../../decode/index.ts';
import type { RulePacket } from './packet.ts';

const TCPOPT_MD5 = 19;
const TCPOPT_AUTHENTICATION = 29;
/** RFC 7323, 2.3. */
const MAX_SCALE = 14;

export interface Segment {
  readonly dir: 0 | 1;
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  readonly window: number;
  readonly length: number;
  /** Sequence number after its last byte; flags take none here. */
  readonly end: number;
  /** Window scale of a SYN. */
  readonly scale: number | null;
  /** Timestamp, and the one that it repeats (RFC 7323, 3). */
  readonly stamp: number | null;
  readonly echo: number;
  /** Signed by a key that nobody here has (RFC 2385, RFC 5925). */
  readonly signed: boolean;
  /** Since the epoch. */
  readonly seconds: number;
}

export function segmentOf(p: RulePacket): Segment {
  const { layers: l, bytes: b } = p;
  let scale: number | null = null;
  let stamp: number | null = null;
  let echo = 0;
  let signed = false;
  for (let at = l.tcpOptionsAt; at < l.tcpOptionsEnd;) {
    const kind = b[at]!;
    if (kind === TCPOPT_EOL) break;
    if (kind === TCPOPT_NOP) {
      at++;
      continue;
    }
    const length = b[at + 1]!;
    if (length < 2 || at + length > l.tcpOptionsEnd) break;
    if (kind === TCPOPT_WINDOW && length === 3) scale = Math.min(MAX_SCALE, b[at + 2]!);
    if (kind === TCPOPT_TIMESTAMP && length === 10) [stamp, echo] = [u32(b, at + 2), u32(b, at + 6)];
    if (kind === TCPOPT_MD5 || kind === TCPOPT_AUTHENTICATION) signed = true;
    at += length;
  }
  return {
    dir: p.dir,
    flags: l.tcpFlags,
    seq: l.tcpSequence,
    ack: l.tcpAcknowledgement,
    window: u16(b, l.transportAt + 14),
    length: p.payloadLength,
    end: (l.tcpSequence + p.payloadLength) >>> 0,
    scale,
    stamp,
    echo,
    signed,
    seconds: p.seconds,
  };
}

/** Whether a sequence number stands before another one. */
export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

export function notAfter(a: number, b: number): boolean {
  return ((a - b) | 0) <= 0;
}

export function plus(a: number, n: number): number {
  return (a + n) >>> 0;
}
