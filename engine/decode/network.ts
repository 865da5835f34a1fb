// IP and what it carries: IPv4, IPv6 with extension headers, TCP, UDP, SCTP, ICMP. Bounds are checked before every
// read; nothing is allocated.
import { u16, u32 } from '../read/index.ts';
import { ETHERTYPE_PRP } from './ether-types.ts';
import { ipProtocolName } from './header-names.ts';
import type { InnerDecoder } from './inner-decoder.ts';
import {
  IPPROTO_AH,
  IPPROTO_DSTOPTS,
  IPPROTO_ETHERIP,
  IPPROTO_ETHERNET,
  IPPROTO_FRAGMENT,
  IPPROTO_GRE,
  IPPROTO_HIP,
  IPPROTO_HOPOPTS,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IPIP,
  IPPROTO_IPV6,
  IPPROTO_MH,
  IPPROTO_MPLS,
  IPPROTO_NONE,
  IPPROTO_ROUTING,
  IPPROTO_SCTP,
  IPPROTO_SHIM6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
} from './ip-protocols.ts';
import {
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  FRAGMENT_NONE,
  Layers,
  NET_IP4,
  NET_IP6,
  NET_NONE,
  TCPOPT_EOL,
  TCPOPT_MPTCP,
  TCPOPT_NOP,
  TCPOPT_TIMESTAMP,
} from './layers.ts';
import { P } from './protocol-ids.ts';
import { tunnelOverUdp } from './tunnels.ts';

/** How many nested headers are followed; more is treated as damage. */
export const MAX_DEPTH = 16;

/** The network half of the packet decoder; link layers, which tunnels lead back to, are the other half. */
export abstract class NetworkDecoder implements InnerDecoder {
  readonly layers = new Layers();
  protected buf: Uint8Array = new Uint8Array(0);
  /**
   * Where captured bytes end, and where the packet ended on the wire as far as records and headers tell; `sent` is
   * never before `end`.
   */
  protected end = 0;
  protected sent = 0;
  protected depth = 0;

  abstract ethernet(at: number): void;
  abstract etherType(type: number, at: number): void;
  abstract mpls(at: number): void;
  abstract gre(at: number): void;
  abstract llc(at: number): void;
  abstract wlan(at: number, padded?: boolean, swapped?: boolean): void;
  abstract nsh(at: number): void;
  abstract frameRelay(at: number): void;
  abstract link(link: number, at: number): void;
  abstract pppInside(at: number): void;

  protected u16(at: number): number {
    return u16(this.buf, at);
  }
  protected u32(at: number): number {
    return u32(this.buf, at);
  }
  protected cut(protocol: number): void {
    this.layers.damaged = true;
    this.layers.protocol = protocol;
  }

  /** A header says where the packet ends; bytes after that do not belong to it. */
  protected bound(at: number): void {
    if (at >= this.sent) return;
    this.sent = at;
    if (at < this.end) this.end = at;
  }

  /** IP of either version, told by its first bits. */
  ip(at: number): void {
    const version = at < this.end ? this.buf[at]! >> 4 : 0;
    if (version === 4) this.ip4(at);
    else if (version === 6) this.ip6(at);
  }

  /**
   * Where a packet ends whose length field is 0, as segmentation offload leaves it: the frame's length on the wire is
   * believed, less the trailer of the Parallel Redundancy Protocol (IEC 62439-3, 4.2.7: sequence, LAN, size, 0x88fb).
   */
  private unsaidEnd(at: number): number {
    const t = this.sent - 6;
    if (this.sent !== this.end || t < at + 20 || this.u16(t + 4) !== ETHERTYPE_PRP) return this.sent;
    const lan = this.buf[t + 2]! >> 4;
    return (lan === 10 || lan === 11) && (this.u16(t + 2) & 0xfff) === this.sent - at ? t : this.sent;
  }

