// Walks a packet again and notes every layer on the way: outer headers of tunnels, tags, what an ICMP error quotes. The
// way itself is the decoder's, so that both enter the same wrappers.
import { inflateRawSync } from 'node:zlib';
import {
  ADDRESS_MAC,
  FRAGMENT_FIRST,
  FRAGMENT_NONE,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  NET_IP6,
  P,
} from '../decode/index.ts';
import { bitOf, LAYER_WORDS, LayerList, type LayerWord } from './layer-list.ts';
import { ETHERNET_HEADER, IP4_HEADER, IP6_HEADER, NestedWalker } from './nested-walker.ts';
import type { Reassembly } from './reassembly.ts';

const UDP_LITE = 136;
const IP_COMPRESSION = 108;
const MAX_INFLATED = 65_535;

const BIT = Object.fromEntries(LAYER_WORDS.map((word) => [word, bitOf(word)])) as Readonly<Record<LayerWord, number>>;

/** What the decoder calls a layer when it goes on to the next. */
const NAMED = new Map<number, number>([
  [P.VXLAN, BIT.vxlan],
  [P.GTP, BIT.gtp],
  [P.L2TP, BIT.l2tp],
  [P.GRE, BIT.gre],
  [P.PPPoES, BIT.pppoes],
  [P.ARP, BIT.arp],
]);

export class LayerWalker extends NestedWalker {
  readonly list = new LayerList();
  /** Set by the walk: a fragment completed its datagram. */
  completed = false;
  private reassembly: Reassembly | null = null;
  private quoted = false;

  /**
   * @param wire length on the wire
   * @param reassembly takes fragments; without it they end the walk
   * @returns the layers; the next walk writes them over
   */
  walk(bytes: Uint8Array, link: number, wire: number, reassembly: Reassembly | null): LayerList {
    this.list.reset();
    this.reassembly = reassembly;
    this.completed = false;
    this.level = 0;
    this.quoted = false;
    this.decode(bytes, 0, bytes.length, link, wire);
    this.note();
    return this.list;
  }

  /** Notes the layer that leads on to another. @returns whether the walk may go deeper */
  private note(): boolean {
    this.list.saw(NAMED.get(this.layers.protocol) ?? 0);
    return this.deeper();
  }

  private address(kind: number, source: number, destination: number): void {
    this.list.addresses.push(
      { buf: this.buf, kind, at: source, source: true },
      { buf: this.buf, kind, at: destination, source: false },
    );
  }

  /** Of a header that is cut, notes the addresses that were captured. */
  private address6(at: number): void {
    const {
      buf,
      list: { addresses },
    } = this;
    if (this.end - at >= IP6_HEADER - 16) addresses.push({ buf, kind: NET_IP6, at: at + 8, source: true });
    if (this.end - at >= IP6_HEADER) addresses.push({ buf, kind: NET_IP6, at: at + 24, source: false });
  }

  override ethernet(at: number): void {
    if (!this.note()) return;
    if (this.end - at >= ETHERNET_HEADER) {
      this.list.saw(BIT.eth);
      this.address(ADDRESS_MAC, at + 6, at);
    }
    super.ethernet(at);
  }

  override etherType(type: number, at: number): void {
    if (!this.note()) return;
    if (type === 0x0806 || type === 0x8035) this.list.saw(BIT.arp);
    if (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
      this.list.saw(BIT.vlan);
      if (this.end - at >= 2) this.list.vlans.push(this.u16(at) & 0xfff);
    }
    super.etherType(type, at);
  }

  override mpls(at: number): void {
    if (!this.note()) return;
    this.list.saw(BIT.mpls);
    super.mpls(at);
  }

  override gre(at: number): void {
    if (!this.note()) return;
    this.list.saw(BIT.gre);
    super.gre(at);
  }

  override pppInside(at: number): void {
    if (!this.note()) return;
    super.pppInside(at);
  }

  protected override ppp(at: number): void {
    if (!this.note()) return;
    this.list.saw(BIT.ppp);
    super.ppp(at);
  }

  protected override pppoe(at: number): void {
    if (!this.note()) return;
    this.list.saw(BIT.pppoes);
    super.pppoe(at);
  }

  override ip4(at: number): void {
    if (!this.note()) return;
    if (this.end > at && this.buf[at]! >> 4 === 6) return super.ip4(at);
    if (this.end > at) this.list.saw(BIT.ip);
    this.ipAt = at;
    if (this.end - at >= IP4_HEADER && this.buf[at]! >> 4 === 4 && (this.buf[at]! & 15) >= 5) {
      const total = this.u16(at + 2);
      if (total === 0 || total >= (this.buf[at]! & 15) * 4) {
        this.list.protocols.push(this.buf[at + 9]!);
        this.address(NET_IP4, at + 12, at + 16);
      }
    }
    super.ip4(at);
  }

