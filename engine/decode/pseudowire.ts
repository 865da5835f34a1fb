// What follows the last MPLS label. No field says it (RFC 4928, 3): it is told from the bytes themselves, by what must
// be true of an IP header and of an Ethernet frame, not by the first four bits alone; MAC addresses begin with 4 and 6
// too.
import { u16 } from '../read/index.ts';
import * as E from './ether-types.ts';
import * as IP from './ip-protocols.ts';

export const BEHIND_NOTHING = 0;
export const BEHIND_IP4 = 1;
export const BEHIND_IP6 = 2;
export const BEHIND_ETHERNET = 3;
/** Ethernet after a control word of 4 bytes (RFC 4448, 4.6). */
export const BEHIND_CONTROL_WORD = 4;
/** Associated channel (RFC 5586). */
export const BEHIND_CHANNEL = 5;

/** How far bytes look like what they are asked to be: not at all, possible, and hardly by chance. */
const NO = 0;
const MAYBE = 1;
const SURE = 2;
type Likeness = typeof NO | typeof MAYBE | typeof SURE;

const LABEL_IP4 = 0;
const LABEL_IP6 = 2;
const LABEL_CHANNEL = 13;

/**
 * @param label the last label's value @param at first byte behind it @param end of the captured bytes
 * @param sent where the packet ended on the wire
 * @returns one of BEHIND_*
 */
export function behindLabels(b: Uint8Array, label: number, at: number, end: number, sent: number): number {
  if (at >= end) return BEHIND_NOTHING;
  const nibble = b[at]! >> 4;
  // Reserved labels say it (RFC 3032, 2.1; RFC 5586, 4).
  if (label === LABEL_IP4 && nibble === 4) return BEHIND_IP4;
  if (label === LABEL_IP6 && nibble === 6) return BEHIND_IP6;
  if (label === LABEL_CHANNEL && nibble === 1) return BEHIND_CHANNEL;
  const frame = ethernetLikeness(b, at, end, sent, 0);
  if (nibble === 4) return ipOrEthernet(BEHIND_IP4, ip4Likeness(b, at, end, sent), frame);
  if (nibble === 6) return ipOrEthernet(BEHIND_IP6, ip6Likeness(b, at, end, sent), frame);
  if (nibble === 0) {
    const worded = ethernetLikeness(b, at + 4, end, sent, 0);
    if (worded > frame) return BEHIND_CONTROL_WORD;
    if (frame > worded) return BEHIND_ETHERNET;
    if (end - at >= 18 && b[at] === 0 && b[at + 1] === 0) return BEHIND_CONTROL_WORD;
  }
  if (nibble === 1 && (frame === NO || (b[at] === 0x10 && b[at + 1] === 0 && frame !== SURE))) return BEHIND_CHANNEL;
  return end - at >= 14 ? BEHIND_ETHERNET : BEHIND_NOTHING;
}

function ipOrEthernet(kind: number, ip: Likeness, frame: Likeness): number {
  if (ip === SURE || (ip === MAYBE && frame !== SURE)) return kind;
  return BEHIND_ETHERNET;
}

/**
 * Header length, total length and header checksum (RFC 791, 3.1). A checksum that offload left out is not held against
 * it.
 */
function ip4Likeness(b: Uint8Array, at: number, end: number, sent: number): Likeness {
  const header = (b[at]! & 15) * 4;
  if (b[at]! >> 4 !== 4 || header < 20) return NO;
  if (at + 4 > end) return MAYBE;
  const total = u16(b, at + 2);
  const fits = total === 0 || (total >= header && at + total <= sent);
  if (at + header > end) return fits ? MAYBE : NO;
  let sum = 0;
  for (let p = at; p < at + header; p += 2) sum += u16(b, p);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  if (sum === 0xffff) return SURE;
  return fits && total !== 0 ? MAYBE : NO;
}

/** IPv6 has no checksum: its length must fill the packet, but for the padding of a short frame. */
function ip6Likeness(b: Uint8Array, at: number, end: number, sent: number): Likeness {
  if (b[at]! >> 4 !== 6) return NO;
  if (at + 40 > end) return end < sent ? MAYBE : NO;
  const length = u16(b, at + 4);
  const left = sent - at - 40;
  const known = IP6_NEXT.has(b[at + 6]!);
  if (length > left) return NO;
  if (length === left) return known ? SURE : MAYBE;
  return known ? MAYBE : NO;
}