  ip4(at: number): void {
    const l = this.layers;
    const b = this.buf;
    if (++this.depth > MAX_DEPTH) return this.cut(P.IPv4);
    if (this.end - at < 20) return this.cut(P.IPv4);
    const header = (b[at]! & 15) * 4;
    if (b[at]! >> 4 === 6) return this.ip6(at);
    if (b[at]! >> 4 !== 4) return this.cut(P.IPv4);
    if (header < 20) return this.cut(P.IPv4);
    const total = this.u16(at + 2);
    if (l.net !== NET_NONE) this.outer();
    l.net = NET_IP4;
    l.sourceAt = at + 12;
    l.destinationAt = at + 16;
    l.hopLimit = b[at + 8]!;
    l.hasPorts = false;
    const protocol = b[at + 9]!;
    l.ipProtocol = protocol;
    l.protocol = P.IPv4;
    if (total !== 0 && total < header) {
      l.damaged = true;
      return;
    }
    if (at + header > this.end) {
      l.damaged = true;
      return;
    }
    const wireEnd = total === 0 ? this.unsaidEnd(at) : at + total;
    this.bound(wireEnd);
    const fragmentField = this.u16(at + 6);
    if ((fragmentField & 0x3fff) !== 0) {
      l.fragmentId = this.u16(at + 4);
      l.fragmentEnds = (fragmentField & 0x2000) === 0;
      if (fragmentField & 0x1fff) return this.laterFragment(at + header, wireEnd);
      l.fragment = FRAGMENT_FIRST;
    } else {
      l.fragment = FRAGMENT_NONE;
    }
    this.transport(protocol, at + header, wireEnd);
  }

  protected laterFragment(at: number, wireEnd: number): void {
    const l = this.layers;
    l.fragment = FRAGMENT_LATER;
    l.icmpType = 0;
    l.icmpCode = 0;
    l.transportAt = l.payloadAt = at;
    l.payloadLength = Math.max(0, this.end - at);
    l.payloadWire = Math.max(0, wireEnd - at);
  }

  /** Another IP header follows: what was the innermost is around it. */
  private outer(): void {
    const l = this.layers;
    l.outerNet = l.net;
    l.outerSourceAt = l.sourceAt;
    l.outerDestinationAt = l.destinationAt;
  }

  ip6(at: number): void {
    const l = this.layers;
    const b = this.buf;
    if (++this.depth > MAX_DEPTH || this.end - at < 40 || b[at]! >> 4 !== 6) return this.cut(P.IPv6);
    const length = this.u16(at + 4);
    if (l.net !== NET_NONE) this.outer();
    l.net = NET_IP6;
    l.sourceAt = at + 8;
    l.destinationAt = at + 24;
    l.hopLimit = b[at + 7]!;
    l.hasPorts = false;
    l.fragment = FRAGMENT_NONE;
    l.protocol = P.IPv6;
    let next = b[at + 6]!;
    const wireEnd = length === 0 ? this.unsaidEnd6(at, next) : at + 40 + length;
    this.bound(wireEnd);
    let here = at + 40;
    // As many headers as the packet has room for: each is of 8 bytes at least.
    while (true) {
      l.ipProtocol = next;
      if (isExtension(next)) {
        if (this.end - here < 8) {
          l.damaged = true;
          return;
        }
        if (next === IPPROTO_MH) l.protocol = P.MIPv6;
        next = b[here]!;
        here += (b[here + 1]! + 1) * 8;
      } else if (next === IPPROTO_AH) {
        if (this.end - here < 8) {
          l.damaged = true;
          return;
        }
        next = b[here]!;
        here += (b[here + 1]! + 2) * 4;
      } else if (next === IPPROTO_FRAGMENT) {
        if (this.end - here < 8) {
          l.damaged = true;
          return;
        }
        const offset = this.u16(here + 2);
        next = b[here]!;
        l.ipProtocol = next;
        l.fragmentId = this.u32(here + 4);
        here += 8;
        l.fragmentEnds = (offset & 1) === 0;
        if (offset & 0xfff8) return this.laterFragment(here, wireEnd);
        if (offset & 1) l.fragment = FRAGMENT_FIRST;
      } else {
        break;
      }
      if (here > this.end) {
        l.damaged = true;
        return;
      }
    }
    l.ipProtocol = next;
    this.transport(next, here, wireEnd);
  }

