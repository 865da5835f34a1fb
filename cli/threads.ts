// How many threads a command reads with where nobody said it.
import { statSync } from 'node:fs';

const BIG_FILE = 150_000_000;

/** A second thread pays for files that take much longer than warming it up; a pipe may be such a one. */
export function defaultThreads(paths: readonly string[]): number {
  return paths.some(isBig) ? 2 : 1;
}

function isBig(path: string): boolean {
  try {
    return path === '-' || statSync(path).size > BIG_FILE;
  } catch {
    return false;
  }
}
