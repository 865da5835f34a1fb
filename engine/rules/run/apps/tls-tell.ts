// What hellos and certificates tell rules: of TLS over TCP and within QUIC.
import { hash } from 'node:crypto';
import {
  certificateFacts,
  type ClientHello,
  isGrease,
  ja3,
  ja3s,
  ja4,
  parseClientHello,
  parseServerHello,
  type ServerHello,
} from '../../../protocols/index.ts';
import { ascii } from '../application.ts';
import type { TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';

const MAX_CERTIFICATES = 32;

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const CERTIFICATE = 11;

/** @param message with its type and length @returns null where it contradicts itself */
export function tellClientHello(
  side: TransactionSide,
  message: Uint8Array,
  recordVersion: number,
  transport: 't' | 'q',
): ClientHello | null {
  const hello = parseClientHello(message, 4, message.length, recordVersion, false);
  if (hello === null) return null;
  tellRandom(side, message);
  if (hello.serverName !== null) {
    side.set('tls.sni', ascii(hello.serverName));
    if (transport === 'q') side.set('quic.sni', ascii(hello.serverName));
  }
  for (const [i, name] of hello.alpn.entries()) {
    if (i === 0) side.set('tls.alpn', ascii(name));
    else side.add('tls.alpn', ascii(name));
  }
  side.later('ja3.string', () => [ascii(ja3Text(hello))]);
  side.later('ja3.hash', () => [ascii(ja3(hello))]);
  side.later('ja4.hash', () => [ascii(ja4(hello, transport))]);
  return hello;
}

export function tellServerHello(side: TransactionSide, message: Uint8Array): ServerHello | null {
  const hello = parseServerHello(message, 4, message.length);
  if (hello === null) return null;
  tellRandom(side, message);
  if (hello.alpn !== null) side.set('tls.alpn', ascii(hello.alpn));
  side.later('ja3s.string', () => [ascii(`${hello.version},${hello.suite},${hello.extensions.join('-')}`)]);
  side.later('ja3s.hash', () => [ascii(ja3s(hello))]);
  return hello;
}

function tellRandom(side: TransactionSide, message: Uint8Array): void {
  if (message.length < 38) return;
  side.set('tls.random', message.slice(6, 38));
  side.set('tls.random_time', message.slice(6, 10));
  side.set('tls.random_bytes', message.slice(10, 38));
}

/** What JA3 is the hash of. */
function ja3Text(hello: ClientHello): string {
  const join = (values: readonly number[]): string => values.filter((v) => !isGrease(v)).join('-');
  return [
    hello.version,
    join(hello.suites),
    join(hello.extensions),
    join(hello.groups),
    hello.pointFormats.join('-'),
  ].join(',');
}

/**
 * Certificates of TLS up to 1.2 (RFC 5246, 7.4.2).
 * @param seconds now, by the capture
 */
export function tellCertificates(side: TransactionSide, message: Uint8Array, seconds: number): void {
  const c = new Cursor(message, 7);
  let count = 0;
  while (c.left > 3 && count < MAX_CERTIFICATES) {
    const der = c.take(c.number(3));
    if (!c.ok) break;
    side.add('tls.certs', der);
    if (count === 0) tellFirst(side, der, seconds);
    else tellNames(side, certificateFacts(der));
    count++;
  }
  if (count > 0) side.setNumber('tls.cert_chain_len', count);
}

function tellFirst(side: TransactionSide, der: Uint8Array, seconds: number): void {
  side.later('tls.cert_fingerprint', () => [ascii(hash('sha1', der, 'hex').replace(/(..)(?=.)/g, '$1:'))]);
  const facts = certificateFacts(der);
  if (facts === null) return;
  tellNames(side, facts);
  const serial = facts.serial.toUpperCase();
  side.set('tls.cert_serial', ascii((serial.length % 2 === 0 ? serial : `0${serial}`).replace(/(..)(?=.)/g, '$1:')));
  for (const name of facts.alternativeNames) side.add('tls.subjectaltname', ascii(name));
  side.setNumber('tls.cert_notbefore', facts.notBefore);
  side.setNumber('tls.cert_notafter', facts.notAfter);
  side.setNumber('tls.cert_expired', facts.notAfter < seconds ? 1 : 0);
  side.setNumber('tls.cert_valid', facts.notBefore <= seconds && seconds <= facts.notAfter ? 1 : 0);
}

function tellNames(side: TransactionSide, facts: ReturnType<typeof certificateFacts>): void {
  if (facts === null) return;
  side.add('tls.cert_subject', new Uint8Array(Buffer.from(facts.subject, 'utf8')));
  side.add('tls.cert_issuer', new Uint8Array(Buffer.from(facts.issuer, 'utf8')));
}
