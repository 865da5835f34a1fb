// Hashes of a file as it lies on the disk, in one reading of it.
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { TimeSlices } from '../view/index.ts';

export type HashName = 'sha256' | 'sha1';

const PIECE = 4 * 1024 * 1024;

/** @returns each hash in hexadecimal @throws where the file cannot be read, or the job is cancelled */
export async function hashesOf<A extends HashName>(
  path: string,
  names: readonly A[],
  turns: TimeSlices,
): Promise<Readonly<Record<A, string>>> {
  const size = Math.max(1, statSync(path).size);
  const hashes = names.map((name) => createHash(name));
  let done = 0;
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
    for (const hash of hashes) hash.update(piece as Buffer);
    done += (piece as Buffer).length;
    turns.done = Math.min(1, done / size);
    if (turns.due) await turns.rest();
  }
  return Object.fromEntries(names.map((name, i) => [name, hashes[i]!.digest('hex')])) as Record<A, string>;
}
