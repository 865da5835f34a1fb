// What is done to a buffer before it is looked into.
import { createHash } from 'node:crypto';
import { gunzipSync, inflateSync } from 'node:zlib';
import type { Pattern } from './pattern.ts';

export type Transform =
  | { readonly do: 'dotprefix' | 'strip_whitespace' | 'compress_whitespace' | 'to_lowercase' | 'to_uppercase' }
  | { readonly do: 'to_md5' | 'to_sha1' | 'to_sha256' | 'url_decode' | 'header_lowercase' | 'strip_pseudo_headers' }
  | { readonly do: 'pcrexform'; readonly pattern: Pattern }
  | {
      readonly do: 'xor';
      readonly key: Uint8Array | { readonly bytes: number; readonly offset: number };
      readonly from: number;
    }
  | { readonly do: 'from_base64'; readonly bytes: number | null; readonly offset: number; readonly mode: Base64Mode }
  | { readonly do: 'gunzip' | 'zlib_deflate'; readonly max: number }
  | { readonly do: 'subslice'; readonly offset: number; readonly bytes: number | null; readonly truncate: boolean };

export type Base64Mode = 'rfc4648' | 'rfc2045' | 'strict';

const EMPTY = new Uint8Array(0);
/** Bytes that a transform is given: more of a buffer is left out. */
const MAX_IN = 4_194_304;

export function transformed(bytes: Uint8Array, transforms: readonly Transform[]): Uint8Array {
  let now = bytes.length > MAX_IN ? bytes.subarray(0, MAX_IN) : bytes;
  for (const t of transforms) now = one(now, t);
  return now;
}

function one(b: Uint8Array, t: Transform): Uint8Array {
  switch (t.do) {
    case 'dotprefix': {
      const out = new Uint8Array(b.length + 1);
      out[0] = 0x2e;
      out.set(b, 1);
      return out;
    }
    case 'strip_whitespace':
      return b.filter((c) => !isSpace(c));
    case 'compress_whitespace':
      return compressed(b);
    case 'to_lowercase':
      return b.map((c) => (c >= 65 && c <= 90 ? c + 32 : c));
    case 'to_uppercase':
      return b.map((c) => (c >= 97 && c <= 122 ? c - 32 : c));
    case 'to_md5':
    case 'to_sha1':
    case 'to_sha256':
      return new Uint8Array(createHash(t.do.slice(3)).update(b).digest());
    case 'url_decode':
      return urlDecoded(b);
    case 'header_lowercase':
      return namesLowered(b);
    case 'strip_pseudo_headers':
      return withoutPseudo(b);
    case 'pcrexform':
      return t.pattern.firstGroup(b) ?? b;
    case 'xor':
      return xored(b, t.key, t.from);
    case 'from_base64': {
      const from = Math.min(t.offset, b.length);
      return base64Decoded(t.bytes === null ? b.subarray(from) : b.subarray(from, from + t.bytes), t.mode);
    }
    case 'gunzip':
    case 'zlib_deflate':
      return inflated(b, t.do, t.max);
    case 'subslice':
      return sliced(b, t.offset, t.bytes, t.truncate);
  }
}

/** As isspace() of C. */
function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13);
}

function compressed(b: Uint8Array): Uint8Array {
  const out = new Uint8Array(b.length);
  let n = 0;
  let before = false;
  for (const c of b) {
    const space = isSpace(c);
    if (!(space && before)) out[n++] = space ? 32 : c;
    before = space;
  }
  return out.subarray(0, n);
}

