// Labels, allowed alerts and imported rows in SQLite (WAL). An answer means that the data is on the disk. Captures
// themselves are never changed.
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type JournalEntry, type Label, type Message, say } from '../../contract/index.ts';
import { countChange, keepCount } from './count.ts';
import { openDatabase, type Opened, rollback, SCHEMA } from './database.ts';
import { log, stackOf } from '../log/index.ts';
import { privateFolder, tighten } from './files.ts';
import { codeOf, problemOf, SQLITE, StoreProblem } from './problem.ts';
import { copyEntries, copyJournal, entriesOf, putEntries } from './journal.ts';
import { LATER_WINS, salvage } from './salvage.ts';
import { copyAllTags, copyTags, putTags, type TagChange, type TagRow, tagsOf, takeTags } from './tags.ts';

const IMPORTED_COLUMNS = 'time, source, destination, protocol, length, info, sport, dport, label';

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

/** Called often by long work: it lets other work run when a turn is due, and throws when the work is given up. */
export type Rest = () => Promise<void>;

/** How long others that hold the store are waited for, ms. */
const WAIT = 5_000;
/** A desk waits no longer than this at once, and tries again after other work had its turn. */
const DESK_WAIT = 50;
/** Rows in one statement of a large batch. */
const AT_ONCE = 2_000;
const LABEL_CONFLICT = 'ON CONFLICT(capture, flow) DO UPDATE SET label = excluded.label, at = excluded.at';

type Write = (db: DatabaseSync) => void;

export class Store {
  /** Set when a damaged store was moved aside: where to. */
  movedAside: string | null = null;
  /** What the user must know of the store, in sentences; each is said once. */
  readonly notes: Message[] = [];
  /** Hears of later ones. */
  onNote: (note: Message) => void = () => undefined;
  private readonly path: string;
  private readonly wait: number;
  private opened: Opened | null = null;
  private memory: { readonly db: DatabaseSync; readonly writes: Write[] } | null = null;
  private inode = 0;
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;

  /** Throws StoreProblem, a sentence, when the store cannot be used. */
  constructor(folder: string, o: { readonly wait?: number; readonly orMemory?: boolean } = {}) {
    this.path = join(folder, 'sightline.sqlite');
    this.wait = o.wait ?? WAIT;
    try {
      privateFolder(folder);
      tighten(folder);
      this.take(openDatabase(this.path, this.wait));
      tighten(folder);
    } catch (error) {
      const problem = problemOf(error, this.path);
      if (o.orMemory !== true) throw problem;
      this.inMemory(problem);
    }
  }

  /**
   * A store for a window. It can be used even where the file cannot: then it holds labels in memory and tries the file
   * again.
   */
  static forWindow(folder: string): Store {
    const store = new Store(folder, { orMemory: true, wait: 1_000 });
    store.db.exec(`PRAGMA busy_timeout = ${DESK_WAIT}`);
    return store;
  }

  /** Whether labels are kept beyond this process. */
  get stored(): boolean {
    return this.memory === null;
  }

  setLabel(capture: string, flow: string, label: Label): void {
    this.setLabels(capture, [flow], label);
  }

  removeLabel(capture: string, flow: string): void {
    this.setLabels(capture, [flow], null);
  }

  /** One transaction: all or none. @param label null removes */
  setLabels(capture: string, flows: readonly string[], label: Label | null): void {
    const at = new Date().toISOString();
    this.write((db) => {
      for (let i = 0; i < flows.length; i += AT_ONCE) putLabels(db, capture, flows.slice(i, i + AT_ONCE), label, at);
    });
  }

  /**
   * The same with turns for other work in between. Resolves when all of it is on the disk; rejects when none of it is.
   */
  labelInTurns(capture: string, flows: readonly string[], label: Label | null, rest: Rest): Promise<void> {
    const at = new Date().toISOString();
    return this.inTurns(
      async (db) => {
        for (let i = 0; i < flows.length; i += AT_ONCE) {
          putLabels(db, capture, flows.slice(i, i + AT_ONCE), label, at);
          await rest();
        }
      },
      (db) => {
        for (let i = 0; i < flows.length; i += AT_ONCE) putLabels(db, capture, flows.slice(i, i + AT_ONCE), label, at);
      },
    );
  }

  /** Gives labels of a capture that is known by another name now that name; of two for one flow the later stays. */
  moveLabels(from: string, to: string): Promise<void> {
    return this.nameAgain(from, to, true);
  }

