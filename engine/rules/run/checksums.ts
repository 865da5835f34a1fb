// Checksums of IP, TCP, UDP and ICMP (RFC 1071).
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  type Layers,
  NET_IP4,
  u16,
} from '../../decode/index.ts';

/** A packet's bytes and where its layers stand in them. */
interface Headers {
  readonly layers: Layers;
  readonly bytes: Uint8Array;
  readonly isIp: boolean;
  /** Where the innermost IP header begins. */
  readonly ipAt: number;
}

function sum(b: Uint8Array, from: number, to: number, before = 0): number {
  let s = before;
  let at = from;
  for (; at + 1 < to; at += 2) s += u16(b, at);
  if (at < to) s += b[at]! << 8;
  while (s > 0xffff) s = (s & 0xffff) + Math.floor(s / 0x10000);
  return s;
}

/** @returns whether the layer's checksum fits; null where the packet has no such layer */
export function checksumFits(p: Headers, layer: string): boolean | null {
  const { layers: l, bytes: b } = p;
  if (!p.isIp) return null;
  const v4 = l.net === NET_IP4;
  if (layer === 'ipv4') return v4 ? sum(b, p.ipAt, p.ipAt + (b[p.ipAt]! & 15) * 4) === 0xffff : null;
  const wanted = { tcpv4: IPPROTO_TCP, tcpv6: IPPROTO_TCP, udpv4: IPPROTO_UDP, udpv6: IPPROTO_UDP }[layer];
  const end = l.payloadAt + l.payloadLength;
  if (layer === 'icmpv4') return l.ipProtocol === IPPROTO_ICMP ? sum(b, l.transportAt, end) === 0xffff : null;
  const protocol = layer === 'icmpv6' ? IPPROTO_ICMPV6 : wanted;
  if (protocol === undefined || l.ipProtocol !== protocol || v4 !== layer.endsWith('v4')) return null;
  if (protocol === IPPROTO_UDP && v4 && u16(b, l.transportAt + 6) === 0) return true;
  const width = v4 ? 4 : 16;
  const pseudo = sum(b, l.sourceAt, l.sourceAt + width, sum(b, l.destinationAt, l.destinationAt + width));
  return sum(b, l.transportAt, end, pseudo + protocol + (end - l.transportAt)) === 0xffff;
}
