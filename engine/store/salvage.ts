// What can still be read of a damaged store: tables from both ends, every label also from the index that holds them
// all, and the file under a first page that was kept, when its own is gone.
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LABELS } from '../../contract/index.ts';
import { PRIVATE_FILE } from './files.ts';
import { hasJournal, journalTaker } from './journal.ts';
import { hasTags, tagTaker } from './tags.ts';

/** Where two files have a label of the same flow, the later one counts. */
export const LATER_WINS = `ON CONFLICT(capture, flow)
  DO UPDATE SET label = excluded.label, at = excluded.at WHERE excluded.at > at`;

export interface Salvaged {
  readonly labels: number;
  readonly allowed: number;
  readonly imported: number;
  /** Of the journal. */
  readonly entries: number;
  readonly tags: number;
  /** Every table was read to its end without a complaint. */
  readonly complete: boolean;
}

const HEAD = 4096;
/** Beside the store: a copy of its first page. */
export const HEAD_SUFFIX = '.head';
/** Rows that are skipped behind one that cannot be read grow twofold; no store has more. */
const MOST_ROWS = 2 ** 40;
const MOST_TIME = 5_000;
/** Pages that a file is made longer by at most; tables begin within the first ones. */
const MOST_CUT = 64;

/**
 * Keeps a copy of the first page, where SQLite says which table begins where. It changes when a table is made, so once.
 */
export function keepHead(path: string, db: DatabaseSync): void {
  const kept = path + HEAD_SUFFIX;
  if (existsSync(kept) && statSync(kept).size === HEAD + 1 && sameParts(kept, db)) return;
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const bytes = Buffer.alloc(HEAD + 1);
    const fd = openSync(path, 'r');
    readSync(fd, bytes, 0, HEAD, 0);
    closeSync(fd);
    if (bytes.toString('latin1', 0, 15) !== 'SQLite format 3' || bytes.readUInt16BE(16) !== HEAD) return;
    bytes[HEAD] = parts(db);
    writeFileSync(kept, bytes, { mode: PRIVATE_FILE });
  } catch {
    /* another time */
  }
}

/** How many tables and indexes there are: it tells whether a kept page is of this store's shape. */
function parts(db: DatabaseSync): number {
  return Number(db.prepare('SELECT sum(rootpage) AS n FROM sqlite_schema').get()?.['n']) & 0xff;
}

function sameParts(kept: string, db: DatabaseSync): boolean {
  const byte = Buffer.alloc(1);
  const fd = openSync(kept, 'r');
  readSync(fd, byte, 0, 1, HEAD);
  closeSync(fd);
  return byte[0] === parts(db);
}

/**
 * Copies every row that can be read from a store that was set aside.
 * @param aside its path
 * @param into an intact store
 */
