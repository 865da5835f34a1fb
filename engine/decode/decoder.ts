// Link layers: from a packet's first byte to its IP header. Tunnels come back here from the network half.
import type { Layers } from './layers.ts';
import { ETHERTYPE_IP4, ETHERTYPE_IP6, MAX_DEPTH, NetworkDecoder } from './network.ts';
import { etherProtocol, llcProtocol, osiName, P, protocolId } from './protocol-ids.ts';

export class PacketDecoder extends NetworkDecoder {
  /** Decodes `buf[off..off+cap)` of a link type into `layers`. */
  decode(buf: Uint8Array, off: number, cap: number, link: number): Layers {
    const l = this.layers;
    l.reset();
    this.buf = buf;
    this.end = off + cap;
    this.depth = 0;
    l.protocol = P.Ethernet;
    switch (link) {
      case 1: this.ethernet(off); break;
      case 0: case 108: this.loop(off); break;
      case 12: case 14: case 101: l.protocol = P.Raw; this.rawIp(off); break;
      case 228: this.ip4(off); break;
      case 229: this.ip6(off); break;
      case 113: this.cooked(off); break;
      case 276: this.cooked2(off); break;
      case 9: case 50: this.pppLink(off); break;
      case 104: this.ciscoHdlc(off); break;
      case 105: this.wlan(off); break;
      case 7: this.arcnet(off + 2); break;
      case 129: this.arcnet(off + 4); break;
      case 242: this.infiniband(off); break;
      case 178: this.juniperEthernet(off); break;
      case 226: this.ipnet(off); break;
      case 107: this.frameRelay(off); break;
      case 239: this.nflog(off); break;
      case 149: case 258: this.pktap(off); break;
      case 127: this.radiotap(off); break;
      case 119: case 163: this.wlanWithHeader(off, link); break;
      default: l.protocol = linkProtocol(link);
    }
    return l;
  }

  ethernet(at: number): void {
    const l = this.layers;
    if (this.end - at < 14) return this.cut(P.Ethernet);
    l.macDestination = at;
    l.macSource = at + 6;
    const type = this.u16(at + 12);
    if (type === ETHERTYPE_IP4) return this.ip4(at + 14);
    if (type < 0x600) {
      // 802.3: the length bounds what follows; padding is not payload. A length of 0 with IPX's mark is raw 802.3.
      if (at + 14 + type < this.end && type > 0) this.end = at + 14 + type;
      return this.llc(at + 14);
    }
    this.etherType(type, at + 14);
  }

  etherType(type: number, at: number): void {
    const l = this.layers;
    if (++this.depth > MAX_DEPTH) return this.cut(P.Ethernet);
    switch (type) {
      case ETHERTYPE_IP4: return this.ip4(at);
      case ETHERTYPE_IP6: return this.ip6(at);
      case 0x8100: case 0x88a8: case 0x9100: case 0x9200: {
        if (this.end - at < 4) return this.cut(P.VLAN);
        l.vlan = this.u16(at) & 0xfff;
        const inner = this.u16(at + 2);
        l.protocol = P.VLAN;
        return inner < 0x600 ? this.llc(at + 4) : this.etherType(inner, at + 4);
      }
      case 0x8847: case 0x8848: return this.mpls(at);
      case 0x8926: case 0x893f: {
        // VN-Tag and E-Tag: a tag of 4 or 6 bytes, then the EtherType of what follows.
        const size = type === 0x8926 ? 4 : 6;
        l.protocol = P.VNTag;
        return this.end - at < size + 2 ? this.cut(P.VNTag) : this.etherType(this.u16(at + size), at + size + 2);
      }
      case 0x8903: return this.ethernet(at + 2);
      case 0x88e7: return this.ethernet(at + 4);
      case 0x894f: return this.nsh(at);
      case 0x88e5: return this.macsec(at);
      case 0x8864: return this.pppoe(at);
      case 0x6558: return this.ethernet(at);
      default: l.protocol = etherProtocol(type, this.buf, at, this.end);
    }
  }

