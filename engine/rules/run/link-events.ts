// What is wrong below IP, by the names of events: Ethernet and its tags, MPLS, PPP, ARP, pseudo-headers of captures.
import { u16, u32 } from '../../decode/index.ts';
import {
  LINKTYPE_C_HDLC,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_PPP,
  LINKTYPE_RAW,
} from '../../read/index.ts';
import { type FoundIp, type Frame, type NoteEvent, said } from './frame-events.ts';
import { pppEvents, pppoeDiscovery, pppoeSession } from './ppp-events.ts';

const MAX_LAYERS = 16;
const MAX_TAGS = 3;
/** Families of BSD's loopback that mean IPv6, by system. */
const INET6: ReadonlySet<number> = new Set([10, 23, 24, 28, 30]);

/** @returns where IP should begin, null without */
export function linkEvents(b: Uint8Array, from: number, end: number, link: number, note: NoteEvent): FoundIp | null {
  const f: Frame = { b, end, note, layers: 0, tags: 0 };
  const room = end - from;
  switch (link) {
    case LINKTYPE_ETHERNET:
      return ethernet(f, from);
    case LINKTYPE_LINUX_SLL:
      return pseudo(f, from, 16, 14, 'sll.pkt_too_small');
    case LINKTYPE_LINUX_SLL2:
      return pseudo(f, from, 20, 0, 'sll2.pkt_too_small');
    case LINKTYPE_C_HDLC:
      return pseudo(f, from, 4, 2, 'chdlc.pkt_too_small');
    case LINKTYPE_PPP:
      return pppEvents(f, from);
    case LINKTYPE_RAW:
      return room < 1 ? null : raw(f, from);
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      if (room < 4) return said(f, 'ltnull.pkt_too_small');
      return loopback(f, from, link);
    default:
      return null;
  }
}

/** A frame within another packet. @param tags VLAN tags that stand before it */
export function ethernetEvents(b: Uint8Array, at: number, end: number, note: NoteEvent, tags = 0): void {
  ethernet({ b, end, note, layers: 1, tags }, at);
}

function pseudo(f: Frame, from: number, length: number, typeAt: number, small: string): FoundIp | null {
  if (f.end - from < length) return said(f, small);
  return network(f, u16(f.b, from + typeAt), from + length).ip;
}

function raw(f: Frame, at: number): FoundIp | null {
  const version = f.b[at]! >> 4;
  return version === 4 || version === 6 ? { at, version } : said(f, 'ipraw.invalid_ip_version');
}

function loopback(f: Frame, from: number, link: number): FoundIp | null {
  const { b } = f;
  // The older kind has the byte order of the machine that captured.
  const big = u32(b, from);
  const family = link === LINKTYPE_NULL && big > 0xffff ? b[from]! | (b[from + 1]! << 8) : big;
  if (family === 2) return { at: from + 4, version: 4 };
  return INET6.has(family) ? { at: from + 4, version: 6 } : said(f, 'ltnull.unsupported_type');
}

function ethernet(f: Frame, at: number): FoundIp | null {
  if (f.end - at < 14) return said(f, 'ethernet.pkt_too_small');
  return network(f, u16(f.b, at + 12), at + 14).ip;
}

/** What a type of Ethernet is followed by. */
function network(f: Frame, type: number, at: number): { readonly ip: FoundIp | null; readonly known: boolean } {
  if (++f.layers > MAX_LAYERS) return { ip: said(f, 'too_many_layers'), known: true };
  const next = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (next !== undefined) return { ip: next(f, at), known: true };
  return { ip: said(f, 'ethernet.unknown_ethertype'), known: false };
}

type Next = (f: Frame, at: number) => FoundIp | null;

const TYPES: Readonly<Record<number, Next>> = {
  0x0800: (_f, at) => ({ at, version: 4 }),
  0x86dd: (_f, at) => ({ at, version: 6 }),
  0x0806: arp,
  0x8100: vlan,
  0x88a8: vlan,
  0x9100: vlan,
  0x88e7: (f, at) => tag(f, at, 18, 16, 'ieee8021ah', null),
  0x8926: (f, at) => tag(f, at, 6, 4, 'vntag', 'vntag.unknown_type'),
  0x893f: (f, at) => tag(f, at, 8, 6, 'etag', 'etag.unknown_type'),
  0x8847: mpls,
  0x8848: mpls,
  0x8863: pppoeDiscovery,
  0x8864: pppoeSession,
  0x8903: (f, at) => (f.end - at < 16 ? said(f, 'dce.pkt_too_small') : ethernet(f, at + 2)),
  0x894f: nshEvents,
};

