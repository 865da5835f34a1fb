// Link layers: from a packet's first byte to its IP header. Tunnels come back here from the network half.
import * as L from '../read/index.ts';
import { u24le } from '../read/index.ts';
import { EthernetDecoder } from './ethernet.ts';
import { ETHERTYPE_FIRST, ETHERTYPE_IP4, ETHERTYPE_IP6 } from './ether-types.ts';
import type { Layers } from './layers.ts';
import { MAX_DEPTH } from './network.ts';
import { P } from './protocol-ids.ts';
import { tzsp } from './tunnels.ts';

/** The decoder of packets, of which one is enough for a thread: `layers` is written over by every packet. */
export class PacketDecoder extends EthernetDecoder {
  /** How the packets of a link type begin. Those that are not here have a name in `LINK_NAMES`, or none. */
  private static readonly LINKS = new Map<number, (d: PacketDecoder, at: number) => void>([
    [L.LINKTYPE_NULL, (d, at) => d.loop(at)],
    [L.LINKTYPE_LOOP, (d, at) => d.loop(at)],
    [L.LINKTYPE_ETHERNET, (d, at) => d.ethernet(at)],
    [L.DLT_RAW, (d, at) => d.bareIp(at)],
    [L.DLT_RAW_OPENBSD, (d, at) => d.bareIp(at)],
    [L.LINKTYPE_RAW, (d, at) => d.bareIp(at)],
    [L.LINKTYPE_IPV4, (d, at) => d.ip4(at)],
    [L.LINKTYPE_IPV6, (d, at) => d.ip6(at)],
    [L.LINKTYPE_LINUX_SLL, (d, at) => d.cooked(at)],
    [L.LINKTYPE_LINUX_SLL2, (d, at) => d.cooked2(at)],
    [L.LINKTYPE_PPP, (d, at) => d.pppLink(at)],
    [L.LINKTYPE_PPP_HDLC, (d, at) => d.pppLink(at)],
    [L.LINKTYPE_PPP_ETHER, (d, at) => d.pppoe(at)],
    [L.LINKTYPE_C_HDLC, (d, at) => d.ciscoHdlc(at)],
    [L.LINKTYPE_FRELAY, (d, at) => d.frameRelay(at)],
    [L.LINKTYPE_IEEE802_11, (d, at) => d.wlan(at)],
    [L.LINKTYPE_IEEE802_11_RADIOTAP, (d, at) => d.radiotap(at)],
    [L.LINKTYPE_IEEE802_11_PRISM, (d, at) => d.wlanWithHeader(at, L.LINKTYPE_IEEE802_11_PRISM)],
    [L.LINKTYPE_IEEE802_11_AVS, (d, at) => d.wlanWithHeader(at, L.LINKTYPE_IEEE802_11_AVS)],
    [L.LINKTYPE_PPI, (d, at) => (++d.depth > MAX_DEPTH ? d.cut(P.Unknown) : d.ppi(at))],
    [L.LINKTYPE_TZSP, (d, at) => (++d.depth > MAX_DEPTH ? d.cut(P.TZSP) : tzsp(d, d.buf, at, d.end))],
    [L.LINKTYPE_PKTAP, (d, at) => d.pktap(at)],
    [L.LINKTYPE_USER2, (d, at) => d.pktap(at)],
    [L.LINKTYPE_NFLOG, (d, at) => d.nflog(at)],
    [L.LINKTYPE_IPNET, (d, at) => d.ipnet(at)],
    [L.LINKTYPE_ENC, (d, at) => d.openBsdEnc(at)],
    [L.LINKTYPE_PFLOG, (d, at) => d.packetFilterLog(at)],
    [L.LINKTYPE_JUNIPER_ETHER, (d, at) => d.juniperEthernet(at)],
    [L.LINKTYPE_ATM_RFC1483, (d, at) => d.llc(at)],
    [L.LINKTYPE_IEEE802_5, (d, at) => d.tokenRing(at)],
    [L.LINKTYPE_FDDI, (d, at) => d.fddi(at)],
    [L.LINKTYPE_ARCNET_BSD, (d, at) => d.arcnet(at + 2)],
    [L.LINKTYPE_ARCNET_LINUX, (d, at) => d.arcnet(at + 4)],
    [L.LINKTYPE_IPOIB, (d, at) => d.infiniband(at)],
    [L.LINKTYPE_IP_OVER_FC, (d, at) => d.fibreChannelIp(at)],
  ]);

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
    if (link === L.LINKTYPE_ETHERNET) return this.ethernet(off);
    const layer = PacketDecoder.LINKS.get(link);
    if (layer !== undefined) layer(this, off);
    else this.layers.protocol = LINK_NAMES.get(link) ?? P.Unknown;
  }

  /** Link types whose packets begin with the IP header. */
  private bareIp(at: number): void {
    this.layers.protocol = P.Raw;
    this.rawIp(at);
  }

  private loop(at: number): void {
    if (this.end - at < 4) return this.cut(P.Null);
    this.layers.protocol = P.Null;
    // The family is a small number: in the order of bytes in which it is one.
    const big = this.u32(at);
    const family = big > 0xffff ? L.u32le(this.buf, at) : big;
    if (family === AF_INET) return this.ip4(at + 4);
    if (AF_INET6.has(family)) return this.ip6(at + 4);
    if (family > ETHERTYPE_FIRST && family <= 0xffff) return this.etherType(family, at + 4);
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
    if (hardware === ARPHRD_NETLINK) {
      this.layers.protocol = type === 0 ? P.NetlinkRoute : P.Netlink;
      return;
    }
    if (hardware === ARPHRD_IPGRE && type !== ETHERTYPE_IP4 && type !== ETHERTYPE_IP6) return this.gre(at);
    if (type === LINUX_SLL_P_802_3 || type === LINUX_SLL_P_802_2) return this.llc(at);
    if (type === LINUX_SLL_P_CAN) this.layers.protocol = P.CAN;
    else if (type === LINUX_SLL_P_CANFD) this.layers.protocol = P.CANFD;
    if (type >= ETHERTYPE_FIRST) this.etherType(type, at);
  }

  /**
   * Token Ring (IEEE 802.5): access and frame control, addresses, and a route of which the first byte tells the length.
   */
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

  /** ARCNET from its protocol byte on: RFC 1051 puts the packet right behind, RFC 1201 after a fragment header. */
  private arcnet(at: number): void {
    this.layers.protocol = P.ARCNET;
    if (this.end - at < 5) return this.cut(P.ARCNET);
    const kind = this.buf[at]!;
    const next = this.buf[at + 1] === 0xff ? at + 8 : at + 4;
    if (kind === ARCNET_IP_1051) this.ip4(at + 1);
    else if (kind === ARCNET_ARP_1051) this.layers.protocol = P.ARP;
    else if (kind === ARCNET_IP) this.ip4(next);
    else if (kind === ARCNET_ARP) this.layers.protocol = P.ARP;
    else if (kind === ARCNET_IPV6) this.ip6(next);
    else if (kind === ARCNET_ATALK) this.layers.protocol = P.DDP;
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

  /** NFLOG: family, version, resource id, then attributes, of which one is the packet. */
  private nflog(at: number): void {
    this.layers.protocol = P.NFLOG;
    for (let p = at + 4; p + 4 <= this.end;) {
      const size = this.little16(p);
      if (size < 4 || p + size > this.end) return;
      if (this.little16(p + 2) === NFULA_PAYLOAD) {
        this.bound(p + size);
        return this.rawIp(p + 4);
      }
      p += (size + 3) & ~3;
    }
  }

  /** Apple's PKTAP: its own length, then the link type of what follows. */
  private pktap(at: number): void {
    this.layers.protocol = P.Unknown;
    if (this.end - at < 12) return this.cut(P.Unknown);
    const header = u24le(this.buf, at);
    const link = u24le(this.buf, at + 8);
    if (header < 12 || at + header > this.end) return this.cut(P.Unknown);
    if (link === L.LINKTYPE_ETHERNET) this.ethernet(at + header);
    else if (link === L.LINKTYPE_NULL) this.loop(at + header);
    else if (link === L.DLT_RAW || link === L.LINKTYPE_RAW) this.rawIp(at + header);
  }
}