  /**
   * Payload length 0: a jumbo payload option says it (RFC 2675, 2), no next header means none, else offload left it
   * out.
   */
  private unsaidEnd6(at: number, next: number): number {
    if (next === IPPROTO_NONE) return at + 40;
    if (next !== IPPROTO_HOPOPTS || this.end - at < 48) return this.unsaidEnd(at);
    const b = this.buf;
    const end = Math.min(this.end, at + 48 + b[at + 41]! * 8);
    for (let p = at + 42; p + 6 <= end;) {
      if (b[p] === 0xc2 && b[p + 1] === 4) return at + 40 + this.u32(p + 2);
      p += b[p] === 0 ? 1 : 2 + b[p + 1]!;
    }
    return this.unsaidEnd(at);
  }

  protected transport(protocol: number, at: number, wireEnd: number): void {
    this.layers.transportAt = at;
    switch (protocol) {
      case IPPROTO_TCP:
        return this.tcp(at, wireEnd);
      case IPPROTO_UDP:
      case IPPROTO_UDPLITE:
        return this.udp(protocol, at, wireEnd);
      case IPPROTO_ICMP:
      case IPPROTO_ICMPV6:
        return this.icmp(protocol, at, wireEnd);
      case IPPROTO_SCTP:
        return this.sctp(at, wireEnd);
      case IPPROTO_AH:
        return this.authenticated(at, wireEnd);
      case IPPROTO_IPIP:
      case IPPROTO_IPV6:
      case IPPROTO_GRE:
      case IPPROTO_MPLS:
      case IPPROTO_ETHERIP:
      case IPPROTO_ETHERNET:
        return this.inside(protocol, at, wireEnd);
      default:
        return this.undecoded(protocol, at, wireEnd);
    }
  }

  private tcp(at: number, wireEnd: number): void {
    const l = this.layers;
    const b = this.buf;
    l.protocol = P.TCP;
    this.ports(at);
    if (this.end - at < 20) {
      l.damaged = true;
      return;
    }
    l.tcpSequence = this.u32(at + 4);
    l.tcpAcknowledgement = this.u32(at + 8);
    l.tcpFlags = b[at + 13]!;
    l.tcpWindow = this.u16(at + 14);
    const header = (b[at + 12]! >> 4) * 4;
    if (header < 20) {
      l.damaged = true;
      return;
    }
    l.tcpOptionsAt = at + 20;
    l.tcpOptionsEnd = Math.min(at + header, this.end);
    if (header > 20 && this.hasMultipath(at + 20, l.tcpOptionsEnd)) l.protocol = P.MPTCP;
    this.payload(at + header, wireEnd);
  }

  private udp(protocol: number, at: number, wireEnd: number): void {
    const l = this.layers;
    l.protocol = protocol === IPPROTO_UDPLITE ? P.UDPLite : P.UDP;
    this.ports(at);
    if (this.end - at < 8) {
      l.damaged = true;
      return;
    }
    const length = this.u16(at + 4);
    let udpEnd = wireEnd;
    if (length >= 8 && at + length < wireEnd && l.fragment === FRAGMENT_NONE) udpEnd = at + length;
    this.bound(udpEnd);
    this.payload(at + 8, udpEnd);
    if (length > 0 && length < 8) {
      l.damaged = true;
      return;
    }
    if (l.fragment === FRAGMENT_NONE && l.payloadLength > 0) tunnelOverUdp(this, this.buf, this.end);
  }

  private sctp(at: number, wireEnd: number): void {
    const l = this.layers;
    l.protocol = P.SCTP;
    this.ports(at);
    this.payload(at + 12, wireEnd);
    // The first chunk, when it is DATA, names its user (RFC 9260, 3.3.1; M3UA is identifier 3).
    if (this.end - at >= 28 && this.buf[at + 12] === 0 && this.u32(at + 24) === 3) l.protocol = P.M3UA;
  }