/** A header with the type of what follows. */
function tag(f: Frame, at: number, length: number, typeAt: number, name: string, odd: string | null): FoundIp | null {
  if (f.end - at < length) return said(f, `${name}.header_too_small`);
  const { ip, known } = network(f, u16(f.b, at + typeAt), at + length);
  if (!known && odd !== null) f.note(odd);
  return ip;
}

function vlan(f: Frame, at: number): FoundIp | null {
  if (f.end - at < 4) return said(f, 'vlan.header_too_small');
  if (++f.tags > MAX_TAGS) return said(f, 'vlan.too_many_layers');
  return tag(f, at, 4, 2, 'vlan', 'vlan.unknown_type');
}

/** Labels that mean something at the bottom (RFC 3032, 2.1). */
const [IP4_NULL, ROUTER_ALERT, IP6_NULL, IMPLICIT_NULL, FIRST_FREE] = [0, 1, 2, 3, 16] as const;

function mpls(f: Frame, from: number): FoundIp | null {
  const { b, end } = f;
  let at = from;
  for (; ; at += 4) {
    if (end - at < 4) return said(f, 'mpls.header_too_small');
    if ((b[at + 2]! & 1) !== 0) break;
  }
  const label = u32(b, at) >>> 12;
  const inner = at + 4;
  if (label === IP4_NULL) return { at: inner, version: 4 };
  if (label === IP6_NULL) return { at: inner, version: 6 };
  if (label === ROUTER_ALERT) return said(f, 'mpls.bad_label_router_alert');
  if (label === IMPLICIT_NULL) return said(f, 'mpls.bad_label_implicit_null');
  if (label < FIRST_FREE) return said(f, 'mpls.bad_label_reserved');
  if (end - inner < 4) return said(f, 'mpls.pkt_too_small');
  const version = b[inner]! >> 4;
  if (version === 4 || version === 6) return { at: inner, version };
  // A control word, and a frame behind it (RFC 4448, 4.6).
  return version === 0 ? ethernet(f, inner + 4) : said(f, 'mpls.unknown_payload_type');
}

const OPERATIONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 8, 9]);

/** ARP of Ethernet and IPv4 (RFC 826). */
function arp(f: Frame, at: number): null {
  const { b, end } = f;
  if (end - at < 8) return said(f, 'arp.pkt_too_small');
  if (u16(b, at) !== 1) return said(f, 'arp.unsupported_hardware');
  if (u16(b, at + 2) !== 0x0800) return said(f, 'arp.unsupported_protocol');
  if (end - at < 28) return said(f, 'arp.invalid_pkt');
  if (b[at + 4] !== 6) return said(f, 'arp.invalid_hardware_size');
  if (b[at + 5] !== 4) return said(f, 'arp.invalid_protocol_size');
  return OPERATIONS.has(u16(b, at + 6)) ? null : said(f, 'arp.unsupported_opcode');
}

/** Network service header (RFC 8300): what it may carry. */
const ETHERTYPE_NSH = 0x894f;
const [NSH_IP4, NSH_IP6, NSH_ETHERNET, NSH_NSH, NSH_MPLS] = [1, 2, 3, 4, 5] as const;

function nshEvents(f: Frame, at: number): FoundIp | null {
  const { b, end } = f;
  const room = end - at;
  if (room < 8) return said(f, 'nsh.header_too_small');
  if (b[at]! >> 6 !== 0) return said(f, 'nsh.unsupported_version');
  const length = (u16(b, at) & 0x3f) * 4;
  if (length >= room) return said(f, 'nsh.bad_header_length');
  const kind = b[at + 2]! & 15;
  if (kind === 0 || kind === 15) return said(f, 'nsh.reserved_type');
  if (kind === 1 && length !== 24) return said(f, 'nsh.bad_header_length');
  if (kind > 2) return said(f, 'nsh.unsupported_type');
  const inner = at + length;
  switch (b[at + 3]) {
    case NSH_IP4:
      return { at: inner, version: 4 };
    case NSH_IP6:
      return { at: inner, version: 6 };
    case NSH_ETHERNET:
      return ethernet(f, inner);
    case NSH_NSH:
      return network(f, ETHERTYPE_NSH, inner).ip;
    case NSH_MPLS:
      return mpls(f, inner);
    default:
      return said(f, 'nsh.unknown_payload');
  }
}
