// Who began a flow, where its first captured packet may be an answer: the middle of a connection, a reply that was
// stamped first.
import { IPPROTO_ICMP, IPPROTO_ICMPV6, type Layers } from '../decode/index.ts';

/** Message type of a reply → of what asks for it (RFC 792, RFC 950, RFC 1256). */
export const ICMP4_REQUEST: Readonly<Record<number, number>> = { 0: 8, 14: 13, 16: 15, 18: 17 };
/** The same for IPv6: echo (RFC 4443), routers and neighbours (RFC 4861). */
export const ICMP6_REQUEST: Readonly<Record<number, number>> = { 129: 128, 134: 133, 136: 135 };

/** The ICMP type that asks for what this packet answers, -1 where it asks or tells by itself. */
export function icmpAsked(l: Layers): number {
  if (l.ipProtocol === IPPROTO_ICMP) return ICMP4_REQUEST[l.icmpType] ?? -1;
  return l.ipProtocol === IPPROTO_ICMPV6 ? (ICMP6_REQUEST[l.icmpType] ?? -1) : -1;
}