  /** MACsec (IEEE 802.1AE, 9.3): with integrity only, the frame goes on behind the tag. */
  private macsec(at: number): void {
    this.layers.protocol = P.MACSEC;
    if (this.end - at < 8) return this.cut(P.MACSEC);
    const flags = this.buf[at]!;
    const header = flags & 0x20 ? 14 : 6;
    if (flags & 0x0c || this.end - at < header + 2 + 16) return;
    this.end -= 16;
    this.etherType(this.u16(at + header), at + header + 2);
  }

  /** Network Service Header (RFC 8300, 2.2). */
  private nsh(at: number): void {
    this.layers.protocol = P.NSH;
    if (this.end - at < 8) return this.cut(P.NSH);
    const header = (this.buf[at + 1]! & 0x3f) * 4;
    const next = this.buf[at + 3];
    if (header < 8 || at + header > this.end) return this.cut(P.NSH);
    if (next === 1) this.ip4(at + header);
    else if (next === 2) this.ip6(at + header);
    else if (next === 3) this.ethernet(at + header);
  }

  /** Frame Relay (RFC 2427): two to four address bytes, control, network layer protocol id. */
  private frameRelay(at: number): void {
    const l = this.layers;
    l.protocol = P.FrameRelay;
    if (this.end - at < 4) return this.cut(P.FrameRelay);
    let p = at;
    while (p < this.end - 2 && (this.buf[p]! & 1) === 0 && p - at < 3) p++;
    // In longer addresses bit 1 of the last byte says that it holds DL-CORE control: nothing is told of the payload then (Q.922, 3.3.4).
    if (p - at >= 2 && this.buf[p]! & 2) return;
    p++;
    if (this.end - p >= 2 && (this.u16(p) === ETHERTYPE_IP4 || this.u16(p) === ETHERTYPE_IP6)) return this.etherType(this.u16(p), p + 2);
    p++;
    if (p < this.end && this.buf[p] === 0) p++;
    if (p >= this.end) return;
    switch (this.buf[p]) {
      case 0xcc: return this.ip4(p + 1);
      case 0x8e: return this.ip6(p + 1);
      case 0x80: return this.end - p >= 6 ? this.etherType(this.u16(p + 4), p + 6) : this.cut(P.FrameRelay);
      case 0x81: case 0x82: case 0x83: l.protocol = osiName(this.buf, p, this.end); return;
      default:
    }
  }

  /** ARCNET from its protocol byte on: RFC 1051 puts the packet right behind, RFC 1201 after a fragment header. */
  private arcnet(at: number): void {
    this.layers.protocol = P.ARCNET;
    if (this.end - at < 5) return this.cut(P.ARCNET);
    const kind = this.buf[at]!;
    const next = this.buf[at + 1] === 0xff ? at + 8 : at + 4;
    if (kind === 240) this.ip4(at + 1);
    else if (kind === 241) this.layers.protocol = P.ARP;
    else if (kind === 212) this.ip4(next);
    else if (kind === 213) this.layers.protocol = P.ARP;
    else if (kind === 196) this.ip6(next);
    else if (kind === 221) this.layers.protocol = P.DDP;
  }

  /** Juniper's Ethernet captures: 'MGC', flags, and with 0x80 a length and extensions, before the frame. */
  private juniperEthernet(at: number): void {
    this.layers.protocol = P.Unknown;
    if (this.end - at < 6 || this.buf[at] !== 0x4d || this.buf[at + 1] !== 0x47 || this.buf[at + 2] !== 0x43) return;
    const flags = this.buf[at + 3]!;
    const header = flags & 0x80 ? 6 + this.u16(at + 4) : 4;
    if (at + header <= this.end && (flags & 2) === 0) this.ethernet(at + header);
  }

  /** Solaris IPNET: a header of 24 bytes whose second byte is the address family. */
  private ipnet(at: number): void {
    this.layers.protocol = P.Unknown;
    if (this.end - at < 24) return this.cut(P.Unknown);
    this.rawIp(at + 24);
  }

  /** IP over InfiniBand: a global routing header of 40 bytes, type, reserved (RFC 4391, 4). */
  private infiniband(at: number): void {
    this.layers.protocol = P.Unknown;
    if (this.end - at < 44) return this.cut(P.Unknown);
    this.etherType(this.u16(at + 40), at + 44);
  }

