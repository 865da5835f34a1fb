// What is wrong with a packet's headers, by the names that `decode-event` of rules has for it. Asked only where a rule
// asks for one of them.
import {
  IPPROTO_FRAGMENT,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  NET_IP6,
  u16,
} from '../../decode/index.ts';
import {
  AUTHENTICATION,
  DESTINATION,
  type ExtensionHeader,
  extensions,
  HOP_BY_HOP,
  NO_NEXT,
  ROUTING,
} from './extension-headers.ts';
import { IPPROTO_SCTP, type RulePacket } from './packet.ts';

const IPPROTO_IGMP = 2;
const ETHERTYPES: ReadonlyMap<number, 4 | 6> = new Map([
  [0x0800, 4],
  [0x86dd, 6],
]);
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200, 0x9300]);
const MAX_TAGS = 8;

/** Notes events of the packet's headers in its `events`. */
export function noteDecodeEvents(p: RulePacket): void {
  const ip = ipOf(p);
  if (ip === null) return;
  const note = (name: string): void => void p.events.add(`decoder.${name}`);
  if (ip.version === 4) ipv4(p, ip.at, note);
  else ipv6(p, ip.at, note);
}

type Note = (name: string) => void;

/** Where IP should begin: also where its header is so odd that no decoder takes it for one. */
function ipOf(p: RulePacket): { readonly at: number; readonly version: 4 | 6 } | null {
  const { layers: l, bytes: b } = p;
  if (l.net === NET_IP4) return { at: p.ipAt, version: 4 };
  if (l.net === NET_IP6) return { at: p.ipAt, version: 6 };
  if (l.macSource < 0) return null;
  let at = p.off + 12;
  for (let i = 0; i < MAX_TAGS && at + 4 <= p.end && TAGS.has(u16(b, at)); i++) at += 4;
  const version = at + 2 <= p.end ? ETHERTYPES.get(u16(b, at)) : undefined;
  return version === undefined ? null : { at: at + 2, version };
}

function ipv4(p: RulePacket, at: number, note: Note): void {
  const { bytes: b } = p;
  const room = p.end - at;
  if (room < 20) return note('ipv4.pkt_too_small');
  if (b[at]! >> 4 !== 4) return note('ipv4.wrong_ip_version');
  const header = (b[at]! & 15) * 4;
  const total = u16(b, at + 2);
  if (header < 20) return note('ipv4.hlen_too_small');
  if (total < header) return note('ipv4.iplen_smaller_than_hlen');
  if (room < total) return note('ipv4.trunc_pkt');
  if (header > 20) options4(b, at + 20, at + header, note);
  if ((u16(b, at + 6) & 0x3fff) !== 0) return;
  if (b[at + 9] === IPPROTO_ICMPV6) note('ipv4.icmpv6');
  transport(p, b[at + 9]!, at + header, at + total, note);
}

/** Options of IPv4: kind, length, value (RFC 791, 3.1). Lengths that kinds must have. */
const OPTIONS4: ReadonlyMap<number, (length: number) => boolean> = new Map([
  [7, (n: number) => n >= 3],
  [68, (n: number) => n >= 5],
  [131, (n: number) => n >= 3],
  [137, (n: number) => n >= 3],
  [130, (n: number) => n === 11],
  [133, (n: number) => n >= 3],
  [134, (n: number) => n >= 7],
  [136, (n: number) => n === 4],
  [148, (n: number) => n === 4],
]);

function options4(b: Uint8Array, from: number, to: number, note: Note): void {
  const seen = new Set<number>();
  for (let at = from; at < to;) {
    const kind = b[at]!;
    if (kind === 0) return;
    if (kind === 1) {
      at++;
      continue;
    }
    if (at + 1 >= to) return note('ipv4.opt_invalid_len');
    const length = b[at + 1]!;
    if (length < 2 || at + length > to) return note('ipv4.opt_invalid_len');
    const fits = OPTIONS4.get(kind);
    if (fits === undefined) note('ipv4.opt_unknown');
    else if (!fits(length)) note('ipv4.opt_invalid_len');
    else if (seen.has(kind)) note('ipv4.opt_duplicate');
    seen.add(kind);
    at += length;
  }
}

const DUPLICATES: ReadonlyMap<number, string> = new Map([
  [IPPROTO_FRAGMENT, 'ipv6.exthdr_dupl_fh'],
  [ROUTING, 'ipv6.exthdr_dupl_rh'],
  [HOP_BY_HOP, 'ipv6.exthdr_dupl_hh'],
  [AUTHENTICATION, 'ipv6.exthdr_dupl_ah'],
]);

