// Link layers: from a packet's first byte to its IP header. Tunnels come back here from the network half.
import type { Layers } from './layers.ts';
import { ETHERTYPE_IP4, ETHERTYPE_IP6, MAX_DEPTH } from './network.ts';
import { etherProtocol, llcProtocol, osiName, P, protocolId } from './protocol-ids.ts';
import {
  BEHIND_CHANNEL,
  BEHIND_CONTROL_WORD,
  BEHIND_ETHERNET,
  BEHIND_IP4,
  BEHIND_IP6,
  behindLabels,
} from './pseudowire.ts';
import { lwapp, tzsp } from './tunnels.ts';
import { WlanDecoder } from './wlan.ts';

export class PacketDecoder extends WlanDecoder {
  /**
   * Decodes `buf[off..off+cap)` of a pcap link type into `layers`.
   * @param wire length of the packet on the wire: what a header does not say is told by it
   */
  decode(buf: Uint8Array, off: number, cap: number, link: number, wire = cap): Layers {
    const l = this.layers;
    l.reset();
    this.buf = buf;
    this.end = off + cap;
    this.sent = off + (wire > cap ? wire : cap);
    this.depth = 0;
    l.protocol = P.Ethernet;
    this.link(link, off);
    return l;
  }

  link(link: number, off: number): void {
    const l = this.layers;
    switch (link) {
      case 1:
        return this.ethernet(off);
      case 0:
      case 108:
        return this.loop(off);
      case 12:
      case 14:
      case 101:
        l.protocol = P.Raw;
        return this.rawIp(off);
      case 228:
        return this.ip4(off);
      case 229:
        return this.ip6(off);
      case 113:
        return this.cooked(off);
      case 276:
        return this.cooked2(off);
      case 9:
      case 50:
        return this.pppLink(off);
      case 51:
        return this.pppoe(off);
      case 104:
        return this.ciscoHdlc(off);
      case 105:
        return this.wlan(off);
      case 7:
        return this.arcnet(off + 2);
      case 129:
        return this.arcnet(off + 4);
      case 242:
        return this.infiniband(off);
      case 178:
        return this.juniperEthernet(off);
      case 226:
        return this.ipnet(off);
      case 107:
        return this.frameRelay(off);
      case 239:
        return this.nflog(off);
      case 149:
      case 258:
        return this.pktap(off);
      case 127:
        return this.radiotap(off);
      case 119:
      case 163:
        return this.wlanWithHeader(off, link);
      case 192:
        return ++this.depth > MAX_DEPTH ? this.cut(P.Unknown) : this.ppi(off);
      case 128:
        return ++this.depth > MAX_DEPTH ? this.cut(P.TZSP) : tzsp(this, this.buf, off, this.end);
      case 100:
        return this.llc(off);
      case 6:
        return this.tokenRing(off);
      case 10:
        return this.fddi(off);
      case 109:
        return this.openBsdEnc(off);
      case 117:
        return this.packetFilterLog(off);
      case 122:
        return this.fibreChannelIp(off);
      default:
        l.protocol = linkProtocol(link);
    }
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
      if (type > 0) this.bound(at + 14 + type);
      return this.llc(at + 14);
    }
    this.etherType(type, at + 14);
  }

  etherType(type: number, at: number): void {
    const l = this.layers;
    if (++this.depth > MAX_DEPTH) return this.cut(P.Ethernet);
    switch (type) {
      case ETHERTYPE_IP4:
        return this.ip4(at);
      case ETHERTYPE_IP6:
        return this.ip6(at);
      case 0x8100:
      case 0x88a8:
      case 0x9100:
      case 0x9200: {
        if (this.end - at < 4) return this.cut(P.VLAN);
        l.vlanOuter = l.vlan;
        l.vlan = this.u16(at) & 0xfff;
        const inner = this.u16(at + 2);
        l.protocol = P.VLAN;
        return inner < 0x600 ? this.llc(at + 4) : this.etherType(inner, at + 4);
      }
      case 0x8847:
      case 0x8848:
        return this.mpls(at);
      case 0x8926:
      case 0x893f: {
        // VN-Tag and E-Tag: a tag of 4 or 6 bytes, then the EtherType of what follows.
        const size = type === 0x8926 ? 4 : 6;
        l.protocol = P.VNTag;
        return this.end - at < size + 2 ? this.cut(P.VNTag) : this.etherType(this.u16(at + size), at + size + 2);
      }
      case 0x8903:
        return this.ethernet(at + 2);
      case 0x88e7:
        return this.ethernet(at + 4);
      case 0x894f:
        return this.nsh(at);
      case 0x88e5:
        return this.macsec(at);
      case 0x8864:
        return this.pppoe(at);
      case 0x6558:
        return this.ethernet(at);
      case 0x8870:
        return this.llc(at);
      case 0x80d5:
        return this.llc(at + 3);
      case 0x8988:
        return this.tagged(P.TTag, at, 6);
      case 0x8909:
        return this.tagged(P.CMD, at, 6);
      case 0x892f:
        return this.tagged(P.HSR, at, 4);
      case 0xf1c1:
        return this.tagged(P.RTag, at, 4);
      case 0x88de:
        return this.tagged(P.Ethernet, at, 22);
      case 0xd28b:
        return this.arista(at);
      case 0x22f3:
        return this.trill(at);
      case 0x2452:
        return this.wlan(at);
      case 0x88bb:
      case 0xbbbb:
        return lwapp(this, this.buf, at, this.end);
      case 0x4305:
        return this.batman(at);
      case 0xe555:
        return this.end - at < 52 ? this.cut(P.Ethernet) : this.ethernet(at + 38);
      default:
        l.protocol = etherProtocol(type, this.buf, at, this.end);
    }
  }

  /** A tag of so many bytes, then the EtherType of what follows: Cisco's TTag and metadata (SGT), HSR (IEC 62439-3, 5.6), R-TAG (IEEE 802.1CB, 7.8). */
  private tagged(protocol: number, at: number, size: number): void {
    this.layers.protocol = protocol;
    if (this.end - at < size + 2) return this.cut(protocol);
    const type = this.u16(at + size);
    // A length in place of a type: LLC, as behind a VLAN tag.
    if (type < 0x600) return this.llc(at + size + 2);
    this.etherType(type, at + size + 2);
  }

  /** Arista's timestamp header: subtype 1, version, 8 or 6 bytes of time. */
  private arista(at: number): void {
    this.layers.protocol = P.AVSP;
    if (this.end - at < 4) return this.cut(P.AVSP);
    if (this.u16(at) !== 1) return;
    const time = this.buf[at + 3]! & 0x20 ? 6 : 8;
    this.tagged(P.AVSP, at, 4 + time);
  }

  /** TRILL (RFC 6325, 3): 6 bytes and options in words of 4, then the frame. */
  private trill(at: number): void {
    this.layers.protocol = P.TRILL;
    if (this.end - at < 6) return this.cut(P.TRILL);
    const inner = at + 6 + ((this.u16(at) >> 6) & 31) * 4;
    if (this.end - inner < 14) return this.cut(P.TRILL);
    this.ethernet(inner);
  }

  /** B.A.T.M.A.N. advanced, versions 14 and 15: unicast and broadcast packets have a frame behind their header. */
  private batman(at: number): void {
    this.layers.protocol = P.Batman;
    if (this.end - at < 14) return this.cut(P.Batman);
    const header = BATMAN_HEADERS[this.buf[at + 1]!]?.[this.buf[at]!];
    if (header !== undefined && this.end - at >= header + 14) this.ethernet(at + header);
  }

  /** Token Ring (IEEE 802.5): access and frame control, addresses, and a route of which the first byte tells the length. */
  private tokenRing(at: number): void {
    this.layers.protocol = P.TokenRing;
    if (this.end - at < 14) return this.cut(P.TokenRing);
    if (this.buf[at + 1]! >> 6 !== 1) return;
    const routed = this.buf[at + 8]! & 0x80;
    const route = routed && this.end - at > 14 ? this.buf[at + 14]! & 31 : 0;
    if (!routed) this.layers.macSource = at + 8;
    this.layers.macDestination = at + 2;
    this.llc(at + 14 + route);
  }

  /** FDDI: frame control, addresses, LLC. */
  private fddi(at: number): void {
    this.layers.protocol = P.FDDI;
    if (this.end - at < 13) return this.cut(P.FDDI);
    if ((this.buf[at]! & 0xc0) !== 0x40 || (this.buf[at]! & 0x30) !== 0x10) return;
    this.layers.macDestination = at + 1;
    this.layers.macSource = at + 7;
    this.llc(at + 13);
  }

  /** OpenBSD's enc(4): address family, SPI and flags in 12 bytes, then IP. */
  private openBsdEnc(at: number): void {
    this.layers.protocol = P.Raw;
    if (this.end - at < 12) return this.cut(P.Raw);
    this.rawIp(at + 12);
  }

  /** OpenBSD's pflog(4): a header of the length that its first byte says, filled up to 4, then IP. */
  private packetFilterLog(at: number): void {
    this.layers.protocol = P.Raw;
    if (this.end - at < 4) return this.cut(P.Raw);
    const header = (this.buf[at]! + 3) & ~3;
    if (header < 28 || at + header > this.end) return this.cut(P.Raw);
    this.rawIp(at + header);
  }

  /** IP over Fibre Channel (RFC 2625): two network addresses of 8 bytes, then LLC. */
  private fibreChannelIp(at: number): void {
    this.layers.protocol = P.LLC;
    if (this.end - at < 16) return this.cut(P.LLC);
    this.llc(at + 16);
  }

  /** MACsec (IEEE 802.1AE, 9.3): with integrity only, the frame goes on behind the tag. */
  private macsec(at: number): void {
    this.layers.protocol = P.MACSEC;
    if (this.end - at < 8) return this.cut(P.MACSEC);
    const flags = this.buf[at]!;
    const header = flags & 0x20 ? 14 : 6;
    if (flags & 0x0c || this.sent - at < header + 2 + 16 || this.end - at < header + 2) return;
    this.bound(this.sent - 16);
    this.etherType(this.u16(at + header), at + header + 2);
  }

  /** Network Service Header (RFC 8300, 2.2). */
  nsh(at: number): void {
    this.layers.protocol = P.NSH;
    if (this.end - at < 8) return this.cut(P.NSH);
    const header = (this.buf[at + 1]! & 0x3f) * 4;
    const next = this.buf[at + 3];
    if (header < 8 || at + header > this.end || ++this.depth > MAX_DEPTH) return this.cut(P.NSH);
    if (next === 1) this.ip4(at + header);
    else if (next === 2) this.ip6(at + header);
    else if (next === 3) this.ethernet(at + header);
    else if (next === 4) this.nsh(at + header);
    else if (next === 5) this.mpls(at + header);
  }

  /** Frame Relay (RFC 2427): two to four address bytes, control, network layer protocol id. */
  frameRelay(at: number): void {
    const l = this.layers;
    l.protocol = P.FrameRelay;
    if (this.end - at < 4) return this.cut(P.FrameRelay);
    let p = at;
    while (p < this.end - 2 && (this.buf[p]! & 1) === 0 && p - at < 3) p++;
    // In longer addresses bit 1 of the last byte says that it holds DL-CORE control: nothing is told of the payload then (Q.922, 3.3.4).
    if (p - at >= 2 && this.buf[p]! & 2) return;
    p++;
    if (this.end - p >= 2 && (this.u16(p) === ETHERTYPE_IP4 || this.u16(p) === ETHERTYPE_IP6))
      return this.etherType(this.u16(p), p + 2);
    p++;
    if (p < this.end && this.buf[p] === 0) p++;
    if (p >= this.end) return;
    switch (this.buf[p]) {
      case 0xcc:
        return this.ip4(p + 1);
      case 0x8e:
        return this.ip6(p + 1);
      case 0xcf:
        return this.ppp(p + 1);
      case 0x80:
        return this.end - p >= 6 ? this.etherType(this.u16(p + 4), p + 6) : this.cut(P.FrameRelay);
      case 0x81:
      case 0x82:
      case 0x83:
        l.protocol = osiName(this.buf, p, this.end);
        return;
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
    for (let p = at + 4; p + 4 <= this.end;) {
      const size = this.little16(p);
      if (size < 4 || p + size > this.end) return;
      if (this.buf[p + 2] === 9 && this.buf[p + 3] === 0) {
        this.bound(p + size);
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

  llc(at: number): void {
    const l = this.layers;
    l.protocol = P.LLC;
    if (this.end - at < 3) return;
    if (++this.depth > MAX_DEPTH) return this.cut(P.LLC);
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
    const family =
      big > 0xffff ? (((big & 0xff) << 24) | ((big & 0xff00) << 8) | ((big >>> 8) & 0xff00) | (big >>> 24)) >>> 0 : big;
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
    if (hardware === 824) {
      this.layers.protocol = type === 0 ? P.NetlinkRoute : P.Netlink;
      return;
    }
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
    if (this.end - at >= 4 && (this.buf[at] === 0x0f || this.buf[at] === 0x8f) && this.buf[at + 1] === 0)
      return this.ciscoHdlc(at);
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

  protected ppp(at: number): void {
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
      case 0x21:
      case ETHERTYPE_IP4:
        return this.ip4(next);
      case 0x57:
      case ETHERTYPE_IP6:
        return this.ip6(next);
      case 0x281:
      case 0x283:
        return this.mpls(next);
      case 0x4b:
        return this.llc(next);
      case 0x3d:
        // Multilink (RFC 1990, 3): the first fragment, with its long sequence number, has the packet's head.
        l.protocol = P.PPP_MP;
        if (this.end - next > 4 && this.buf[next]! & 0x80) this.ppp(next + 4);
        return;
      case 0x31:
        // Bridging (RFC 3518, 4.2): flags, MAC type 1 is Ethernet.
        l.protocol = P.PPP_BCP;
        if (this.end - next > 16 && this.buf[next + 1] === 1) this.ethernet(next + 2);
        return;
      case 0x23:
        l.protocol = osiName(this.buf, next, this.end, 'PPP OSI');
        return;
      default:
        l.protocol = pppProtocol(type);
    }
  }

  protected pppoe(at: number): void {
    this.layers.protocol = P.PPPoES;
    if (this.end - at < 8) return this.cut(P.PPPoES);
    const length = this.u16(at + 4);
    this.bound(at + 6 + length);
    this.layers.protocol = P.PPP;
    this.ppp(at + 6);
  }

  /** A stack of labels (RFC 3032), and what its last one leads to. */
  mpls(at: number): void {
    this.layers.protocol = P.MPLS;
    let label = at;
    do {
      if (this.end - label < 4) return this.cut(P.MPLS);
      label += 4;
    } while ((this.buf[label - 2]! & 1) === 0);
    switch (behindLabels(this.buf, this.u32(label - 4) >>> 12, label, this.end, this.sent)) {
      case BEHIND_IP4:
        return this.ip4(label);
      case BEHIND_IP6:
        return this.ip6(label);
      case BEHIND_CHANNEL:
        this.layers.protocol = P.PWACH;
        return;
      case BEHIND_ETHERNET:
        return this.ethernet(label);
      case BEHIND_CONTROL_WORD: {
        // A length of less than 64 says where the frame ends and padding begins (RFC 4448, 4.6).
        const length = this.buf[label + 1]! & 63;
        if (length >= 18) this.bound(label + length);
        return this.ethernet(label + 4);
      }
      default:
    }
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

/** By version and packet type: bytes before the frame. */
const BATMAN_HEADERS: Record<number, Record<number, number>> = {
  14: { 3: 10, 4: 14, 9: 20 },
  15: { 0x01: 14, 0x40: 10, 0x42: 20 },
};

function linkProtocol(link: number): number {
  return LINKS[link] ?? P.Unknown;
}

const LINKS: Record<number, number> = {
  6: P.TokenRing,
  123: P.ATM,
  137: P.JuniperAtm1,
  10: P.FDDI,
  143: P.DOCSIS,
  147: P.Unknown,
  177: P.LAPD,
  187: P.HCI,
  201: P.HCI,
  189: P.USB,
  220: P.USB,
  249: P.USB,
  186: P.USB,
  195: P.Zigbee,
  215: P.Zigbee,
  230: P.Zigbee,
  283: P.Zigbee,
  227: P.CAN,
  251: P.BLE,
  256: P.BLE,
  253: P.Netlink,
  239: P.NFLOG,
  140: P.MTP2,
  141: P.MTP3,
  199: P.IPMB,
  209: P.IPMB,
  237: P.BACnet,
  165: P.BACnet,
};

function pppProtocol(type: number): number {
  return PPP_TYPES[type] ?? protocolId(`0x${type.toString(16).padStart(4, '0')}`);
}

const PPP_TYPES: Record<number, number> = {
  0xc021: P.PPP_LCP,
  0xc023: P.PPP_PAP,
  0xc223: P.PPP_CHAP,
  0x8021: P.PPP_IPCP,
  0x8057: P.PPP_IPV6CP,
  0x80fd: P.PPP_CCP,
  0xfd: P.PPP_Comp,
  0xc025: P.PPP_LQR,
  0x8281: P.PPP_MPLSCP,
  0x207: P.CDP,
  0x8207: P.PPP_CDPCP,
  0x8235: P.PPP_Comp,
  0x3d: P.PPP_MP,
  0x2d: P.PPP_VJ,
  0x2f: P.PPP_VJ,
  0xc029: P.PPP_CBCP,
  0x23: P.PPP_OSI,
  0x8023: P.PPP_OSINLCP,
  0xc227: P.EAP,
  0x8053: P.PPP_ECP,
  0x59: P.PPP_MuxCP,
  0x80ff: P.PPP_BCP,
};