  /** NFLOG: family, version, resource id, then attributes; 9 is the packet. */
  private nflog(at: number): void {
    this.layers.protocol = P.NFLOG;
    for (let p = at + 4; p + 4 <= this.end; ) {
      const size = this.buf[p]! | (this.buf[p + 1]! << 8);
      if (size < 4 || p + size > this.end) return;
      if (this.buf[p + 2] === 9 && this.buf[p + 3] === 0) {
        this.end = p + size;
        return this.rawIp(p + 4);
      }
      p += (size + 3) & ~3;
    }
  }

  /** Apple's PKTAP: its own length, then the link type of what follows. */
  private pktap(at: number): void {
    const little = (p: number): number => this.buf[p]! | (this.buf[p + 1]! << 8) | (this.buf[p + 2]! << 16);
    this.layers.protocol = P.Unknown;
    if (this.end - at < 12) return this.cut(P.Unknown);
    const header = little(at);
    const link = little(at + 8);
    if (header < 12 || at + header > this.end) return this.cut(P.Unknown);
    if (link === 1) this.ethernet(at + header);
    else if (link === 0) this.loop(at + header);
    else if (link === 12 || link === 101) this.rawIp(at + header);
  }

  private llc(at: number): void {
    const l = this.layers;
    l.protocol = P.LLC;
    if (this.end - at < 3) return;
    const dsap = this.buf[at]!;
    if (dsap === 0xaa && this.buf[at + 1] === 0xaa && this.end - at >= 8) {
      const oui = (this.buf[at + 3]! << 16) | this.u16(at + 4);
      const type = this.u16(at + 6);
      if (oui === 0 || oui === 0xf8) return this.etherType(type, at + 8);
      if (oui === 0x80c2 && (type === 1 || type === 7)) return this.ethernet(at + 8);
      l.protocol = llcProtocol(dsap, oui, type);
      return;
    }
    if (dsap === 0x06 && this.buf[at + 1] === 0x06) return this.ip4(at + 3);
    if (dsap === 0x42 && this.isGarp(at + 3)) {
      // The address tells the application (IEEE 802.1D-2004, table 12-1).
      l.protocol = this.buf[l.macDestination + 5] === 0x20 ? P.GMRP : P.GVRP;
      return;
    }
    l.protocol = llcProtocol(dsap, -1, this.buf[at + 1]!, this.buf, at, this.end);
  }

  /** A GARP PDU (IEEE 802.1D-2004, 12.10): protocol identifier 1, sent to 01-80-C2-00-00-20 or -21. */
  private isGarp(at: number): boolean {
    const to = this.layers.macDestination;
    if (to < 0 || this.end - at < 2 || this.u16(at) !== 1) return false;
    return this.u32(to) === 0x0180c200 && this.buf[to + 4] === 0 && (this.buf[to + 5]! & 0xfe) === 0x20;
  }

  private loop(at: number): void {
    if (this.end - at < 4) return this.cut(P.Null);
    this.layers.protocol = P.Null;
    const big = this.u32(at);
    const family = big > 0xffff ? (((big & 0xff) << 24) | ((big & 0xff00) << 8) | ((big >>> 8) & 0xff00) | (big >>> 24)) >>> 0 : big;
    if (family === 2) return this.ip4(at + 4);
    if (family === 10 || family === 24 || family === 28 || family === 30) return this.ip6(at + 4);
    if (family > 0x600 && family <= 0xffff) return this.etherType(family, at + 4);
  }

  private rawIp(at: number): void {
    if (at >= this.end) return this.cut(P.Raw);
    const version = this.buf[at]! >> 4;
    if (version === 4) this.ip4(at);
    else if (version === 6) this.ip6(at);
  }

  private cooked(at: number): void {
    const l = this.layers;
    l.protocol = P.SLL;
    if (this.end - at < 16) return this.cut(P.SLL);
    if (this.u16(at + 4) === 6) l.macSource = at + 6;
    this.cookedProtocol(this.u16(at + 2), this.u16(at + 14), at + 16);
  }

