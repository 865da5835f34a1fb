// The twin of kernel/key.ts: keys of packets and of what ICMP errors quote.
import { u16, u32 } from '../../read/index.ts';
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  NET_IP6,
  NET_NONE,
  type Layers,
} from '../../decode/index.ts';
import { ICMP4_REQUEST, ICMP6_REQUEST } from '../../flow/initiator.ts';
import { FlowKey, mix } from '../../flow/key.ts';

/** What of a packet's headers names its flow. `network` is the number of the VLAN tags where they count, else 0. */
export type KeyEnds = Readonly<
  Pick<
    Layers,
    'net' | 'ipProtocol' | 'sourceAt' | 'destinationAt' | 'sourcePort' | 'destinationPort' | 'tunnel' | 'network'
  >
>;

export class PacketKey extends FlowKey {
  /** Of ends that have ports. */
  fromEnds(ends: KeyEnds, buf: Uint8Array): void {
    this.set(ends, buf, -1);
  }

  fromLayers(l: Layers, buf: Uint8Array): void {
    let portsWord = -1;
    if (!l.hasPorts) {
      if (l.ipProtocol === IPPROTO_ICMP) portsWord = ((ICMP4_REQUEST[l.icmpType] ?? l.icmpType) << 8) | l.icmpCode;
      else if (l.ipProtocol === IPPROTO_ICMPV6)
        portsWord = ((ICMP6_REQUEST[l.icmpType] ?? l.icmpType) << 8) | l.icmpCode;
      else portsWord = 0;
    }
    this.set(l, buf, portsWord);
  }

  /**
   * @param ends offsets of the addresses in `buf`, and what else tells flows apart
   * @param portsWord the ports word where there are no ports, -1 where there are
   */
  private set(ends: KeyEnds, buf: Uint8Array, portsWord: number): void {
    const { net, ipProtocol: protocol, sourceAt, destinationAt, sourcePort, destinationPort, tunnel, network } = ends;
    const w = this.words;
    let order: number;
    if (net === NET_IP4) {
      const s = u32(buf, sourceAt);
      const d = u32(buf, destinationAt);
      order = s - d || (portsWord < 0 ? sourcePort - destinationPort : 0);
      w[0] = order <= 0 ? s : d;
      w[4] = order <= 0 ? d : s;
      w[1] = w[2] = w[3] = w[5] = w[6] = w[7] = 0;
    } else {
      order = 0;
      for (let i = 0; i < 16 && order === 0; i++) order = buf[sourceAt + i]! - buf[destinationAt + i]!;
      if (order === 0 && portsWord < 0) order = sourcePort - destinationPort;
      const low = order <= 0 ? sourceAt : destinationAt;
      const high = order <= 0 ? destinationAt : sourceAt;
      for (let i = 0; i < 4; i++) {
        w[i] = u32(buf, low + i * 4);
        w[4 + i] = u32(buf, high + i * 4);
      }
    }
    this.sourceLow = order <= 0;
    if (portsWord >= 0) w[8] = portsWord;
    else w[8] = order <= 0 ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    w[9] = tunnel;
    w[10] = protocol | (net << 8) | (portsWord < 0 ? 0x10000 : 0) | (network << 17);
    let hash = 0;
    // Of an IPv4 address there is one word.
    if (net === NET_IP4) {
      hash = mix(mix(hash, w[0]!), w[4]!);
    } else {
      for (let i = 0; i < 8; i++) hash = mix(hash, w[i]!);
    }
    this.base = mix(mix(hash, w[8]!), w[10]!);
    if (tunnel === 0) this.finish();
    else this.tunnelled(tunnel, this.sourceLow);
  }
}

/** Destination unreachable, quench, redirect, time exceeded, parameter problem. */
export function icmpIsError(l: Layers): boolean {
  if (l.net === NET_NONE || l.fragment === 2) return false;
  if (l.ipProtocol === IPPROTO_ICMP)
    return l.icmpType === 3 || l.icmpType === 4 || l.icmpType === 5 || l.icmpType === 11 || l.icmpType === 12;
  return l.ipProtocol === IPPROTO_ICMPV6 && l.icmpType >= 1 && l.icmpType <= 4;
}

const quoted = new PacketKey();
const quotedEnds: { -readonly [K in keyof KeyEnds]: number } = {
  net: 0,
  ipProtocol: 0,
  sourceAt: 0,
  destinationAt: 0,
  sourcePort: 0,
  destinationPort: 0,
  tunnel: 0,
  network: 0,
};

/** The key of the packet that an ICMP error quotes, or null when too little of it is there. */
export function quotedFlow(l: Layers, buf: Uint8Array): PacketKey | null {
  const at = l.payloadAt;
  const size = l.payloadLength;
  const four = l.net === NET_IP4;
  if (size < (four ? 20 : 40)) return null;
  const header = four ? (buf[at]! & 15) * 4 : 40;
  const protocol = buf[at + (four ? 9 : 6)]!;
  if ((protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP) || size < header + 4 || header < 20) return null;
  const ports = at + header;
  quotedEnds.net = four ? NET_IP4 : NET_IP6;
  quotedEnds.ipProtocol = protocol;
  quotedEnds.sourceAt = at + (four ? 12 : 8);
  quotedEnds.destinationAt = at + (four ? 16 : 24);
  quotedEnds.sourcePort = u16(buf, ports);
  quotedEnds.destinationPort = u16(buf, ports + 2);
  quotedEnds.tunnel = l.tunnel;
  quotedEnds.network = l.network;
  quoted.fromEnds(quotedEnds, buf);
  // The error goes the other way than the packet that it quotes: the tunnel's id is that of the way back.
  if (l.tunnel !== 0) quoted.tunnelled(l.tunnel, !quoted.sourceLow);
  return quoted;
}
