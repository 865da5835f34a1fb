// Point-to-point links: PPP, PPPoE, Cisco's HDLC, Frame Relay, and MPLS, which is met on all of them and on Ethernet.
import { ETHERTYPE_IP4, ETHERTYPE_IP6, ETHERTYPE_RARP } from './ether-types.ts';
import { NLPID_CLNP, NLPID_ESIS, NLPID_IP4, NLPID_ISIS, osiName } from './header-names.ts';
import { MAX_DEPTH } from './network.ts';
import { P, protocolId } from './protocol-ids.ts';
import {
  BEHIND_CHANNEL,
  BEHIND_CONTROL_WORD,
  BEHIND_ETHERNET,
  BEHIND_IP4,
  BEHIND_IP6,
  behindLabels,
} from './pseudowire.ts';
import { WlanDecoder } from './wlan.ts';

/** Protocols of PPP (iana.org/assignments/ppp-numbers; libpcap's ppp.h). */
const PPP_IP = 0x0021;
const PPP_OSI = 0x0023;
const PPP_VJ_COMPRESSED = 0x002d;
const PPP_VJ_UNCOMPRESSED = 0x002f;
const PPP_BRIDGING = 0x0031;
const PPP_MULTILINK = 0x003d;
const PPP_SNA_LLC = 0x004b;
const PPP_IPV6 = 0x0057;
const PPP_MUX = 0x0059;
const PPP_COMPRESSED = 0x00fd;
const PPP_CDP = 0x0207;
const PPP_MPLS_UCAST = 0x0281;
const PPP_MPLS_MCAST = 0x0283;
const PPP_IPCP = 0x8021;
const PPP_OSINLCP = 0x8023;
const PPP_ECP = 0x8053;
const PPP_IPV6CP = 0x8057;
const PPP_CCP = 0x80fd;
const PPP_BCP = 0x80ff;
const PPP_CDPCP = 0x8207;
const PPP_STACKER = 0x8235;
const PPP_MPLSCP = 0x8281;
const PPP_LCP = 0xc021;
const PPP_PAP = 0xc023;
const PPP_LQR = 0xc025;
const PPP_CBCP = 0xc029;
const PPP_CHAP = 0xc223;
const PPP_EAP = 0xc227;

/** Address bytes of Cisco's HDLC: to one, to all; what has 0xff is PPP in HDLC's framing (RFC 1662, 3.1). */
const HDLC_UNICAST = 0x0f;
const HDLC_MULTICAST = 0x8f;
const HDLC_ALL_STATIONS = 0xff;
const HDLC_UNNUMBERED = 0x03;

/** Network layer protocols behind Frame Relay (RFC 2427, 4 and annex D) that OSI does not name. */
const NLPID_SNAP = 0x80;
const NLPID_IP6 = 0x8e;
const NLPID_PPP = 0xcf;

export abstract class PppDecoder extends WlanDecoder {
  protected pppLink(at: number): void {
    this.layers.protocol = P.PPP;
    // Cisco HDLC is met under PPP's link type too.
    const first = this.buf[at];
    const cisco = first === HDLC_UNICAST || first === HDLC_MULTICAST;
    if (cisco && this.end - at >= 4 && this.buf[at + 1] === 0) return this.ciscoHdlc(at);
    this.ppp(this.behindAddress(at));
  }