  private cooked2(at: number): void {
    const l = this.layers;
    l.protocol = P.SLL;
    if (this.end - at < 20) return this.cut(P.SLL);
    if (this.buf[at + 11] === 6) l.macSource = at + 12;
    this.cookedProtocol(this.u16(at + 8), this.u16(at), at + 20);
  }

  private cookedProtocol(hardware: number, type: number, at: number): void {
    if (hardware === 824) { this.layers.protocol = type === 0 ? P.NetlinkRoute : P.Netlink; return; }
    if (hardware === 778 && type !== ETHERTYPE_IP4 && type !== ETHERTYPE_IP6) return this.gre(at);
    if (type === 1 || type === 4) return this.llc(at);
    // LINUX_SLL_P_CAN and LINUX_SLL_P_CANFD (tcpdump.org/linktypes).
    if (type === 12) this.layers.protocol = P.CAN;
    else if (type === 13) this.layers.protocol = P.CANFD;
    if (type >= 0x600) this.etherType(type, at);
  }

  private pppLink(at: number): void {
    this.layers.protocol = P.PPP;
    // Cisco HDLC is met under PPP's link type too: 0x0f unicast, 0x8f multicast.
    if (this.end - at >= 4 && (this.buf[at] === 0x0f || this.buf[at] === 0x8f) && this.buf[at + 1] === 0) return this.ciscoHdlc(at);
    const from = this.end - at >= 2 && this.buf[at] === 0xff && this.buf[at + 1] === 0x03 ? at + 2 : at;
    this.ppp(from);
  }

  private ciscoHdlc(at: number): void {
    this.layers.protocol = P.CHDLC;
    if (this.end - at < 4) return this.cut(P.CHDLC);
    if (this.u16(at + 2) === 0x8035) this.layers.protocol = P.SLARP;
    else if (this.buf[at] === 0x0f || this.buf[at] === 0x8f) this.etherType(this.u16(at + 2), at + 4);
    else if (this.buf[at] === 0xff) this.ppp(at + 2);
    else this.etherType(this.u16(at + 2), at + 4);
  }

  private ppp(at: number): void {
    const l = this.layers;
    if (++this.depth > MAX_DEPTH || at >= this.end) return;
    let type = this.buf[at]!;
    let next = at + 1;
    if ((type & 1) === 0) {
      if (this.end - at < 2) return;
      type = this.u16(at);
      next = at + 2;
    }
    switch (type) {
      case 0x21: return this.ip4(next);
      case 0x57: return this.ip6(next);
      case 0x281: return this.mpls(next);
      case 0x23: l.protocol = osiName(this.buf, next, this.end, 'PPP OSI'); return;
      default: l.protocol = pppProtocol(type);
    }
  }

  private pppoe(at: number): void {
    this.layers.protocol = P.PPPoES;
    if (this.end - at < 8) return this.cut(P.PPPoES);
    const length = this.u16(at + 4);
    if (at + 6 + length < this.end) this.end = at + 6 + length;
    this.layers.protocol = P.PPP;
    this.ppp(at + 6);
  }

  protected mpls(at: number): void {
    this.layers.protocol = P.MPLS;
    let label = at;
    do {
      if (this.end - label < 4) return this.cut(P.MPLS);
      label += 4;
    } while ((this.buf[label - 2]! & 1) === 0);
    if (label >= this.end) return;
    const nibble = this.buf[label]! >> 4;
    if (nibble === 4) this.ip4(label);
    else if (nibble === 6) this.ip6(label);
    else if (this.end - label >= 18 && this.u32(label) >>> 16 === 0) this.ethernet(label + 4);
    else if (nibble === 1) this.layers.protocol = P.PWACH;
    else if (this.end - label >= 14) this.ethernet(label);
  }

  private radiotap(at: number): void {
    this.layers.protocol = P.Wlan;
    if (this.end - at < 8) return this.cut(P.Wlan);
    const length = this.buf[at + 2]! | (this.buf[at + 3]! << 8);
    if (at + length > this.end) return this.cut(P.Wlan);
    // Bit 1 of the first presence word is the flags field; its bit 0x10 says that a frame check sequence ends the frame.
    const present = this.buf[at + 4]!;
    const extended = (this.buf[at + 7]! & 0x80) !== 0;
    const flagsAt = at + 8 + (extended ? 4 : 0) + (present & 1 ? 8 : 0);
    if (present & 2 && flagsAt < at + length && this.buf[flagsAt]! & 0x10 && this.end - at - length >= 4) this.end -= 4;
    this.wlan(at + length);
  }

