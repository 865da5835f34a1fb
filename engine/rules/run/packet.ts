// One packet as rules see it: its headers by the names of keywords. One object, used again for every packet.
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  type Layers,
  NET_IP4,
  NET_IP6,
  TCPOPT_MAXSEG,
  TCPOPT_NOP,
  TCPOPT_EOL,
  TCPOPT_WINDOW,
  u16,
  u32,
} from '../../decode/index.ts';
import { checksumFits } from './checksums.ts';

export const IPPROTO_SCTP = 132;
const IPPROTO_IGMP = 2;
const TCPOPT_FASTOPEN = 34;
const TCPOPT_EXPERIMENT = 254;
const FASTOPEN_MAGIC = 0xf989;

const NOTHING = new Uint8Array(0);
const NO_TAGS: readonly number[] = [];
/** Words of a flow's key. */
export const KEY_WORDS = 10;

/** Both ends of a flow. */
interface FlowEnds {
  readonly client: bigint;
  readonly clientPort: number;
  readonly server: bigint;
  readonly serverPort: number;
  readonly transport: number;
}

export class RulePacket {
  bytes: Uint8Array = new Uint8Array(0);
  off = 0;
  end = 0;
  layers!: Layers;
  /** From 0. */
  number = 0;
  /** Since the epoch. */
  seconds = 0;
  private from: bigint | null = null;
  private to: bigint | null = null;
  /** Transport, network, ports and addresses, the lower end first. */
  readonly key = new Uint32Array(KEY_WORDS);
  hash = 0;
  /** Whether the packet goes from the end that stands first in the key. */
  forward = true;
  private held: Uint8Array | null = NOTHING;
  payloadLength = 0;
  /** IPv4, and no stand-in. */
  is4 = false;
  /** Direction within its flow: 0 towards the server. */
  dir: 0 | 1 = 0;
  vlans: readonly number[] = [];
  sourcePort = 0;
  destinationPort = 0;
  /** IP protocol, -1 without. */
  transport = -1;
  /** No packet of its own: a flow is over, and what waited in it is looked at. */
  pseudo = false;
  /** What decoders found wrong with it. */
  readonly events = new Set<string>();

  of(bytes: Uint8Array, off: number, end: number, layers: Layers, number: number, seconds: number): this {
    this.bytes = bytes;
    this.off = off;
    this.end = end;
    this.layers = layers;
    this.number = number;
    this.seconds = seconds;
    this.from = null;
    this.to = null;
    this.held = null;
    this.payloadLength = layers.payloadLength;
    this.is4 = layers.net === NET_IP4;
    if (this.events.size > 0) this.events.clear();
    this.pseudo = false;
    this.sourcePort = layers.hasPorts ? layers.sourcePort : 0;
    this.destinationPort = layers.hasPorts ? layers.destinationPort : 0;
    this.transport = layers.ipProtocol;
    this.vlans = layers.vlan < 0 ? NO_TAGS : tagsOf(bytes, off, end, layers.vlan);
    return this;
  }

  get payload(): Uint8Array {
    const { payloadAt: at } = this.layers;
    return (this.held ??= this.bytes.subarray(at, at + this.payloadLength));
  }

  /** Addresses of IPv4, 32 bits: where `is4`. */
  get source4(): number {
    return u32(this.bytes, this.layers.sourceAt);
  }

  get destination4(): number {
    return u32(this.bytes, this.layers.destinationAt);
  }

  /** Addresses as 16 bytes, IPv4 as ::ffff:a.b.c.d; 0 without IP. */
  get source(): bigint {
    this.from ??= this.isIp ? addressAt(this.bytes, this.layers.sourceAt, this.layers.net) : 0n;
    return this.from;
  }

  get destination(): bigint {
    this.to ??= this.isIp ? addressAt(this.bytes, this.layers.destinationAt, this.layers.net) : 0n;
    return this.to;
  }

  /** Fills `key` and `hash`. @param sp @param dp ports, 0 where the flow has none */
  toKey(sp: number, dp: number): void {
    const { layers: l, bytes: b, key } = this;
    const words = l.net === NET_IP4 ? 1 : 4;
    let order = 0;
    key.fill(0);
    for (let i = 0; i < words; i++) {
      const x = u32(b, l.sourceAt + i * 4);
      const y = u32(b, l.destinationAt + i * 4);
      key[2 + i] = x;
      key[6 + i] = y;
      if (order === 0) order = x - y;
    }
    this.forward = order < 0 || (order === 0 && sp <= dp);
    if (!this.forward) {
      for (let i = 2; i < 6; i++) {
        const x = key[i]!;
        key[i] = key[i + 4]!;
        key[i + 4] = x;
      }
    }
    key[0] = (l.ipProtocol << 20) | (l.net << 16) | ((l.vlan + 1) & 0xffff);
    key[1] = this.forward ? ((sp << 16) | dp) >>> 0 : ((dp << 16) | sp) >>> 0;
    let h = 0;
    for (let i = 0; i < KEY_WORDS; i++) {
      h = Math.imul(h ^ key[i]!, 0x9e37_79b1);
      h ^= h >>> 15;
    }
    this.hash = h >>> 0;
  }

