// The headers that nearly all packets have: Ethernet with VLAN tags, Linux's cooked captures, bare IP; IPv4, IPv6; TCP,
// UDP, ICMP. Whatever else there is, the decoder in `engine/decode` finds: it is asked for the whole packet, and says
// what it found in the same struct. Both are compared packet by packet (engine/flow/twin.test.ts).
import { openPacket, u16at, u32at, u8at } from './bytes';
import {
  DLT_RAW,
  ETHERTYPE_FIRST,
  ETHERTYPE_IP4,
  ETHERTYPE_IP6,
  ETHERTYPE_QINQ,
  ETHERTYPE_VLAN,
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  FRAGMENT_NONE,
  IPPROTO_FRAGMENT,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
  MARK_FRAGMENT,
  MARK_LAYERS,
  NET_IP4,
  NET_IP6,
  P_ETHERNET,
  P_ICMP,
  P_ICMPV6,
  P_IPV4,
  P_IPV6,
  P_MPTCP,
  P_RAW,
  P_SLL,
  P_TCP,
  P_UDP,
  P_VLAN,
  TCPOPT_EOL,
  TCPOPT_MPTCP,
  TCPOPT_NOP,
  TCPOPT_TIMESTAMP,
} from './generated/layout';
import { l } from './layers';

/** By port: 1 where a tunnel may be behind it. Filled by the host. */
export const TUNNEL_PORTS: usize = memory.data(65_536, 16);
/** A length on the wire beyond which offsets are not counted here. */
const LONG: i32 = 1 << 28;

/** Where captured bytes end, and where the packet ended on the wire. */
let end: i32 = 0;
let sent: i32 = 0;

/**
 * Decodes a packet.
 * @param at address of its first byte
 * @param wire bytes on the wire
 * @returns false where something is met that the host's decoder knows: `l` is to be filled by it
 */
export function decode(at: usize, captured: i32, wire: u32, link: i32): bool {
  openPacket(at, captured);
  l.reset();
  if (wire > <u32>LONG) return false;
  end = captured;
  sent = <i32>wire > captured ? <i32>wire : captured;
  if (link === LINKTYPE_ETHERNET) return ethernet();
  if (link === LINKTYPE_RAW || link === DLT_RAW) {
    l.protocol = P_RAW;
    return captured > 0 && ip(0);
  }
  if (link === LINKTYPE_IPV4) return ip4(0);
  if (link === LINKTYPE_IPV6) return ip6(0);
  if (link === LINKTYPE_LINUX_SLL) return cooked();
  return false;
}

function ethernet(): bool {
  if (end < 14) return false;
  l.macDestination = 0;
  l.macSource = 6;
  l.protocol = P_ETHERNET;
  let type = u16at(12);
  let at = 14;
  while (type === ETHERTYPE_VLAN || type === ETHERTYPE_QINQ) {
    if (end - at < 4 || at > 30) return false;
    l.vlanOuter = l.vlan;
    l.vlan = u16at(at) & 0xfff;
    type = u16at(at + 2);
    l.protocol = P_VLAN;
    at += 4;
  }
  if (type === ETHERTYPE_IP4) return ip4(at);
  return type === ETHERTYPE_IP6 && ip6(at);
}

function cooked(): bool {
  l.protocol = P_SLL;
  if (end < 16) return false;
  if (u16at(4) === 6) l.macSource = 6;
  // Hardware types below this are those of ordinary networks.
  if (u16at(2) >= 256) return false;
  const type = u16at(14);
  if (type === ETHERTYPE_IP4) return ip4(16);
  return type === ETHERTYPE_IP6 && ip6(16);
}

function ip(at: i32): bool {
  const version = u8at(at) >> 4;
  if (version === 4) return ip4(at);
  return version === 6 && ip6(at);
}

function bound(at: i32): void {
  if (at >= sent) return;
  sent = at;
  if (at < end) end = at;
}

