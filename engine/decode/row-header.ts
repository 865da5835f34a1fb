// What a row keeps of its packet's headers beside its flow, in three bytes, so that filters need not read the file again:
// TCP's flags and the length of its payload where one IP header stands right behind the link layer or its tags, else the
// bare protocol words of a packet that is simple enough, such as ARP and pings.
import {
  type CapturedPacket,
  DLT_RAW,
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from '../read/index.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from './ip-protocols.ts';
import { tunnelPorts } from './tunnels.ts';

/** Columns hold TCP's flags and payload length; of tagged packets also that nothing else is in them. */
export const MARK_HEADER = 64;
/** Columns hold the packet's protocol words instead. */
export const MARK_WORDS = 128;

/** Bare protocol words, a bit each, in this order. */
export const ROW_WORDS = [
  'eth',
  'ip',
  'ipv6',
  'tcp',
  'udp',
  'icmp',
  'icmpv6',
  'arp',
  'vlan',
  'mpls',
  'gre',
  'sctp',
  'ppp',
  'pppoes',
  'vxlan',
  'gtp',
  'l2tp',
] as const;
export type RowWord = (typeof ROW_WORDS)[number];
export const rowWordBit = (word: RowWord): number => 1 << ROW_WORDS.indexOf(word);

const ETH = rowWordBit('eth');
const IP = rowWordBit('ip');
const IPV6 = rowWordBit('ipv6');
const ICMP = rowWordBit('icmp');
const ICMPV6 = rowWordBit('icmpv6');
const ARP = rowWordBit('arp');
const VLAN = rowWordBit('vlan');

/** Bytes before the IP header, by link type, where nothing is tagged or wrapped. */
export const PLAIN_LINKS: ReadonlyMap<number, number> = new Map([
  [LINKTYPE_ETHERNET, 14],
  [LINKTYPE_NULL, 4],
  [LINKTYPE_LOOP, 4],
  [DLT_RAW, 0],
  [LINKTYPE_RAW, 0],
  [LINKTYPE_IPV4, 0],
  [LINKTYPE_IPV6, 0],
  [LINKTYPE_LINUX_SLL, 16],
  [LINKTYPE_LINUX_SLL2, 20],
]);
const TUNNELS = new Set(tunnelPorts());
const TCP_HEADER = 20;
const UDP_HEADER = 8;
const ICMP_HEADER = 8;

/** Words as the three bytes hold them. */
export const wordsOf = (flags: number, length: number): number => (flags << 16) | length;

/** Written over by each packet. */
export class RowHeader {
  flags = 0;
  length = 0;
  private buf: Uint8Array = new Uint8Array(0);
  private off = 0;
  private captured = 0;
  private wire = 0;
  /** Of the packet's IP header, as `behindIp` found it. */
  private protocol = 0;
  /** Where its datagram ends on the wire. */
  private end = 0;

  /** @returns MARK_HEADER, MARK_WORDS or 0 where the packet is not told */
  plain(p: CapturedPacket): number {
    this.take(p);
    const before = PLAIN_LINKS.get(p.link);
    return before === undefined ? 0 : this.transport(this.behindIp(before), false);
  }

  /** Of a packet that has more layers than the columns tell, without fragments. @returns as `plain` */
  layered(p: CapturedPacket): number {
    this.take(p);
    if (p.link !== LINKTYPE_ETHERNET || p.cap < 14) return 0;
    let at = 12;
    let type = this.u16(at);
    let words = ETH;
    while (type === 0x8100 || type === 0x88a8) {
      if (p.cap < at + 6 || at > 20) return 0;
      words |= VLAN;
      at += 4;
      type = this.u16(at);
    }
    at += 2;
    if (type === 0x0806 || type === 0x8035) return this.told(words | ARP);
    if (type !== 0x0800 && type !== 0x86dd) return 0;
    const behind = this.behindIp(at);
    if (behind < 0) return 0;
    const asked = this.asked(at, behind, words);
    if (asked !== 0) return asked;
    return (words & VLAN) === 0 ? 0 : this.transport(behind, true);
  }

  private take(p: CapturedPacket): void {
    this.flags = 0;
    this.length = 0;
    this.buf = p.buf;
    this.off = p.off;
    this.captured = p.cap;
    this.wire = Math.max(p.wire, p.cap);
  }

  private told(words: number): number {
    this.flags = words >> 16;
    this.length = words & 0xffff;
    return MARK_WORDS;
  }

  private u8(at: number): number {
    return this.buf[this.off + at]!;
  }

  private u16(at: number): number {
    return (this.u8(at) << 8) | this.u8(at + 1);
  }

  /** Where the transport header of an IP packet without fragments begins; -1 where it is not told. */
  private behindIp(at: number): number {
    const version = this.captured > at ? this.u8(at) >> 4 : 0;
    if (version === 4 && this.captured - at >= 20) {
      const header = (this.u8(at) & 15) * 4;
      const total = this.u16(at + 2);
      if (header < 20 || total < header || (this.u16(at + 6) & 0x3fff) !== 0) return -1;
      this.protocol = this.u8(at + 9);
      this.end = Math.min(at + total, this.wire);
      return at + header;
    }
    if (version !== 6 || this.captured - at < 40) return -1;
    const size = this.u16(at + 4);
    if (size === 0) return -1;
    this.protocol = this.u8(at + 6);
    this.end = Math.min(at + 40 + size, this.wire);
    return at + 40;
  }

  /** ICMP that quotes no packet. */
  private asked(at: number, behind: number, words: number): number {
    if (this.captured - behind < ICMP_HEADER || this.end - behind < ICMP_HEADER) return 0;
    const type = this.u8(behind);
    const four = this.u8(at) >> 4 === 4;
    if (this.protocol === IPPROTO_ICMP && four) return type === 0 || type === 8 ? this.told(words | IP | ICMP) : 0;
    if (this.protocol !== IPPROTO_ICMPV6 || four || type < 128) return 0;
    return this.told(words | IPV6 | ICMPV6);
  }

  /** @param behind as `behindIp` says @param tagged its UDP may lead to a tunnel, which the columns do not tell of it */
  private transport(behind: number, tagged: boolean): number {
    if (behind < 0) return 0;
    const { protocol, end } = this;
    if (protocol === IPPROTO_UDP) {
      if (this.captured - behind < UDP_HEADER || end - behind < UDP_HEADER) return 0;
      return tagged && (TUNNELS.has(this.u16(behind)) || TUNNELS.has(this.u16(behind + 2))) ? 0 : MARK_HEADER;
    }
    if (protocol !== IPPROTO_TCP || this.captured - behind < TCP_HEADER) return 0;
    const first = this.u8(behind + 12);
    const header = (first >> 4) * 4;
    // The four bits before the flags are zero in nearly all packets.
    if (header < TCP_HEADER || (first & 15) !== 0 || end - behind < header) return 0;
    this.flags = this.u8(behind + 13);
    this.length = end - behind - header;
    return MARK_HEADER;
  }
}
