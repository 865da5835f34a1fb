// Generic Routing Encapsulation (RFC 2784, 2890, 1701) and what vendors put into it.
import { ETHERTYPE_IP4, ETHERTYPE_IP6, NetworkDecoder } from './network.ts';
import { P } from './protocol-ids.ts';

const TRANSPARENT_ETHERNET = 0x6558;
/** MikroTik's Ethernet over IP: version 1, the key holds the payload's length and, little-endian, the tunnel's id. */
const EOIP = 0x6400;

export abstract class GreDecoder extends NetworkDecoder {
  gre(at: number): void {
    const l = this.layers;
    l.protocol = P.GRE;
    if (this.end - at < 4) return this.cut(P.GRE);
    const flags = this.u16(at);
    const type = this.u16(at + 2);
    const version = flags & 7;
    let header = at + 4;
    if (flags & 0xc000) header += 4;
    const keyAt = header;
    if (flags & 0x2000) header += 4;
    if (flags & 0x1000) header += 4;
    if (version === 1 && flags & 0x80) header += 4;
    if (flags & 0x4000) header = this.behindRoutes(header);
    if (header > this.end) return this.cut(P.GRE);
    this.payload(header, this.sent);
    const key = flags & 0x2000 ? this.u32(keyAt) : 0;
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
    if (type === 0x880b) {
      this.layers.protocol = P.PPP;
      this.pppInside(header);
    } else if (type === EOIP) {
      this.layers.tunnel = ((key & 0xff) << 8) | ((key >>> 8) & 0xff);
      this.ethernet(header);
    }
  }

  private greInside(type: number, header: number, flags: number): void {
    const l = this.layers;
    if (type === 0x88be) {
      // ERSPAN type I has no sequence number and no header of its own; type II has both.
      const erspan = flags & 0x1000 ? 8 : 0;
      if (this.end - header >= erspan + 14) return this.ethernet(header + erspan);
      l.protocol = P.ERSPAN;
    } else if (type === 0x22eb) {
      if (this.end - header >= 26) return this.ethernet(header + 12 + (this.buf[header + 11]! & 1 ? 8 : 0));
      l.protocol = P.ERSPAN;
    } else if (type === 0x883e) {
      // WCCP: version 2 puts a redirect header of 4 bytes before the packet; its first byte has two flags and no header length.
      const first = this.buf[header]!;
      this.ip4(first >> 4 === 4 && (first & 15) >= 5 ? header : header + 4);
    } else if (type === EOIP) {
      this.ethernet(header);
    } else if (type === 0x6559) {
      this.frameRelay(header);
    } else if (type >= 0x8200 && type <= 0x8370 && (type & 15) === 0) {
      // Aruba and HP ProCurve: 802.11 frames as the access point hears them.
      this.wlan(header);
    } else if (type === 0x880b) {
      l.protocol = P.PPP;
      this.pppInside(header);
    } else {
      this.etherType(type, header);
      if (l.protocol === P.Ethernet) l.protocol = P.GRE;
    }
  }
}

const KEYED = new Set([ETHERTYPE_IP4, ETHERTYPE_IP6, TRANSPARENT_ETHERNET, EOIP, 0x8847, 0x8848, 0x8100]);
