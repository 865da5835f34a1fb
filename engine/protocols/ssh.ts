// SSH openings: the banner (RFC 4253, 4.2) and the key exchange (7.1), from which HASSH is made
// (github.com/salesforce/hassh).
import { latin1, u32 } from '../decode/index.ts';
import { hash } from 'node:crypto';

export interface SshSide {
  /** The identification line, without what ends it. */
  banner: string | null;
  /** HASSH of a client, HASSHServer of a server. */
  hassh: string | null;
  /** Key exchange methods, ciphers, MACs offered in the side's own direction; -1 before they are known. */
  exchanges: number;
  ciphers: number;
  macs: number;
}

export function noSsh(): SshSide {
  return { banner: null, hassh: null, exchanges: -1, ciphers: -1, macs: -1 };
}

const KEXINIT = 20;
const MAX_BANNER = 255;
/** Lines that a server may send before its banner. */
const MAX_LINES = 16;
/** RFC 4253, 6.1: larger ones need not be supported. */
const MAX_PACKET = 35_000;

/**
 * Reads what stands at the beginning of a direction.
 * @returns 0 when all that is wanted is read or nothing can be, else bytes needed in all
 */
export function readSsh(b: Uint8Array, at: number, end: number, side: SshSide, fromServer: boolean): number {
  let p = at;
  for (let line = 0; side.banner === null; line++) {
    let eol = p;
    const limit = Math.min(end, p + MAX_BANNER + 1);
    while (eol < limit && b[eol] !== 10) eol++;
    if (eol >= limit) return limit === end && line < MAX_LINES ? end - at + 1 : 0;
    const text = latin1(b, p, eol).replace(/\r$/, '');
    p = eol + 1;
    if (text.startsWith('SSH-')) side.banner = text;
    else if (line >= MAX_LINES) return 0;
  }
  if (p === at) p = afterBanner(b, at, end);
  if (/^SSH-1\.(?!99)/.test(side.banner)) return 0;
  if (end - p < 6) return p - at + 6;
  const size = u32(b, p);
  if (size > MAX_PACKET || b[p + 5] !== KEXINIT) return 0;
  if (p + 4 + size > end) return p - at + 4 + size;
  keyExchange(b, p + 6 + 16, p + 4 + size, side, fromServer);
  return 0;
}

/** The banner was read before: where it ends. */
function afterBanner(b: Uint8Array, at: number, end: number): number {
  let p = at;
  for (let line = 0; line <= MAX_LINES && p < end; line++) {
    const isBanner = b[p] === 0x53 && b[p + 1] === 0x53 && b[p + 2] === 0x48 && b[p + 3] === 0x2d;
    while (p < end && b[p] !== 10) p++;
    p++;
    if (isBanner) break;
  }
  return Math.min(p, end);
}

/** Name lists in their order: key exchange, host key, then ciphers, MACs, compression, each to the server and back. */
function keyExchange(b: Uint8Array, at: number, end: number, side: SshSide, fromServer: boolean): void {
  const lists: string[] = [];
  let p = at;
  for (let i = 0; i < 8; i++) {
    if (p + 4 > end) return;
    const size = u32(b, p);
    if (p + 4 + size > end) return;
    lists.push(latin1(b, p + 4, p + 4 + size));
    p += 4 + size;
  }
  const own = fromServer ? 1 : 0;
  const [exchange, cipher, mac, compression] = [lists[0]!, lists[2 + own]!, lists[4 + own]!, lists[6 + own]!];
  side.hassh = hash('md5', `${exchange};${cipher};${mac};${compression}`, 'hex');
  const names = (list: string): number => (list === '' ? 0 : list.split(',').length);
  side.exchanges = names(exchange);
  side.ciphers = names(cipher);
  side.macs = names(mac);
}