/** `+` is a space and `%41` a letter; what is no code stays. */
export function urlDecoded(b: Uint8Array): Uint8Array {
  const out = new Uint8Array(b.length);
  let n = 0;
  for (let i = 0; i < b.length; i++) {
    const c = b[i]!;
    const high = c === 0x25 ? hexDigit(b[i + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(b[i + 2]);
    if (low >= 0) {
      out[n++] = high * 16 + low;
      i += 2;
    } else out[n++] = c === 0x2b ? 32 : c;
  }
  return out.subarray(0, n);
}

/** @returns -1 where the byte is no hexadecimal digit */
export function hexDigit(c: number | undefined): number {
  if (c === undefined) return -1;
  if (c >= 48 && c <= 57) return c - 48;
  const small = c | 32;
  return small >= 97 && small <= 102 ? small - 87 : -1;
}

function namesLowered(b: Uint8Array): Uint8Array {
  let inName = true;
  return b.map((c) => {
    if (c === 0x0a) inName = true;
    else if (c === 0x3a) inName = false;
    return inName && c >= 65 && c <= 90 ? c + 32 : c;
  });
}

function withoutPseudo(b: Uint8Array): Uint8Array {
  const out = new Uint8Array(b.length);
  let n = 0;
  for (let at = 0; at < b.length;) {
    const end = b.indexOf(0x0a, at);
    const to = end < 0 ? b.length : end + 1;
    if (b[at] !== 0x3a) {
      out.set(b.subarray(at, to), n);
      n += to - at;
    }
    at = to;
  }
  return out.subarray(0, n);
}

function xored(
  b: Uint8Array,
  key: Uint8Array | { readonly bytes: number; readonly offset: number },
  from: number,
): Uint8Array {
  const used = key instanceof Uint8Array ? key : b.slice(key.offset, key.offset + key.bytes);
  if (used.length === 0 || (!(key instanceof Uint8Array) && used.length < key.bytes)) return b;
  const out = b.slice();
  for (let i = from; i < out.length; i++) out[i]! ^= used[(i - from) % used.length]!;
  return out;
}

const BASE64 = new Int8Array(256).fill(-1);
for (const [i, c] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  BASE64[c.charCodeAt(0)] = i;

/**
 * Bytes that base64 says. `rfc4648` ends at what does not belong to it, `rfc2045` passes over it, `strict` says nothing
 * at all then.
 */
export function base64Decoded(b: Uint8Array, mode: Base64Mode): Uint8Array {
  const out = new Uint8Array(Math.ceil((b.length * 3) / 4) + 3);
  let n = 0;
  let bits = 0;
  let held = 0;
  for (const c of b) {
    const value = BASE64[c]!;
    if (value < 0) {
      if (c === 0x3d) break;
      if (mode === 'rfc2045') continue;
      if (mode === 'strict') return EMPTY;
      break;
    }
    bits = ((bits << 6) | value) & 0xff_ffff;
    held++;
    if (held === 1) continue;
    // After two letters four bits are left over, after three two, after four none.
    out[n++] = (bits >> (8 - held * 2)) & 0xff;
    if (held === 4) held = 0;
  }
  return out.subarray(0, n);
}

function inflated(b: Uint8Array, how: 'gunzip' | 'zlib_deflate', max: number): Uint8Array {
  // More than `max` is thrown as an error by Node, which keeps nothing: so the end is asked for where it is.
  const options = { maxOutputLength: max * 64 + 65_536, finishFlush: 2 };
  try {
    const out = how === 'gunzip' ? gunzipSync(b, options) : inflateSync(b, options);
    return new Uint8Array(out.subarray(0, max));
  } catch {
    return EMPTY;
  }
}

function sliced(b: Uint8Array, offset: number, bytes: number | null, truncate: boolean): Uint8Array {
  let from = offset;
  if (from < 0) {
    if (-from > b.length && !truncate) return EMPTY;
    from = Math.max(0, b.length + from);
  } else if (from > b.length) return EMPTY;
  let to = b.length;
  if (bytes !== null && bytes >= 0) {
    to = from + bytes;
    if (to > b.length && !truncate) return EMPTY;
  } else if (bytes !== null) {
    if (-bytes > b.length && !truncate) return EMPTY;
    to = b.length + bytes;
  }
  return to <= from ? EMPTY : b.subarray(from, Math.min(to, b.length));
}
