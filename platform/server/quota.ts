// How much an account may still bring. Room that an upload may take is claimed while it lasts, in the store, so that many
// uploads at once, to several servers, get no more than one after the other would.
import type { Limits } from '../contract.ts';
import { newId, type Queries, type Sql } from '../store/index.ts';

/** A claim that its server does not renew any more is void after so long, ms. */
const CLAIMED = 120_000;
const RENEWED = 30_000;

/** The limits that hold for an account: its own where it has some. */
export async function limitsOf(sql: Queries, account: string, server: Limits): Promise<Limits> {
  const own = await sql.row<{ file_bytes: number | null; account_bytes: number | null; waiting: number | null }>(
    'SELECT file_bytes, account_bytes, waiting FROM accounts WHERE id = $1',
    [account],
  );
  return {
    fileBytes: own?.file_bytes ?? server.fileBytes,
    accountBytes: own?.account_bytes ?? server.accountBytes,
    waiting: own?.waiting ?? server.waiting,
  };
}

/** Bytes of captures that an account keeps. */
export async function usedBytes(sql: Queries, account: string): Promise<number> {
  const sum = 'SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS n FROM captures WHERE owner = $1';
  return (await sql.row<{ n: number }>(sum, [account]))?.n ?? 0;
}

export interface Claim {
  /** Bytes that the upload may have. */
  readonly most: number;
  readonly bound: 'file' | 'account';
  release(): Promise<void>;
}

/** @param length what the request says, or null */
export async function claim(sql: Sql, account: string, limits: Limits, length: number | null): Promise<Claim> {
  const id = newId();
  const until = (): number => Date.now() + CLAIMED;
  const got = await sql.transaction(async (q) => {
    await q.row(`SELECT id FROM accounts WHERE id = $1 ${q.forUpdate}`, [account]);
    await q.run('DELETE FROM uploading WHERE until < $1', [Date.now()]);
    const sum = 'SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS n FROM uploading WHERE owner = $1';
    const claimed = (await q.row<{ n: number }>(sum, [account]))?.n ?? 0;
    const left = Math.max(0, limits.accountBytes - claimed - (await usedBytes(q, account)));
    const most = Math.min(limits.fileBytes, left);
    await q.run('INSERT INTO uploading VALUES($1, $2, $3, $4)', [id, account, Math.min(most, length ?? most), until()]);
    return { most, bound: limits.fileBytes <= left ? ('file' as const) : ('account' as const) };
  });
  const timer = setInterval(() => {
    void sql.run('UPDATE uploading SET until = $1 WHERE id = $2', [until(), id]).catch(() => undefined);
  }, RENEWED);
  timer.unref();
  return {
    ...got,
    release: async () => {
      clearInterval(timer);
      await sql.run('DELETE FROM uploading WHERE id = $1', [id]);
    },
  };
}