  protected ciscoHdlc(at: number): void {
    this.layers.protocol = P.CHDLC;
    if (this.end - at < 4) return this.cut(P.CHDLC);
    if (this.u16(at + 2) === ETHERTYPE_RARP) this.layers.protocol = P.SLARP;
    else if (this.buf[at] === HDLC_UNICAST || this.buf[at] === HDLC_MULTICAST) this.etherType(this.u16(at + 2), at + 4);
    else if (this.buf[at] === HDLC_ALL_STATIONS) this.ppp(at + 2);
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
      case PPP_IP:
      case ETHERTYPE_IP4:
        return this.ip4(next);
      case PPP_IPV6:
      case ETHERTYPE_IP6:
        return this.ip6(next);
      case PPP_MPLS_UCAST:
      case PPP_MPLS_MCAST:
        return this.mpls(next);
      case PPP_SNA_LLC:
        return this.llc(next);
      case PPP_MULTILINK:
        // Multilink (RFC 1990, 3): the first fragment, with its long sequence number, has the packet's head.
        l.protocol = P.PPP_MP;
        if (this.end - next > 4 && this.buf[next]! & 0x80) this.ppp(next + 4);
        return;
      case PPP_BRIDGING:
        // Bridging (RFC 3518, 4.2): flags, MAC type 1 is Ethernet.
        l.protocol = P.PPP_BCP;
        if (this.end - next > 16 && this.buf[next + 1] === 1) this.ethernet(next + 2);
        return;
      case PPP_OSI:
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

  pppInside(at: number): void {
    this.layers.protocol = P.PPP;
    this.ppp(this.behindAddress(at));
  }

  /** Where PPP's protocol stands: behind the address and control bytes, which a link may leave out (RFC 1661, 6.6). */
  private behindAddress(at: number): number {
    const there = this.end - at >= 2 && this.buf[at] === HDLC_ALL_STATIONS && this.buf[at + 1] === HDLC_UNNUMBERED;
    return there ? at + 2 : at;
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

  /** Frame Relay (RFC 2427): two to four address bytes, control, network layer protocol id. */
  frameRelay(at: number): void {
    const l = this.layers;
    l.protocol = P.FrameRelay;
    if (this.end - at < 4) return this.cut(P.FrameRelay);
    let p = at;
    while (p < this.end - 2 && (this.buf[p]! & 1) === 0 && p - at < 3) p++;
    // In longer addresses bit 1 of the last byte says that it holds DL-CORE control: nothing is told of the payload
    // then (Q.922, 3.3.4).
    if (p - at >= 2 && this.buf[p]! & 2) return;
    p++;
    if (this.end - p >= 2 && (this.u16(p) === ETHERTYPE_IP4 || this.u16(p) === ETHERTYPE_IP6))
      return this.etherType(this.u16(p), p + 2);
    p++;
    if (p < this.end && this.buf[p] === 0) p++;
    if (p >= this.end) return;
    switch (this.buf[p]) {
      case NLPID_IP4:
        return this.ip4(p + 1);
      case NLPID_IP6:
        return this.ip6(p + 1);
      case NLPID_PPP:
        return this.ppp(p + 1);
      case NLPID_SNAP:
        return this.end - p >= 6 ? this.etherType(this.u16(p + 4), p + 6) : this.cut(P.FrameRelay);
      case NLPID_CLNP:
      case NLPID_ESIS:
      case NLPID_ISIS:
        l.protocol = osiName(this.buf, p, this.end);
        return;
      default:
    }
  }
}

const PPP_NAMES = new Map<number, number>([
  [PPP_LCP, P.PPP_LCP],
  [PPP_PAP, P.PPP_PAP],
  [PPP_CHAP, P.PPP_CHAP],
  [PPP_IPCP, P.PPP_IPCP],
  [PPP_IPV6CP, P.PPP_IPV6CP],
  [PPP_CCP, P.PPP_CCP],
  [PPP_COMPRESSED, P.PPP_Comp],
  [PPP_LQR, P.PPP_LQR],
  [PPP_MPLSCP, P.PPP_MPLSCP],
  [PPP_CDP, P.CDP],
  [PPP_CDPCP, P.PPP_CDPCP],
  [PPP_STACKER, P.PPP_Comp],
  [PPP_MULTILINK, P.PPP_MP],
  [PPP_VJ_COMPRESSED, P.PPP_VJ],
  [PPP_VJ_UNCOMPRESSED, P.PPP_VJ],
  [PPP_CBCP, P.PPP_CBCP],
  [PPP_OSI, P.PPP_OSI],
  [PPP_OSINLCP, P.PPP_OSINLCP],
  [PPP_EAP, P.EAP],
  [PPP_ECP, P.PPP_ECP],
  [PPP_MUX, P.PPP_MuxCP],
  [PPP_BCP, P.PPP_BCP],
]);

function pppProtocol(type: number): number {
  return PPP_NAMES.get(type) ?? protocolId(`0x${type.toString(16).padStart(4, '0')}`);
}
