// ClientHello and ServerHello bodies (RFC 8446, 4.1; RFC 5246, 7.4.1). Every length is checked against its parent
// before it is used.
import { latin1, u16 } from '../decode/index.ts';
import type { ClientHello, ServerHello } from './facts.ts';
import { OfferKey } from './offer-key.ts';
import {
  EXT_ALPN,
  EXT_GROUPS,
  EXT_POINT_FORMATS,
  EXT_PSK,
  EXT_SERVER_NAME,
  EXT_SIGNATURES,
  EXT_TICKET,
  EXT_VERSIONS,
} from './tls-extensions.ts';

/** GREASE values (RFC 8701): 0x?a?a with equal bytes. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

/** Numbers of two bytes each in `[at, end)`, an odd last byte left out. */
function list16(b: Uint8Array, at: number, end: number): number[] {
  const all: number[] = [];
  for (let i = at; i + 2 <= end; i += 2) all.push(u16(b, i));
  return all;
}

function text(b: Uint8Array, at: number, end: number): string {
  return latin1(b, at, end);
}

/** Walks the extension block at `at`, if there is one; an extension that runs over the block ends the walk. */
export function eachExtension(
  b: Uint8Array,
  at: number,
  end: number,
  visit: (type: number, from: number, to: number) => void,
): void {
  if (at + 2 > end) return;
  const blockEnd = Math.min(end, at + 2 + u16(b, at));
  for (let p = at + 2; p + 4 <= blockEnd;) {
    const from = p + 4;
    const to = from + u16(b, p + 2);
    if (to > blockEnd) return;
    visit(u16(b, p), from, to);
    p = to;
  }
}

/** What clients offered, by the hash of its key, and a hello that offered it: the same few come again and again. */
const offers = new Map<number, { readonly key: Uint8Array; readonly hello: ClientHello }>();
const MAX_OFFERS = 4_096;
const key = new OfferKey();

/** Parses the body of a ClientHello, `b[at..end)`. @returns null when it contradicts itself */
export function parseClientHello(
  b: Uint8Array,
  at: number,
  end: number,
  recordVersion: number,
  cookie: boolean,
): ClientHello | null {
  if (!key.take(b, at, end, cookie)) return readClientHello(b, at, end, recordVersion, cookie);
  const known = offers.get(key.hash);
  if (known === undefined || !key.equals(known.key)) {
    const hello = readClientHello(b, at, end, recordVersion, cookie);
    if (hello !== null) {
      if (known === undefined && offers.size >= MAX_OFFERS) offers.delete(offers.keys().next().value!);
      offers.set(key.hash, { key: key.bytes.slice(0, key.size), hello });
    }
    return hello;
  }
  const { hello } = known;
  return {
    recordVersion,
    version: hello.version,
    suites: hello.suites,
    extensions: hello.extensions,
    groups: hello.groups,
    pointFormats: hello.pointFormats,
    signatures: hello.signatures,
    versions: hello.versions,
    alpn: hello.alpn,
    serverName: key.nameAt < 0 ? null : text(b, key.nameAt, key.nameEnd),
    sessionIdLength: key.sessionIdLength,
    hasTicket: key.hasTicket,
    hasPsk: key.hasPsk,
    shape: hello.shape,
  };
}

/** As `parseClientHello`, whatever clients offered before. */
export function readClientHello(
  b: Uint8Array,
  at: number,
  end: number,
  recordVersion: number,
  cookie: boolean,
): ClientHello | null {
  if (end - at < 38) return null;
  const version = u16(b, at);
  let p = at + 34;
  const sessionIdLength = b[p]!;
  p += 1 + sessionIdLength;
  if (cookie) {
    if (p >= end) return null;
    p += 1 + b[p]!;
  }
  if (p + 2 > end) return null;
  const suitesEnd = p + 2 + u16(b, p);
  if (suitesEnd >= end) return null;
  const suites = list16(b, p + 2, suitesEnd);
  let shape = `${version}|${text(b, p + 2, suitesEnd)}|`;
  p = suitesEnd + 1 + b[suitesEnd]!;
  if (p > end) return null;

  const extensions: number[] = [];
  let groups: number[] = [];
  let pointFormats: number[] = [];
  let signatures: number[] = [];
  let versions: number[] = [];
  const alpn: string[] = [];
  let serverName: string | null = null;
  let hasTicket = false;
  let hasPsk = false;
  eachExtension(b, p, end, (type, from, to) => {
    extensions.push(type);
    shape += String.fromCharCode(type);
    if (
      type === EXT_GROUPS ||
      type === EXT_POINT_FORMATS ||
      type === EXT_SIGNATURES ||
      type === EXT_VERSIONS ||
      type === EXT_ALPN
    )
      shape += text(b, from, to);
    if (type === EXT_SERVER_NAME && to - from >= 5 && b[from + 2] === 0) {
      const nameEnd = from + 5 + u16(b, from + 3);
      if (nameEnd <= to) serverName = text(b, from + 5, nameEnd);
    } else if (type === EXT_GROUPS && to - from >= 2) groups = list16(b, from + 2, to);
    else if (type === EXT_POINT_FORMATS && to - from >= 1)
      pointFormats = Array.from(b.subarray(from + 1, Math.min(to, from + 1 + b[from]!)));
    else if (type === EXT_SIGNATURES && to - from >= 2) signatures = list16(b, from + 2, to);
    else if (type === EXT_VERSIONS && to - from >= 1) versions = list16(b, from + 1, to);
    else if (type === EXT_ALPN && to - from >= 2) {
      for (let q = from + 2; q < to && q + 1 + b[q]! <= to; q += 1 + b[q]!) alpn.push(text(b, q + 1, q + 1 + b[q]!));
    } else if (type === EXT_TICKET) hasTicket = to > from;
    else if (type === EXT_PSK) hasPsk = true;
  });
  return {
    recordVersion,
    version,
    suites,
    extensions,
    groups,
    pointFormats,
    signatures,
    versions,
    alpn,
    serverName,
    sessionIdLength,
    hasTicket,
    hasPsk,
    shape,
  };
}

/** The random of a HelloRetryRequest (RFC 8446, 4.1.3). */
const RETRY = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

/** Parses the body of a ServerHello, `b[at..end)`. */
export function parseServerHello(b: Uint8Array, at: number, end: number): ServerHello | null {
  if (end - at < 38) return null;
  const version = u16(b, at);
  let same = 0;
  while (same < 32 && b[at + 2 + same] === RETRY[same]) same++;
  const isRetry = same === 32;
  // Drafts of TLS 1.3 before the 22nd had neither session id nor compression here (draft-ietf-tls-tls13-21, 4.1.3).
  const early = version >>> 8 === 0x7f && (version & 0xff) < 22;
  let p = early ? at + 34 : at + 35 + b[at + 34]!;
  if (p + 3 > end) return null;
  const suite = u16(b, p);
  p += early ? 2 : 3;
  const extensions: number[] = [];
  let selectedVersion = version >>> 8 === 0x7f ? 0x0304 : version;
  let alpn: string | null = null;
  eachExtension(b, p, end, (type, from, to) => {
    extensions.push(type);
    if (type === EXT_VERSIONS && to - from === 2) selectedVersion = b[from] === 0x7f ? 0x0304 : u16(b, from);
    else if (type === EXT_ALPN && to - from >= 3 && from + 3 + b[from + 2]! <= to)
      alpn = text(b, from + 3, from + 3 + b[from + 2]!);
  });
  return { version, selectedVersion, suite, extensions, alpn, isRetry };
}