const IP6_NEXT = new Set([
  IP.IPPROTO_HOPOPTS,
  IP.IPPROTO_IPIP,
  IP.IPPROTO_TCP,
  IP.IPPROTO_UDP,
  IP.IPPROTO_IPV6,
  IP.IPPROTO_ROUTING,
  IP.IPPROTO_FRAGMENT,
  IP.IPPROTO_RSVP,
  IP.IPPROTO_GRE,
  IP.IPPROTO_ESP,
  IP.IPPROTO_AH,
  IP.IPPROTO_ICMPV6,
  IP.IPPROTO_NONE,
  IP.IPPROTO_DSTOPTS,
  IP.IPPROTO_EIGRP,
  IP.IPPROTO_OSPF,
  IP.IPPROTO_ETHERIP,
  IP.IPPROTO_PIM,
  IP.IPPROTO_VRRP,
  IP.IPPROTO_L2TP,
  IP.IPPROTO_SCTP,
  IP.IPPROTO_MH,
  IP.IPPROTO_MPLS,
  IP.IPPROTO_HIP,
  IP.IPPROTO_SHIM6,
  IP.IPPROTO_ETHERNET,
]);

/** EtherTypes that need no look at what follows; IP, ARP, tags and lengths are looked into. */
const KNOWN_TYPES = new Set([
  E.ETHERTYPE_MPLS,
  E.ETHERTYPE_MPLS_MULTICAST,
  E.ETHERTYPE_PPPOE_DISCOVERY,
  E.ETHERTYPE_PPPOE_SESSION,
  E.ETHERTYPE_LLDP,
  E.ETHERTYPE_EAPOL,
  E.ETHERTYPE_SLOW,
  E.ETHERTYPE_CFM,
  E.ETHERTYPE_MACSEC,
  E.ETHERTYPE_PBB,
  E.ETHERTYPE_PTP,
  E.ETHERTYPE_FCOE,
  E.ETHERTYPE_FIP,
  E.ETHERTYPE_LOOPBACK,
  E.ETHERTYPE_IPX,
  E.ETHERTYPE_AOE,
  E.ETHERTYPE_HSR,
  E.ETHERTYPE_PRP,
  E.ETHERTYPE_RTAG,
  E.ETHERTYPE_CISCO_METADATA,
  E.ETHERTYPE_TTAG,
  E.ETHERTYPE_PROFINET,
  E.ETHERTYPE_GOOSE,
  E.ETHERTYPE_SAMPLED_VALUES,
  E.ETHERTYPE_ETHERCAT,
  E.ETHERTYPE_TRILL,
  E.ETHERTYPE_NSH,
  E.ETHERTYPE_MOP_RC,
  E.ETHERTYPE_DEC_DNA,
  E.ETHERTYPE_ATALK,
  E.ETHERTYPE_AARP,
  E.ETHERTYPE_TIPC,
  E.ETHERTYPE_ROCE,
  E.ETHERTYPE_LLTD,
]);

function ethernetLikeness(b: Uint8Array, at: number, end: number, sent: number, tags: number): Likeness {
  const typeAt = at + 12 + tags * 4;
  if (typeAt + 2 > end) return NO;
  const type = u16(b, typeAt);
  const next = typeAt + 2;
  switch (type) {
    case E.ETHERTYPE_IP4:
      return next >= end ? MAYBE : strong(ip4Likeness(b, next, end, sent));
    case E.ETHERTYPE_IP6:
      return next >= end ? MAYBE : strong(ip6Likeness(b, next, end, sent));
    case E.ETHERTYPE_ARP:
    case E.ETHERTYPE_RARP:
      return next + 4 <= end && b[next + 2] === 8 && b[next + 3] === 0 ? SURE : NO;
    case E.ETHERTYPE_VLAN:
    case E.ETHERTYPE_QINQ:
    case E.ETHERTYPE_QINQ_OLD:
      return tags < 3 ? ethernetLikeness(b, at, end, sent, tags + 1) : NO;
    default:
  }
  if (type >= E.ETHERTYPE_FIRST) return KNOWN_TYPES.has(type) ? MAYBE : NO;
  // 802.3: the length must be there, and little but padding behind it.
  return type >= 3 && next + type <= sent && sent - next - type <= 46 ? MAYBE : NO;
}

/** An EtherType and the header that it announces, both right: no chance. */
function strong(inner: Likeness): Likeness {
  return inner === NO ? NO : SURE;
}
