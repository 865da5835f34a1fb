// What is wrong with GRE (RFC 2784, 2890, and RFC 2637 for version 1) and with what it carries, by the names of events.
import { u16 } from '../../decode/index.ts';
import type { NoteEvent } from './frame-events.ts';
import { ethernetEvents } from './link-events.ts';

export const IPPROTO_GRE = 47;
const [PPP, ERSPAN] = [0x880b, 0x88be] as const;
/** Bits of the first byte. */
const [CHECKSUM, ROUTING, KEY, SEQUENCE, STRICT, RECURSION] = [0x80, 0x40, 0x20, 0x10, 8, 7] as const;

/** @param at where its header begins @param end of the captured bytes */
export function greEvents(b: Uint8Array, at: number, end: number, note: NoteEvent): void {
  if (end - at < 4) return note('gre.pkt_too_small');
  const version = b[at + 1]! & 7;
  if (version === 0) return version0(b, at, end, note);
  if (version === 1) return version1(b, at, end, note);
  note('gre.wrong_version');
}

function version0(b: Uint8Array, at: number, end: number, note: NoteEvent): void {
  const [flags, more] = [b[at]!, b[at + 1]!];
  if ((flags & RECURSION) !== 0) return note('gre.version0_recur');
  if ((more & 0x78) !== 0) return note('gre.version0_flags');
  let next = at + 4;
  if ((flags & KEY) !== 0) next += 4;
  if ((flags & SEQUENCE) !== 0) next += 4;
  if ((flags & (CHECKSUM | ROUTING)) !== 0) next += 4;
  if (next > end) return note('gre.version0_hdr_too_big');
  // Entries of a source route (RFC 1701): family, offset, length, up to one that is empty.
  for (let ends = (flags & ROUTING) === 0; !ends;) {
    if (next + 4 > end) return note('gre.version0_malformed_sre_hdr');
    const length = b[next + 3]!;
    ends = u16(b, next) === 0 && length === 0;
    next += 4 + (ends ? 0 : length);
    if (next > end) return note('gre.version0_malformed_sre_hdr');
  }
  if (u16(b, at + 2) === ERSPAN) erspan(b, next, end, (flags & SEQUENCE) !== 0, note);
}

function version1(b: Uint8Array, at: number, end: number, note: NoteEvent): void {
  const [flags, more] = [b[at]!, b[at + 1]!];
  if ((flags & CHECKSUM) !== 0) return note('gre.version1_chksum');
  if ((flags & ROUTING) !== 0) return note('gre.version1_route');
  if ((flags & STRICT) !== 0) return note('gre.version1_ssr');
  if ((flags & RECURSION) !== 0) return note('gre.version1_recur');
  if ((more & 0x78) !== 0) return note('gre.version1_flags');
  if (u16(b, at + 2) !== PPP) return note('gre.version1_wrong_protocol');
  if ((flags & KEY) === 0) return note('gre.version1_no_key');
  const length = 8 + ((flags & SEQUENCE) === 0 ? 0 : 4) + ((more & 0x80) === 0 ? 0 : 4);
  if (at + length > end) note('gre.version1_hdr_too_big');
}

/** A mirrored frame: of type I it stands there as it is, of type II behind a header of eight bytes. */
function erspan(b: Uint8Array, at: number, end: number, hasHeader: boolean, note: NoteEvent): void {
  if (!hasHeader) {
    ethernetEvents(b, at, end, note);
    return;
  }
  if (end - at < 8) return note('erspan.header_too_small');
  if (b[at]! >> 4 !== 1) return note('erspan.unsupported_version');
  ethernetEvents(b, at + 8, end, note, (u16(b, at) & 0xfff) === 0 ? 0 : 1);
}
