// Sessions of browsers: a cookie of 256 bits of chance, of which the store has the hash. One ends when it was not used
// for half a day, after two weeks in any case, at log-out, and when the password changes.
import { newId, newSecret, type Queries, secretHash, type Sql } from '../store/index.ts';
import type { SessionInfo } from '../contract.ts';

const HOUR = 3_600_000;
const IDLE = 12 * HOUR;
const LONGEST = 14 * 24 * HOUR;
/** That it was used is written this often at most. */
const SEEN_EVERY = 60_000;
const MOST_AGENT = 200;

/** Who asks, as every request is told. */
export interface Asker {
  readonly account: string;
  readonly name: string;
  readonly admin: boolean;
  /** Null where an API key asks. */
  readonly session: { readonly id: string; readonly csrf: string } | null;
}

interface Found {
  readonly id: string;
  readonly csrf: string;
  readonly seen: number;
  readonly account: string;
  readonly name: string;
  readonly admin: number;
}

/**
 * Begins a session. The one that the browser had before ends, whoever it was of: a cookie that somebody planted is worth
 * nothing after log-in.
 * @param before the cookie that came with the request, or null
 * @returns the cookie
 */
export async function beginSession(
  sql: Sql,
  account: string,
  before: string | null,
  agent: string,
  now: number,
): Promise<string> {
  const secret = newSecret();
  const line = agent.slice(0, MOST_AGENT).toWellFormed();
  await sql.transaction(async (q) => {
    if (before !== null) await endSession(q, before);
    await q.run('INSERT INTO sessions VALUES($1, $2, $3, $4, $5, $5, $6, $7)', [
      secretHash(secret),
      newId(),
      account,
      newSecret(),
      now,
      now + LONGEST,
      line,
    ]);
  });
  return secret;
}

/** Whose cookie it is; null where it is nobody's, over, or of an account that is disabled. */
export async function sessionOf(sql: Sql, cookie: string, now: number): Promise<Asker | null> {
  const found = await sql.row<Found>(
    `SELECT s.id, s.csrf, s.seen, s.account, a.name, a.admin FROM sessions s JOIN accounts a ON a.id = s.account
     WHERE s.hash = $1 AND s.expires > $2 AND s.seen > $3 AND a.disabled = 0`,
    [secretHash(cookie), now, now - IDLE],
  );
  if (found === null) return null;
  const { id, csrf, seen, account, name, admin } = found;
  if (now - seen > SEEN_EVERY) {
    await sql.run('UPDATE sessions SET seen = $1 WHERE id = $2', [now, id]);
    await sql.run('UPDATE accounts SET seen = $1 WHERE id = $2', [now, account]);
  }
  return { account, name, admin: admin === 1, session: { id, csrf } };
}

export async function endSession(sql: Queries, cookie: string): Promise<void> {
  await sql.run('DELETE FROM sessions WHERE hash = $1', [secretHash(cookie)]);
}

/** @param except the session that stays, or null */
export async function endSessions(sql: Queries, account: string, except: string | null): Promise<void> {
  await sql.run('DELETE FROM sessions WHERE account = $1 AND id <> $2', [account, except ?? '']);
}

export async function endSessionById(sql: Queries, account: string, id: string): Promise<boolean> {
  return (await sql.run('DELETE FROM sessions WHERE account = $1 AND id = $2', [account, id])) > 0;
}

export async function sessionsOf(
  sql: Sql,
  account: string,
  current: string | null,
  now: number,
): Promise<SessionInfo[]> {
  const rows = await sql.rows<Omit<SessionInfo, 'current'>>(
    `SELECT id, created, seen, expires, agent FROM sessions WHERE account = $1 AND expires > $2 AND seen > $3
     ORDER BY seen DESC`,
    [account, now, now - IDLE],
  );
  return rows.map((row) => ({ ...row, current: row.id === current }));
}

export async function sweepSessions(sql: Sql, now: number): Promise<void> {
  await sql.run('DELETE FROM sessions WHERE expires <= $1 OR seen <= $2', [now, now - IDLE]);
}
