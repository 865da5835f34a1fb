// One packet with other addresses and without what it carried. Only what is understood stays: a header that is not known
// ends the packet, or is zero, as its payload is.
import type { AddressMap } from './addresses.ts';
import { addsUp, mend, pseudoSum, turn } from './checksums.ts';
import { replaceDns, replaceHello } from './names.ts';

/** What becomes of payloads: away, zeros, zeros but for DNS and hellos with other names, or as they were. */
export const PAYLOADS = ['cut', 'zero', 'names', 'keep'] as const;
export type PayloadChoice = (typeof PAYLOADS)[number];

const [ETHERNET, RAW, NULL, SLL, SLL2] = [1, 101, 0, 113, 276] as const;
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const [IP4, IP6, ARP] = [0x0800, 0x86dd, 0x0806] as const;
const [ICMP, IPIP, TCP, UDP, IPV6, ICMPV6] = [1, 4, 6, 17, 41, 58] as const;
/** Hop-by-hop, routing, destination options: eight octets and their length. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);
const FRAGMENT = 44;
const DNS_PORTS: ReadonlySet<number> = new Set([53, 5353, 5355]);
/** Options of TCP that say nothing of hosts: end, nothing, size, window, SACK, stamps. */
const TCP_OPTIONS: ReadonlySet<number> = new Set([2, 3, 4, 5, 8]);
const MAX_NESTED = 4;
/** ICMP messages that quote a packet (RFC 792, RFC 4443). */
const QUOTES4: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);
const QUOTES6: ReadonlySet<number> = new Set([1, 2, 3, 4]);

/** @returns place and type of what a link layer carries; null where nothing of it is known */
function linkOf(b: Uint8Array, link: number, map: AddressMap): { readonly at: number; readonly type: number } | null {
  const u16 = (at: number): number => (b[at]! << 8) | b[at + 1]!;
  const mac = (at: number): void => b.set(map.mac(b.subarray(at, at + 6)), at);
  switch (link) {
    case ETHERNET: {
      if (b.length < 14) return null;
      mac(0);
      mac(6);
      let at = 12;
      while (TAGS.has(u16(at)) && at + 6 <= b.length) at += 4;
      return { at: at + 2, type: u16(at) };
    }
    case RAW:
    case 12:
    case 14:
    case 228:
    case 229:
      return b.length === 0 ? null : { at: 0, type: b[0]! >>> 4 === 6 ? IP6 : IP4 };
    case NULL:
      return b.length < 5 ? null : { at: 4, type: b[4]! >>> 4 === 6 ? IP6 : IP4 };
    case SLL: {
      if (b.length < 16) return null;
      if (u16(4) === 6) mac(6);
      else b.fill(0, 6, 14);
      return { at: 16, type: u16(14) };
    }
    case SLL2: {
      if (b.length < 20) return null;
      if (b[11] === 6) mac(12);
      else b.fill(0, 12, 20);
      return { at: 20, type: u16(0) };
    }
    default:
      return null;
  }
}

export class PacketMask {
  private readonly map: AddressMap;
  private readonly payload: PayloadChoice;

  constructor(map: AddressMap, payload: PayloadChoice) {
    this.map = map;
    this.payload = payload;
  }

  /**
   * @param bytes are written over @param link as pcap numbers it
   * @returns how many of the bytes stay
   */
  mask(bytes: Uint8Array, link: number): number {
    const found = linkOf(bytes, link, this.map);
    if (found === null) return 0;
    switch (found.type) {
      case IP4:
        return this.ip4(bytes, found.at, bytes.length, 0);
      case IP6:
        return this.ip6(bytes, found.at, bytes.length, 0);
      case ARP:
        return this.arp(bytes, found.at);
      default:
        return this.rest(bytes, found.at, bytes.length);
    }
  }

  /** What is not known. @returns the place after what stays */
  private rest(b: Uint8Array, from: number, end: number): number {
    if (this.payload === 'cut') return from;
    if (this.payload !== 'keep') b.fill(0, from, end);
    return end;
  }

  private arp(b: Uint8Array, at: number): number {
    const isPlain = b.length >= at + 28 && b[at + 4] === 6 && b[at + 5] === 4;
    if (!isPlain) return this.rest(b, at, b.length);
    for (const place of [at + 8, at + 18]) {
      b.set(this.map.mac(b.subarray(place, place + 6)), place);
      b.set(this.map.ip(b.subarray(place + 6, place + 10)), place + 6);
    }
    return this.rest(b, at + 28, b.length);
  }

