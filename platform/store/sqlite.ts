// The store in one SQLite file, in WAL mode, for servers and workers of one machine. What is committed is on the disk
// (synchronous = FULL).
//
// SQLite's calls block the thread. So nobody waits in SQLite for long: what finds the file held comes back at once and
// asks again after a pause, and within a process what writes goes one after the other.
import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { forSqlite, STEPS } from './schema.ts';
import { PATIENCE, pause, type Queries, type Sql, type SqlValue, StoreError } from './sql.ts';

/** Only its owner reads it. */
const PRIVATE = 0o600;
/** SQLite itself waits so long, ms: a commit of another is over by then, mostly. */
const AT_ONCE = 5;
const AGAIN_AFTER = 5;
const MOST_STATEMENTS = 200;
/** The low byte of SQLite's result codes. */
const CODE = { error: 1, busy: 5, locked: 6, constraint: 19 };
/** Extended codes: a row that is there already, a row that others point at. */
const EXISTS: readonly number[] = [1555, 2067, 2579];
const REFERS = 787;

/** @throws StoreError where the file is none of SQLite's, or cannot be opened */
export async function openSqlite(path: string): Promise<Sql> {
  // Made here, so that it is private from the first moment; SQLite gives its log the same rights.
  if (!existsSync(path)) closeSync(openSync(path, 'a', PRIVATE));
  const opened: DatabaseSync[] = [];
  try {
    const write = connect(path);
    opened.push(write);
    await patiently(() => write.exec('PRAGMA journal_mode = WAL'));
    write.exec('PRAGMA synchronous = FULL');
    const read = connect(path);
    opened.push(read);
    const store = new SqliteStore(new Connection(write), new Connection(read));
    await store.migrate();
    return store;
  } catch (error) {
    for (const db of opened) db.close();
    throw asStoreError(error);
  }
}

function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: AT_ONCE, enableForeignKeyConstraints: true });
  // A row that was deleted is not left on its page, and a damaged schema does nothing.
  db.exec('PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
  return db;
}

/** One connection, with the statements that it knows already. */
class Connection implements Queries {
  readonly dialect = 'sqlite';
  readonly forUpdate = '';
  readonly skipLocked = '';
  readonly db: DatabaseSync;
  private readonly known = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  rows<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return patiently(() => this.statement(sql).all(...values) as readonly object[] as readonly Row[]);
  }

  async row<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row | null> {
    return (await this.rows<Row>(sql, values))[0] ?? null;
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return patiently(() => Number(this.statement(sql).run(...values).changes));
  }

  private statement(sql: string): StatementSync {
    const kept = this.known.get(sql);
    if (kept !== undefined) return kept;
    if (this.known.size >= MOST_STATEMENTS) this.known.clear();
    // `$1` would be a name to SQLite; `?1` is the first value.
    const made = this.db.prepare(sql.replaceAll(/\$(?=\d)/g, '?'));
    this.known.set(sql, made);
    return made;
  }
}

class SqliteStore implements Sql {
  readonly dialect = 'sqlite';
  readonly forUpdate = '';
  readonly skipLocked = '';
  private readonly write: Connection;
  private readonly read: Connection;
  /** What writes waits for what wrote before. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(write: Connection, read: Connection) {
    this.write = write;
    this.read = read;
  }

  rows<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    if (/^\s*SELECT\b/i.test(sql)) return this.read.rows(sql, values);
    return this.inTurn(() => this.write.rows(sql, values));
  }

  async row<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row | null> {
    return (await this.rows<Row>(sql, values))[0] ?? null;
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.inTurn(() => this.write.run(sql, values));
  }

  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      const { db } = this.write;
      await patiently(() => db.exec('BEGIN IMMEDIATE'));
      try {
        const done = await work(this.write);
        await patiently(() => db.exec('COMMIT'));
        return done;
      } catch (error) {
        // SQLite may have rolled back by itself.
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.last.catch(() => undefined);
    this.read.db.close();
    this.write.db.close();
  }

  /** Brings the tables to the newest step; one server does it, others find it done. */
  async migrate(): Promise<void> {
    const { db } = this.write;
    await this.transaction(() => {
      const had = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
      if (had > STEPS.length) throw newer(had);
      for (const step of STEPS.slice(had)) for (const statement of step) db.exec(forSqlite(statement));
      db.exec(`PRAGMA user_version = ${STEPS.length}`);
      return Promise.resolve();
    });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.last;
    const done = before.then(work, work);
    this.last = done.catch(() => undefined);
    return done;
  }
}

export function newer(had: number): StoreError {
  return new StoreError('fault', `The store has had ${had} steps, and this Sightline knows ${STEPS.length} of them.`);
}

/** Does it, again and again while another holds the file. */
async function patiently<T>(work: () => T): Promise<T> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return work();
    } catch (error) {
      const failed = asStoreError(error);
      if (failed.failure !== 'busy' || performance.now() > end) throw failed;
      await pause(AGAIN_AFTER);
    }
  }
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  const text = error instanceof Error ? error.message : String(error);
  const low = code & 0xff;
  if (low === CODE.busy || low === CODE.locked) return new StoreError('busy', text, error);
  if (EXISTS.includes(code)) return new StoreError('exists', text, error);
  if (code === REFERS) return new StoreError('refers', text, error);
  return new StoreError('fault', text, error);
}
