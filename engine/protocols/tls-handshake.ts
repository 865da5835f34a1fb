// TLS handshake messages out of consecutive records: hellos and, where visible, the server's certificates.
import { u16, u24 } from '../decode/index.ts';
import { certificateFacts } from './certificate.ts';
import type { CertificateFacts, TlsFacts } from './facts.ts';
import { remembered } from './remember.ts';
import { ja3 as ja3Of, ja3s, ja4 as ja4Of } from './fingerprints.ts';
import { parseClientHello, parseServerHello } from './tls-hello.ts';

const HANDSHAKE = 22;
const ALERT = 21;
const CHANGE_CIPHER_SPEC = 20;
export const MAX_HANDSHAKE = 16_384;
/** Fingerprints by transport and the hello's shape: the same few clients come again and again. */
const prints = { t: noPrints(), q: noPrints(), d: noPrints() };
function noPrints(): Map<string, { readonly ja3: string; readonly ja4: string }> {
  return new Map();
}
const MAX_PRINTS = 8_192;
const merged = new Uint8Array(MAX_HANDSHAKE + 16_384 + 2_048);

/** Whether `b[at..]` starts a TLS record of a kind and version that exist. Needs 5 bytes. */
export function isRecord(b: Uint8Array, at: number): boolean {
  return b[at]! >= 20 && b[at]! <= 24 && b[at + 1] === 3 && b[at + 2]! <= 4 && u16(b, at + 3) <= 18_432;
}

/**
 * Whether a segment opens with handshake records that hold a hello, as far as its bytes go. Its header may be dealt out
 * over records of any size (RFC 8446, 5.1).
 */
export function opensHandshake(b: Uint8Array, at: number, length: number): boolean {
  if (length < 6 || b[at] !== HANDSHAKE || !isRecord(b, at) || (b[at + 5] !== 1 && b[at + 5] !== 2)) return false;
  const size = u16(b, at + 3);
  if (size >= 5) return length < 11 || (b[at + 6] === 0 && (b[at + 9] === 3 || b[at + 9] === 0x7f));
  return size > 0 && opensOverRecords(b, at, at + length);
}

/** A hello whose first record holds less than type, length and version of it. */
function opensOverRecords(b: Uint8Array, at: number, end: number): boolean {
  let record = at;
  // Octets of the message: its type, its length in three, the version's first.
  for (let octet = 0; octet < 5;) {
    if (end - record < 5) return true;
    if (b[record] !== HANDSHAKE || !isRecord(b, record)) return false;
    const size = u16(b, record + 3);
    if (size === 0) return false;
    for (let p = record + 5; p < record + 5 + size && octet < 5; p++, octet++) {
      if (p >= end) return true;
      if (octet === 1 && b[p] !== 0) return false;
      if (octet === 4) return b[p] === 3 || b[p] === 0x7f;
    }
    record += 5 + size;
  }
  return true;
}

/**
 * Whether a segment holds a change of cipher and then a hello of fitting length: the answer to a retry that may not
 * have been captured.
 */
export function secondHello(b: Uint8Array, at: number, end: number): boolean {
  const p = at + 6;
  if (end - at < 12 || b[at] !== CHANGE_CIPHER_SPEC || b[at + 4] !== 1 || !opensHandshake(b, p, end - p) || end - p < 9)
    return false;
  return u16(b, p + 3) === u24(b, p + 6) + 4;
}

/**
 * Whether a segment opens with the certificates of a side whose hello was read: a client's, or a server's that the
 * segment boundary set apart.
 */
export function opensCertificate(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 9 && b[at] === HANDSHAKE && b[at + 5] === 11 && b[at + 6] === 0 && isRecord(b, at);
}

/**
 * An alert in the clear (RFC 8446, 6): an encrypted one is longer.
 * @returns level << 8 | description, 0 when it is none
 */
export function plainAlert(b: Uint8Array, at: number, end: number): number {
  return end - at >= 7 &&
    b[at] === ALERT &&
    b[at + 1] === 3 &&
    b[at + 3] === 0 &&
    b[at + 4] === 2 &&
    (b[at + 5] === 1 || b[at + 5] === 2)
    ? u16(b, at + 5)
    : 0;
}

/**
 * Reads handshake messages from records in `b[at..end)` into `facts`.
 * @returns 0 when the handshake's visible part is read, else how many bytes from `at` are needed at least
 */
