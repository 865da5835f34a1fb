// Captures that are small on disk and large when they are inflated. Zeros are compressed a stretch at a time, and the
// stretch is written as often as it takes: gzip members and zstd frames may follow each other (RFC 1952, 2.2; RFC 8878, 3).
import { closeSync, openSync, writeSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';

const STRETCH = 50_000_000;

/** The file header of a pcap of Ethernet packets: zeros behind it are packets of no bytes. */
export const PCAP_HEAD = Uint8Array.from([
  0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0,
]);

/** Writes so many zeros, compressed, in whole stretches of 50 MB. @param head what stands before them */
export function zeroBomb(path: string, how: 'gzip' | 'zstd', bytes: number, head = new Uint8Array(0)): void {
  const pack = how === 'gzip' ? (b: Uint8Array) => gzipSync(b, { level: 9 }) : (b: Uint8Array) => zstdCompressSync(b);
  const stretch = pack(new Uint8Array(STRETCH));
  const fd = openSync(path, 'w', 0o600);
  if (head.length > 0) writeSync(fd, pack(head));
  for (let done = 0; done < bytes; done += STRETCH) writeSync(fd, stretch);
  closeSync(fd);
}