function ipv6(p: RulePacket, at: number, note: Note): void {
  const { bytes: b } = p;
  const room = p.end - at;
  if (room < 40) return note('ipv6.pkt_too_small');
  const length = u16(b, at + 4);
  if (room - 40 < length) return note('ipv6.trunc_pkt');
  const end = length === 0 ? p.end : at + 40 + length;
  const list = extensions(b, at, end);
  const times = new Map<number, number>();
  for (const header of list) {
    const before = times.get(header.kind) ?? 0;
    times.set(header.kind, before + 1);
    if (before === 1 && DUPLICATES.has(header.kind)) note(DUPLICATES.get(header.kind)!);
    // One before the routing header and one at the end are in order.
    if (before === 2 && header.kind === DESTINATION) note('ipv6.exthdr_dupl_dh');
    if (header.cut) return note('ipv6.trunc_exthdr');
    extension(b, header, note);
  }
  const last = list.at(-1);
  if (last !== undefined && last.kind === IPPROTO_FRAGMENT && (u16(b, last.at + 2) & 0xfff9) !== 0) return;
  if (list.some((h) => h.kind === IPPROTO_FRAGMENT && (u16(b, h.at + 2) & 0xfff9) !== 0)) return;
  const protocol = b[last?.at ?? at + 6]!;
  const behind = last?.to ?? at + 40;
  if (protocol === NO_NEXT && end > behind) note('ipv6.data_after_none_header');
  if (protocol === IPPROTO_ICMP) note('ipv6.icmpv4');
  transport(p, protocol, behind, end, note);
}

function extension(b: Uint8Array, h: ExtensionHeader, note: Note): void {
  if (h.kind === IPPROTO_FRAGMENT) {
    if ((u16(b, h.at + 2) & 0xfff9) === 0) note('ipv6.exthdr_useless_fh');
    if (b[h.at + 1] !== 0) note('ipv6.fh_non_zero_reserved_field');
  } else if (h.kind === ROUTING) {
    if (b[h.at + 2] === 0) note('ipv6.rh_type_0');
  } else if (h.kind === HOP_BY_HOP) options6(b, h, 'hopopts', note);
  else if (h.kind === DESTINATION) options6(b, h, 'dstopts', note);
}

/** Pad1, PadN, tunnel limit, router alert, CALIPSO, quick start, home address, ILNP nonce, RPL, jumbo payload. */
const OPTIONS6: ReadonlySet<number> = new Set([0, 1, 4, 5, 7, 0x26, 0x63, 0x8b, 0xc2, 0xc9]);

function options6(b: Uint8Array, h: ExtensionHeader, kind: 'hopopts' | 'dstopts', note: Note): void {
  let others = 0;
  for (let at = h.at + 2; at < h.to;) {
    const type = b[at]!;
    if (type === 0) {
      at++;
      continue;
    }
    const length = b[at + 1] ?? 0;
    if (at + 2 + length > h.to) return note('ipv6.exthdr_invalid_optlen');
    if (type === 1 && length === 0) note('ipv6.zero_len_padn');
    if (type !== 1) others++;
    if (!OPTIONS6.has(type)) note(`ipv6.${kind}_unknown_opt`);
    at += 2 + length;
  }
  if (others === 0) note(`ipv6.${kind}_only_padding`);
}

function transport(p: RulePacket, protocol: number, at: number, end: number, note: Note): void {
  const room = Math.min(end, p.end) - at;
  const { bytes: b } = p;
  switch (protocol) {
    case IPPROTO_TCP:
      return tcp(b, at, room, note);
    case IPPROTO_UDP: {
      if (room < 8) return note('udp.pkt_too_small');
      const said = u16(b, at + 4);
      if (said !== 0 && (said < 8 || said > room)) note('udp.len_invalid');
      return;
    }
    case IPPROTO_ICMP:
      return room < 8 ? note('icmpv4.pkt_too_small') : undefined;
    case IPPROTO_ICMPV6:
      return room < 8 ? note('icmpv6.pkt_too_small') : undefined;
    case IPPROTO_SCTP:
      return room < 12 ? note('sctp.pkt_too_small') : undefined;
    case IPPROTO_IGMP:
      return igmp(b, at, room, note);
    default:
  }
}

function tcp(b: Uint8Array, from: number, room: number, note: Note): void {
  if (room < 20) return note('tcp.pkt_too_small');
  const header = (b[from + 12]! >> 4) * 4;
  if (header < 20) return note('tcp.hlen_too_small');
  if (header > room) return note('tcp.invalid_optlen');
  const seen = new Set<number>();
  for (let at = from + 20; at < from + header;) {
    const kind = b[at]!;
    if (kind === 0) return;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = b[at + 1] ?? 0;
    if (length < 2 || at + length > from + header) return note('tcp.opt_invalid_len');
    if (kind <= 8 && seen.has(kind)) note('tcp.opt_duplicate');
    seen.add(kind);
    at += length;
  }
}

/** Membership queries and reports (RFC 3376, 4): a report of version 3 has as many records as it says. */
function igmp(b: Uint8Array, at: number, room: number, note: Note): void {
  if (room < 8) return note('igmp.pkt_too_small');
  if (b[at] !== 0x22) return;
  let records = u16(b, at + 6);
  let next = at + 8;
  for (; records > 0; records--) {
    if (next + 8 > at + room) return note('igmp.v3_pkt_too_small');
    next += 8 + u16(b, next + 2) * 4 + b[next + 1]! * 4;
    if (next > at + room) return note('igmp.malformed');
  }
}
