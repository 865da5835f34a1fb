// Captures that are small on disk and large when they are inflated.
import { closeSync, createWriteStream, openSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, gzipSync } from 'node:zlib';

const STRETCH = 50_000_000;

/** The file header of a pcap of Ethernet packets: zeros behind it are packets of no bytes. */
export const PCAP_HEAD = Uint8Array.from([
  0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0,
]);

/** Writes so many zeros, compressed, in whole stretches of 50 MB. @param head what stands before them */
export async function zeroBomb(
  path: string,
  how: 'gzip' | 'zstd',
  bytes: number,
  head = new Uint8Array(0),
): Promise<void> {
  if (how === 'zstd') {
    const packer = createZstdCompress({ chunkSize: 1024 * 1024 });
    await pipeline(Readable.from(zeros(head, bytes), { objectMode: true }), packer, createWriteStream(path));
    return;
  }
  // A stretch is compressed once and written as often as it takes: members follow each other (RFC 1952, 2.2).
  const stretch = gzipSync(new Uint8Array(STRETCH), { level: 9 });
  const fd = openSync(path, 'w', 0o600);
  if (head.length > 0) writeSync(fd, gzipSync(head));
  for (let done = 0; done < bytes; done += STRETCH) writeSync(fd, stretch);
  closeSync(fd);
}

function* zeros(head: Uint8Array, bytes: number): Generator<Uint8Array> {
  if (head.length > 0) yield head;
  const stretch = new Uint8Array(STRETCH);
  for (let done = 0; done < bytes; done += STRETCH) yield stretch;
}
