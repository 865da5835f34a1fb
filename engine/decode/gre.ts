// Generic Routing Encapsulation (RFC 2784, 2890, 1701) and what vendors put into it.
import {
  ETHERTYPE_ARUBA_FIRST,
  ETHERTYPE_ARUBA_LAST,
  ETHERTYPE_EOIP,
  ETHERTYPE_ERSPAN,
  ETHERTYPE_ERSPAN_III,
  ETHERTYPE_IP4,
  ETHERTYPE_IP6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
  ETHERTYPE_PPP,
  ETHERTYPE_RAW_FRAME_RELAY,
  ETHERTYPE_TRANSPARENT_ETHERNET,
  ETHERTYPE_VLAN,
  ETHERTYPE_WCCP,
} from './ether-types.ts';
import { NetworkDecoder } from './network.ts';
import { P } from './protocol-ids.ts';

/** Flags of the first word. */
const CHECKSUM_OR_ROUTING = 0xc000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
/** Version 1 only (RFC 2637, 4.1). */
const ACKNOWLEDGEMENT = 0x0080;

export abstract class GreDecoder extends NetworkDecoder {
  gre(at: number): void {
    const l = this.layers;
    l.protocol = P.GRE;
    if (this.end - at < 4) return this.cut(P.GRE);
    const flags = this.u16(at);
    const type = this.u16(at + 2);
    const version = flags & 7;
    let header = at + 4;
    if (flags & CHECKSUM_OR_ROUTING) header += 4;
    const keyAt = header;
    if (flags & KEY) header += 4;
    if (flags & SEQUENCE) header += 4;
    if (version === 1 && flags & ACKNOWLEDGEMENT) header += 4;
    if (flags & ROUTING) header = this.behindRoutes(header);
    if (header > this.end) return this.cut(P.GRE);
    this.payload(header, this.sent);
    const key = flags & KEY ? this.u32(keyAt) : 0;
    l.tunnels++;
    if (version === 1) return this.greVersion1(type, key, header);
    if (type === 0 || header >= this.end) return;
    if (KEYED.has(type)) l.tunnel = key;
    this.greInside(type, header, flags);
  }

  /** Source route entries (RFC 1701): family, offset, length, then the length's bytes; an empty one ends them. */
  private behindRoutes(at: number): number {
    for (let p = at; p + 4 <= this.end;) {
      const length = this.buf[p + 3]!;
      if (length === 0 && this.u16(p) === 0) return p + 4;
      p += 4 + length;
    }
    return this.end + 1;
  }

  private greVersion1(type: number, key: number, header: number): void {
    if (header >= this.end) return;
    if (type === ETHERTYPE_PPP) {
      this.layers.protocol = P.PPP;
      this.pppInside(header);
    } else if (type === ETHERTYPE_EOIP) {
      this.layers.tunnel = ((key & 0xff) << 8) | ((key >>> 8) & 0xff);
      this.ethernet(header);
    }
  }

  private greInside(type: number, header: number, flags: number): void {
    const l = this.layers;
    if (type === ETHERTYPE_ERSPAN) {
      // ERSPAN type I has no sequence number and no header of its own; type II has both.
      const erspan = flags & SEQUENCE ? 8 : 0;
      if (this.end - header >= erspan + 14) return this.ethernet(header + erspan);
      l.protocol = P.ERSPAN;
    } else if (type === ETHERTYPE_ERSPAN_III) {
      if (this.end - header >= 26) return this.ethernet(header + 12 + (this.buf[header + 11]! & 1 ? 8 : 0));
      l.protocol = P.ERSPAN;
    } else if (type === ETHERTYPE_WCCP) {
      // WCCP: version 2 puts a redirect header of 4 bytes before the packet; its first byte has two flags and no header
      // length.
      const first = this.buf[header]!;
      this.ip4(first >> 4 === 4 && (first & 15) >= 5 ? header : header + 4);
    } else if (type === ETHERTYPE_EOIP) {
      this.ethernet(header);
    } else if (type === ETHERTYPE_RAW_FRAME_RELAY) {
      this.frameRelay(header);
    } else if (type >= ETHERTYPE_ARUBA_FIRST && type <= ETHERTYPE_ARUBA_LAST && (type & 15) === 0) {
      // Aruba and HP ProCurve: 802.11 frames as the access point hears them.
      this.wlan(header);
    } else if (type === ETHERTYPE_PPP) {
      l.protocol = P.PPP;
      this.pppInside(header);
    } else {
      this.etherType(type, header);
      if (l.protocol === P.Ethernet) l.protocol = P.GRE;
    }
  }
}

/** What is carried under a key that tells tunnels apart. */
const KEYED = new Set([
  ETHERTYPE_IP4,
  ETHERTYPE_IP6,
  ETHERTYPE_TRANSPARENT_ETHERNET,
  ETHERTYPE_EOIP,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
  ETHERTYPE_VLAN,
]);
