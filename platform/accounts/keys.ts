// API keys of an account: shown once, kept as a hash, for scripts (`Authorization: Bearer …`). A key does what its
// account may do with captures; passwords, keys and administration need a session.
import type { ApiKey, KeyBody, NewKey } from '../contract.ts';
import { newId, newSecret, type Queries, secretHash, type Sql } from '../store/index.ts';
import type { Asker } from './sessions.ts';

export const MOST_KEYS = 50;
/** By which scanners of leaked secrets tell what it is. */
const PREFIX = 'sightline_';
const SHOWN = PREFIX.length + 4;
const DAY = 86_400_000;
const USED_EVERY = 60_000;

/** @returns null where the account has too many */
export async function makeKey(sql: Sql, account: string, body: KeyBody, now: number): Promise<NewKey | null> {
  const key = PREFIX + newSecret();
  const made = {
    id: newId(),
    name: body.name,
    begins: key.slice(0, SHOWN),
    created: now,
    used: null,
    expires: body.days === undefined ? null : now + body.days * DAY,
  };
  const done = await sql.transaction(async (q) => {
    await q.row(`SELECT id FROM accounts WHERE id = $1 ${q.forUpdate}`, [account]);
    const had = await q.row<{ n: number }>('SELECT COUNT(*) AS n FROM keys WHERE account = $1', [account]);
    if ((had?.n ?? 0) >= MOST_KEYS) return false;
    const { id, name, begins, created, expires } = made;
    const insert =
      'INSERT INTO keys(id, hash, account, name, begins, created, expires) VALUES($1, $2, $3, $4, $5, $6, $7)';
    await q.run(insert, [id, secretHash(key), account, name, begins, created, expires]);
    return true;
  });
  return done ? { ...made, key } : null;
}

export function keysOf(sql: Sql, account: string): Promise<readonly ApiKey[]> {
  return sql.rows<ApiKey>(
    'SELECT id, name, begins, created, used, expires FROM keys WHERE account = $1 ORDER BY created DESC, id',
    [account],
  );
}

export async function revokeKey(sql: Sql, account: string, id: string): Promise<boolean> {
  return (await sql.run('DELETE FROM keys WHERE account = $1 AND id = $2', [account, id])) > 0;
}

/** All of an account's. */
export async function endKeys(q: Queries, account: string): Promise<void> {
  await q.run('DELETE FROM keys WHERE account = $1', [account]);
}

/** Whose key it is; null where it is nobody's, over, or of an account that is disabled. */
export async function keyOwner(sql: Sql, key: string, now: number): Promise<Asker | null> {
  const found = await sql.row<{ id: string; used: number | null; account: string; name: string; admin: number }>(
    `SELECT k.id, k.used, k.account, a.name, a.admin FROM keys k JOIN accounts a ON a.id = k.account
     WHERE k.hash = $1 AND (k.expires IS NULL OR k.expires > $2) AND a.disabled = 0`,
    [secretHash(key), now],
  );
  if (found === null) return null;
  if (found.used === null || now - found.used > USED_EVERY)
    await sql.run('UPDATE keys SET used = $1 WHERE id = $2', [now, found.id]);
  return { account: found.account, name: found.name, admin: found.admin === 1, session: null };
}