function ip4(at: i32): bool {
  if (end - at < 20) return false;
  const first = u8at(at);
  const header = (first & 15) << 2;
  if (first >> 4 !== 4 || header < 20 || at + header > end) return false;
  const total = u16at(at + 2);
  // A length of 0 is what segmentation offload leaves.
  if (total < header) return false;
  const protocol = u8at(at + 9);
  l.net = NET_IP4;
  l.sourceAt = at + 12;
  l.destinationAt = at + 16;
  l.hopLimit = u8at(at + 8);
  l.ipProtocol = protocol;
  l.protocol = P_IPV4;
  const wireEnd = at + total;
  bound(wireEnd);
  const fragments = u16at(at + 6);
  if (fragments & 0x3fff) {
    l.fragmentId = u16at(at + 4);
    l.fragmentEnds = fragments & 0x2000 ? 0 : 1;
    if (fragments & 0x1fff) {
      laterFragment(at + header, wireEnd);
      return true;
    }
    l.fragment = FRAGMENT_FIRST;
  } else {
    l.fragment = FRAGMENT_NONE;
  }
  return transport(protocol, at + header, wireEnd);
}

function laterFragment(at: i32, wireEnd: i32): void {
  l.fragment = FRAGMENT_LATER;
  l.icmpType = 0;
  l.icmpCode = 0;
  l.transportAt = l.payloadAt = at;
  l.payloadLength = end > at ? end - at : 0;
  l.payloadWire = wireEnd > at ? wireEnd - at : 0;
}

function ip6(at: i32): bool {
  if (end - at < 40 || u8at(at) >> 4 !== 6) return false;
  const length = u16at(at + 4);
  if (length === 0) return false;
  l.net = NET_IP6;
  l.sourceAt = at + 8;
  l.destinationAt = at + 24;
  l.hopLimit = u8at(at + 7);
  l.fragment = FRAGMENT_NONE;
  l.protocol = P_IPV6;
  let next = u8at(at + 6);
  const wireEnd = at + 40 + length;
  bound(wireEnd);
  let here = at + 40;
  if (next === IPPROTO_FRAGMENT) {
    if (end - here < 8) return false;
    const offset = u16at(here + 2);
    next = u8at(here);
    l.ipProtocol = next;
    l.fragmentId = u32at(here + 4);
    here += 8;
    l.fragmentEnds = offset & 1 ? 0 : 1;
    if (offset & 0xfff8) {
      laterFragment(here, wireEnd);
      return true;
    }
    if (offset & 1) l.fragment = FRAGMENT_FIRST;
  }
  l.ipProtocol = next;
  return transport(next, here, wireEnd);
}

function transport(protocol: i32, at: i32, wireEnd: i32): bool {
  l.transportAt = at;
  if (protocol === IPPROTO_TCP) return tcp(at, wireEnd);
  if (protocol === IPPROTO_UDP) return udp(at, wireEnd);
  if (protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6) return icmp(protocol, at, wireEnd);
  return false;
}

function tcp(at: i32, wireEnd: i32): bool {
  l.protocol = P_TCP;
  if (!ports(at)) return true;
  if (end - at < 20) {
    l.damaged = 1;
    return true;
  }
  l.tcpSequence = u32at(at + 4);
  l.tcpAcknowledgement = u32at(at + 8);
  l.tcpFlags = u8at(at + 13);
  l.tcpWindow = u16at(at + 14);
  const header = (u8at(at + 12) >> 4) << 2;
  if (header < 20) {
    l.damaged = 1;
    return true;
  }
  const optionsEnd = at + header < end ? at + header : end;
  l.tcpOptionsAt = at + 20;
  l.tcpOptionsEnd = optionsEnd;
  if (header > 20 && hasMultipath(at + 20, optionsEnd)) l.protocol = P_MPTCP;
  payload(at + header, wireEnd);
  return true;
}

