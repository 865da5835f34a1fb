// What the Protocol column calls segments of TCP protocols that talk in lines, bodies of HTTP, and what is shaped as
// TLS.
import { P, protocolId } from '../decode/index.ts';
import type { StreamState } from './stream.ts';
import { isRecord } from './tls-handshake.ts';

const HTTP = protocolId('HTTP');
const HTTP_XML = protocolId('HTTP/XML');
const HTTP_JSON = protocolId('HTTP/JSON');
const OCSP = protocolId('OCSP');
const SSH = protocolId('SSH');
const SSH1 = protocolId('SSHv1');
const SSH2 = protocolId('SSHv2');
const XMPP = protocolId('XMPP/XML');

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
