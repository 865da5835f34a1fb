// Ethernet, IEEE 802.2 LLC, and what EtherTypes announce: tags, tags that other vendors invented, frames inside of
// frames.
import { u24 } from '../read/index.ts';
import * as E from './ether-types.ts';
import {
  etherProtocol,
  llcProtocol,
  OUI_BRIDGED,
  OUI_CISCO_90,
  OUI_ETHERNET,
  SAP_IP,
  SAP_SNAP,
  SAP_STP,
  snapProtocol,
} from './header-names.ts';
import { MAX_DEPTH } from './network.ts';
import { PppDecoder } from './ppp.ts';
import { P } from './protocol-ids.ts';
import { lwapp } from './tunnels.ts';

export abstract class EthernetDecoder extends PppDecoder {
  /** What follows a rarer EtherType, from the first byte behind it. The frequent ones are cases of `etherType`. */
  private static readonly INSIDE = new Map<number, (d: EthernetDecoder, at: number) => void>([
    [E.ETHERTYPE_VNTAG, (d, at) => d.portTag(at, 4)],
    [E.ETHERTYPE_ETAG, (d, at) => d.portTag(at, 6)],
    [E.ETHERTYPE_FABRICPATH, (d, at) => d.ethernet(at + 2)],
    [E.ETHERTYPE_PBB, (d, at) => d.ethernet(at + 4)],
    [E.ETHERTYPE_NSH, (d, at) => d.nsh(at)],
    [E.ETHERTYPE_MACSEC, (d, at) => d.macsec(at)],
    [E.ETHERTYPE_TRANSPARENT_ETHERNET, (d, at) => d.ethernet(at)],
    [E.ETHERTYPE_JUMBO_LLC, (d, at) => d.llc(at)],
    [E.ETHERTYPE_IBM_SNA, (d, at) => d.llc(at + 3)],
    [E.ETHERTYPE_TTAG, (d, at) => d.tagged(P.TTag, at, 6)],
    [E.ETHERTYPE_CISCO_METADATA, (d, at) => d.tagged(P.CMD, at, 6)],
    [E.ETHERTYPE_HSR, (d, at) => d.tagged(P.HSR, at, 4)],
    [E.ETHERTYPE_RTAG, (d, at) => d.tagged(P.RTag, at, 4)],
    [E.ETHERTYPE_VMLAB, (d, at) => d.tagged(P.Ethernet, at, 22)],
    [E.ETHERTYPE_ARISTA_TIMESTAMP, (d, at) => d.arista(at)],
    [E.ETHERTYPE_TRILL, (d, at) => d.trill(at)],
    [E.ETHERTYPE_CENTRINO, (d, at) => d.wlan(at)],
    [E.ETHERTYPE_LWAPP, (d, at) => lwapp(d, d.buf, at, d.end)],
    [E.ETHERTYPE_LWAPP_OLD, (d, at) => lwapp(d, d.buf, at, d.end)],
    [E.ETHERTYPE_BATMAN, (d, at) => d.batman(at)],
    [E.ETHERTYPE_EXTREME, (d, at) => (d.end - at < 52 ? d.cut(P.Ethernet) : d.ethernet(at + 38))],
  ]);

  ethernet(at: number): void {
    const l = this.layers;
    if (this.end - at < 14) return this.cut(P.Ethernet);
    l.macDestination = at;
    l.macSource = at + 6;
    const type = this.u16(at + 12);
    if (type === E.ETHERTYPE_IP4) return this.ip4(at + 14);
    if (type < E.ETHERTYPE_FIRST) {
      // 802.3: the length bounds what follows; padding is not payload. A length of 0 with IPX's mark is raw 802.3.
      if (type > 0) this.bound(at + 14 + type);
      return this.llc(at + 14);
    }
    this.etherType(type, at + 14);
  }

