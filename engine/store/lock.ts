// Locks between processes, which end with the process that holds them, however it ends. SQLite's file locks do that
// everywhere, across pid namespaces too, and node:sqlite is there: the file stays empty, a transaction on it is the
// lock.
import { closeSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { PRIVATE_FILE } from './files.ts';
import { codeOf, SQLITE } from './problem.ts';

export class FileLock {
  private readonly db: DatabaseSync;

  private constructor(db: DatabaseSync) {
    this.db = db;
  }

  /**
   * Held by one.
   * @param wait milliseconds
   * @returns null where somebody else holds it. Throws where it cannot be made.
   */
  static exclusive(path: string, wait: number): FileLock | null {
    return FileLock.take(path, wait, 'BEGIN EXCLUSIVE');
  }

  /** Held by any number, as long as nobody holds it alone. */
  static shared(path: string, wait: number): FileLock | null {
    return FileLock.take(path, wait, 'BEGIN; SELECT count(*) FROM sqlite_schema');
  }

  /** Whether somebody holds it alone. Throws where that cannot be told. */
  static held(path: string): boolean {
    const lock = FileLock.shared(path, 0);
    lock?.release();
    return lock === null;
  }

  release(): void {
    this.db.close();
  }

  private static take(path: string, wait: number, words: string, again = true): FileLock | null {
    closeSync(openSync(path, 'a', PRIVATE_FILE));
    const db = new DatabaseSync(path, { timeout: wait });
    try {
      db.exec(words);
      return new FileLock(db);
    } catch (error) {
      db.close();
      const code = codeOf(error);
      if (code === SQLITE.busy) return null;
      // A lock file is always empty; content means that another program wrote it.
      if (!again || (code !== SQLITE.notADatabase && code !== SQLITE.corrupt)) throw error;
      rmSync(path, { force: true });
      return FileLock.take(path, wait, words, false);
    }
  }
}