  private wlanWithHeader(at: number, link: number): void {
    this.layers.protocol = P.Wlan;
    if (this.end - at < 8) return this.cut(P.Wlan);
    const length = this.u32(at + 4);
    const size = link === 119 && this.u32(at) >>> 8 !== 0x802110 ? 144 : length;
    if (size < 8 || at + size > this.end) return this.cut(P.Wlan);
    this.wlan(at + size);
  }

  private wlan(at: number): void {
    const l = this.layers;
    l.protocol = P.Wlan;
    if (this.end - at < 10) return this.cut(P.Wlan);
    const type = (this.buf[at]! >> 2) & 3;
    const subtype = this.buf[at]! >> 4;
    const flags = this.buf[at + 1]!;
    if (type === 1) {
      l.macDestination = at + 4;
      if (this.end - at >= 16 && subtype !== 12 && subtype !== 13) l.macSource = at + 10;
      return;
    }
    if (this.end - at < 24) return;
    const toDs = flags & 1;
    const fromDs = flags & 2;
    l.macDestination = at + (toDs ? 16 : 4);
    l.macSource = at + (fromDs ? (toDs ? 24 : 16) : 10);
    let header = toDs && fromDs ? 30 : 24;
    if (type !== 2 || (subtype & 4) !== 0) return;
    if (subtype & 8) {
      const qosAt = at + header;
      header += 2;
      if (flags & 0x80) header += 4;
      if (qosAt < this.end && this.buf[qosAt]! & 0x80) return;
    }
    if (flags & 0x40 || at + header >= this.end) return;
    this.llc(at + header);
  }

  private pppLinkInside(at: number): void {
    this.ppp(this.end - at >= 2 && this.buf[at] === 0xff && this.buf[at + 1] === 0x03 ? at + 2 : at);
  }

  /** For tunnels over UDP: PPP inside of L2TP. */
  pppInside(at: number): void {
    this.layers.protocol = P.PPP;
    this.pppLinkInside(at);
  }
}

function linkProtocol(link: number): number {
  return LINKS[link] ?? P.Unknown;
}

const LINKS: Record<number, number> = {
  6: P.TokenRing, 123: P.ATM, 137: P.JuniperAtm1, 10: P.FDDI, 143: P.DOCSIS, 147: P.Unknown, 177: P.LAPD, 187: P.HCI, 201: P.HCI, 189: P.USB, 220: P.USB, 249: P.USB, 186: P.USB,
  195: P.Zigbee, 215: P.Zigbee, 230: P.Zigbee, 283: P.Zigbee, 227: P.CAN, 251: P.BLE, 256: P.BLE, 253: P.Netlink, 239: P.NFLOG, 140: P.MTP2, 141: P.MTP3, 199: P.IPMB, 209: P.IPMB, 237: P.BACnet, 165: P.BACnet,
};

function pppProtocol(type: number): number {
  return PPP_TYPES[type] ?? protocolId(`0x${type.toString(16).padStart(4, '0')}`);
}

const PPP_TYPES: Record<number, number> = {
  0xc021: P.PPP_LCP, 0xc023: P.PPP_PAP, 0xc223: P.PPP_CHAP, 0x8021: P.PPP_IPCP, 0x8057: P.PPP_IPV6CP, 0x80fd: P.PPP_CCP, 0xfd: P.PPP_Comp, 0xc025: P.PPP_LQR,
  0x8281: P.PPP_MPLSCP, 0x207: P.CDP, 0x8207: P.PPP_CDPCP, 0x8235: P.PPP_Comp, 0x3d: P.PPP_MP, 0x2d: P.PPP_VJ, 0x2f: P.PPP_VJ, 0xc029: P.PPP_CBCP, 0x23: P.PPP_OSI, 0x8023: P.PPP_OSINLCP, 0xc227: P.EAP, 0x8053: P.PPP_ECP, 0x59: P.PPP_MuxCP, 0x80ff: P.PPP_BCP,
};
