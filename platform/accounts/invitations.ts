// Invitations to register: a code that is good once and for some days.
import type { Invitation, InvitationBody, NewInvitation } from '../contract.ts';
import { newId, newSecret, type Queries, secretHash, type Sql } from '../store/index.ts';

const DAY = 86_400_000;
const DAYS = 7;

/** @param admin whoever uses it administers the server */
export async function invite(sql: Sql, body: InvitationBody, admin: boolean, now: number): Promise<NewInvitation> {
  const code = newSecret();
  const made = { id: newId(), note: body.note, created: now, expires: now + (body.days ?? DAYS) * DAY, usedBy: null };
  const insert = 'INSERT INTO invitations(id, hash, note, admin, created, expires) VALUES($1, $2, $3, $4, $5, $6)';
  await sql.run(insert, [made.id, secretHash(code), made.note, admin ? 1 : 0, now, made.expires]);
  return { ...made, code };
}

/** @returns whether its account administers; null where the code is not good, was used, or is over */
export async function invitation(q: Queries, code: string, now: number): Promise<{ readonly admin: boolean } | null> {
  const found = await q.row<{ admin: number }>(
    'SELECT admin FROM invitations WHERE hash = $1 AND used IS NULL AND expires > $2',
    [secretHash(code), now],
  );
  return found === null ? null : { admin: found.admin === 1 };
}

/** Uses a code up. @returns whether the account administers; null where the code is not good, was used, or is over */
export async function redeem(
  q: Queries,
  code: string,
  account: string,
  now: number,
): Promise<{ readonly admin: boolean } | null> {
  const rows = await q.rows<{ admin: number }>(
    'UPDATE invitations SET used_by = $1, used = $2 WHERE hash = $3 AND used IS NULL AND expires > $2 RETURNING admin',
    [account, now, secretHash(code)],
  );
  return rows.length === 0 ? null : { admin: rows[0]!.admin === 1 };
}

export async function invitations(sql: Sql): Promise<readonly Invitation[]> {
  return sql.rows<Invitation>(
    `SELECT i.id, i.note, i.created, i.expires, a.name AS "usedBy" FROM invitations i
     LEFT JOIN accounts a ON a.id = i.used_by ORDER BY i.created DESC, i.id`,
  );
}

export async function uninvite(sql: Sql, id: string): Promise<boolean> {
  return (await sql.run('DELETE FROM invitations WHERE id = $1', [id])) > 0;
}

/** Those that were used long ago, or that nobody used. */
export async function sweepInvitations(sql: Sql, now: number): Promise<void> {
  await sql.run('DELETE FROM invitations WHERE expires < $1', [now - 30 * DAY]);
}
