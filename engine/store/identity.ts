// What a capture and a flow are called in the store: by content, so that a moved file keeps its labels.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SESSION_FILE } from '../read/index.ts';

const WHOLE = 64 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;

/** SHA-256 of the file; of size, head and tail for files over 64 MiB; of its own name for itself for a live capture's folder. */
export function captureIdentity(path: string): string {
  if (statSync(path).isDirectory()) return createHash('sha256').update((JSON.parse(readFileSync(join(path, SESSION_FILE), 'utf8')) as { id: string }).id).digest('hex');
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const hash = createHash('sha256');
    const piece = new Uint8Array(PIECE);
    const range = (from: number, to: number): void => {
      for (let at = from; at < to; ) {
        const got = readSync(fd, piece, 0, Math.min(PIECE, to - at), at);
        if (got === 0) return;
        hash.update(piece.subarray(0, got));
        at += got;
      }
    };
    if (size <= WHOLE) range(0, size);
    else {
      hash.update(`${size}\n`);
      range(0, PIECE);
      range(size - PIECE, size);
    }
    return hash.digest('hex');
  } finally {
    closeSync(fd);
  }
}

/** Community id, tunnel and start: the same flow whatever the time-outs that numbered it. */
export function flowKey(record: { readonly community_id: string | null; readonly start: string }): string {
  return `${record.community_id}@${record.start}`;
}