  etherType(type: number, at: number): void {
    if (++this.depth > MAX_DEPTH) return this.cut(P.Ethernet);
    switch (type) {
      case E.ETHERTYPE_IP4:
        return this.ip4(at);
      case E.ETHERTYPE_IP6:
        return this.ip6(at);
      case E.ETHERTYPE_VLAN:
      case E.ETHERTYPE_QINQ:
      case E.ETHERTYPE_QINQ_OLD:
      case E.ETHERTYPE_QINQ_OLD_2:
        return this.vlan(at);
      case E.ETHERTYPE_MPLS:
      case E.ETHERTYPE_MPLS_MULTICAST:
        return this.mpls(at);
      case E.ETHERTYPE_PPPOE_SESSION:
        return this.pppoe(at);
      default: {
        const inside = EthernetDecoder.INSIDE.get(type);
        if (inside !== undefined) return inside(this, at);
        this.layers.protocol = etherProtocol(type, this.buf, at, this.end);
      }
    }
  }

  /** A VLAN tag (IEEE 802.1Q, 9.6), then an EtherType or a length. */
  private vlan(at: number): void {
    const l = this.layers;
    if (this.end - at < 4) return this.cut(P.VLAN);
    l.vlanOuter = l.vlan;
    l.vlan = this.u16(at) & 0xfff;
    const inner = this.u16(at + 2);
    l.protocol = P.VLAN;
    if (inner < E.ETHERTYPE_FIRST) this.llc(at + 4);
    else this.etherType(inner, at + 4);
  }

  /** VN-Tag and E-Tag: a tag of 4 or 6 bytes, then the EtherType of what follows. */
  private portTag(at: number, size: number): void {
    this.layers.protocol = P.VNTag;
    if (this.end - at < size + 2) return this.cut(P.VNTag);
    this.etherType(this.u16(at + size), at + size + 2);
  }

  /**
   * A tag of so many bytes, then the EtherType of what follows: Cisco's TTag and metadata (SGT), HSR (IEC 62439-3,
   * 5.6), R-TAG (IEEE 802.1CB, 7.8).
   */
  private tagged(protocol: number, at: number, size: number): void {
    this.layers.protocol = protocol;
    if (this.end - at < size + 2) return this.cut(protocol);
    const type = this.u16(at + size);
    // A length in place of a type: LLC, as behind a VLAN tag.
    if (type < E.ETHERTYPE_FIRST) return this.llc(at + size + 2);
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

  llc(at: number): void {
    const l = this.layers;
    l.protocol = P.LLC;
    if (this.end - at < 3) return;
    if (++this.depth > MAX_DEPTH) return this.cut(P.LLC);
    const dsap = this.buf[at]!;
    if (dsap === SAP_SNAP && this.buf[at + 1] === SAP_SNAP && this.end - at >= 8) {
      const oui = u24(this.buf, at + 3);
      const type = this.u16(at + 6);
      if (oui === OUI_ETHERNET || oui === OUI_CISCO_90) return this.etherType(type, at + 8);
      if (oui === OUI_BRIDGED && (type === 1 || type === 7)) return this.ethernet(at + 8);
      l.protocol = snapProtocol(oui, type);
      return;
    }
    if (dsap === SAP_IP && this.buf[at + 1] === SAP_IP) return this.ip4(at + 3);
    if (dsap === SAP_STP && this.isGarp(at + 3)) {
      // The address tells the application (IEEE 802.1D-2004, table 12-1).
      l.protocol = this.buf[l.macDestination + 5] === 0x20 ? P.GMRP : P.GVRP;
      return;
    }
    l.protocol = llcProtocol(this.buf, at, this.end);
  }

  /** A GARP PDU (IEEE 802.1D-2004, 12.10): protocol identifier 1, sent to 01-80-C2-00-00-20 or -21. */
  private isGarp(at: number): boolean {
    const to = this.layers.macDestination;
    if (to < 0 || this.end - at < 2 || this.u16(at) !== 1) return false;
    return this.u32(to) === 0x0180c200 && this.buf[to + 4] === 0 && (this.buf[to + 5]! & 0xfe) === 0x20;
  }
}

/** By version and packet type: bytes before the frame. */
const BATMAN_HEADERS: Record<number, Record<number, number>> = {
  14: { 3: 10, 4: 14, 9: 20 },
  15: { 0x01: 14, 0x40: 10, 0x42: 20 },
};