  /** Gives them that name too. */
  copyLabels(from: string, to: string): Promise<void> {
    return this.nameAgain(from, to, false);
  }

  private nameAgain(from: string, to: string, leave: boolean): Promise<void> {
    if (from === to) return Promise.resolve();
    const move: Write = (db) => {
      db.prepare(`INSERT INTO labels SELECT ?, flow, label, at FROM labels WHERE capture = ? ${LATER_WINS}`).run(
        to,
        from,
      );
      copyEntries(db, from, to);
      copyTags(db, from, to, leave);
      if (leave) db.prepare('DELETE FROM labels WHERE capture = ?').run(from);
    };
    return this.inTurns(async (db) => move(db), move);
  }

  /** Labels of one capture by flow key. */
  labels(capture: string): Map<string, Label> {
    return this.read(
      (db) =>
        new Map(
          db
            .prepare('SELECT flow, label FROM labels WHERE capture = ?')
            .all(capture)
            .map((r) => [String(r['flow']), String(r['label']) as Label]),
        ),
    );
  }

  /** Labels of one capture with the moments at which they were given, to be taken elsewhere. */
  labelRows(capture: string): { readonly flow: string; readonly label: string; readonly at: string }[] {
    return this.read(
      (db) => db.prepare('SELECT flow, label, at FROM labels WHERE capture = ? ORDER BY flow').all(capture) as never,
    );
  }

  /** Changes tags as labels are given: resolves when all of it is on the disk; rejects when none of it is. */
  tagInTurns(capture: string, flows: readonly string[], change: TagChange, rest: Rest): Promise<void> {
    const at = new Date().toISOString();
    const put = (db: DatabaseSync, i: number): void => putTags(db, capture, flows.slice(i, i + AT_ONCE), change, at);
    return this.inTurns(
      async (db) => {
        for (let i = 0; i < flows.length; i += AT_ONCE) {
          put(db, i);
          await rest();
        }
      },
      (db) => {
        for (let i = 0; i < flows.length; i += AT_ONCE) put(db, i);
      },
    );
  }

  /** Tags of one capture. */
  tags(capture: string): TagRow[] {
    return this.read((db) => tagsOf(db, capture));
  }

  /** Takes labels and entries over that were exported; of two labels for one flow the later stays. */
  takeOver(
    capture: string,
    labels: readonly { readonly flow: string; readonly label: Label; readonly at: string }[],
    entries: readonly JournalEntry[],
    tags: readonly TagRow[] = [],
  ): void {
    this.write((db) => {
      takeTags(db, capture, tags);
      const insert = db.prepare(`INSERT INTO labels VALUES(?, ?, ?, ?) ${LATER_WINS}`);
      for (const l of labels) insert.run(capture, l.flow, l.label, l.at);
      putEntries(db, capture, entries);
    });
  }

  /** Adds to the journal; resolves when it is on the disk. Entries that are there already stay as they are. */
  addEntries(capture: string, entries: readonly JournalEntry[]): Promise<void> {
    const write: Write = (db) => putEntries(db, capture, entries);
    return this.inTurns(async (db) => write(db), write);
  }

  /** The journal of a capture in the order in which it was written; '' for rules, which belong to none. */
  journal(capture: string): JournalEntry[] {
    return this.read((db) => entriesOf(db, capture));
  }

  /** Alerts that the user does not want to see again, by what they are allowed by. */
  allowed(): Set<string> {
    return this.read(
      (db) =>
        new Set(
          db
            .prepare('SELECT alert FROM allowed')
            .all()
            .map((r) => String(r['alert'])),
        ),
    );
  }

  allow(alert: string, allowed: boolean): Promise<void> {
    const at = new Date().toISOString();
    const write: Write = (db) => {
      if (allowed) db.prepare('INSERT INTO allowed VALUES(?, ?) ON CONFLICT(alert) DO NOTHING').run(alert, at);
      else db.prepare('DELETE FROM allowed WHERE alert = ?').run(alert);
    };
    return this.inTurns(async (db) => write(db), write);
  }

