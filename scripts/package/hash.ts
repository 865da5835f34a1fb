// What a file hashes to, as checksums of releases have it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** @returns hexadecimal */
export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
