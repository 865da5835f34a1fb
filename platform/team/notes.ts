// Notes of a capture, and the team's board: the same thing, with a capture and without. Texts are kept as they were
// typed; whoever shows them shows text and no markup.
import type { Note, Page } from '../contract.ts';
import { newId, type Sql, type SqlValue } from '../store/index.ts';

interface NoteRow {
  readonly id: string;
  readonly account: string;
  readonly author: string;
  readonly text: string;
  readonly at: number;
}

/**
 * The newest first.
 * @param capture null for the board
 * @param viewer who looks; `own` says what he may delete
 */
export async function notesOf(
  sql: Sql,
  capture: string | null,
  viewer: { readonly account: string; readonly admin: boolean },
  offset: number,
  limit: number,
): Promise<Page<Note>> {
  const [where, values]: [string, SqlValue[]] =
    capture === null ? ['n.capture IS NULL', []] : ['n.capture = $1', [capture]];
  const total = (await sql.row<{ n: number }>(`SELECT COUNT(*) AS n FROM notes n WHERE ${where}`, values))?.n ?? 0;
  const rows = await sql.rows<NoteRow>(
    `SELECT n.id, n.author AS account, a.name AS author, n.text, n.at FROM notes n JOIN accounts a ON a.id = n.author
     WHERE ${where} ORDER BY n.at DESC, n.id LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
    [...values, limit, offset],
  );
  const items = rows.map(({ id, account, author, text, at }) => {
    return { id, author, text, at, own: account === viewer.account || (capture === null && viewer.admin) };
  });
  return { items, total, offset };
}

export async function addNote(
  sql: Sql,
  capture: string | null,
  author: { readonly account: string; readonly name: string },
  text: string,
  now: number,
): Promise<Note> {
  const id = newId();
  const whole = text.toWellFormed();
  await sql.run('INSERT INTO notes VALUES($1, $2, $3, $4, $5)', [id, capture, author.account, whole, now]);
  return { id, author: author.name, text: whole, at: now, own: true };
}

/** Its author's, and of the board an administrator's. @returns whether there was one that he may delete */
export async function deleteNote(
  sql: Sql,
  capture: string | null,
  viewer: { readonly account: string; readonly admin: boolean },
  id: string,
): Promise<boolean> {
  const { account, admin } = viewer;
  const gone =
    capture === null
      ? sql.run('DELETE FROM notes WHERE id = $1 AND capture IS NULL AND (author = $2 OR $3 = 1)', [
          id,
          account,
          admin ? 1 : 0,
        ])
      : sql.run('DELETE FROM notes WHERE id = $1 AND capture = $2 AND author = $3', [id, capture, account]);
  return (await gone) > 0;
}
