// Bodies as they were before they were sent: content codings undone by Node's zlib, never to more than is asked for
// (RFC 9110, section 8.4).
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

const WAYS: Readonly<Record<string, (bytes: Uint8Array, o: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  // Both forms are sent by that name.
  deflate: (bytes, o) => {
    try {
      return inflateSync(bytes, o);
    } catch {
      return inflateRawSync(bytes, o);
    }
  },
};

/**
 * Undoes a Content-Encoding.
 * @param codings as the header names them, in the order in which they were applied
 * @returns null where one is not known, the bytes are damaged or cut, or would become more than `most`
 */
export function undoCodings(bytes: Uint8Array, codings: string, most: number): Uint8Array | null {
  let now = bytes;
  const names = codings
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > 8) return null;
  for (const name of names.reverse()) {
    const way = Object.hasOwn(WAYS, name) ? WAYS[name]! : null;
    if (way === null) return null;
    try {
      now = new Uint8Array(way(now, { maxOutputLength: Math.max(1, most) }));
    } catch {
      return null;
    }
  }
  return now;
}