  override ip6(at: number): void {
    if (!this.note()) return;
    if (this.end > at) this.list.saw(BIT.ipv6);
    this.ipAt = at;
    if (this.end > at && this.buf[at]! >> 4 === 6) this.address6(at);
    super.ip6(at);
  }

  protected override laterFragment(at: number, wireEnd: number): void {
    super.laterFragment(at, wireEnd);
    this.fragment(at, wireEnd, this.layers.ipProtocol);
  }

  protected override transport(protocol: number, at: number, wireEnd: number): void {
    if (this.layers.fragment === FRAGMENT_FIRST && wireEnd <= this.end) {
      this.layers.transportAt = at;
      return this.fragment(at, wireEnd, protocol);
    }
    this.header(protocol, at, wireEnd);
    super.transport(protocol, at, wireEnd);
    if (protocol === IP_COMPRESSION && this.layers.fragment === FRAGMENT_NONE && this.end - at > 4) this.inflated(at);
    if (protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6) this.quotation(protocol, at);
  }

  private header(protocol: number, at: number, wireEnd: number): void {
    const { list } = this;
    const left = this.end - at;
    if (protocol === IPPROTO_ICMPV6) list.saw(BIT.icmpv6);
    if (left <= 0) return;
    const source = list.addresses.at(-2);
    if (source !== undefined && (protocol === IPPROTO_TCP || protocol === IPPROTO_UDP || protocol === UDP_LITE))
      list.headers.push({
        protocol,
        buf: this.buf,
        at,
        end: this.end,
        family: source.kind,
        addresses: source.buf,
        addressesAt: source.at,
      });
    if (protocol === IPPROTO_TCP) {
      list.saw(BIT.tcp);
      list.tcp.push({
        buf: this.buf,
        at,
        end: this.end,
        wireEnd: Math.min(wireEnd, this.sent),
        quoted: this.quoted || this.layers.fragment !== FRAGMENT_NONE,
      });
    } else if (protocol === IPPROTO_UDP || protocol === UDP_LITE) {
      if (protocol === IPPROTO_UDP) list.saw(BIT.udp);
      if (left >= 4) list.udp.push(this.u16(at), this.u16(at + 2));
    } else if (protocol === IPPROTO_ICMP) {
      list.saw(BIT.icmp);
      list.icmp.push(this.buf[at]!);
    } else if (protocol === IPPROTO_ICMPV6) {
      list.icmp6.push(this.buf[at]!);
    } else if (protocol === IPPROTO_SCTP && left >= 12) {
      list.saw(BIT.sctp);
    }
  }

  /** IP payload compression (RFC 3173, 3): next header, flags, index, then what was deflated. */
  private inflated(at: number): void {
    let whole: Uint8Array;
    try {
      whole = inflateRawSync(this.buf.subarray(at + 4, this.end), { maxOutputLength: MAX_INFLATED });
    } catch {
      return;
    }
    if (this.note()) this.within(whole, this.buf[at]!);
  }

  /** Errors quote the packet that caused them behind 8 bytes (RFC 792; RFC 4443, 3; redirect of IPv4 too). */
  private quotation(protocol: number, at: number): void {
    if (this.end - at <= 8) return;
    const type = this.buf[at]!;
    const four = protocol === IPPROTO_ICMP;
    const quotes = four ? type === 3 || type === 4 || type === 5 || type === 11 || type === 12 : type >= 1 && type <= 4;
    if (!quotes) return;
    const { end, sent, quoted } = this;
    this.quoted = true;
    if (four) this.ip4(at + 8);
    else this.ip6(at + 8);
    this.end = end;
    this.sent = sent;
    this.quoted = quoted;
  }

  /** Where a fragment completes its datagram, the walk goes on in what was put together. */
  private fragment(at: number, wireEnd: number, protocol: number): void {
    const { reassembly } = this;
    if (reassembly === null || this.quoted || wireEnd > this.end || wireEnd <= at) return;
    const whole = this.completedBy(reassembly, at, wireEnd, protocol, this.list.vlans.join(' '));
    if (whole === null) return;
    this.completed = true;
    this.layers.fragment = FRAGMENT_NONE;
    this.within(whole, protocol);
  }
}