function udp(at: i32, wireEnd: i32): bool {
  l.protocol = P_UDP;
  if (!ports(at)) return true;
  if (end - at < 8) {
    l.damaged = 1;
    return true;
  }
  const length = u16at(at + 4);
  const udpEnd = length >= 8 && at + length < wireEnd && l.fragment === FRAGMENT_NONE ? at + length : wireEnd;
  bound(udpEnd);
  payload(at + 8, udpEnd);
  if (length > 0 && length < 8) {
    l.damaged = 1;
    return true;
  }
  if (l.fragment !== FRAGMENT_NONE || l.payloadLength === 0) return true;
  return load<u8>(TUNNEL_PORTS + l.destinationPort) === 0 && load<u8>(TUNNEL_PORTS + l.sourcePort) === 0;
}

function icmp(protocol: i32, at: i32, wireEnd: i32): bool {
  l.protocol = protocol === IPPROTO_ICMP ? P_ICMP : P_ICMPV6;
  const left = end - at;
  if (left < 2) {
    l.damaged = 1;
    return true;
  }
  l.icmpType = u8at(at);
  l.icmpCode = u8at(at + 1);
  payload(at + (left < 8 ? left : 8), wireEnd);
  return true;
}

/** Multipath TCP (RFC 8684). Options that are time stamps alone are passed over at a glance. */
function hasMultipath(at: i32, optionsEnd: i32): bool {
  if (optionsEnd - at === 12 && u8at(at) === TCPOPT_NOP && u8at(at + 2) === TCPOPT_TIMESTAMP) return false;
  let p = at;
  while (p < optionsEnd) {
    const kind = u8at(p);
    if (kind === TCPOPT_MPTCP) return true;
    if (kind === TCPOPT_EOL) return false;
    if (kind === TCPOPT_NOP) {
      p++;
      continue;
    }
    const size = p + 1 < optionsEnd ? u8at(p + 1) : 0;
    if (size === 0) return false;
    p += size;
  }
  return false;
}

function ports(at: i32): bool {
  if (end - at < 4) {
    l.damaged = 1;
    return false;
  }
  l.hasPorts = 1;
  l.sourcePort = u16at(at);
  l.destinationPort = u16at(at + 2);
  return true;
}

function payload(at: i32, wireEnd: i32): void {
  if (at > end) {
    if (at > wireEnd) l.damaged = 1;
    l.payloadAt = end;
    l.payloadLength = 0;
  } else {
    l.payloadAt = at;
    l.payloadLength = end - at;
  }
  l.payloadWire = wireEnd > at ? wireEnd - at : 0;
}

/** Bytes before the IP header where nothing is tagged or wrapped; -1 for links that are walked anew. */
function plainLink(link: i32): i32 {
  switch (link) {
    case LINKTYPE_ETHERNET:
      return 14;
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      return 4;
    case DLT_RAW:
    case LINKTYPE_RAW:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
      return 0;
    case LINKTYPE_LINUX_SLL:
      return 16;
    case LINKTYPE_LINUX_SLL2:
      return 20;
    default:
      return -1;
  }
}

/**
 * MARK_LAYERS and MARK_FRAGMENT as they hold for the packet: the columns tell those whole that have one IP header right
 * behind a plain link layer, with TCP or UDP in it.
 */
export function layerMarks(link: i32): i32 {
  if (l.fragment !== FRAGMENT_NONE) return MARK_LAYERS | MARK_FRAGMENT;
  const before = plainLink(link);
  if (before < 0 || l.damaged || l.tunnels !== 0 || l.vlan !== -1) return MARK_LAYERS;
  if (l.ipProtocol !== IPPROTO_TCP && l.ipProtocol !== IPPROTO_UDP) return MARK_LAYERS;
  const source = before + (l.net === NET_IP4 ? 12 : 8);
  return l.hasPorts && l.sourceAt === source ? 0 : MARK_LAYERS;
}
