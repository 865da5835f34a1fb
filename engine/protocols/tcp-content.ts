// TCP protocols told by their first bytes, and those that talk in lines or show a name on every segment.
import { P, protocolId } from '../decode/index.ts';
import type { StreamState } from './stream.ts';
import { isRecord } from './tls-handshake.ts';

const NAMED: readonly (readonly [string, string])[] = [
  ['SSH-', 'SSH'],
  ['\x13BitTorrent protocol', 'BitTorrent'],
  ['RFB 00', 'VNC'],
  ['REGISTER sip:', 'SIP'],
  ['INVITE sip:', 'SIP'],
  ['SIP/2.0 ', 'SIP'],
  ['OPTIONS sip:', 'SIP'],
  ['RTSP/1.0 ', 'RTSP'],
  ["<?xml version='1.0'?><stream:", 'XMPP/XML'],
  ['<stream:stream', 'XMPP/XML'],
  ['@RSYNCD:', 'RSYNC'],
  ['AMQP', 'AMQP'],
  ['JRMI', 'RMI'],
  ['ceph v', 'Ceph'],
  ['GIOP', 'GIOP'],
  ['8=FIX', 'FIX'],
  ['NATS', 'NATS'],
  ['PRI * HTTP/2.0', 'HTTP2'],
];

const KNOWN = NAMED.map(([text, name]) => [Buffer.from(text, 'latin1'), protocolId(name)] as const);
/** What protocols that are told by their first bytes begin with. */
export const SIGNATURES: readonly string[] = NAMED.map(([text]) => text);
const DCERPC = protocolId('DCERPC');
const NBSS = protocolId('NBSS');
const HTTP = protocolId('HTTP');
const HTTP_XML = protocolId('HTTP/XML');
const HTTP_JSON = protocolId('HTTP/JSON');
const OCSP = protocolId('OCSP');
const SSH = protocolId('SSH');
const SSH1 = protocolId('SSHv1');
const SSH2 = protocolId('SSHv2');
const XMPP = protocolId('XMPP/XML');
const STUN = protocolId('STUN');

/** @returns a protocol id by content, 0 when the bytes tell nothing */
export function tcpByContent(b: Uint8Array, at: number, end: number): number {
  for (const [bytes, name] of KNOWN) {
    if (end - at >= bytes.length && b[at] === bytes[0] && bytes.every((byte, i) => b[at + i] === byte)) return name;
  }
  if (
    end - at >= 16 &&
    b[at] === 5 &&
    b[at + 1] === 0 &&
    (b[at + 2] === 11 || b[at + 2] === 0) &&
    b[at + 4]! >> 4 === 1 &&
    b[at + 3]! <= 0x83
  )
    return DCERPC;
  if (
    end - at >= 20 &&
    b[at]! < 2 &&
    b[at + 4] === 0x21 &&
    b[at + 5] === 0x12 &&
    b[at + 6] === 0xa4 &&
    b[at + 7] === 0x42
  )
    return STUN;
  if (
    end - at >= 8 &&
    b[at] === 0 &&
    b[at + 5] === 0x53 &&
    b[at + 6] === 0x4d &&
    b[at + 7] === 0x42 &&
    b[at + 4]! >= 0xfd
  )
    return NBSS;
  return 0;
}

/** Protocols without a length in front: each segment shows the name. SSH tells its version in its banner. */
export function lineProtocol(
  app: number,
  stream: StreamState,
  other: StreamState,
  b: Uint8Array,
  at: number,
  end: number,
): number {
  if (app === XMPP && b[at] !== 0x3c && b[at] !== 0x20) return P.TCP;
  if (app !== SSH) return app;
  if (end - at >= 8 && b[at] === 0x53 && b[at + 1] === 0x53 && b[at + 2] === 0x48 && b[at + 3] === 0x2d) {
    stream.sshVersion = b[at + 4] === 0x31 && b[at + 6] !== 0x39 ? 1 : 2;
  }
  if (stream.sshVersion === 0 || other.sshVersion === 0) return SSH;
  return stream.sshVersion === 1 && other.sshVersion === 1 ? SSH1 : SSH2;
}

/** Wireshark adds what the body is, where it dissects it. */
export function bodyName(type: string): number {
  if (/\b(text|application)\/(.*\+)?xml/.test(type)) return HTTP_XML;
  if (/\bjson/.test(type)) return HTTP_JSON;
  return type.includes('ocsp-') ? OCSP : HTTP;
}

/** An SSL 2 ClientHello (RFC 5246, E.2): length with its high bit, type 1, a version. */
export function isSsl2Hello(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 11 && (b[at]! & 0x80) !== 0 && b[at + 2] === 1 && (b[at + 3] === 0 || b[at + 3] === 3);
}

/** Whether bytes begin a TLS record, of whatever kind. */
export function isTlsShaped(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 5 && isRecord(b, at);
}
