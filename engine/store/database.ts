// Opening the store: a new file, one that others open at the same moment, one that is held, full, not writable or
// damaged.
import { type Message, say } from '../../contract/index.ts';
import { closeSync, existsSync, lstatSync, openSync, renameSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { changesMissing, keepCount } from './count.ts';
import { oddKind, PRIVATE_FILE } from './files.ts';
import { JOURNAL_PARTS, JOURNAL_SCHEMA } from './journal.ts';
import { FileLock } from './lock.ts';
import { TAG_PARTS, TAG_SCHEMA } from './tags.ts';
import { codeOf, problemOf, SQLITE, StoreProblem } from './problem.ts';
import { HEAD_SUFFIX, keepHead, type Salvaged, salvage } from './salvage.ts';

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS labels(capture TEXT NOT NULL, flow TEXT NOT NULL, label TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY(capture, flow)) STRICT;
CREATE TABLE IF NOT EXISTS imported(id INTEGER PRIMARY KEY, dataset TEXT NOT NULL, time TEXT NOT NULL,
  source TEXT NOT NULL, destination TEXT NOT NULL, protocol TEXT NOT NULL, length INTEGER NOT NULL, info TEXT NOT NULL,
  sport TEXT NOT NULL, dport TEXT NOT NULL, label TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS allowed(alert TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS imported_dataset ON imported(dataset);
-- Every label a second time, on pages of its own: one damaged page loses none.
CREATE INDEX IF NOT EXISTS labels_whole ON labels(capture, flow, label, at);
${JOURNAL_SCHEMA}${TAG_SCHEMA}`;
const PARTS = ['labels', 'imported', 'allowed', 'imported_dataset', 'labels_whole', ...JOURNAL_PARTS, ...TAG_PARTS];
/**
 * A store up to this size is checked as a whole when it is opened; in a larger one damage is found when a damaged page
 * is read.
 */
const LOOKED_THROUGH = 16 * 1024 * 1024;
const AGAIN_AFTER = 20;
const DAMAGE_TRIES = 3;
const FILES = ['', '-wal', '-shm', '-journal'];

/** An open store, and the lock that says that it is in use. */
export interface Opened {
  readonly db: DatabaseSync;
  readonly use: FileLock;
  /** What was set aside and what was taken over from it. */
  readonly notes: readonly Message[];
  readonly movedAside: string | null;
}

/**
 * Opens the store and makes it when there is none. A store is set aside only when SQLite calls it damaged repeatedly
 * and nobody else has it open. Throws StoreProblem.
 * @param wait for others that hold it, ms
 */
export function openDatabase(path: string, wait: number): Opened {
  const lock = path.replace(/\.sqlite$/, '.lock');
  try {
    for (let tries = 1; ; tries++) {
      const use = FileLock.shared(lock, wait);
      if (use === null) throw new StoreProblem('locked', say('store-mended', { path }));
      try {
        const missing = wentAway(path);
        const db = connect(path, wait);
        return { db, use, notes: missing === null ? shortened(path, db) : noted(path, db, missing), movedAside: null };
      } catch (error) {
        use.release();
        if (problemOf(error, path).kind !== 'damaged') throw error;
        if (tries >= DAMAGE_TRIES) break;
        pause(AGAIN_AFTER);
      }
    }
    return mended(path, lock, wait);
  } catch (error) {
    throw problemOf(error, path);
  }
}

/**
 * A first page was kept, so there was a store here before: a missing or empty file means damage and not a first start.
 */
function wentAway(path: string): Message | null {
  if (!existsSync(path + HEAD_SUFFIX)) return null;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && (!stat.isFile() || stat.size > 0)) return null;
  return stat === undefined ? say('store-gone', { path }) : say('store-empty', { path });
}

/** Changes were written that are not in the store: its log was cut, or another file is in its place. Said once. */
function shortened(path: string, db: DatabaseSync): Message[] {
  const missing = changesMissing(path, db);
  return missing === 0 ? [] : noted(path, db, say('store-shortened', { path, n: missing }));
}

/** What is missing is said by this note; from now on it counts from what is there. */
function noted(path: string, db: DatabaseSync, note: Message): Message[] {
  keepCount(path, db);
  return [note];
}

function mended(path: string, lock: string, wait: number): Opened {
  const alone = FileLock.exclusive(lock, wait);
  if (alone === null) {
    throw new StoreProblem('damaged', say('store-damaged-held', { path }));
  }
  let notes: Message[] = [];
  let aside: string | null = null;
  try {
    notes = sideOdd(path);
    if (damaged(path, wait)) {
      aside = moveAside(path);
      const fresh = connect(path, wait);
      let got: Salvaged;
      try {
        got = salvage(aside, fresh);
      } finally {
        fresh.close();
      }
      const { labels, allowed, imported } = got;
      const key = got.complete ? 'store-salvaged' : 'store-salvaged-in-part';
      notes = [...notes, say(key, { aside, labels, allowed, imported })];
      if (got.entries > 0) notes.push(say('store-salvaged-journal', { entries: got.entries }));
      if (got.tags > 0) notes.push(say('store-salvaged-tags', { tags: got.tags }));
    }
  } finally {
    alone.release();
  }
  const use = FileLock.shared(lock, wait);
  if (use === null) throw new StoreProblem('locked', say('store-locked', { path }));
  try {
    const db = connect(path, wait);
    keepCount(path, db);
    return { db, use, notes, movedAside: aside };
  } catch (error) {
    use.release();
    throw error;
  }
}

/** Another process may have mended it meanwhile. */
function damaged(path: string, wait: number): boolean {
  try {
    connect(path, wait).close();
    return false;
  } catch (error) {
    if (problemOf(error, path).kind === 'damaged') return true;
    throw error;
  }
}

/** Something that is no file at the place of its log is set aside alone, since the store itself may be whole. */
function sideOdd(path: string): Message[] {
  const notes: Message[] = [];
  for (const suffix of FILES.slice(1)) {
    const odd = exists(path + suffix) ? kindProblem(path + suffix) : null;
    if (odd === null) continue;
    const aside = `${path}.damaged-${Date.now()}.log`;
    renameSync(path + suffix, aside);
    notes.push(say('odd-file-aside', { path: path + suffix, what: odd, aside }));
  }
  return notes;
}

function kindProblem(path: string): Message | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? say('is-dead-link') : oddKind(stat);
}

/** Its log is set aside with it, since the last labels may be only there. */
function moveAside(path: string): string {
  const aside = `${path}.damaged-${Date.now()}`;
  for (const suffix of FILES) if (exists(path + suffix)) renameSync(path + suffix, aside + suffix);
  return aside;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Something that is no file at the place of one of the store's files. */
function checkKinds(path: string): void {
  for (const suffix of FILES) {
    if (!exists(path + suffix)) continue;
    const odd = kindProblem(path + suffix);
    if (odd !== null) throw new StoreProblem('damaged', say('store-damaged', { path: path + suffix, why: odd }));
  }
}

function connect(path: string, wait: number): DatabaseSync {
  checkKinds(path);
  // The file is made here with private rights, which SQLite then gives to its log and index too.
  if (!existsSync(path)) closeSync(openSync(path, 'a', PRIVATE_FILE));
  const db = new DatabaseSync(path, { timeout: wait });
  try {
    const end = performance.now() + wait;
    patiently(end, () => {
      if (db.prepare('PRAGMA journal_mode').get()?.['journal_mode'] !== 'wal') db.exec('PRAGMA journal_mode = WAL');
    });
    patiently(end, () => {
      if (!hasParts(db)) makeParts(db);
    });
    if (statSync(path).size <= LOOKED_THROUGH) {
      const said = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
      if (said !== 'ok') throw new StoreProblem('damaged', say('store-damaged', { path, why: String(said) }));
    } else if (!hasParts(db)) throw new StoreProblem('damaged', say('store-damaged-plain', { path }));
    keepHead(path, db);
    return db;
  } catch (error) {
    try {
      db.close();
    } catch {
      /* it never was open */
    }
    throw error;
  }
}

function hasParts(db: DatabaseSync): boolean {
  const names = new Set(
    db
      .prepare('SELECT name FROM sqlite_schema')
      .all()
      .map((r) => r['name']),
  );
  return PARTS.every((p) => names.has(p));
}

function makeParts(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(SCHEMA);
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    throw error;
  }
}

export function rollback(db: DatabaseSync): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch {
    /* SQLite rolled back by itself */
  }
}

/**
 * While several make a new store at the same moment, SQLite also says 'disk I/O error' and 'cannot open' of what is not
 * there yet.
 */
const PASSING: readonly number[] = [SQLITE.busy, SQLITE.locked, SQLITE.protocol, SQLITE.cannotOpen, SQLITE.io];
const PASSES_SOON = 1000;

function patiently(end: number, work: () => void): void {
  const soon = performance.now() + PASSES_SOON;
  for (;;) {
    try {
      return work();
    } catch (error) {
      const code = codeOf(error);
      const until = code === SQLITE.busy || code === SQLITE.locked ? end : Math.min(end, soon);
      if (!PASSING.includes(code) || performance.now() > until) throw error;
      pause(AGAIN_AFTER);
    }
  }
}

const cell = new Int32Array(new SharedArrayBuffer(4));

function pause(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}