  /** Replaces a dataset by rows, all or none. @returns how many */
  importRows(dataset: string, rows: Iterable<ImportedRow>): number {
    let count = 0;
    this.write((db) => {
      count = 0;
      db.prepare('DELETE FROM imported WHERE dataset = ?').run(dataset);
      const insert = db.prepare(
        `INSERT INTO imported(dataset, ${IMPORTED_COLUMNS}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const r of rows) {
        insert.run(dataset, r.time, r.source, r.destination, r.protocol, r.length, r.info, r.sport, r.dport, r.label);
        count++;
      }
    });
    return count;
  }

  importedRows(dataset: string): ImportedRow[] {
    return this.read(
      (db) =>
        db
          .prepare(`SELECT ${IMPORTED_COLUMNS} FROM imported WHERE dataset = ? ORDER BY id`)
          .all(dataset) as unknown as ImportedRow[],
    );
  }

  datasets(): { readonly dataset: string; readonly good: number; readonly bad: number }[] {
    return this.read(
      (db) =>
        db
          .prepare(
            "SELECT dataset, sum(label = 'good') AS good, sum(label = 'bad') AS bad FROM imported GROUP BY dataset",
          )
          .all() as never,
    );
  }

  /** Resolves when nothing waits to be written any more. */
  async settled(): Promise<void> {
    let last: Promise<unknown>;
    do {
      last = this.queue;
      await last.catch(() => undefined);
    } while (last !== this.queue);
  }

  /**
   * Tries the file again when what was said is held in memory only; then it is written.
   * @returns whether it is stored now
   */
  retry(): boolean {
    const { memory } = this;
    if (memory === null || this.closed) return memory === null;
    let opened: Opened;
    try {
      opened = openDatabase(this.path, 0);
    } catch {
      return false;
    }
    try {
      transaction(opened.db, (db) => {
        for (const write of memory.writes) write(db);
      });
    } catch {
      opened.db.close();
      opened.use.release();
      return false;
    }
    memory.db.close();
    this.memory = null;
    this.take(opened);
    keepCount(this.path, this.db);
    this.db.exec(`PRAGMA busy_timeout = ${DESK_WAIT}`);
    this.say(say('store-writable-again'));
    return true;
  }

  close(): void {
    this.closed = true;
    this.memory?.db.close();
    this.opened?.db.close();
    this.opened?.use.release();
    this.opened = null;
  }

  private get db(): DatabaseSync {
    return this.memory?.db ?? this.opened!.db;
  }

  private take(opened: Opened): void {
    log(
      'store',
      () => `${this.path} opened${opened.movedAside === null ? '' : `, a damaged one moved to ${opened.movedAside}`}`,
    );
    this.opened = opened;
    this.inode = statSync(this.path, { throwIfNoEntry: false })?.ino ?? 0;
    this.movedAside = opened.movedAside ?? this.movedAside;
    for (const note of opened.notes) this.say(note);
  }

  private say(note: Message): void {
    this.notes.push(note);
    this.onNote(note);
  }

  /**
   * Where the store's file was deleted or replaced, what this process knows is written to the file at that path first;
   * otherwise labels would go to a file that nobody can open.
   */
  private follow(): void {
    const { opened } = this;
    if (opened === null || this.memory !== null) return;
    const there = statSync(this.path, { throwIfNoEntry: false });
    if (there !== undefined && there.ino === this.inode) return;
    let fresh: Opened;
    try {
      privateFolder(dirname(this.path));
      fresh = openDatabase(this.path, this.wait);
    } catch (error) {
      throw problemOf(error, this.path);
    }
    try {
      transaction(fresh.db, (db) => copyAll(opened.db, db));
    } catch (error) {
      fresh.db.close();
      fresh.use.release();
      throw problemOf(error, this.path);
    }
    const pragma = opened.db.prepare('PRAGMA busy_timeout').get()?.['timeout'];
    fresh.db.exec(`PRAGMA busy_timeout = ${Number(pragma)}`);
    // SQLite sees that its file is another's now, and leaves the log at that name alone.
    opened.db.close();
    opened.use.release();
    this.take(fresh);
    this.say(say('store-replaced', { path: this.path }));
  }

  private inMemory(problem: StoreProblem): void {
    log('store', () => `${this.path} held in memory: ${stackOf(problem)}`);
    const db = new DatabaseSync(':memory:');
    db.exec(SCHEMA);
    if (problem.kind === 'read-only' || problem.kind === 'full') copyInto(this.path, db);
    this.memory = { db, writes: [] };
    this.say(say('store-in-memory', { why: problem.said }));
  }

  private read<T>(work: (db: DatabaseSync) => T): T {
    try {
      return work(this.db);
    } catch (error) {
      this.mendOr(error);
      return work(this.db);
    }
  }

  private write(work: Write): void {
    this.follow();
    try {
      this.written(() => transaction(this.db, work));
    } catch (error) {
      this.mendOr(error);
      this.written(() => transaction(this.db, work));
    }
    this.wrote(work);
  }

  /** What was written is on the disk, or is held in memory until it can be. */
  private wrote(work: Write): void {
    if (this.memory === null) keepCount(this.path, this.db);
    else this.memory.writes.push(work);
  }

  private written(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw problemOf(error, this.path);
    }
  }

  /**
   * Transactions run one after the other: one that lets other work run would otherwise include what that writes.
   * @param again the same in one go
   */
  private inTurns(work: (db: DatabaseSync) => Promise<void>, again: Write): Promise<void> {
    const done = this.queue
      .catch(() => undefined)
      .then(async () => {
        if (this.closed) throw new StoreProblem('failed', say('store-closed'));
        this.follow();
        const { db } = this;
        try {
          await this.begin(db);
          try {
            await work(db);
            countChange(db);
            db.exec('COMMIT');
          } catch (error) {
            rollback(db);
            throw error;
          }
        } catch (error) {
          if (codeOf(error) < 0 && !(error instanceof StoreProblem)) throw error;
          this.mendOr(error);
          this.written(() => transaction(this.db, again));
        }
        this.wrote(again);
      });
    this.queue = done;
    return done;
  }

  private async begin(db: DatabaseSync): Promise<void> {
    for (const end = performance.now() + WAIT; ;) {
      try {
        db.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (codeOf(error) !== SQLITE.busy || performance.now() > end) throw error;
        await new Promise((resolve) => {
          setTimeout(resolve, DESK_WAIT);
        });
      }
    }
  }

  /**
   * A store that turns out to be damaged while it is open is set aside like one that is found so; anything else is
   * thrown.
   */
  private mendOr(error: unknown): void {
    const problem = problemOf(error, this.path);
    if (problem.kind !== 'damaged' || this.opened === null) throw problem;
    const { opened, wait } = this;
    this.opened = null;
    try {
      opened.db.close();
    } catch {
      /* damaged */
    }
    opened.use.release();
    try {
      this.take(openDatabase(this.path, wait));
    } catch (again) {
      this.inMemory(problemOf(again, this.path));
    }
  }
}

function transaction(db: DatabaseSync, work: Write): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work(db);
    countChange(db);
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    throw error;
  }
}

function putLabels(db: DatabaseSync, capture: string, flows: readonly string[], label: Label | null, at: string): void {
  const keys = JSON.stringify(flows);
  if (label === null)
    db.prepare('DELETE FROM labels WHERE capture = ? AND flow IN (SELECT value FROM json_each(?))').run(capture, keys);
  else
    db.prepare(`INSERT INTO labels SELECT ?, value, ?, ? FROM json_each(?) WHERE true ${LABEL_CONFLICT}`).run(
      capture,
      label,
      at,
      keys,
    );
}

function copyAll(from: DatabaseSync, to: DatabaseSync): void {
  const label = to.prepare(`INSERT INTO labels VALUES(?, ?, ?, ?) ${LATER_WINS}`);
  for (const r of from.prepare('SELECT capture, flow, label, at FROM labels').iterate())
    label.run(r['capture']!, r['flow']!, r['label']!, r['at']!);
  const allow = to.prepare('INSERT OR IGNORE INTO allowed VALUES(?, ?)');
  for (const r of from.prepare('SELECT alert, at FROM allowed').iterate()) allow.run(r['alert']!, r['at']!);
  copyJournal(from, to);
  copyAllTags(from, to);
  const row = to.prepare('INSERT OR IGNORE INTO imported VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const r of from.prepare('SELECT * FROM imported').iterate()) row.run(...(Object.values(r) as string[]));
}

/** What a store that cannot be written holds, read from a copy. */
function copyInto(path: string, into: DatabaseSync): void {
  let folder: string | null = null;
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
    folder = mkdtempSync(join(tmpdir(), 'sightline-store-'));
    for (const suffix of ['', '-wal'])
      if (existsSync(path + suffix)) copyFileSync(path + suffix, join(folder, `copy${suffix}`));
    salvage(join(folder, 'copy'), into);
  } catch {
    /* there is nothing to show then */
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}
