// Messages of ICMP that no RFC has, by the names of events: types, codes, what they carry of the packet they are about.
import { u16 } from '../../decode/index.ts';
import type { NoteEvent } from './frame-events.ts';

const HEADER = 8;

/** The highest code of each type (iana.org/assignments/icmp-parameters, as far as hosts of today speak them). */
const CODES4: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [3, 15],
  [4, 0],
  [5, 3],
  [8, 0],
  [9, 255],
  [10, 255],
  [11, 1],
  [12, 0],
  [13, 0],
  [14, 0],
  [15, 0],
  [16, 0],
  [17, 0],
  [18, 0],
]);
/** Types that carry the packet that they are about. */
const ERRORS4: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);
const [ADVERTISEMENT, TIMESTAMP, TIMESTAMP_ANSWER] = [9, 13, 14] as const;

export function icmp4Events(b: Uint8Array, at: number, room: number, note: NoteEvent): void {
  if (room < HEADER) return note('icmpv4.pkt_too_small');
  const [type, code] = [b[at]!, b[at + 1]!];
  const most = CODES4.get(type);
  if (most === undefined) return note('icmpv4.unknown_type');
  if (code > most) return note('icmpv4.unknown_code');
  const left = room - HEADER;
  if (ERRORS4.has(type)) {
    if (left === 0) return;
    if (left < 20) note('icmpv4.ipv4_trunc_pkt');
    else if (b[at + HEADER]! >> 4 !== 4) note('icmpv4.ipv4_unknown_ver');
    return;
  }
  const times = type === TIMESTAMP || type === TIMESTAMP_ANSWER;
  // Addresses and words of each of them (RFC 1256, 3).
  const routers = type === ADVERTISEMENT ? b[at + 4]! * b[at + 5]! * 4 : 0;
  if ((times && left < 12) || left < routers) note('icmpv4.ipv4_trunc_pkt');
}

/** The highest code of each type (iana.org/assignments/icmpv6-parameters); all others have 0 alone. */
const CODES6: ReadonlyMap<number, number> = new Map([
  [1, 6],
  [3, 1],
  [4, 2],
  [139, 2],
  [140, 2],
]);
const ERRORS6: ReadonlySet<number> = new Set([1, 2, 3, 4]);
/** Listeners of multicast: their messages are for this link. */
const OF_LISTENERS: ReadonlySet<number> = new Set([130, 131, 132]);
const [RENUMBERING, ROUTING_CONTROL] = [138, 155] as const;
/** Of other types the last one that IANA has given. */
const [FIRST_KNOWN, LAST_KNOWN] = [128, 159] as const;

export function icmp6Events(b: Uint8Array, at: number, room: number, note: NoteEvent, hops: number): void {
  if (room < HEADER) return note('icmpv6.pkt_too_small');
  const [type, code] = [b[at]!, b[at + 1]!];
  const known = ERRORS6.has(type) || (type >= FIRST_KNOWN && type <= LAST_KNOWN);
  if (!known) return unknown6(type, note);
  if (!codeFits6(type, code)) return note('icmpv6.unknown_code');
  if (OF_LISTENERS.has(type) && hops !== 1) note('icmpv6.mld_message_with_invalid_hl');
  if (!ERRORS6.has(type)) return;
  if (room - HEADER < 40) note('icmpv6.ipv6_trunc_pkt');
  else if (u16(b, at + HEADER) >> 12 !== 6) note('icmpv6.ipv6_unknown_version');
}

function codeFits6(type: number, code: number): boolean {
  if (type === RENUMBERING) return code <= 2 || code === 255;
  if (type === ROUTING_CONTROL) return code <= 3 || (code >= 128 && code <= 132);
  return code <= (CODES6.get(type) ?? 0);
}

/** Types for experiments (RFC 4443, 2.1), and those that nobody has. */
function unknown6(type: number, note: NoteEvent): void {
  if (type === 100 || type === 101 || type === 200 || type === 201) note('icmpv6.experimentation_type');
  else if (type === 0 || type === 127) note('icmpv6.unknown_type');
  else note('icmpv6.unassigned_type');
}
