// Links that show one capture to whoever has them, until they expire or are revoked. Of a link's token the store has a
// hash only: it is shown once.
import type { NewShare, Page, Share } from '../contract.ts';
import { newId, newSecret, secretHash, type Sql } from '../store/index.ts';

export const MOST_SHARES = 50;
const HOUR = 3_600_000;

/** @returns null where the capture has too many */
export async function share(sql: Sql, capture: string, hours: number, now: number): Promise<NewShare | null> {
  const token = newSecret();
  const made = { id: newId(), created: now, expires: now + hours * HOUR, opened: 0 };
  const done = await sql.transaction(async (q) => {
    await q.row(`SELECT id FROM captures WHERE id = $1 ${q.forUpdate}`, [capture]);
    const counted = 'SELECT COUNT(*) AS n FROM shares WHERE capture = $1 AND expires > $2';
    const had = await q.row<{ n: number }>(counted, [capture, now]);
    if ((had?.n ?? 0) >= MOST_SHARES) return false;
    const insert = 'INSERT INTO shares(id, capture, hash, created, expires) VALUES($1, $2, $3, $4, $5)';
    await q.run(insert, [made.id, capture, secretHash(token), now, made.expires]);
    return true;
  });
  return done ? { ...made, token } : null;
}

export async function sharesOf(sql: Sql, capture: string, now: number): Promise<Page<Share>> {
  const items = await sql.rows<Share>(
    'SELECT id, created, expires, opened FROM shares WHERE capture = $1 AND expires > $2 ORDER BY created DESC, id',
    [capture, now],
  );
  return { items, total: items.length, offset: 0 };
}

export async function revokeShare(sql: Sql, capture: string, id: string): Promise<boolean> {
  return (await sql.run('DELETE FROM shares WHERE capture = $1 AND id = $2', [capture, id])) > 0;
}

/** @returns the capture that a link shows, null where it is revoked or over, or its owner's account is disabled */
export async function sharedBy(sql: Sql, token: string, now: number): Promise<string | null> {
  const found = await sql.row<{ id: string }>(
    `SELECT s.capture AS id FROM shares s JOIN captures c ON c.id = s.capture JOIN accounts a ON a.id = c.owner
     WHERE s.hash = $1 AND s.expires > $2 AND a.disabled = 0`,
    [secretHash(token), now],
  );
  return found?.id ?? null;
}

/** Somebody came by the link. */
export async function opened(sql: Sql, token: string): Promise<void> {
  await sql.run('UPDATE shares SET opened = opened + 1 WHERE hash = $1', [secretHash(token)]);
}

export async function sweepShares(sql: Sql, now: number): Promise<void> {
  await sql.run('DELETE FROM shares WHERE expires <= $1', [now]);
}
