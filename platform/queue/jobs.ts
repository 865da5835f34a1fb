// Captures that wait for a worker, in the store. Whoever claims one holds it by a lease: a number of chance and a time
// until which it is good unless it is renewed. Only the lease that holds a capture can finish it, in one transaction with
// the result's row, so that a capture is finished once, whatever is killed when.
//
// Whose turn it is: of the accounts with captures that wait, the one that was served longest ago, and of its captures the
// oldest. Claims go one after another, on all servers, so that this holds for two that claim at once.
import { say, type Message } from '../../contract/index.ts';
import type { CaptureCounts, CaptureVerdict, ProtocolCount } from '../contract.ts';
import { newId, type Queries, type Sql, StoreError } from '../store/index.ts';

/** A capture is begun so often at most: every time but the last its server ended without a word. */
export const MOST_ATTEMPTS = 8;
/** It may end its worker so often. */
export const MOST_FAULTS = 2;
/** PostgreSQL's number for claims; no other program of ours uses it. */
const CLAIMS = 0x51_67_68_75;

export interface Job {
  readonly capture: string;
  readonly owner: string;
  readonly name: string;
  readonly lease: string;
}

/** How a capture ended. */
export type Finished =
  | {
      readonly kind: 'done';
      readonly verdict: CaptureVerdict;
      readonly seconds: number;
      readonly counts: CaptureCounts;
      readonly kinds: readonly string[];
      readonly families: readonly string[];
      readonly protocols: readonly ProtocolCount[];
    }
  | { readonly kind: 'failed'; readonly why: Message; readonly seconds: number };

interface Waiting {
  readonly owner: string;
  readonly n: number;
  readonly served: number;
  readonly enqueued: number;
  readonly first: string;
}

/** Milliseconds since 1970 by the store's own clock where it has one: servers' clocks may differ. */
export async function storeTime(q: Queries): Promise<number> {
  if (q.dialect === 'sqlite') return Date.now();
  const row = await q.row<{ now: number }>('SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now');
  return row!.now;
}

export class Jobs {
  private readonly sql: Sql;
  private readonly leaseTime: number;

  /** @param leaseTime ms that a lease is good without being renewed */
  constructor(sql: Sql, leaseTime: number) {
    this.sql = sql;
    this.leaseTime = leaseTime;
  }

  /** Puts a capture that is not there yet at the end of its account's. Within a transaction of the caller's. */
  async enqueue(q: Queries, capture: string, owner: string): Promise<void> {
    const now = await storeTime(q);
    // Those of one millisecond have an order too.
    const last = await q.row<{ at: number | null }>('SELECT MAX(enqueued) AS at FROM jobs WHERE owner = $1', [owner]);
    const enqueued = Math.max(now, (last?.at ?? 0) + 1);
    await q.run('INSERT INTO jobs(capture, owner, enqueued) VALUES($1, $2, $3)', [capture, owner, enqueued]);
    await become(q, capture, 'waiting', now);
  }

  /** Takes the next capture. @returns null where none waits */
  claim(): Promise<Job | null> {
    return this.sql.transaction(async (q) => {
      if (q.dialect === 'postgres') await q.rows('SELECT pg_advisory_xact_lock($1)', [CLAIMS]);
      const now = await storeTime(q);
      await this.freeLost(q, now);
      const next = await q.row<{ capture: string; owner: string; name: string }>(
        `SELECT j.capture, j.owner, c.name FROM jobs j JOIN accounts a ON a.id = j.owner JOIN captures c ON c.id = j.capture
         WHERE j.lease IS NULL ORDER BY a.served, j.enqueued, j.capture LIMIT 1`,
      );
      if (next === null) return null;
      const lease = newId();
      const taken = await q.run(
        `UPDATE jobs SET lease = $1, lease_until = $2, started = $3, attempts = attempts + 1, share = 0
         WHERE capture = $4 AND lease IS NULL`,
        [lease, now + this.leaseTime, now, next.capture],
      );
      // It was deleted in this moment.
      if (taken === 0) return null;
      // Turns of one millisecond have an order too.
      await q.run(
        `UPDATE accounts SET served = CASE WHEN (SELECT MAX(served) FROM accounts) >= $1
           THEN (SELECT MAX(served) FROM accounts) + 1 ELSE $1 END WHERE id = $2`,
        [now, next.owner],
      );
      await become(q, next.capture, 'analysing', now);
      return { ...next, lease };
    });
  }

  /** Keeps a lease good. @returns false where it is no longer the one that holds the capture */
  async renew(job: Job, share: number): Promise<boolean> {
    const until = (await storeTime(this.sql)) + this.leaseTime;
    try {
      const held = await this.sql.run(
        'UPDATE jobs SET lease_until = $1, share = $2 WHERE capture = $3 AND lease = $4',
        [until, share, job.capture, job.lease],
      );
      return held > 0;
    } catch (error) {
      // Whether it was done will show at the next time.
      if (error instanceof StoreError && error.failure === 'unsure') return true;
      throw error;
    }
  }

  /** Writes how a capture ended, if the lease still holds it. @returns whether it was this lease that wrote it */
  async finish(job: Job, finished: Finished): Promise<boolean> {
    for (;;) {
      try {
        return await this.sql.transaction(async (q) => {
          if (!(await taken(q, job))) return false;
          await settle(q, job, finished, await storeTime(q));
          return true;
        });
      } catch (error) {
        if (!(error instanceof StoreError) || error.failure !== 'unsure') throw error;
        const known = await this.sql.row<{ lease: string }>('SELECT lease FROM results WHERE capture = $1', [
          job.capture,
        ]);
        if (known !== null) return known.lease === job.lease;
      }
    }
  }