  private icmp(protocol: number, at: number, wireEnd: number): void {
    const l = this.layers;
    l.protocol = protocol === IPPROTO_ICMP ? P.ICMP : P.ICMPv6;
    if (this.end - at < 2) {
      l.damaged = true;
      return;
    }
    l.icmpType = this.buf[at]!;
    l.icmpCode = this.buf[at + 1]!;
    this.payload(at + (this.end - at < 8 ? this.end - at : 8), wireEnd);
  }

  /** Authentication header (RFC 4302, 2): next protocol, length in words less two. */
  private authenticated(at: number, wireEnd: number): void {
    const l = this.layers;
    l.protocol = P.AH;
    const next = at + 12 <= this.end ? at + (this.buf[at + 1]! + 2) * 4 : this.end + 1;
    if (next > this.end || ++this.depth > MAX_DEPTH) {
      l.damaged = true;
      return;
    }
    l.ipProtocol = this.buf[at]!;
    this.transport(this.buf[at]!, next, wireEnd);
  }

  /** IP protocols that carry packets or frames. Of a fragment there is nothing inside to be read. */
  private inside(protocol: number, at: number, wireEnd: number): void {
    const l = this.layers;
    const whole = l.fragment === FRAGMENT_NONE;
    if (protocol === IPPROTO_ETHERIP || protocol === IPPROTO_ETHERNET) {
      // EtherIP (RFC 3378): 16 bits, in which senders put the version in either nibble, then the frame. 143 has none.
      this.payload(at, wireEnd);
      l.protocol = protocol === IPPROTO_ETHERIP ? P.ETHERIP : P.Ethernet;
      if (!whole || this.end - at < 16) return;
      l.tunnels++;
      return this.ethernet(protocol === IPPROTO_ETHERIP ? at + 2 : at);
    }
    if (!whole) return;
    if (protocol === IPPROTO_GRE) return this.gre(at);
    if (protocol === IPPROTO_MPLS) return this.mpls(at);
    l.tunnels++;
    if (protocol === IPPROTO_IPIP) this.ip4(at);
    else this.ip6(at);
  }

  private undecoded(protocol: number, at: number, wireEnd: number): void {
    const l = this.layers;
    this.payload(at, wireEnd);
    if (l.protocol === P.MIPv6 && protocol === IPPROTO_NONE) return;
    l.protocol = ipProtocolName(protocol, l.net === NET_IP6, this.buf, at, this.end);
  }

  /** Multipath TCP (RFC 8684). Options that are time stamps alone are passed over at a glance. */
  private hasMultipath(at: number, end: number): boolean {
    const b = this.buf;
    if (end - at === 12 && b[at] === TCPOPT_NOP && b[at + 2] === TCPOPT_TIMESTAMP) return false;
    for (let p = at; p < end;) {
      const kind = b[p]!;
      if (kind === TCPOPT_MPTCP) return true;
      if (kind === TCPOPT_EOL) return false;
      if (kind === TCPOPT_NOP) {
        p++;
        continue;
      }
      const size = p + 1 < end ? b[p + 1]! : 0;
      if (size === 0) return false;
      p += size;
    }
    return false;
  }

  private ports(at: number): void {
    const l = this.layers;
    if (this.end - at < 4) {
      l.damaged = true;
      return;
    }
    l.hasPorts = true;
    l.sourcePort = this.u16(at);
    l.destinationPort = this.u16(at + 2);
  }

  protected payload(at: number, wireEnd: number): void {
    const l = this.layers;
    if (at > this.end) {
      l.damaged = at > wireEnd || l.damaged;
      l.payloadAt = this.end;
      l.payloadLength = 0;
    } else {
      l.payloadAt = at;
      l.payloadLength = this.end - at;
    }
    l.payloadWire = wireEnd > at ? wireEnd - at : 0;
  }
}

/** Extension headers that tell their length in words of 8 bytes, less one (RFC 8200, 4; RFC 6275, 6.1). */
function isExtension(next: number): boolean {
  return (
    next === IPPROTO_HOPOPTS ||
    next === IPPROTO_ROUTING ||
    next === IPPROTO_DSTOPTS ||
    next === IPPROTO_MH ||
    next === IPPROTO_HIP ||
    next === IPPROTO_SHIM6
  );
}