  get isFragment(): boolean {
    return this.layers.fragment !== 0 && this.isIp;
  }

  /** A part of a datagram has neither ports nor payload of its own: the whole has them. */
  asFragment(): void {
    this.layers.hasPorts = false;
    this.payloadLength = 0;
    this.held = null;
    this.sourcePort = this.destinationPort = 0;
  }

  /** A datagram that was put together lies where its last fragment lay. */
  tagged(vlans: readonly number[]): this {
    this.vlans = vlans;
    return this;
  }

  get isIp(): boolean {
    return this.layers.net === NET_IP4 || this.layers.net === NET_IP6;
  }

  /** Where the innermost IP header begins. */
  get ipAt(): number {
    return this.layers.sourceAt - (this.layers.net === NET_IP4 ? 12 : 8);
  }

  /** @returns a number of a header, null where the packet has none */
  headerNumber(field: string): number | null {
    if (this.pseudo) return null;
    const { layers: l, bytes: b } = this;
    if (field.startsWith('tcp.')) return this.tcpNumber(field);
    if (field.startsWith('icmp') || field === 'itype' || field === 'icode') return this.icmpNumber(field);
    switch (field) {
      case 'ttl':
        return this.isIp ? l.hopLimit : null;
      case 'tos':
        return l.net === NET_IP4 ? b[this.ipAt + 1]! : null;
      case 'id':
        return l.net === NET_IP4 ? u16(b, this.ipAt + 4) : null;
      case 'ip_proto':
        return l.ipProtocol >= 0 ? l.ipProtocol : null;
      case 'fragoffset':
        return l.net === NET_IP4 ? u16(b, this.ipAt + 6) & 0x1fff : null;
      case 'dsize':
        return this.isIp ? l.payloadLength : null;
      case 'vlan.layers':
        return this.vlans.length;
      case 'igmp.type':
        return l.ipProtocol === IPPROTO_IGMP && l.transportAt < this.end ? b[l.transportAt]! : null;
      case 'sctp.vtag':
        return l.ipProtocol === IPPROTO_SCTP && l.transportAt + 8 <= this.end ? u32(b, l.transportAt + 4) : null;
      default:
        return null;
    }
  }

  private tcpNumber(field: string): number | null {
    const { layers: l, bytes: b } = this;
    if (l.ipProtocol !== IPPROTO_TCP || !l.hasPorts) return null;
    switch (field) {
      case 'tcp.seq':
        return l.tcpSequence;
      case 'tcp.ack':
        return l.tcpAcknowledgement;
      case 'tcp.window':
        return u16(b, l.transportAt + 14);
      case 'tcp.mss':
        return this.tcpOption(TCPOPT_MAXSEG, 4);
      case 'tcp.wscale':
        return this.tcpOption(TCPOPT_WINDOW, 3);
      default:
        return null;
    }
  }

  private tcpOption(kind: number, length: number): number | null {
    const { bytes: b, layers: l } = this;
    for (let at = l.tcpOptionsAt; at < l.tcpOptionsEnd;) {
      const k = b[at]!;
      if (k === TCPOPT_EOL) return null;
      if (k === TCPOPT_NOP) {
        at++;
        continue;
      }
      const n = b[at + 1]!;
      if (n < 2 || at + n > l.tcpOptionsEnd) return null;
      if (k === kind && n === length) return length === 4 ? u16(b, at + 2) : b[at + 2]!;
      at += n;
    }
    return null;
  }

  /** Whether a SYN may carry bytes of the stream (RFC 7413; kind 254 with its magic number before it had its own). */
  get hasFastOpen(): boolean {
    const { bytes: b, layers: l } = this;
    for (let at = l.tcpOptionsAt; at + 1 < l.tcpOptionsEnd;) {
      const k = b[at]!;
      if (k === TCPOPT_EOL) return false;
      if (k === TCPOPT_NOP) {
        at++;
        continue;
      }
      const n = b[at + 1]!;
      if (n < 2 || at + n > l.tcpOptionsEnd) return false;
      if (k === TCPOPT_FASTOPEN || (k === TCPOPT_EXPERIMENT && n >= 4 && u16(b, at + 2) === FASTOPEN_MAGIC))
        return true;
      at += n;
    }
    return false;
  }

