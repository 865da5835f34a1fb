// The journal: what people did with incidents, and which alerts they allowed. Entries are only ever added, which the
// database itself sees to, so that it is also the audit trail.
import type { DatabaseSync } from 'node:sqlite';
import { JOURNAL_WHATS, type JournalEntry, type JournalWhat } from '../../contract/index.ts';

/** The capture of entries that belong to none: rules that allow alerts. */
export const NO_CAPTURE = '';

export const JOURNAL_SCHEMA = `
CREATE TABLE IF NOT EXISTS journal(capture TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL,
  about TEXT NOT NULL, what TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(capture, id)) STRICT;
CREATE INDEX IF NOT EXISTS journal_whole ON journal(capture, id, at, who, about, what, value);
CREATE TRIGGER IF NOT EXISTS journal_unchanged BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'entries of the journal are not changed'); END;
CREATE TRIGGER IF NOT EXISTS journal_undeleted BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'entries of the journal are not deleted'); END;
`;
export const JOURNAL_PARTS = ['journal', 'journal_whole', 'journal_unchanged', 'journal_undeleted'];

const COLUMNS = 'capture, id, at, who, about, what, value';
const INSERT = `INSERT OR IGNORE INTO journal(${COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?)`;

type Row = Record<string, unknown>;

/** Entries that are there already stay as they are. */
export function putEntries(db: DatabaseSync, capture: string, entries: readonly JournalEntry[]): void {
  const insert = db.prepare(INSERT);
  for (const e of entries) insert.run(capture, e.id, e.at, e.who, e.about, e.what, e.value);
}

/** Entries of one capture in the order in which they were made. */
export function entriesOf(db: DatabaseSync, capture: string): JournalEntry[] {
  return db
    .prepare('SELECT id, at, who, about, what, value FROM journal WHERE capture = ? ORDER BY at, rowid')
    .all(capture)
    .flatMap((r) => entryOf(r) ?? []);
}

/** The entries of a capture that is known by another name now are there under that name, too. */
export function copyEntries(db: DatabaseSync, from: string, to: string): void {
  db.prepare(
    `INSERT OR IGNORE INTO journal(${COLUMNS})
     SELECT ?, id, at, who, about, what, value FROM journal WHERE capture = ? ORDER BY at, rowid`,
  ).run(to, from);
}

/** Every entry of one store into another. */
export function copyJournal(from: DatabaseSync, to: DatabaseSync): void {
  if (!hasJournal(from)) return;
  const put = journalTaker(to);
  for (const row of from.prepare(`SELECT ${COLUMNS} FROM journal ORDER BY rowid`).iterate()) put(row);
}

/** @returns a function that takes over a row of a journal, which may be anything */
export function journalTaker(into: DatabaseSync): (row: Row) => void {
  const insert = into.prepare(INSERT);
  return (row) => {
    const entry = entryOf(row);
    const { capture } = row;
    if (entry === null || typeof capture !== 'string') return;
    insert.run(capture, entry.id, entry.at, entry.who, entry.about, entry.what, entry.value);
  };
}

/** Whether a store has a journal: those of earlier versions have none. Throws where that cannot be read. */
export function hasJournal(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 AS n FROM sqlite_schema WHERE name = 'journal'").get() !== undefined;
}

/** @returns null where it is no entry */
export function entryOf(row: Row): JournalEntry | null {
  const { id, at, who, about, what, value } = row;
  const texts = [id, at, who, about, what, value];
  if (!texts.every((v) => typeof v === 'string') || !(JOURNAL_WHATS as readonly unknown[]).includes(what)) return null;
  const [i, a, w, b, , v] = texts as string[];
  return { id: i!, at: a!, who: w!, about: b!, what: what as JournalWhat, value: v! };
}
