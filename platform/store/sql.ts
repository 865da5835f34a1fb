// What the platform asks its store by: SQL that SQLite and PostgreSQL both take, with `$1` for values. Where they differ
// a `Sql` has the words that differ (`forUpdate`, `skipLocked`), and the schema has its own (`schema.ts`).

/** What a column holds. Numbers are whole below 2^53, or doubles; there are no booleans (0 and 1) and no big integers. */
export type SqlValue = string | number | null | Uint8Array;

/** What can be asked, alone or within a transaction. */
export interface Queries {
  readonly dialect: 'sqlite' | 'postgres';
  /** Stands behind a SELECT whose rows are then written: '' or 'FOR UPDATE'. */
  readonly forUpdate: string;
  /** The same, passing over rows that another holds: '' or 'FOR UPDATE SKIP LOCKED'. */
  readonly skipLocked: string;
  /**
   * Rows of a SELECT, or of a RETURNING. The caller says what columns there are; nobody checks it.
   * @throws StoreError
   */
  rows<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** The first row. */
  row<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<Row | null>;
  /** Writes. @returns how many rows it changed @throws StoreError */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>;
}

export interface Sql extends Queries {
  /**
   * All of it or nothing. On SQLite transactions come one after the other, those of other processes too (BEGIN
   * IMMEDIATE); on PostgreSQL they see what others have committed (READ COMMITTED), so rows that a decision rests on
   * are asked `forUpdate`. `work` uses what it is given and not the `Sql` itself, which on SQLite would wait for its own
   * end. It is called again when the store says that it has to be (a deadlock, a lost connection before COMMIT), so it
   * changes nothing but the store. A statement that failed has ended the transaction on PostgreSQL: let it go through.
   * @throws StoreError, and what `work` throws
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How a store failed. */
export type StoreFailure =
  /** A row that may be there once only (PRIMARY KEY, UNIQUE). */
  | 'exists'
  /** A row that others point at, or that points at none. */
  | 'refers'
  /** Held by others for longer than anybody waits. */
  | 'busy'
  /** Not there, or its connection broke. */
  | 'gone'
  /** The connection broke during COMMIT: nobody knows whether it was done. Look, or ask again what can be asked twice. */
  | 'unsure'
  /** A fault of ours, or a disk that is full. */
  | 'fault';

export class StoreError extends Error {
  readonly failure: StoreFailure;
  constructor(failure: StoreFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.failure = failure;
  }
}

/** How long anybody waits for a store that is held or away, ms. */
export const PATIENCE = 20_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
