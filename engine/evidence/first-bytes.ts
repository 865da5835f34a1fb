// What rules of first bytes share: those bytes as text, hellos that open TLS, and the packet in which a side began to speak.
import { latin1 } from '../decode/index.ts';
import type { FlowLook } from './rule.ts';

/** A record of TLS (types 20 to 23, RFC 8446, 5.1), or a hello in the form of SSL 2 (RFC 5246, E.2). */
export function opensTls(first: Uint8Array): boolean {
  const kind = first[0]!;
  if (kind >= 0x14 && kind <= 0x17 && first[1] === 3) return true;
  return (kind & 0xf0) === 0x80 && (first[2] === 1 || first[1] === 0x2e);
}

/** The packet that carried the first payload of a side, to be shown; none where there was none. */
export function firstPackets(flow: FlowLook, dir: 0 | 1): readonly number[] {
  const packet = flow.observed.firstPacket[dir];
  return packet < 0 ? [] : [packet];
}

/** First bytes of a side as text, a character each. */
export function firstText(flow: FlowLook, dir: 0 | 1, most = Infinity): string {
  const first = flow.observed.first[dir];
  return latin1(first, 0, Math.min(first.length, most));
}
