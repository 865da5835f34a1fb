// What a capture and a flow are called in the store: by content, so that a moved file keeps its labels.
import { SaidError, say } from '../../contract/index.ts';
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SESSION_FILE } from '../read/index.ts';
import { readPlain } from './files.ts';

const WHOLE = 64 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;

/**
 * SHA-256 of the file; of size, head and tail for files over 64 MiB; of its own name for itself for a live capture's
 * folder.
 */
export function captureIdentity(path: string): string {
  const odd = statSync(path);
  if (odd.isDirectory()) {
    const said = readPlain(join(path, SESSION_FILE));
    if (said.kind !== 'text') throw new SaidError(say('file-not-read', { path: join(path, SESSION_FILE) }));
    return createHash('sha256')
      .update((JSON.parse(said.text) as { id: string }).id)
      .digest('hex');
  }
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return descriptorIdentity(fd, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

/** The same of the first `size` bytes of an open file: of what was read, whatever stands at its path now. */
export function descriptorIdentity(fd: number, size: number): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(Math.max(1, Math.min(PIECE, size)));
  const range = (from: number, to: number): void => {
    for (let at = from; at < to;) {
      const got = readSync(fd, piece, 0, Math.min(piece.length, to - at), at);
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
}

/** Community id, tunnel and start: the same flow whatever the time-outs that numbered it. */
export function flowKey(record: { readonly community_id: string | null; readonly start: string }): string {
  return `${record.community_id}@${record.start}`;
}