  /**
   * The worker ended without an answer. The capture waits again in its place, unless that happened too often.
   * @returns what became of it
   */
  fault(job: Job, seconds: number): Promise<'again' | 'failed' | 'lost'> {
    return this.sql.transaction(async (q) => {
      const row = await q.row<{ faults: number }>(
        `SELECT faults FROM jobs WHERE capture = $1 AND lease = $2 ${q.forUpdate}`,
        [job.capture, job.lease],
      );
      if (row === null) return 'lost';
      const times = row.faults + 1;
      const now = await storeTime(q);
      if (times < MOST_FAULTS) {
        await q.run('UPDATE jobs SET faults = $1 WHERE capture = $2', [times, job.capture]);
        await release(q, job.capture, now);
        return 'again';
      }
      await q.run('DELETE FROM jobs WHERE capture = $1', [job.capture]);
      await settle(q, job, { kind: 'failed', why: say('analysis-ended', { times }), seconds }, now);
      return 'failed';
    });
  }

  /** The server ends: another one, or the next start, takes it. */
  async giveBack(job: Job): Promise<void> {
    await this.sql.transaction(async (q) => {
      const mine = await q.run('UPDATE jobs SET attempts = attempts - 1 WHERE capture = $1 AND lease = $2', [
        job.capture,
        job.lease,
      ]);
      if (mine > 0) await release(q, job.capture, await storeTime(q));
    });
  }

  /** How many captures are begun before this one and with it: 1 is the next. @returns null where it does not wait */
  async place(capture: string, owner: string): Promise<number | null> {
    const own = await this.sql.row<{ k: number }>(
      `SELECT COUNT(*) AS k FROM jobs o, jobs m WHERE m.capture = $1 AND m.lease IS NULL AND o.owner = m.owner
       AND o.lease IS NULL AND (o.enqueued < m.enqueued OR (o.enqueued = m.enqueued AND o.capture <= m.capture))`,
      [capture],
    );
    const k = own?.k ?? 0;
    if (k === 0) return null;
    const all = await this.sql.rows<Waiting>(
      `SELECT j.owner, COUNT(*) AS n, MIN(a.served) AS served, MIN(j.enqueued) AS enqueued, MIN(j.capture) AS first
       FROM jobs j JOIN accounts a ON a.id = j.owner WHERE j.lease IS NULL GROUP BY j.owner`,
    );
    const mine = all.find((w) => w.owner === owner);
    if (mine === undefined) return null;
    const before = (w: Waiting): boolean =>
      w.served !== mine.served
        ? w.served < mine.served
        : w.enqueued < mine.enqueued || (w.enqueued === mine.enqueued && w.first < mine.first);
    return all.filter((w) => w.owner !== owner).reduce((sum, w) => sum + Math.min(w.n, before(w) ? k : k - 1), k);
  }

  /** Frees what servers held that ended without a word; what that happened to too often has failed. */
  private async freeLost(q: Queries, now: number): Promise<void> {
    const lost = await q.rows<Job & { attempts: number }>(
      `SELECT j.capture, j.owner, j.lease, j.attempts, c.name FROM jobs j JOIN captures c ON c.id = j.capture
       WHERE j.lease IS NOT NULL AND j.lease_until < $1`,
      [now],
    );
    for (const { attempts, ...job } of lost) {
      // A server that was only slow may finish or renew it in this moment.
      const free = await q.run(
        'UPDATE jobs SET lease_until = NULL WHERE capture = $1 AND lease = $2 AND lease_until < $3',
        [job.capture, job.lease, now],
      );
      if (free === 0) continue;
      if (attempts < MOST_ATTEMPTS) await release(q, job.capture, now);
      else if (await taken(q, job))
        await settle(q, job, { kind: 'failed', why: say('analysis-lost', { times: attempts }), seconds: 0 }, now);
    }
  }
}

/** Takes a job away from under its lease. @returns false where the lease does not hold it */
async function taken(q: Queries, job: Job): Promise<boolean> {
  return (await q.run('DELETE FROM jobs WHERE capture = $1 AND lease = $2', [job.capture, job.lease])) > 0;
}

async function release(q: Queries, capture: string, now: number): Promise<void> {
  await q.run('UPDATE jobs SET lease = NULL, lease_until = NULL, started = NULL, share = 0 WHERE capture = $1', [
    capture,
  ]);
  await become(q, capture, 'waiting', now);
}

async function become(q: Queries, capture: string, state: string, now: number): Promise<void> {
  await q.run('UPDATE captures SET state = $1, changed = $2 WHERE id = $3', [state, now, capture]);
}

/** Its place in the store is free: a second result of a capture is refused by the table's key. */
async function settle(q: Queries, job: Job, f: Finished, now: number): Promise<void> {
  const done = f.kind === 'done' ? f : null;
  await q.run(
    `INSERT INTO results(capture, owner, verdict, why, finished, seconds, counts, kinds, families, protocols, lease)
     VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      job.capture,
      job.owner,
      done?.verdict ?? null,
      f.kind === 'failed' ? JSON.stringify(f.why) : null,
      now,
      f.seconds,
      done === null ? null : JSON.stringify(done.counts),
      JSON.stringify(done?.kinds ?? []),
      JSON.stringify(done?.families ?? []),
      JSON.stringify(done?.protocols ?? []),
      job.lease,
    ],
  );
  await become(q, job.capture, f.kind, now);
}
