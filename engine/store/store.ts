// Labels and imported rows in SQLite (WAL). A damaged store is renamed aside and a new one is made; captures are never touched.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Label } from '../../contract/index.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS labels(capture TEXT NOT NULL, flow TEXT NOT NULL, label TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY(capture, flow)) STRICT;
CREATE TABLE IF NOT EXISTS imported(id INTEGER PRIMARY KEY, dataset TEXT NOT NULL, time TEXT NOT NULL, source TEXT NOT NULL, destination TEXT NOT NULL, protocol TEXT NOT NULL, length INTEGER NOT NULL, info TEXT NOT NULL, sport TEXT NOT NULL, dport TEXT NOT NULL, label TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS allowed(alert TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS imported_dataset ON imported(dataset);
`;

export interface ImportedRow {
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
  readonly sport: string;
  readonly dport: string;
  readonly label: 'good' | 'bad';
}

export class Store {
  /** Set when an unreadable store was moved aside: where to. */
  readonly movedAside: string | null;
  private readonly db: DatabaseSync;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'sightline.sqlite');
    let aside: string | null = null;
    let db: DatabaseSync;
    try {
      db = open(path);
    } catch (error) {
      if (!existsSync(path)) throw error;
      aside = `${path}.damaged-${Date.now()}`;
      renameSync(path, aside);
      db = open(path);
    }
    this.db = db;
    this.movedAside = aside;
  }

  setLabel(capture: string, flow: string, label: Label): void {
    this.db.prepare('INSERT INTO labels VALUES(?, ?, ?, ?) ON CONFLICT(capture, flow) DO UPDATE SET label = excluded.label, at = excluded.at').run(capture, flow, label, new Date().toISOString());
  }

  removeLabel(capture: string, flow: string): void {
    this.db.prepare('DELETE FROM labels WHERE capture = ? AND flow = ?').run(capture, flow);
  }

  /** Labels of one capture by flow key. */
  labels(capture: string): Map<string, Label> {
    return new Map(this.db.prepare('SELECT flow, label FROM labels WHERE capture = ?').all(capture).map((r) => [String(r['flow']), String(r['label']) as Label]));
  }

  /** Alerts that the user does not want to see again, by what they are allowed by. */
  allowed(): Set<string> {
    return new Set(this.db.prepare('SELECT alert FROM allowed').all().map((r) => String(r['alert'])));
  }

  allow(alert: string, allowed: boolean): void {
    if (allowed) this.db.prepare('INSERT INTO allowed VALUES(?, ?) ON CONFLICT(alert) DO NOTHING').run(alert, new Date().toISOString());
    else this.db.prepare('DELETE FROM allowed WHERE alert = ?').run(alert);
  }

  /** Replaces a dataset by rows, all or none. @returns how many */
  importRows(dataset: string, rows: Iterable<ImportedRow>): number {
    this.db.exec('BEGIN');
    try {
      this.db.prepare('DELETE FROM imported WHERE dataset = ?').run(dataset);
      const insert = this.db.prepare('INSERT INTO imported(dataset, time, source, destination, protocol, length, info, sport, dport, label) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
      let count = 0;
      for (const r of rows) {
        insert.run(dataset, r.time, r.source, r.destination, r.protocol, r.length, r.info, r.sport, r.dport, r.label);
        count++;
      }
      this.db.exec('COMMIT');
      return count;
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }

  importedRows(dataset: string): ImportedRow[] {
    return this.db.prepare('SELECT time, source, destination, protocol, length, info, sport, dport, label FROM imported WHERE dataset = ? ORDER BY id').all(dataset) as unknown as ImportedRow[];
  }

  datasets(): { readonly dataset: string; readonly good: number; readonly bad: number }[] {
    return this.db.prepare("SELECT dataset, sum(label = 'good') AS good, sum(label = 'bad') AS bad FROM imported GROUP BY dataset").all() as never;
  }

  close(): void {
    this.db.close();
  }
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000;');
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
