// What is wrong with PPP (RFC 1661, 2) and PPPoE (RFC 2516), by the names of events.
import { u16 } from '../../decode/index.ts';
import { type FoundIp, type Frame, said } from './frame-events.ts';

const [IP, IP6, VJ_UNCOMPRESSED] = [0x21, 0x57, 0x2f] as const;
/** Control protocols: nothing of them is read. */
const CONTROL: ReadonlySet<number> = new Set([
  0x8021, 0x8057, 0xc021, 0xc023, 0xc223, 0x80fd, 0xc025, 0xc029, 0xfd, 0x8207,
]);
/** Protocols that PPP knows and nobody here reads. */
const OTHERS: ReadonlySet<number> = new Set([
  0x2d, 0x2b, 0x23, 0x25, 0x27, 0x29, 0x31, 0x33, 0x35, 0x201, 0x231, 0x233, 0x281, 0x283, 0x8023, 0x8025, 0x8027,
  0x8029, 0x802b, 0x8033, 0x8035, 0x8281,
]);

/** Behind address and control, which may be left out, stands a protocol of one byte or of two. */
export function pppEvents(f: Frame, from: number): FoundIp | null {
  const { b, end } = f;
  if (end - from < 1) return said(f, 'ppp.pkt_too_small');
  let at = from;
  if (b[at] === 0xff) {
    if (end - at < 3) return said(f, 'ppp.pkt_too_small');
    at += 2;
  }
  const isShort = (b[at]! & 1) !== 0;
  if (!isShort && end - at < 2) return said(f, 'ppp.pkt_too_small');
  const protocol = isShort ? b[at]! : u16(b, at);
  return payload(f, protocol, at + (isShort ? 1 : 2), isShort);
}

function payload(f: Frame, protocol: number, at: number, isShort: boolean): FoundIp | null {
  const room = f.end - at;
  switch (protocol) {
    case IP:
      return room < 20 ? said(f, 'ppp.ip4_pkt_too_small') : { at, version: 4 };
    case IP6:
      return room < 40 ? said(f, 'ppp.ip6_pkt_too_small') : { at, version: 6 };
    case VJ_UNCOMPRESSED:
      if (room < 20) return said(f, 'ppp.vju_pkt_too_small');
      return f.b[at]! >> 4 === 4 ? { at, version: 4 } : null;
    default:
  }
  if (CONTROL.has(protocol)) return null;
  return said(f, isShort || OTHERS.has(protocol) ? 'ppp.unsup_proto' : 'ppp.wrong_type');
}

const DISCOVERY_CODES: ReadonlySet<number> = new Set([0x09, 0x07, 0x19, 0x65, 0xa7]);

export function pppoeDiscovery(f: Frame, at: number): null {
  const { b, end } = f;
  if (end - at < 6) return said(f, 'pppoe.pkt_too_small');
  if (!DISCOVERY_CODES.has(b[at + 1]!)) return said(f, 'pppoe.wrong_code');
  return u16(b, at + 4) > end - at - 6 ? said(f, 'pppoe.malformed_tags') : null;
}

export function pppoeSession(f: Frame, at: number): FoundIp | null {
  const { b, end } = f;
  if (end - at < 7) return said(f, 'pppoe.pkt_too_small');
  if (u16(b, at + 4) === 0) return null;
  const isShort = (b[at + 6]! & 1) !== 0;
  if (!isShort && end - at < 8) return said(f, 'pppoe.pkt_too_small');
  return payload(f, isShort ? b[at + 6]! : u16(b, at + 6), at + (isShort ? 7 : 8), isShort);
}