/**
 * Address families: IPv4 is 2 everywhere, IPv6 is 10 in Linux, 24 in NetBSD and OpenBSD, 28 in FreeBSD, 30 in macOS.
 */
const AF_INET = 2;
const AF_INET6 = new Set([10, 24, 28, 30]);

/** Hardware types and protocols of Linux's cooked captures (tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html). */
const ARPHRD_IPGRE = 778;
const ARPHRD_NETLINK = 824;
const LINUX_SLL_P_802_3 = 0x0001;
const LINUX_SLL_P_802_2 = 0x0004;
const LINUX_SLL_P_CAN = 0x000c;
const LINUX_SLL_P_CANFD = 0x000d;

/** Protocols of ARCNET (libpcap's arcnet.h), the first two without a fragment header. */
const ARCNET_IP_1051 = 240;
const ARCNET_ARP_1051 = 241;
const ARCNET_IP = 212;
const ARCNET_ARP = 213;
const ARCNET_IPV6 = 196;
const ARCNET_ATALK = 221;

/** Attribute of netfilter's log that holds the packet. */
const NFULA_PAYLOAD = 9;

/** Link types that are named and not decoded. */
const LINK_NAMES = new Map<number, number>([
  [L.LINKTYPE_SUNATM, P.ATM],
  [L.LINKTYPE_JUNIPER_ATM1, P.JuniperAtm1],
  [L.LINKTYPE_DOCSIS, P.DOCSIS],
  [L.LINKTYPE_LINUX_LAPD, P.LAPD],
  [L.LINKTYPE_BLUETOOTH_HCI_H4, P.HCI],
  [L.LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR, P.HCI],
  [L.LINKTYPE_USB_LINUX, P.USB],
  [L.LINKTYPE_USB_LINUX_MMAPPED, P.USB],
  [L.LINKTYPE_USBPCAP, P.USB],
  [L.LINKTYPE_USB_FREEBSD, P.USB],
  [L.LINKTYPE_IEEE802_15_4_WITHFCS, P.Zigbee],
  [L.LINKTYPE_IEEE802_15_4_NONASK_PHY, P.Zigbee],
  [L.LINKTYPE_IEEE802_15_4_NOFCS, P.Zigbee],
  [L.LINKTYPE_IEEE802_15_4_TAP, P.Zigbee],
  [L.LINKTYPE_CAN_SOCKETCAN, P.CAN],
  [L.LINKTYPE_BLUETOOTH_LE_LL, P.BLE],
  [L.LINKTYPE_BLUETOOTH_LE_LL_WITH_PHDR, P.BLE],
  [L.LINKTYPE_NETLINK, P.Netlink],
  [L.LINKTYPE_MTP2, P.MTP2],
  [L.LINKTYPE_MTP3, P.MTP3],
  [L.LINKTYPE_IPMB_KONTRON, P.IPMB],
  [L.LINKTYPE_IPMB_LINUX, P.IPMB],
  [L.LINKTYPE_STANAG_5066_D_PDU, P.BACnet],
  [L.LINKTYPE_BACNET_MS_TP, P.BACnet],
]);
