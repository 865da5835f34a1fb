// What is wrong with a packet's headers, by the names that `decode-event` of rules has for it. Asked only where a rule
// asks for one of them.
import { IPPROTO_FRAGMENT, IPPROTO_ICMP, IPPROTO_ICMPV6, NET_IP4, NET_IP6, NET_NONE, u16 } from '../../decode/index.ts';
import {
  AUTHENTICATION,
  DESTINATION,
  ENCRYPTED,
  type ExtensionHeader,
  extensions,
  HOP_BY_HOP,
  NO_NEXT,
  ROUTING,
} from './extension-headers.ts';
import type { NoteEvent } from './frame-events.ts';
import { linkEvents } from './link-events.ts';
import { options4 } from './option-events.ts';
import type { RulePacket } from './packet.ts';
import { innerIp, isTransport, transportEvents } from './transport-events.ts';

/** Notes events of the packet's headers in its `events`. @param link of the capture, LINKTYPE_* */
export function noteDecodeEvents(p: RulePacket, link: number): void {
  const note = (name: string): void => void p.events.add(`decoder.${name}`);
  const { layers: l } = p;
  // What stands around a tunnel is noted where the packet around it is looked at.
  const found = l.outerNet === NET_NONE ? linkEvents(p.bytes, p.off, p.end, link, note) : null;
  if (l.net === NET_IP4) ipv4(p, p.ipAt, note);
  else if (l.net === NET_IP6) ipv6(p, p.ipAt, note);
  else if (found?.version === 4) ipv4(p, found.at, note);
  else if (found?.version === 6) ipv6(p, found.at, note);
}

function ipv4(p: RulePacket, at: number, note: NoteEvent): void {
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
  const protocol = b[at + 9]!;
  if (protocol === IPPROTO_ICMPV6) return note('ipv4.icmpv6');
  if (!isTransport(protocol)) note('ipv4.unknown_protocol');
  transportEvents(b, protocol, at + header, Math.min(at + total, p.end), note, b[at + 8]!);
}

const DUPLICATES: ReadonlyMap<number, string> = new Map([
  [IPPROTO_FRAGMENT, 'ipv6.exthdr_dupl_fh'],
  [ROUTING, 'ipv6.exthdr_dupl_rh'],
  [HOP_BY_HOP, 'ipv6.exthdr_dupl_hh'],
  [AUTHENTICATION, 'ipv6.exthdr_dupl_ah'],
  [ENCRYPTED, 'ipv6.exthdr_dupl_eh'],
]);

function ipv6(p: RulePacket, at: number, note: NoteEvent): void {
  const { bytes: b } = p;
  const room = p.end - at;
  if (room < 40) return note('ipv6.pkt_too_small');
  if (b[at]! >> 4 !== 6) return note('ipv6.wrong_ip_version');
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
  if (protocol === NO_NEXT) {
    if (end > behind) note('ipv6.data_after_none_header');
    return;
  }
  // Behind extension headers the smallest header has two bytes.
  if (last !== undefined && end - behind < 2) return note('ipv6.trunc_exthdr');
  if (protocol === IPPROTO_ICMP) return note('ipv6.icmpv4');
  if (innerIp(b, protocol, behind, end, note)) return;
  if (!isTransport(protocol)) note('ipv6.unknown_next_header');
  transportEvents(b, protocol, behind, end, note, b[at + 7]!);
}

function extension(b: Uint8Array, h: ExtensionHeader, note: NoteEvent): void {
  if (h.kind === IPPROTO_FRAGMENT) {
    if ((u16(b, h.at + 2) & 0xfff9) === 0) note('ipv6.exthdr_useless_fh');
    if (b[h.at + 1] !== 0) note('ipv6.fh_non_zero_reserved_field');
  } else if (h.kind === ROUTING) {
    if (b[h.at + 2] === 0) note('ipv6.rh_type_0');
  } else if (h.kind === AUTHENTICATION) {
    if (u16(b, h.at + 2) !== 0) note('ipv6.exthdr_ah_res_not_null');
  } else if (h.kind === HOP_BY_HOP) options6(b, h, 'hopopts', note);
  else if (h.kind === DESTINATION) options6(b, h, 'dstopts', note);
}

/** Pad1, PadN, tunnel limit, router alert, CALIPSO, quick start, home address, ILNP nonce, RPL, jumbo payload. */
const OPTIONS6: ReadonlySet<number> = new Set([0, 1, 4, 5, 7, 0x26, 0x63, 0x8b, 0xc2, 0xc9]);

function options6(b: Uint8Array, h: ExtensionHeader, kind: 'hopopts' | 'dstopts', note: NoteEvent): void {
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