  private icmpNumber(field: string): number | null {
    const { layers: l, bytes: b } = this;
    const v4 = l.ipProtocol === IPPROTO_ICMP;
    if (!v4 && l.ipProtocol !== IPPROTO_ICMPV6) return null;
    const at = l.transportAt;
    switch (field) {
      case 'itype':
        return l.icmpType;
      case 'icode':
        return l.icmpCode;
      case 'icmp_id':
      case 'icmp_seq': {
        const asks = v4 ? [0, 8, 13, 14, 15, 16, 17, 18] : [128, 129];
        if (!asks.includes(l.icmpType) || at + 8 > this.end) return null;
        return u16(b, at + (field === 'icmp_id' ? 4 : 6));
      }
      case 'icmpv6.mtu':
        return !v4 && l.icmpType === 2 && at + 8 <= this.end ? u32(b, at + 4) : null;
      default:
        return null;
    }
  }

  /** Type and code of an ICMP message, null without one. */
  get icmp(): readonly [number, number] | null {
    const { layers: l } = this;
    const isIcmp = l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6;
    return isIcmp && !this.pseudo ? [l.icmpType, l.icmpCode] : null;
  }

  /** TCP's flags, all eight; null without TCP. */
  get tcpFlags(): number | null {
    if (this.pseudo) return null;
    const l = this.layers;
    return l.ipProtocol === IPPROTO_TCP && l.hasPorts ? this.bytes[l.transportAt + 13]! : null;
  }

  /** More fragments 1, don't fragment 2, reserved 4; null without IPv4. */
  get fragmentBits(): number | null {
    if (this.pseudo || this.layers.net !== NET_IP4) return null;
    const bits = this.bytes[this.ipAt + 6]! >> 5;
    return (bits & 1) | (bits & 2) | (bits & 4);
  }

  /** Bytes of a header by the name of its buffer. */
  buffer(name: string): Uint8Array | null {
    const { layers: l, bytes: b } = this;
    const from = (at: number, to: number): Uint8Array => b.subarray(at, Math.min(to, this.end));
    if (this.pseudo) return null;
    switch (name) {
      case 'ipv4.hdr':
        return l.net === NET_IP4 ? from(this.ipAt, this.ipAt + (b[this.ipAt]! & 15) * 4) : null;
      case 'ipv6.hdr':
        return l.net === NET_IP6 ? from(this.ipAt, l.ipProtocol >= 0 ? l.transportAt : this.ipAt + 40) : null;
      case 'tcp.hdr':
        return l.ipProtocol === IPPROTO_TCP && l.hasPorts
          ? from(l.transportAt, l.transportAt + (b[l.transportAt + 12]! >> 4) * 4)
          : null;
      case 'udp.hdr':
        return l.ipProtocol === IPPROTO_UDP && l.hasPorts ? from(l.transportAt, l.transportAt + 8) : null;
      case 'icmpv4.hdr':
        return l.ipProtocol === IPPROTO_ICMP ? from(l.transportAt, this.icmpEnd) : null;
      case 'icmpv6.hdr':
        return l.ipProtocol === IPPROTO_ICMPV6 ? from(l.transportAt, this.icmpEnd) : null;
      case 'ether.hdr':
        return l.macSource >= 0 ? from(this.off, this.off + 14) : null;
      default:
        return null;
    }
  }

  /** Headers of echoes have eight bytes; of other messages all that there is belongs to it. */
  private get icmpEnd(): number {
    const { icmpType, transportAt, payloadAt, payloadLength } = this.layers;
    const echo = icmpType === 0 || icmpType === 8 || icmpType === 128 || icmpType === 129;
    return echo ? transportAt + 8 : Math.max(payloadAt + payloadLength, transportAt + 8);
  }

  /** Stands for what is left of a flow once nothing comes any more. */
  restOf(flow: FlowEnds, dir: 0 | 1): void {
    this.pseudo = true;
    this.dir = dir;
    const ends = [flow.client, flow.server];
    const ports = [flow.clientPort, flow.serverPort];
    this.from = ends[dir]!;
    this.to = ends[dir ^ 1]!;
    [this.sourcePort, this.destinationPort] = [ports[dir]!, ports[dir ^ 1]!];
    this.transport = flow.transport;
    this.held = NOTHING;
    this.payloadLength = 0;
    this.is4 = false;
    this.events.clear();
  }

  checksum(layer: string): boolean | null {
    return checksumFits(this, layer);
  }
}

export function addressAt(b: Uint8Array, at: number, net: number): bigint {
  if (net === NET_IP4) return (0xffffn << 32n) | BigInt(u32(b, at));
  let value = 0n;
  for (let i = 0; i < 16; i += 4) value = (value << 32n) | BigInt(u32(b, at + i));
  return value;
}

const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200, 0x9300]);
const MAX_TAGS = 8;

/** Ids of the VLAN tags of an Ethernet frame, the outermost first (IEEE 802.1Q). */
function tagsOf(b: Uint8Array, off: number, end: number, innermost: number): number[] {
  const ids: number[] = [];
  for (let at = off + 12; at + 4 <= end && ids.length < MAX_TAGS && TAGS.has(u16(b, at)); at += 4)
    ids.push(u16(b, at + 2) & 0xfff);
  return ids.length === 0 ? [innermost] : ids;
}
