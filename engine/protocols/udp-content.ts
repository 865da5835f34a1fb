// UDP protocols: by content where bytes tell, otherwise by registered port, as Wireshark names them.
import { P, protocolId, type Layers } from '../decode/index.ts';
import { dtlsHandshake, quicHandshake } from './datagram-handshakes.ts';
import type { Inspector } from './inspector.ts';
import { parseDns } from './dns.ts';
import { checkedName } from './udp-names.ts';
import { byPorts, udpPorts } from './ports.ts';

const id = protocolId;
const DNS = id('DNS');
const MDNS = id('MDNS');
const LLMNR = id('LLMNR');
const QUIC = id('QUIC');
const GQUIC = id('GQUIC');
const STUN = id('STUN');
const WIREGUARD = id('WireGuard');
const BT_DHT = id('BT-DHT');
const UDPENCAP = id('UDPENCAP');
const ESP = id('ESP');
const ISAKMP = id('ISAKMP');
const SIP = id('SIP');
const RTCP = id('RTCP');
const CAPWAP = id('CAPWAP-Control');
const TFTP = id('TFTP');
const MPEG_TS = id('MPEG TS');
const PNIO = id('PNIO-CM');
const DTLS = new Map([
  [0xfeff, id('DTLSv1.0')],
  [0xfefd, id('DTLSv1.2')],
  [0xfefc, id('DTLSv1.3')],
  [0x0100, id('DTLS 1.0 (OpenSSL pre 0.9.8f)')],
]);

/** Names a UDP payload and takes its facts. @returns a protocol id, `P.UDP` when nothing is known */
export function inspectUdp(inspector: Inspector, slot: number, dir: number, l: Layers, b: Uint8Array): number {
  const at = l.payloadAt;
  const size = l.payloadLength;
  const end = at + size;
  const byPort = byPorts(udpPorts, l.sourcePort, l.destinationPort);
  if (byPort === DNS || byPort === MDNS || byPort === LLMNR) {
    inspector.dns(slot, b, at, end);
    return byPort;
  }
  if (isStun(b, at, size)) return STUN;
  if (size >= 12 && b[at] === 0x64 && (b[at + 1] === 0x31 || b[at + 1] === 0x32) && b[at + 2] === 0x3a) return BT_DHT;
  const dtls = dtlsName(b, at, size);
  if (dtls !== 0) {
    dtlsHandshake(inspector, slot, dir, b, at, end);
    return dtls;
  }
  if (size >= 188 && size % 188 === 0 && b[at] === 0x47 && (size === 188 || b[at + 188] === 0x47)) return MPEG_TS;
  // CAPWAP puts four octets before DTLS (RFC 5415, 4.1).
  if (byPort === CAPWAP && b[at] === 1 && dtlsName(b, at + 4, size - 4) !== 0) {
    dtlsHandshake(inspector, slot, dir, b, at + 4, end);
    return dtlsName(b, at + 4, size - 4);
  }
  const quic = byPort !== 0 && byPort !== QUIC ? 0 : quicName(inspector, slot, b, at, size, byPort);
  if (quic !== 0) {
    if (quic === QUIC && b[at]! & 0x80) quicHandshake(inspector, slot, dir, b, at, end);
    return quic;
  }
  if (byPort === QUIC) return looksLikeDns(b, at, end) && inspector.dns(slot, b, at, end) ? DNS : P.UDP;
  if (isRtcp(b, at, size)) return RTCP;
  if (byPort === UDPENCAP)
    return size === 1 ? UDPENCAP : size >= 4 && (b[at]! | b[at + 1]! | b[at + 2]! | b[at + 3]!) === 0 ? ISAKMP : ESP;
  if (isWireGuard(b, at, size)) return WIREGUARD;
  if (byPort === WIREGUARD) return P.UDP;
  if (byPort === TFTP) inspector.expectTftp(slot);
  if (byPort !== 0) return checkedName(byPort, b, at, size);
  if (size >= 4 && b[at] === 0 && b[at + 1]! >= 3 && b[at + 1]! <= 6 && inspector.tftpExpected(slot)) return TFTP;
  if (size > 20 && startsWith(b, at, 'SIP/2.0 ')) return SIP;
  if (
    (size >= 80 &&
      b[at] === 4 &&
      b[at + 1]! <= 19 &&
      b[at + 24] === 0x01 &&
      b[at + 25] === 0x00 &&
      b[at + 26] === 0xa0 &&
      b[at + 27] === 0xde) ||
    (size >= 80 && b[at] === 4 && b[at + 24] === 0xde && b[at + 25] === 0xa0)
  )
    return PNIO;
  if (looksLikeDns(b, at, end) && inspector.dns(slot, b, at, end)) return DNS;
  return P.UDP;
}

