// What is wrong with headers behind IP, by the names of events.
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP, u16, u32 } from '../../decode/index.ts';
import type { NoteEvent } from './frame-events.ts';
import { ENCRYPTED } from './extension-headers.ts';
import { greEvents, IPPROTO_GRE } from './gre-events.ts';
import { icmp4Events, icmp6Events } from './icmp-events.ts';
import { IPPROTO_SCTP } from './packet.ts';

const IPPROTO_HOPOPT = 0;
const IPPROTO_IGMP = 2;
const IPPROTO_IPIP = 4;
const IPPROTO_IPV6 = 41;

const KNOWN: ReadonlySet<number> = new Set([
  IPPROTO_HOPOPT,
  IPPROTO_ICMP,
  IPPROTO_IGMP,
  IPPROTO_IPIP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_IPV6,
  IPPROTO_GRE,
  ENCRYPTED,
  IPPROTO_ICMPV6,
  IPPROTO_SCTP,
]);

/** Whether a protocol behind IP is one whose header is read. */
export function isTransport(protocol: number): boolean {
  return KNOWN.has(protocol);
}

/** IP within IPv6 that is too short or of another version. @returns whether the protocol is IP */
export function innerIp(b: Uint8Array, protocol: number, at: number, end: number, note: NoteEvent): boolean {
  if (protocol !== IPPROTO_IPIP && protocol !== IPPROTO_IPV6) return false;
  const [name, version, header] =
    protocol === IPPROTO_IPIP ? (['ipv4_in_ipv6', 4, 20] as const) : (['ipv6_in_ipv6', 6, 40] as const);
  if (end - at < header) note(`ipv6.${name}_too_small`);
  else if (b[at]! >> 4 !== version) note(`ipv6.${name}_wrong_version`);
  return true;
}

/** @param at where the header begins @param end of the datagram, as far as it was captured @param hops of IP */
export function transportEvents(
  b: Uint8Array,
  protocol: number,
  at: number,
  end: number,
  note: NoteEvent,
  hops: number,
): void {
  const room = end - at;
  switch (protocol) {
    case IPPROTO_TCP:
      return tcp(b, at, room, note);
    case IPPROTO_UDP:
      return udp(b, at, room, note);
    case IPPROTO_ICMP:
      return icmp4Events(b, at, room, note);
    case IPPROTO_ICMPV6:
      return icmp6Events(b, at, room, note, hops);
    case IPPROTO_SCTP:
      return sctp(b, at, room, note);
    case IPPROTO_IGMP:
      return igmp(b, at, room, note);
    case IPPROTO_GRE:
      return greEvents(b, at, end, note);
    case ENCRYPTED:
      return room < 8 ? note('esp.pkt_too_small') : undefined;
    default:
  }
}

function udp(b: Uint8Array, at: number, room: number, note: NoteEvent): void {
  if (room < 8) return note('udp.hlen_too_small');
  const said = u16(b, at + 4);
  if (said > room) note('udp.pkt_too_small');
  // Nothing at all is said of a jumbogram (RFC 2675, 4).
  else if (said !== 0 && said < 8) note('udp.len_invalid');
}

function tcp(b: Uint8Array, from: number, room: number, note: NoteEvent): void {
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

const [SCTP_DATA, SCTP_INIT, SCTP_INIT_ACK] = [0, 1, 2] as const;
const MAX_CHUNKS = 16;

/** Chunks of SCTP (RFC 9260, 3.2): type, flags, length with both, padded to four. */
function sctp(b: Uint8Array, from: number, room: number, note: NoteEvent): void {
  if (room < 12) return note('sctp.pkt_too_small');
  const tag = u32(b, from + 4);
  let [chunks, data, begins] = [0, 0, false];
  for (let at = 12; at < room;) {
    if (room - at < 4) return note('sctp.chunk_too_small');
    const [type, length] = [b[from + at]!, u16(b, from + at + 2)];
    if (length < 4 || length > room - at) return note('sctp.chunk_len_invalid');
    if (++chunks > MAX_CHUNKS) note('sctp.too_many_chunks');
    begins ||= type === SCTP_INIT || type === SCTP_INIT_ACK;
    if (type === SCTP_INIT && tag !== 0) note('sctp.init_with_non_zero_vtag');
    if (type === SCTP_DATA) {
      if (tag === 0) note('sctp.data_with_zero_vtag');
      if (length >= 16 && ++data > MAX_CHUNKS) note('sctp.too_many_data_chunks');
    }
    at += (length + 3) & ~3;
  }
  // RFC 9260, 6.10: they stand alone.
  if (begins && chunks > 1) note('sctp.init_chunk_bundled');
}

/** Membership queries and reports (RFC 3376, 4): a report of version 3 has as many records as it says. */
function igmp(b: Uint8Array, at: number, room: number, note: NoteEvent): void {
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