  private ip4(b: Uint8Array, at: number, limit: number, depth: number): number {
    const header = (b[at]! & 15) * 4;
    if (limit < at + 20 || b[at]! >>> 4 !== 4 || header < 20 || limit < at + header) return this.rest(b, at, limit);
    const total = (b[at + 2]! << 8) | b[at + 3]!;
    const end = total >= header ? Math.min(limit, at + total) : limit;
    const fits = addsUp(b, at, at + header);
    const layer = { at: at + header, end, addresses: at + 12, octets: 8, protocol: b[at + 9]! };
    const length = Math.max(total, header) - header;
    const offset = ((b[at + 6]! << 8) | b[at + 7]!) & 0x3fff;
    const stays = this.carried(b, layer, { length, ...partOf(offset !== 0, (offset & 0x1fff) !== 0) }, depth, () => {
      for (const place of [at + 12, at + 16]) b.set(this.map.ip(b.subarray(place, place + 4)), place);
    });
    // Options may hold addresses of the way.
    b.fill(1, at + 20, at + header);
    if (fits) mend(b, at, at + header, at + 10);
    return this.behind(b, stays, end, limit);
  }

  private ip6(b: Uint8Array, at: number, limit: number, depth: number): number {
    if (limit < at + 40 || b[at]! >>> 4 !== 6) return this.rest(b, at, limit);
    const said = (b[at + 4]! << 8) | b[at + 5]!;
    const end = said > 0 ? Math.min(limit, at + 40 + said) : limit;
    let protocol = b[at + 6]!;
    let place = at + 40;
    let part = partOf(false, false);
    while ((EXTENSIONS.has(protocol) || protocol === FRAGMENT) && place + 8 <= end) {
      const size = protocol === FRAGMENT ? 8 : (b[place + 1]! + 1) * 8;
      if (place + size > end) break;
      if (protocol === FRAGMENT) part = partOf(true, (((b[place + 2]! << 8) | b[place + 3]!) & 0xfff8) !== 0);
      // Padding in the place of what they say.
      else b.fill(0, place + 2, place + size);
      protocol = b[place]!;
      place += size;
    }
    const layer = { at: place, end, addresses: at + 8, octets: 32, protocol };
    const length = (said > 0 ? at + 40 + said : limit) - place;
    const stays = this.carried(b, layer, { length, ...part }, depth, () => {
      for (const from of [at + 8, at + 24]) b.set(this.map.ip(b.subarray(from, from + 16)), from);
    });
    return this.behind(b, stays, end, limit);
  }

  /** What stands behind a datagram in its frame is no part of it. */
  private behind(b: Uint8Array, stays: number, end: number, limit: number): number {
    if (stays < end || this.payload === 'cut') return Math.min(stays, end);
    b.fill(0, end, limit);
    return limit;
  }

  /**
   * What IP carries: changes it, and the addresses when what stood there is known.
   * @returns the place after what stays
   */
  private carried(b: Uint8Array, layer: Layer, whole: Whole, depth: number, readdress: () => void): number {
    const { at, end, addresses, octets, protocol } = layer;
    const { length, isPart, isLater } = whole;
    const sum = checksumPlace(protocol);
    const isThere = end - at >= length && !isPart;
    const before = pseudoSum(b, addresses, octets, 0, 0);
    const usesPseudo = protocol !== ICMP;
    const pseudo = (): number => (usesPseudo ? pseudoSum(b, addresses, octets, protocol, length) : 0);
    const mayFit = sum !== null && at + sum + 2 <= end && !isLater && !(protocol === UDP && isNone(b, at + 6));
    const fits = mayFit && (!isThere || addsUp(b, at, at + length, pseudo()));
    readdress();
    const header = isLater ? at : this.header(b, layer, depth);
    let stays = header;
    if (header < end) stays = isPart ? this.rest(b, header, end) : this.body(b, layer, header);
    if (!fits) return stays;
    if (isThere && stays >= end) mend(b, at, at + length, at + sum, pseudo(), protocol === UDP ? 0xffff : 0);
    // Not all of it is there: what changed in the pseudo header is what the checksum has to follow.
    else if (usesPseudo) turn(b, at + sum, before, pseudoSum(b, addresses, octets, 0, 0));
    return stays;
  }