export function salvage(aside: string, into: DatabaseSync): Salvaged {
  const counts = { labels: 0, allowed: 0, imported: 0, entries: 0, tags: 0, complete: true };
  const tries = [aside];
  const mended = underKeptHead(aside);
  if (mended !== null) tries.push(mended);
  into.exec('BEGIN IMMEDIATE');
  try {
    let whole = false;
    for (const path of tries) whole = takeAll(path, into) || whole;
    counts.complete = whole;
    for (const table of ['labels', 'allowed', 'imported', 'tags'] as const) {
      counts[table] = Number(into.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    }
    counts.entries = Number(into.prepare('SELECT count(*) AS n FROM journal').get()?.['n']);
    into.exec('COMMIT');
  } catch (error) {
    into.exec('ROLLBACK');
    throw error;
  } finally {
    if (mended !== null) for (const suffix of ['', '-wal', '-shm']) rmSync(mended + suffix, { force: true });
  }
  return counts;
}

/** A copy of the store with the first page that was kept, or null where there is none. */
function underKeptHead(aside: string): string | null {
  const kept = aside.replace(/\.damaged-\d+$/, HEAD_SUFFIX);
  if (!statSync(aside, { throwIfNoEntry: false })?.isFile() || !existsSync(kept)) return null;
  const copy = `${aside}.copy`;
  try {
    copyFileSync(aside, copy);
    if (existsSync(`${aside}-wal`)) copyFileSync(`${aside}-wal`, `${copy}-wal`);
    const head = Buffer.alloc(HEAD);
    const from = openSync(kept, 'r');
    readSync(from, head, 0, HEAD, 0);
    closeSync(from);
    // SQLite reads nothing of a file that ends before the first page of one of its tables: what was cut off is zeros.
    const there = Math.floor(statSync(aside).size / HEAD);
    const pages = Math.max(there, Math.min(head.readUInt32BE(28), there + MOST_CUT));
    truncateSync(copy, pages * HEAD);
    // The size in pages as it is now, and no list of free pages: that one is not needed for reading (file format, 1.3).
    head.writeUInt32BE(pages, 28);
    head.writeUInt32BE(head.readUInt32BE(24), 92);
    head.writeUInt32BE(0, 32);
    head.writeUInt32BE(0, 36);
    const fd = openSync(copy, 'r+');
    writeSync(fd, head, 0, HEAD, 0);
    closeSync(fd);
    return copy;
  } catch {
    rmSync(copy, { force: true });
    return null;
  }
}

type Row = Record<string, unknown>;

/** @returns whether everything was read without a complaint */
function takeAll(path: string, into: DatabaseSync): boolean {
  // Opening a pipe in its place would wait for a writer.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path);
  } catch {
    return false;
  }
  const label = into.prepare(`INSERT INTO labels VALUES(?, ?, ?, ?) ${LATER_WINS}`);
  const allow = into.prepare('INSERT OR IGNORE INTO allowed VALUES(?, ?)');
  const row = into.prepare('INSERT OR IGNORE INTO imported VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const text = (v: unknown): v is string => typeof v === 'string';
  const putLabel = (r: Row): void => {
    const { capture, flow, label: said, at } = r;
    if (text(capture) && text(flow) && text(at) && (LABELS as readonly unknown[]).includes(said))
      label.run(capture, flow, String(said), at);
  };
  const putAllowed = (r: Row): void => {
    if (text(r['alert'])) allow.run(r['alert'], text(r['at']) ? r['at'] : '');
  };
  const columns = ['dataset', 'time', 'source', 'destination', 'protocol', 'length', 'info', 'sport', 'dport', 'label'];
  const putRow = (r: Row): void => {
    row.run(Number(r['n']), ...columns.map((c) => (c === 'length' ? Number(r[c]) : String(r[c]))));
  };
  try {
    const labels = byNumber(db, 'labels NOT INDEXED', 'capture, flow, label, at', putLabel);
    const again = fromIndex(
      db,
      'SELECT capture, flow, label, at FROM labels INDEXED BY labels_whole',
      'capture',
      putLabel,
    );
    const allowed = byNumber(db, 'allowed NOT INDEXED', 'alert, at', putAllowed);
    const names = fromIndex(db, 'SELECT alert FROM allowed INDEXED BY sqlite_autoindex_allowed_1', 'alert', putAllowed);
    const imported = byNumber(db, 'imported NOT INDEXED', columns.join(', '), putRow);
    // What is damaged keeps nobody from reading the rest.
    const journal = takeJournal(db, into);
    const tags = takeTags(db, into);
    return (labels || again) && (allowed || names) && imported && journal && tags;
  } finally {
    try {
      db.close();
    } catch {
      /* damaged */
    }
  }
}

/** The journal from its rows and from the index that holds them all. @returns whether all of it was read */
function takeJournal(db: DatabaseSync, into: DatabaseSync): boolean {
  try {
    if (!hasJournal(db)) return true;
  } catch {
    return false;
  }
  const columns = 'capture, id, at, who, about, what, value';
  const put = journalTaker(into);
  const rows = byNumber(db, 'journal NOT INDEXED', columns, put);
  const again = fromIndex(db, `SELECT ${columns} FROM journal INDEXED BY journal_whole`, 'capture', put);
  return rows || again;
}

/** Tags from their rows and from the index that holds them all. @returns whether all of them were read */
function takeTags(db: DatabaseSync, into: DatabaseSync): boolean {
  try {
    if (!hasTags(db)) return true;
  } catch {
    return false;
  }
  const columns = 'capture, flow, tag, at';
  const put = tagTaker(into);
  const rows = byNumber(db, 'tags NOT INDEXED', columns, put);
  const again = fromIndex(db, `SELECT ${columns} FROM tags INDEXED BY tags_whole`, 'capture', put);
  return rows || again;
}

/**
 * Rows in order of their numbers; where a page cannot be read it goes on behind it, and comes back from the other end.
 */
function byNumber(db: DatabaseSync, table: string, columns: string, put: (row: Row) => void): boolean {
  let whole = true;
  const end = performance.now() + MOST_TIME;
  const begins: [string, string, number][] = [
    ['>', '', -1],
    ['<', ' DESC', 2 ** 52],
  ];
  for (const [sign, order, begin] of begins) {
    let at = begin;
    let skip = 1;
    for (;;) {
      try {
        for (const r of db
          .prepare(`SELECT rowid AS n, ${columns} FROM ${table} WHERE rowid ${sign} ? ORDER BY rowid${order}`)
          .iterate(at)) {
          at = Number(r['n']);
          skip = 1;
          put(r);
        }
        break;
      } catch {
        whole = false;
        if (skip > MOST_ROWS || performance.now() > end) break;
        at += sign === '>' ? skip : -skip;
        if (at < 0) break;
        skip *= 2;
      }
    }
    if (whole) return true;
  }
  return false;
}

/** Rows of an index from its beginning, and when it breaks off, from its end. */
function fromIndex(db: DatabaseSync, select: string, by: string, put: (row: Row) => void): boolean {
  for (const order of ['', ' DESC']) {
    try {
      for (const r of db.prepare(`${select} ORDER BY ${by}${order}`).iterate()) put(r);
      return true;
    } catch {
      /* the other way round */
    }
  }
  return false;
}
