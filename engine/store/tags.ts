// Tags: free words of people for flows, by the names that labels have. A flow has several; each stands in a row.
import type { DatabaseSync } from 'node:sqlite';

export const TAG_SCHEMA = `
CREATE TABLE IF NOT EXISTS tags(capture TEXT NOT NULL, flow TEXT NOT NULL, tag TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY(capture, flow, tag)) STRICT;
-- Every tag a second time, on pages of its own: one damaged page loses none.
CREATE INDEX IF NOT EXISTS tags_whole ON tags(capture, flow, tag, at);
`;
export const TAG_PARTS = ['tags', 'tags_whole'];

const COLUMNS = 'capture, flow, tag, at';
const INSERT = `INSERT OR IGNORE INTO tags(${COLUMNS}) VALUES(?, ?, ?, ?)`;

export interface TagRow {
  readonly flow: string;
  readonly tag: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A change of tags: what each flow gets and what is taken away. */
export interface TagChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** @param flows keys of at most a few thousand flows */
export function putTags(
  db: DatabaseSync,
  capture: string,
  flows: readonly string[],
  { add, remove }: TagChange,
  at: string,
): void {
  const keys = JSON.stringify(flows);
  const out = db.prepare('DELETE FROM tags WHERE capture = ? AND tag = ? AND flow IN (SELECT value FROM json_each(?))');
  for (const tag of remove) out.run(capture, tag, keys);
  const into = db.prepare(`INSERT OR IGNORE INTO tags(${COLUMNS}) SELECT ?, value, ?, ? FROM json_each(?) WHERE true`);
  for (const tag of add) into.run(capture, tag, at, keys);
}

/** Tags of one capture in the order in which each flow got them. */
export function tagsOf(db: DatabaseSync, capture: string): TagRow[] {
  return db
    .prepare('SELECT flow, tag, at FROM tags WHERE capture = ? ORDER BY flow, at, rowid')
    .all(capture) as unknown as TagRow[];
}

export function takeTags(db: DatabaseSync, capture: string, rows: readonly TagRow[]): void {
  const insert = db.prepare(INSERT);
  for (const { flow, tag, at } of rows) insert.run(capture, flow, tag, at);
}

/** The tags of a capture that is known by another name now are there under that name, too. */
export function copyTags(db: DatabaseSync, from: string, to: string, leave: boolean): void {
  db.prepare(`INSERT OR IGNORE INTO tags(${COLUMNS}) SELECT ?, flow, tag, at FROM tags WHERE capture = ?`).run(
    to,
    from,
  );
  if (leave) db.prepare('DELETE FROM tags WHERE capture = ?').run(from);
}

/** Every tag of one store into another. */
export function copyAllTags(from: DatabaseSync, to: DatabaseSync): void {
  if (!hasTags(from)) return;
  const put = tagTaker(to);
  for (const row of from.prepare(`SELECT ${COLUMNS} FROM tags`).iterate()) put(row);
}

/** @returns a function that takes over a row of tags, which may be anything */
export function tagTaker(into: DatabaseSync): (row: Readonly<Record<string, unknown>>) => void {
  const insert = into.prepare(INSERT);
  return ({ capture, flow, tag, at }) => {
    if ([capture, flow, tag, at].every((v) => typeof v === 'string'))
      insert.run(String(capture), String(flow), String(tag), String(at));
  };
}

/** Whether a store has tags: those of earlier versions have none. Throws where that cannot be read. */
export function hasTags(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 AS n FROM sqlite_schema WHERE name = 'tags'").get() !== undefined;
}