  /** Changes a transport's header. @returns the place after it */
  private header(b: Uint8Array, layer: Layer, depth: number): number {
    const { at, end, protocol } = layer;
    switch (protocol) {
      case TCP: {
        const size = at + 13 <= end ? (b[at + 12]! >>> 4) * 4 : 0;
        if (size < 20 || at + size > end) return at;
        tcpOptions(b, at + 20, at + size);
        return at + size;
      }
      case UDP:
        return at + 8 <= end ? at + 8 : at;
      case ICMP:
      case ICMPV6:
        return this.icmp(b, at, end, protocol, depth);
      case IPIP:
      case IPV6:
        if (depth >= MAX_NESTED) return at;
        return protocol === IPIP ? this.ip4(b, at, end, depth + 1) : this.ip6(b, at, end, depth + 1);
      default:
        return at;
    }
  }

  private icmp(b: Uint8Array, at: number, end: number, protocol: number, depth: number): number {
    if (at + 8 > end) return at;
    const type = b[at]!;
    const quotes = (protocol === ICMP ? QUOTES4 : QUOTES6).has(type);
    if (quotes && depth < MAX_NESTED) {
      // A redirect names a router.
      if (protocol === ICMP && type === 5) b.set(this.map.ip(b.subarray(at + 4, at + 8)), at + 4);
      return protocol === ICMP ? this.ip4(b, at + 8, end, MAX_NESTED) : this.ip6(b, at + 8, end, MAX_NESTED);
    }
    // Neighbours ask for an address, and redirects name two (RFC 4861).
    const targets = protocol === ICMPV6 && type >= 135 && type <= 137 ? 1 + Number(type === 137) : 0;
    let place = at + 8;
    for (let i = 0; i < targets && place + 16 <= end; i++, place += 16)
      b.set(this.map.ip(b.subarray(place, place + 16)), place);
    return place;
  }

  /** What a transport carries. @returns the place after what stays */
  private body(b: Uint8Array, layer: Layer, from: number): number {
    const { at, end, protocol } = layer;
    if (this.payload === 'keep' && (protocol === TCP || protocol === UDP)) return end;
    if (this.payload === 'names' && protocol === UDP) {
      const ports = [(b[at]! << 8) | b[at + 1]!, (b[at + 2]! << 8) | b[at + 3]!];
      const copy = b.slice(from, end);
      if (ports.some((port) => DNS_PORTS.has(port)) && replaceDns(this.map, copy, 0, copy.length)) {
        b.set(copy, from);
        return end;
      }
    }
    if (this.payload === 'names' && protocol === TCP) {
      const copy = b.slice(from, end);
      const kept = replaceHello(this.map, copy, 0, copy.length);
      b.set(copy.subarray(0, kept), from);
      b.fill(0, from + kept, end);
      return end;
    }
    if (this.payload === 'keep') {
      b.fill(0, from, end);
      return end;
    }
    return this.rest(b, from, end);
  }
}

/** What IP carries: where, its protocol, and where the addresses stand that its checksum counts. */
interface Layer {
  readonly at: number;
  readonly end: number;
  readonly addresses: number;
  readonly octets: number;
  readonly protocol: number;
}

/** How much of a datagram it is, and its length as IP tells it. */
interface Whole {
  readonly length: number;
  readonly isPart: boolean;
  /** Not the first part: it has no header. */
  readonly isLater: boolean;
}

function partOf(isPart: boolean, isLater: boolean): Omit<Whole, 'length'> {
  return { isPart, isLater };
}

function isNone(b: Uint8Array, at: number): boolean {
  return b[at] === 0 && b[at + 1] === 0;
}

/** Where a transport's checksum stands in its header; null without one. */
function checksumPlace(protocol: number): number | null {
  if (protocol === TCP) return 16;
  if (protocol === UDP) return 6;
  return protocol === ICMP || protocol === ICMPV6 ? 2 : null;
}

/** Options that may name hosts or sessions become padding. */
function tcpOptions(b: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to;) {
    const kind = b[at]!;
    if (kind === 0) {
      b.fill(0, at, to);
      return;
    }
    const size = kind === 1 ? 1 : (b[at + 1] ?? 0);
    if (kind !== 1 && (size < 2 || at + size > to)) {
      b.fill(0, at, to);
      return;
    }
    if (kind !== 1 && !TCP_OPTIONS.has(kind)) b.fill(1, at, at + size);
    at += size;
  }
}
