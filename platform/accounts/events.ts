// What happened at the doors: who came in, who was refused, what administrators did. For administrators, ninety days.
import type { ServerEvent, ServerEventKind } from '../contract.ts';
import { newId, type Queries, type Sql } from '../store/index.ts';

const KEPT = 90 * 86_400_000;
const MOST_DETAIL = 200;

/** @param detail what it was about: an address, the name of another account */
export async function note(
  sql: Queries,
  kind: ServerEventKind,
  account: string | null,
  detail: string,
  now: number,
): Promise<void> {
  const text = detail.slice(0, MOST_DETAIL).toWellFormed();
  await sql.run('INSERT INTO events VALUES($1, $2, $3, $4, $5)', [newId(), now, account, kind, text]);
}

export async function eventsOf(
  sql: Sql,
  offset: number,
  limit: number,
): Promise<{ readonly items: readonly ServerEvent[]; readonly total: number }> {
  const total = (await sql.row<{ n: number }>('SELECT COUNT(*) AS n FROM events'))?.n ?? 0;
  const items = await sql.rows<ServerEvent>(
    `SELECT e.at, a.name AS account, e.kind, e.detail FROM events e LEFT JOIN accounts a ON a.id = e.account
     ORDER BY e.at DESC, e.id LIMIT $1 OFFSET $2`,
    [limit, offset],
  );
  return { items, total };
}

export async function sweepEvents(sql: Sql, now: number): Promise<void> {
  await sql.run('DELETE FROM events WHERE at < $1', [now - KEPT]);
}
