// How many changes were written to the store, a second time beside it. SQLite takes a log that was cut or emptied for all
// that was ever written, so that labels would be gone without a word; this number tells. It is written after each change
// is on the disk, so that it is never ahead of a store that nobody has touched.
import { readFileSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { PRIVATE_FILE } from './files.ts';

export const COUNT_SUFFIX = '.count';
/** SQLite holds 32 bits with a sign; beyond them it begins anew. */
const MOST = 2 ** 31 - 1;
const DIGITS = /^\d{1,10}$/;

/** Counts a change, as a part of it. */
export function countChange(db: DatabaseSync): void {
  db.exec(`PRAGMA user_version = ${(changesIn(db) + 1) % MOST}`);
}

/** Writes down how many changes are on the disk. It is no more than a hint: where it cannot be written, nobody hears. */
export function keepCount(path: string, db: DatabaseSync): void {
  try {
    writeFileSync(path + COUNT_SUFFIX, String(changesIn(db)), { mode: PRIVATE_FILE });
  } catch {
    /* another time */
  }
}

/** @returns how many changes were written and are not in the store any more */
export function changesMissing(path: string, db: DatabaseSync): number {
  let kept = '';
  try {
    // Before the store is asked: others may change it meanwhile.
    kept = readFileSync(path + COUNT_SUFFIX, 'latin1');
  } catch {
    /* nothing was ever written, or by a version that did not count */
  }
  return DIGITS.test(kept) ? Math.max(0, Number(kept) - changesIn(db)) : 0;
}

function changesIn(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
