// A file that an application carried, as rules ask for it: bytes, name, size, hashes.
import { hash } from 'node:crypto';
import { ascii } from '../application.ts';
import type { TransactionSide } from '../transaction.ts';

/** Bytes of one file that stay; the rest is counted. */
export const MAX_FILE = 4_194_304;

export interface CarriedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Bytes that there were, also those that did not stay. */
  readonly size: number;
}

/** Files that are there as a whole: what there was of them before is replaced. */
export function tellFiles(side: TransactionSide, files: readonly CarriedFile[]): void {
  for (const [i, file] of files.entries()) {
    const put = (buffer: string, bytes: Uint8Array): void =>
      i === 0 ? side.set(buffer, bytes) : side.add(buffer, bytes);
    put('file.data', file.bytes);
    if (file.name !== '') put('file.name', ascii(file.name));
    side.number('filesize', file.size);
  }
  tellHashes(side, files);
}

/** Hashes of files whose bytes are all there. */
export function tellHashes(side: TransactionSide, files: readonly Pick<CarriedFile, 'bytes' | 'size'>[]): void {
  const whole = files.filter((f) => f.size === f.bytes.length && f.size > 0);
  if (whole.length === 0) return;
  for (const kind of ['md5', 'sha1', 'sha256'])
    side.later(`file.hash-${kind}`, () => whole.map((f) => ascii(hash(kind, f.bytes, 'hex'))));
}
