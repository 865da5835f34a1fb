// The same tests on every kind of store.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { openStore, type Sql } from '../store/index.ts';
import { postgresPrograms, TestPostgres } from './postgres.ts';

export interface TestStore {
  /** Of the store that is there when a test runs. */
  readonly sql: Sql;
  /** Where another server would find it. */
  readonly place: string;
}

/** Describes once for SQLite and once for PostgreSQL, each with a fresh store for all tests of it. */
export function onEachStore(tests: (store: () => TestStore) => void): void {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    const programs = postgresPrograms();
    const skip = dialect === 'postgres' && 'why' in programs ? programs.why : false;
    describe(dialect, { skip }, () => {
      let store: TestStore | null = null;
      let postgres: TestPostgres | null = null;
      const folder = mkdtempSync(join(tmpdir(), 'sightline-stores-'));
      before(async () => {
        if (dialect === 'postgres' && 'folder' in programs) {
          postgres = new TestPostgres(programs.folder);
          await postgres.start();
        }
        const place = postgres?.create() ?? join(folder, 'store.sqlite');
        store = { sql: await openStore(place), place };
      });
      after(async () => {
        await store?.sql.close();
        await postgres?.end();
        rmSync(folder, { recursive: true, force: true });
      });
      tests(() => {
        if (store === null) throw new Error('the store is there while tests run');
        return store;
      });
    });
  }
}
