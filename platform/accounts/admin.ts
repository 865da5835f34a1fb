// What administrators see of accounts and change of them.
import { say } from '../../contract/index.ts';
import type { Outcome } from '../captures.ts';
import type { AdminAccount, AdminAccountBody, Limits } from '../contract.ts';
import type { Queries, Sql } from '../store/index.ts';
import { lockedUntil, no, setPassword, unlock } from './accounts.ts';
import { note } from './events.ts';
import { knownAs } from './names.ts';
import { endSessions } from './sessions.ts';

interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly known_as: string;
  readonly admin: number;
  readonly disabled: number;
  readonly created: number;
  readonly seen: number | null;
  readonly file_bytes: number | null;
  readonly account_bytes: number | null;
  readonly waiting: number | null;
  readonly captures: number;
  readonly used: number;
}

const SELECT = `SELECT a.id, a.name, a.known_as, a.admin, a.disabled, a.created, a.seen, a.file_bytes, a.account_bytes,
  a.waiting, (SELECT COUNT(*) FROM captures c WHERE c.owner = a.id) AS captures,
  CAST((SELECT COALESCE(SUM(c.size), 0) FROM captures c WHERE c.owner = a.id) AS BIGINT) AS used FROM accounts a`;
/** Columns of an account's own limits. */
const COLUMNS: Readonly<Record<keyof Limits, string>> = {
  fileBytes: 'file_bytes',
  accountBytes: 'account_bytes',
  waiting: 'waiting',
};

/** @param search part of a name */
export async function accountsOf(
  sql: Sql,
  search: string,
  offset: number,
  limit: number,
  now: number,
): Promise<{ readonly items: readonly AdminAccount[]; readonly total: number }> {
  const like = `%${likeText(knownAs(search))}%`;
  const where = "WHERE a.known_as LIKE $1 ESCAPE '!'";
  const total = (await sql.row<{ n: number }>(`SELECT COUNT(*) AS n FROM accounts a ${where}`, [like]))?.n ?? 0;
  const found = `${SELECT} ${where} ORDER BY a.known_as LIMIT $2 OFFSET $3`;
  const rows = await sql.rows<AccountRow>(found, [like, limit, offset]);
  return { items: await Promise.all(rows.map((row) => accountOf(sql, row, now))), total };
}

/** Text as a LIKE pattern takes it, with `!` as its escape. */
export function likeText(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}

async function accountOf(sql: Sql, row: AccountRow, now: number): Promise<AdminAccount> {
  return {
    id: row.id,
    name: row.name,
    admin: row.admin === 1,
    disabled: row.disabled === 1,
    created: row.created,
    seen: row.seen,
    captures: row.captures,
    usedBytes: row.used,
    limits: { fileBytes: row.file_bytes, accountBytes: row.account_bytes, waiting: row.waiting },
    lockedUntil: await lockedUntil(sql, row.known_as, now),
  };
}

export async function adminAccount(sql: Sql, id: string, now: number): Promise<AdminAccount | null> {
  const row = await sql.row<AccountRow>(`${SELECT} WHERE a.id = $1`, [id]);
  return row === null ? null : accountOf(sql, row, now);
}

/** Rolls the change back. */
class LastAdmin extends Error {}

/** @param by the administrator */
export async function changeAccount(
  sql: Sql,
  by: string,
  id: string,
  body: AdminAccountBody,
  now: number,
): Promise<Outcome<AdminAccount>> {
  const before = await adminAccount(sql, id, now);
  if (before === null) return no('not-found', say('no-such-thing'));
  if (body.password !== undefined) {
    const set = await setPassword(sql, id, body.password, null, now);
    if (!set.ok) return set;
  }
  if (body.locked === false) await unlock(sql, knownAs(before.name));
  try {
    await sql.transaction(async (q) => {
      await applyChange(q, id, body);
      await note(q, 'account-changed', by, `${before.name}: ${Object.keys(body).join(', ')}`, now);
    });
  } catch (error) {
    if (error instanceof LastAdmin) return no('conflict', say('last-admin'));
    throw error;
  }
  const after = await adminAccount(sql, id, now);
  return after === null ? no('not-found', say('no-such-thing')) : { ok: true, value: after };
}

async function applyChange(q: Queries, id: string, body: AdminAccountBody): Promise<void> {
  const { admin, disabled, limits = {} } = body;
  if (admin !== undefined) await q.run('UPDATE accounts SET admin = $1 WHERE id = $2', [admin ? 1 : 0, id]);
  if (disabled !== undefined) await q.run('UPDATE accounts SET disabled = $1 WHERE id = $2', [disabled ? 1 : 0, id]);
  if (disabled === true) await endSessions(q, id, null);
  for (const [name, value] of Object.entries(limits) as [keyof Limits, number | null | undefined][])
    if (value !== undefined) await q.run(`UPDATE accounts SET ${COLUMNS[name]} = $1 WHERE id = $2`, [value, id]);
  await refuseLast(q);
}

async function refuseLast(q: Queries): Promise<void> {
  const admins = await q.rows(`SELECT id FROM accounts WHERE admin = 1 AND disabled = 0 ${q.forUpdate}`);
  if (admins.length === 0) throw new LastAdmin();
}

/** Takes an account's rows away; its captures' bytes are gone before. */
export async function deleteAccount(sql: Sql, by: string, id: string, now: number): Promise<Outcome<null>> {
  try {
    await sql.transaction(async (q) => {
      const gone = await q.rows<{ name: string }>('DELETE FROM accounts WHERE id = $1 RETURNING name', [id]);
      await refuseLast(q);
      await note(q, 'account-deleted', by === id ? null : by, gone[0]?.name ?? '', now);
    });
  } catch (error) {
    if (error instanceof LastAdmin) return no('conflict', say('last-admin'));
    throw error;
  }
  return { ok: true, value: null };
}
