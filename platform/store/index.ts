// The room for what the platform keeps beside captures' bytes: accounts, sessions, jobs, results, notes. One schema
// (`schema.ts`) in SQLite by default, in PostgreSQL by its address. What a store is asked by is `sql.ts`.
import type { Sql } from './sql.ts';
import { openSqlite } from './sqlite.ts';

export { newId, newSecret, secretHash } from './chance.ts';
export { pause, type Queries, type Sql, StoreError, type StoreFailure, type SqlValue } from './sql.ts';

/**
 * Opens a store and brings its tables to the newest step.
 * @param place a file, or `postgres://…`
 * @throws StoreError
 */
export async function openStore(place: string): Promise<Sql> {
  if (!isAddress(place)) return openSqlite(place);
  // The library is loaded only where it is used.
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(place);
}

/** Whether a store is in a PostgreSQL, and not in a file. */
export function isAddress(place: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(place);
}
