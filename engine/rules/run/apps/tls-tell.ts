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
    side.setText('tls.sni', hello.serverName);
    if (transport === 'q') side.setText('quic.sni', hello.serverName);
  }
  for (const [i, name] of hello.alpn.entries()) {
    if (i === 0) side.setText('tls.alpn', name);
    else side.addText('tls.alpn', name);
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
  if (hello.alpn !== null) side.setText('tls.alpn', hello.alpn);
  side.later('ja3s.string', () => [ascii(`${hello.version},${hello.suite},${hello.extensions.join('-')}`)]);
  side.later('ja3s.hash', () => [ascii(ja3s(hello))]);
  return hello;
}

function tellRandom(side: TransactionSide, message: Uint8Array): void {
  if (message.length < 38) return;
  side.set('tls.random', message.subarray(6, 38));
  side.set('tls.random_time', message.subarray(6, 10));
  side.set('tls.random_bytes', message.subarray(10, 38));
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
    else if (wantsFacts(side, OF_NAMES)) tellNames(side, certificateFacts(der));
    count++;
  }
  if (count > 0) side.setNumber('tls.cert_chain_len', count);
}

const OF_NAMES = ['tls.cert_subject', 'tls.cert_issuer'];
const OF_CERTIFICATE = [
  ...OF_NAMES,
  'tls.cert_serial',
  'tls.subjectaltname',
  'tls.cert_notbefore',
  'tls.cert_notafter',
  'tls.cert_expired',
  'tls.cert_valid',
];

function wantsFacts(side: TransactionSide, names: readonly string[]): boolean {
  return names.some((name) => side.wants(name));
}

function tellFirst(side: TransactionSide, der: Uint8Array, seconds: number): void {
  side.later('tls.cert_fingerprint', () => [ascii(hash('sha1', der, 'hex').replace(/(..)(?=.)/g, '$1:'))]);
  const facts = wantsFacts(side, OF_CERTIFICATE) ? certificateFacts(der) : null;
  if (facts === null) return;
  tellNames(side, facts);
  const serial = facts.serial.toUpperCase();
  side.setText('tls.cert_serial', (serial.length % 2 === 0 ? serial : `0${serial}`).replace(/(..)(?=.)/g, '$1:'));
  for (const name of facts.alternativeNames) side.addText('tls.subjectaltname', name);
  side.setNumber('tls.cert_notbefore', facts.notBefore);
  side.setNumber('tls.cert_notafter', facts.notAfter);
  side.setNumber('tls.cert_expired', facts.notAfter < seconds ? 1 : 0);
  side.setNumber('tls.cert_valid', facts.notBefore <= seconds && seconds <= facts.notAfter ? 1 : 0);
}

function tellNames(side: TransactionSide, facts: ReturnType<typeof certificateFacts>): void {
  if (facts === null) return;
  if (side.wants('tls.cert_subject')) side.add('tls.cert_subject', nameBytes(facts.subject));
  if (side.wants('tls.cert_issuer')) side.add('tls.cert_issuer', nameBytes(facts.issuer));
}

/** A name's bytes: what OpenSSL writes as `\00` is the byte itself, on which receivers disagree and rules ask for. */
export function nameBytes(name: string): Uint8Array {
  if (!name.includes('\\')) return new Uint8Array(Buffer.from(name, 'utf8'));
  const plain = name.replace(/\\([01][0-9A-F])/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return new Uint8Array(Buffer.from(plain, 'utf8'));
}
