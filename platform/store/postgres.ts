// The store in PostgreSQL, for several servers on several machines.
//
// A database that restarts is waited for: what was not sent yet, or only reads, or was rolled back with its connection, is
// asked again. Only where a COMMIT, or a single statement that writes, was under way nobody knows; that is said
// ('unsure').
import { DatabaseError, Pool, type PoolClient, type QueryResult, types as pgTypes } from 'pg';
import { STEPS } from './schema.ts';
import { newer } from './sqlite.ts';
import { PATIENCE, pause, type Queries, type Sql, type SqlValue, StoreError } from './sql.ts';

const CONNECTIONS = 10;
const CONNECT_TIME = 5000;
const AGAIN_AFTER = 100;
/** A statement of ours that takes so long does not end, ms. */
const STATEMENT_TIME = 60_000;
/** SQLSTATE: what it means for whoever asked (PostgreSQL's documentation, appendix A). */
const EXISTS = '23505';
const REFERS = '23503';
/** Deadlock, serialization failure: rolled back, and good when it is done again. */
const AGAIN: readonly string[] = ['40P01', '40001'];
/** Shut down, crashed, starting up, too many connections; class 08 is the connection's own. */
const GONE = /^(?:57P0[1-5]|53300|08\w{3})$/;
const INT8 = 20;
/** Whoever migrates holds this lock: a number that no other program of ours uses. */
const LOCK = 0x51_67_68_74;

/** Whole numbers come as numbers: ours are below 2^53. */
const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    id === INT8 && format !== 'binary'
      ? Number
      : (pgTypes.getTypeParser(id, format as 'text') as (text: string) => unknown),
};

/**
 * @param url `postgres://user:password@host:port/database`, or with `?host=/folder` for a socket
 * @throws StoreError where it is not there for so long
 */
export async function openPostgres(url: string): Promise<Sql> {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIME,
    statement_timeout: STATEMENT_TIME,
    keepAlive: true,
    types,
  });
  // A connection that breaks while nobody asks anything, of the pool or within a transaction, is told of by the next
  // statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const store = new PostgresStore(pool);
  try {
    await store.migrate();
  } catch (error) {
    await pool.end();
    throw asStoreError(error, false);
  }
  return store;
}

class Client implements Queries {
  readonly dialect = 'postgres';
  readonly forUpdate = 'FOR UPDATE';
  readonly skipLocked = 'FOR UPDATE SKIP LOCKED';
  private readonly client: PoolClient;
  private readonly unsure: boolean;

  /** @param unsure a connection that breaks during a statement leaves open whether it was done */
  constructor(client: PoolClient, unsure: boolean) {
    this.client = client;
    this.unsure = unsure;
  }

  async rows<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return (await this.ask<Row>(sql, values)).rows;
  }

  async row<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row | null> {
    return (await this.rows<Row>(sql, values))[0] ?? null;
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return (await this.ask(sql, values)).rowCount ?? 0;
  }

  async ask<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<QueryResult<Row>> {
    try {
      return await this.client.query<Row>(sql, [...values]);
    } catch (error) {
      throw asStoreError(error, this.unsure);
    }
  }
}

class PostgresStore implements Sql {
  readonly dialect = 'postgres';
  readonly forUpdate = 'FOR UPDATE';
  readonly skipLocked = 'FOR UPDATE SKIP LOCKED';
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  rows<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return this.single(sql, (client) => client.rows<Row>(sql, values));
  }

  async row<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row | null> {
    return (await this.rows<Row>(sql, values))[0] ?? null;
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.single(sql, (client) => client.run(sql, values));
  }

  async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const client = await this.connect(end);
      const asked = new Client(client, false);
      let broken = false;
      try {
        await asked.ask('BEGIN');
        const done = await work(asked);
        await new Client(client, true).ask('COMMIT');
        return done;
      } catch (error) {
        const failure = error instanceof StoreError ? error.failure : null;
        broken = failure === 'gone' || failure === 'unsure' || !(await rolledBack(asked));
        if ((failure !== 'busy' && failure !== 'gone') || performance.now() > end) throw error;
      } finally {
        client.release(broken);
      }
      await pause(AGAIN_AFTER);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** As on SQLite: one server does it, others wait and find it done. */
  async migrate(): Promise<void> {
    await this.transaction(async (q) => {
      await q.rows('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      await q.run('CREATE TABLE IF NOT EXISTS steps(had BIGINT NOT NULL)');
      const had = (await q.row<{ had: number }>('SELECT had FROM steps'))?.had ?? null;
      if ((had ?? 0) > STEPS.length) throw newer(had ?? 0);
      if (had === STEPS.length) return;
      for (const step of STEPS.slice(had ?? 0)) for (const statement of step) await q.run(statement);
      await q.run(had === null ? 'INSERT INTO steps VALUES($1)' : 'UPDATE steps SET had = $1', [STEPS.length]);
    });
  }

  /** One statement. What reads is asked again when the connection breaks. */
  private async single<T>(sql: string, ask: (client: Client) => Promise<T>): Promise<T> {
    const reads = /^\s*SELECT\b/i.test(sql);
    const end = performance.now() + PATIENCE;
    for (;;) {
      const client = await this.connect(end);
      let broken = false;
      try {
        return await ask(new Client(client, !reads));
      } catch (error) {
        const failure = error instanceof StoreError ? error.failure : null;
        broken = failure === 'gone' || failure === 'unsure';
        if ((failure !== 'busy' && failure !== 'gone') || performance.now() > end) throw error;
      } finally {
        client.release(broken);
      }
      await pause(AGAIN_AFTER);
    }
  }

  private async connect(end: number): Promise<PoolClient> {
    for (;;) {
      try {
        return await this.pool.connect();
      } catch (error) {
        const failed = asStoreError(error, false);
        if (failed.failure !== 'gone' || performance.now() > end) throw failed;
      }
      await pause(AGAIN_AFTER);
    }
  }
}

/** @returns false where the connection is of no use any more */
async function rolledBack(client: Client): Promise<boolean> {
  try {
    await client.ask('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** The library's own errors of a connection have no code of PostgreSQL's. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DatabaseError) return false;
  if ('syscall' in error) return true;
  return /^(?:Connection terminated|Client has encountered a connection error|timeout e|Client was closed)/.test(
    error.message,
  );
}

/** @param writing something was under way that may have been done */
function asStoreError(error: unknown, writing: boolean): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof DatabaseError ? (error.code ?? '') : '';
  if (code === EXISTS) return new StoreError('exists', text, error);
  if (code === REFERS) return new StoreError('refers', text, error);
  if (AGAIN.includes(code)) return new StoreError('busy', text, error);
  if (isLost(error) || GONE.test(code)) return new StoreError(writing ? 'unsure' : 'gone', text, error);
  return new StoreError('fault', text, error);
}