export function readHandshake(b: Uint8Array, at: number, end: number, tls: TlsFacts, fromServer: boolean): number {
  let filled = 0;
  let p = at;
  let recordVersion = 0;
  while (p < end) {
    if (end - p < 5) return end - at + (5 - (end - p));
    if (!isRecord(b, p)) return 0;
    const size = u16(b, p + 3);
    if (b[p] === ALERT) {
      // A warning (unrecognised name) may stand before the hello.
      takeAlert(plainAlert(b, p, end), tls);
      p += 5 + size;
      continue;
    }
    // In the middlebox mode of TLS 1.3 a change of cipher stands between two hellos (RFC 8446, D.4).
    if (b[p] === CHANGE_CIPHER_SPEC && filled === 0) {
      p += 5 + size;
      continue;
    }
    if (b[p] !== HANDSHAKE) return 0;
    if (recordVersion === 0) recordVersion = u16(b, p + 1);
    const whole = Math.min(size, end - p - 5);
    if (filled + whole > merged.length) return 0;
    merged.set(b.subarray(p + 5, p + 5 + whole), filled);
    filled += whole;
    p += 5 + size;
    const state = readMessages(merged, filled, recordVersion, tls, fromServer, 't');
    if (state === 0) return 0;
    // The message's rest, and a record header if it goes on in a next record.
    if (p > end) return Math.max(Math.min(p - at, end - at + state), end - at + 1);
    if (p === end) return p - at + 5;
  }
  return p - at + 5;
}

/**
 * Reads handshake messages from `b[0..filled)`.
 * @param transport 't' for TCP, 'q' for QUIC
 * @returns 0 when nothing more is wanted, else how many further bytes of messages are
 */
export function readMessages(
  b: Uint8Array,
  filled: number,
  recordVersion: number,
  tls: TlsFacts,
  fromServer: boolean,
  transport: 't' | 'q',
): number {
  let m = 0;
  while (m + 4 <= filled) {
    const type = b[m]!;
    const size = u24(b, m + 1);
    if (size > MAX_HANDSHAKE) return 0;
    if (m + 4 + size > filled) return m + 4 + size - filled;
    if (type === 1) {
      takeClientHello(b, m + 4, m + 4 + size, recordVersion, tls, transport);
      return 0;
    }
    if (type === 2) {
      takeServerHello(b, m + 4, m + 4 + size, tls);
      if (tls.server === null || tls.server.selectedVersion >= 0x0304) return 0;
    } else if (type === 11) {
      takeCertificates(b, m + 4, m + 4 + size, tls, fromServer);
      return 0;
    } else if (type === 14 || !fromServer) {
      return 0;
    }
    m += 4 + size;
  }
  return 4 - (filled - m);
}

export function takeAlert(alert: number, tls: TlsFacts): void {
  if (alert === 0) return;
  tls.alerts++;
  if (alert >>> 8 === 2) tls.fatal = true;
}

/** @param transport 't' for TCP, 'q' for QUIC, 'd' for DTLS, whose hello holds a cookie (RFC 6347, 4.2.1) */
export function takeClientHello(
  b: Uint8Array,
  at: number,
  end: number,
  recordVersion: number,
  tls: TlsFacts,
  transport: 't' | 'q' | 'd',
): void {
  const hello = parseClientHello(b, at, end, recordVersion, transport === 'd');
  if (hello === null) return;
  const { ja3, ja4 } = remembered(prints[transport], hello.shape, MAX_PRINTS, () => ({
    ja3: ja3Of(hello),
    ja4: ja4Of(hello, transport),
  }));
  // A client has no other reason to say hello twice before it was answered; over DTLS lost ones are sent again as they
  // were.
  const unanswered = transport === 'd' ? b[at + 35 + b[at + 34]!]! > 0 : tls.server === null;
  const again = tls.client !== null && (unanswered || (tls.server?.isRetry ?? false));
  tls.client = hello;
  tls.retryJa3 = again ? ja3 : null;
  tls.retryJa4 = again ? ja4 : null;
  if (again) return;
  tls.ja3 = ja3;
  tls.ja4 = ja4;
}

export function takeServerHello(b: Uint8Array, at: number, end: number, tls: TlsFacts): void {
  const hello = parseServerHello(b, at, end);
  if (hello === null) return;
  tls.server = hello;
  tls.ja3s = ja3s(hello);
}

/** Certificates of a chain that are looked at: longer ones are nobody's. */
const MAX_CHAIN = 6;

/** The certificates of a TLS 1.2 Certificate message (RFC 5246, 7.4.2): facts of the first ones, the length of the chain. */
export function takeCertificates(b: Uint8Array, at: number, end: number, tls: TlsFacts, fromServer: boolean): void {
  let chain = 0;
  const behind: CertificateFacts[] = [];
  for (let p = at + 3; p + 3 <= end; chain++) {
    const size = u24(b, p);
    if (p + 3 + size > end || size === 0) break;
    if (chain === 0) {
      const facts = certificateFacts(b.subarray(p + 3, p + 3 + size));
      if (fromServer) tls.certificate = facts;
      else tls.clientCertificate = facts;
    } else if (fromServer && chain < MAX_CHAIN) {
      const facts = certificateFacts(b.subarray(p + 3, p + 3 + size));
      if (facts !== null) behind.push(facts);
    }
    p += 3 + size;
  }
  if (!fromServer) return;
  tls.chainLength = chain;
  if (behind.length > 0) tls.chain = behind;
}
