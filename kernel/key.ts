// The flow key: addresses and ports in canonical order, protocol, tunnel; eleven words and their hash. There are two:
// the packet's, and that of what an ICMP error quotes.
import { u16at, u32at, u8at } from './bytes';
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  FRAGMENT_LATER,
  KEY_WORDS,
  NET_IP4,
  NET_IP6,
  NET_NONE,
  TUNNEL_HIGH,
  TUNNEL_LOW,
} from './generated/layout';
import { l } from './layers';

const TUNNEL: u32 = TUNNEL_LOW | TUNNEL_HIGH;

/** As the host sees it: the words, then hash, base and 1 where the packet's source is the low side. */
@unmanaged
export class Key {
  low0: u32;
  low1: u32;
  low2: u32;
  low3: u32;
  high0: u32;
  high1: u32;
  high2: u32;
  high3: u32;
  ports: u32;
  tunnel: u32;
  kind: u32;
  hash: u32;
  /** Hash of all but the tunnel's id and direction. */
  base: u32;
  sourceLow: u32;

  @inline
  get inTunnel(): bool {
    return (this.kind & TUNNEL) !== 0;
  }

  /** Sets the tunnel's id, and whether it is the id of packets from the low address. */
  tunnelled(id: u32, low: bool): void {
    this.tunnel = id;
    this.kind = (this.kind & ~TUNNEL) | (low ? TUNNEL_LOW : TUNNEL_HIGH);
    this.finish();
  }

  @inline
  finish(): void {
    let hash = mix(mix(this.base, this.tunnel), this.kind);
    hash ^= hash >> 16;
    this.hash = hash * 0x85ebca6b;
  }
}

export const KEY: usize = memory.data(64, 16);
export const key: Key = changetype<Key>(KEY);
export const QUOTED: usize = memory.data(64, 16);
export const quoted: Key = changetype<Key>(QUOTED);

function mix(hash: u32, word: u32): u32 {
  return ((hash ^ word) * 0x9e3779b1) ^ (hash >> 15);
}

/** The type of an ICMP message that asks for this one, or its own (RFC 792, RFC 950, RFC 1256; RFC 4443, RFC 4861). */
export function icmpAsking(protocol: i32, type: i32): i32 {
  if (protocol === IPPROTO_ICMP) {
    if (type === 0) return 8;
    return type === 14 || type === 16 || type === 18 ? type - 1 : type;
  }
  if (type === 129) return 128;
  return type === 134 || type === 136 ? type - 1 : type;
}

/** The key of the packet in `l`. */
export function keyOfPacket(): void {
  const protocol = l.ipProtocol;
  if (l.hasPorts) return set(key, l.net, protocol, l.sourceAt, l.destinationAt, l.sourcePort, l.destinationPort, true);
  const ports =
    protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6 ? (icmpAsking(protocol, l.icmpType) << 8) | l.icmpCode : 0;
  set(key, l.net, protocol, l.sourceAt, l.destinationAt, ports, 0, false);
}

/** @param from source port, or the ports' word where there are none */
function set(
  k: Key,
  net: i32,
  protocol: i32,
  sourceAt: i32,
  destinationAt: i32,
  from: i32,
  to: i32,
  hasPorts: bool,
): void {
  let order = 0;
  let hash: u32 = 0;
  if (net === NET_IP4) {
    const s = u32at(sourceAt);
    const d = u32at(destinationAt);
    order = s === d ? (hasPorts ? from - to : 0) : s < d ? -1 : 1;
    k.low0 = order <= 0 ? s : d;
    k.high0 = order <= 0 ? d : s;
    k.low1 = k.low2 = k.low3 = k.high1 = k.high2 = k.high3 = 0;
    hash = mix(mix(hash, k.low0), k.high0);
  } else {
    for (let i = 0; i < 16 && order === 0; i += 4) {
      const s = u32at(sourceAt + i);
      const d = u32at(destinationAt + i);
      if (s !== d) order = s < d ? -1 : 1;
    }
    if (order === 0 && hasPorts) order = from - to;
    const low = order <= 0 ? sourceAt : destinationAt;
    const high = order <= 0 ? destinationAt : sourceAt;
    k.low0 = u32at(low);
    k.low1 = u32at(low + 4);
    k.low2 = u32at(low + 8);
    k.low3 = u32at(low + 12);
    k.high0 = u32at(high);
    k.high1 = u32at(high + 4);
    k.high2 = u32at(high + 8);
    k.high3 = u32at(high + 12);
    hash = mix(mix(mix(mix(hash, k.low0), k.low1), k.low2), k.low3);
    hash = mix(mix(mix(mix(hash, k.high0), k.high1), k.high2), k.high3);
  }
  k.sourceLow = order <= 0 ? 1 : 0;
  if (hasPorts) k.ports = order <= 0 ? (from << 16) | to : (to << 16) | from;
  else k.ports = from;
  k.tunnel = l.tunnel;
  k.kind = protocol | (net << 8) | (hasPorts ? 0x10000 : 0) | (l.network << 17);
  k.base = mix(mix(hash, k.ports), k.kind);
  if (l.tunnel === 0) k.finish();
  else k.tunnelled(l.tunnel, k.sourceLow !== 0);
}

export function sameWords(one: usize, other: usize): bool {
  for (let i: usize = 0; i < (<usize>KEY_WORDS) << 2; i += 4) {
    if (load<u32>(one + i) !== load<u32>(other + i)) return false;
  }
  return true;
}

/** Destination unreachable, quench, redirect, time exceeded, parameter problem. */
export function icmpIsError(): bool {
  if (l.net === NET_NONE || l.fragment === FRAGMENT_LATER) return false;
  const type = l.icmpType;
  if (l.ipProtocol === IPPROTO_ICMP) return type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
  return l.ipProtocol === IPPROTO_ICMPV6 && type >= 1 && type <= 4;
}

/** Has `quoted` be the key of the packet that an ICMP error quotes. @returns false where too little of it is there */
export function quotedFlow(): bool {
  const at = l.payloadAt;
  const size = l.payloadLength;
  const four = l.net === NET_IP4;
  const least = four ? 20 : 40;
  if (size < least) return false;
  const header = four ? (u8at(at) & 15) << 2 : 40;
  const protocol = u8at(at + (four ? 9 : 6));
  if ((protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP) || size < header + 4 || header < 20) return false;
  const ports = at + header;
  const source = at + (four ? 12 : 8);
  const destination = at + (four ? 16 : 24);
  set(quoted, four ? NET_IP4 : NET_IP6, protocol, source, destination, u16at(ports), u16at(ports + 2), true);
  // The error goes the other way than the packet that it quotes: the tunnel's id is that of the way back.
  if (l.tunnel !== 0) quoted.tunnelled(l.tunnel, quoted.sourceLow === 0);
  return true;
}