/** A DNS message on a port that says nothing: one question of a known type and class IN, and nothing out of proportion. */
function looksLikeDns(b: Uint8Array, at: number, end: number): boolean {
  if (
    end - at < 17 ||
    b[at + 4] !== 0 ||
    b[at + 5] !== 1 ||
    (b[at + 2]! & 0x78) !== 0 ||
    b[at + 6] !== 0 ||
    b[at + 8] !== 0 ||
    b[at + 10] !== 0
  )
    return false;
  const m = parseDns(b, at, end);
  return (
    m !== null && m.name.length > 3 && m.name.includes('.') && /^[\w.-]+$/.test(m.name) && m.type > 0 && m.type < 260
  );
}

/** RTCP (RFC 3550, 6): version 2, a report or feedback type, and the first packet's length inside the datagram. */
function isRtcp(b: Uint8Array, at: number, size: number): boolean {
  if (size < 8 || (size & 3) !== 0 || b[at]! >> 6 !== 2) return false;
  const type = b[at + 1]!;
  return type >= 200 && type <= 207 && (((b[at + 2]! << 8) | b[at + 3]!) + 1) * 4 <= size;
}

function startsWith(b: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (b[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** STUN with the magic cookie (RFC 8489, 5), or channel data never: those need the flow's history. */
function isStun(b: Uint8Array, at: number, size: number): boolean {
  if (size < 20 || b[at]! > 0x3f) return false;
  const length = (b[at + 2]! << 8) | b[at + 3]!;
  return (
    (length & 3) === 0 &&
    length + 20 <= size &&
    b[at + 4] === 0x21 &&
    b[at + 5] === 0x12 &&
    b[at + 6] === 0xa4 &&
    b[at + 7] === 0x42
  );
}

function dtlsName(b: Uint8Array, at: number, size: number): number {
  if (size < 13 || b[at]! < 20 || b[at]! > 25) return 0;
  const version = (b[at + 1]! << 8) | b[at + 2]!;
  const length = (b[at + 11]! << 8) | b[at + 12]!;
  return length > 0 && 13 + length <= size + 1_500 ? (DTLS.get(version) ?? 0) : 0;
}

/** QUIC long headers by version (RFC 9000, 17.2; RFC 9369), Google's older ones by 'Q0nn'; short headers only in a flow already known. */
function quicName(inspector: Inspector, slot: number, b: Uint8Array, at: number, size: number, byPort: number): number {
  const app = inspector.app(slot);
  if (size >= 7 && b[at]! & 0x80) {
    const version = ((b[at + 1]! << 24) | (b[at + 2]! << 16) | (b[at + 3]! << 8) | b[at + 4]!) >>> 0;
    if (
      version === 1 ||
      version === 0x6b3343cf ||
      version >>> 8 === 0xff0000 ||
      version >>> 8 === 0xfaceb0 ||
      version >>> 8 === 0x51303530 >>> 8 ||
      ((version & 0x0f0f0f0f) === 0x0a0a0a0a && size >= 1_200 && b[at + 5]! <= 20)
    )
      return QUIC;
    if (version === 0 && (app === QUIC || byPort === QUIC)) return QUIC;
    if (version >>> 16 === 0x5130 || version >>> 16 === 0x5430)
      return version >>> 16 === 0x5130 && version >= 0x51303530 ? QUIC : version >>> 16 === 0x5430 ? QUIC : GQUIC;
  }
  if (app === QUIC) return QUIC;
  if (app === GQUIC) return GQUIC;
  // Known by its connection id.
  if (inspector.service(slot) === QUIC && !(b[at]! & 0x80)) return QUIC;
  if (size >= 14 && b[at]! & 0x08 && !(b[at]! & 0x80) && b[at]! & 1 && b[at + 9] === 0x51 && b[at + 10] === 0x30)
    return GQUIC;
  return 0;
}

/** WireGuard messages: type, three zero bytes, a length that belongs to the type. */
function isWireGuard(b: Uint8Array, at: number, size: number): boolean {
  if (size < 32 || b[at + 1] !== 0 || b[at + 2] !== 0 || b[at + 3] !== 0) return false;
  const type = b[at]!;
  return type === 1 ? size === 148 : type === 2 ? size === 92 : type === 3 ? size === 64 : type === 4;
}
