// Captures as the server has them: brought in, confirmed, queued, judged, looked at, written out and removed
// (`platform/captures.ts`). Several servers may have the same store and folder.
import type { Readable } from 'node:stream';
import { type IncidentRecord, type Label, say } from '../../contract/index.ts';
import { DEFAULT_LIMITS, folders, helperPath } from '../../engine/host.ts';
import { log } from '../../engine/host-options.ts';
import {
  type FlowOrder,
  type Inflating,
  type Judging,
  ResultFile,
  SCORE_LIMITS,
  type Section,
  type SectionRecords,
  type WorkerLimits,
} from '../analysis/index.ts';
import type { Captures, CapturesOptions, Download, OpenCaptures, Outcome, Upload } from '../captures.ts';
import type {
  Capture,
  CaptureChange,
  CaptureRow,
  CapturesQuery,
  CaptureState,
  DownloadForm,
  EvidenceItem,
  Flows,
  FlowsQuery,
  Page,
  PageQuery,
  ProtocolCount,
} from '../contract.ts';
import { newId, type Sql } from '../store/index.ts';
import { ROOT } from '../place.ts';
import { forget, Looker, Places, receive } from '../uploads/index.ts';
import { Windows } from '../window/index.ts';
import { Downloads, plainName } from './downloads.ts';
import { Jobs, storeTime } from './jobs.ts';
import { Runner } from './runner.ts';
import { listOf, recognisedOf, stateOf, UNCONFIRMED, viewOf } from './views.ts';
import { Watching } from './watching.ts';

const LEASE = 30_000;
const SWEEP_EVERY = 15 * 60_000;
const USUAL_ROWS = 50;
const MOST_ROWS = 200;
const MiB = 2 ** 20;

/** What tests and campaigns set, beside the server's own options. */
export interface QueueOptions extends CapturesOptions {
  /** ms that a server holds a capture without saying that it still does. */
  readonly lease?: number;
  readonly inflating?: Inflating;
  readonly judging?: Partial<Judging>;
}

/** @throws where the folder cannot be made */
export const openCaptures: OpenCaptures = (options) => Promise.resolve(new QueuedCaptures(options));

export class QueuedCaptures implements Captures {
  readonly windows: Windows;
  /** For tests and campaigns: which processes score now. */
  readonly runner: Runner;
  private readonly sql: Sql;
  private readonly places: Places;
  private readonly jobs: Jobs;
  private readonly looker: Looker;
  private readonly downloads: Downloads;
  private readonly watching: Watching;
  private readonly sweeping: NodeJS.Timeout;

  constructor(o: QueueOptions) {
    const limits: WorkerLimits = { ...SCORE_LIMITS, memory: o.memory * MiB, time: o.seconds * 1000 };
    const { lease = LEASE, inflating = DEFAULT_LIMITS } = o;
    this.sql = o.sql;
    this.places = new Places(o.folder);
    this.jobs = new Jobs(o.sql, lease);
    this.looker = new Looker(this.places, inflating);
    this.downloads = new Downloads(this.places, limits, inflating);
    const desk = { product: 'Sightline', version: '', root: ROOT, helper: helperPath(ROOT), native: false };
    this.windows = new Windows(desk, () => this.places.fresh('work'));
    this.watching = new Watching(o.sql, this.jobs);
    this.runner = new Runner({
      jobs: this.jobs,
      places: this.places,
      workers: o.workers,
      limits,
      inflating,
      judging: { root: ROOT, dataFolder: folders().data, model: null, foreign: false, network: null, ...o.judging },
      lease,
      changed: () => this.watching.look(),
    });
    this.sweeping = setInterval(() => void this.sweep(), SWEEP_EVERY);
    this.sweeping.unref();
    void this.sweep();
  }

  async receive(from: Readable, upload: Upload): Promise<Outcome<Capture>> {
    const received = await receive(from, upload, this.places);
    if (!received.ok) return received;
    try {
      const looked = await this.looker.look(received.path);
      if (!looked.ok) return { ok: false, code: 'no-capture', why: looked.why };
      const { look } = looked;
      // What has no packet and did not end well is no capture, or nothing of one.
      if (look.looked === 0 && look.trouble !== null)
        return { ok: false, code: 'no-capture', why: look.trouble.message };
      const id = newId();
      this.places.keep(received.folder, id);
      await this.enter(id, upload, {
        ...received,
        recognised: JSON.stringify(recognisedOf(look)),
        format: look.format,
      });
      const made = await this.view(id, true);
      this.watching.look();
      return made === null ? gone() : { ok: true, value: made };
    } finally {
      forget(received);
    }
  }

  async confirm(id: string, analyse: boolean, waitingMost: number): Promise<Outcome<CaptureState>> {
    const full = await this.sql.transaction(async (q) => {
      const row = await q.row<{ owner: string; state: string }>(
        `SELECT owner, state FROM captures WHERE id = $1 ${q.forUpdate}`,
        [id],
      );
      if (row === null) return false;
      const { owner, state } = row;
      // Once; but what was kept may be judged later, and what failed may be tried again.
      if (!analyse) {
        if (state === 'uploaded')
          await q.run("UPDATE captures SET state = 'kept', changed = $1 WHERE id = $2", [await storeTime(q), id]);
        return false;
      }
      if (state !== 'uploaded' && state !== 'kept' && state !== 'failed') return false;
      const many = await q.row<{ n: number }>('SELECT COUNT(*) AS n FROM jobs WHERE owner = $1', [owner]);
      if ((many?.n ?? 0) >= waitingMost) return true;
      if (state === 'failed') await q.run('DELETE FROM results WHERE capture = $1', [id]);
      await this.jobs.enqueue(q, id, owner);
      return false;
    });
    if (full) return { ok: false, code: 'too-many', why: say('queue-full', { most: waitingMost }) };
    this.runner.poke();
    this.watching.look();
    const state = await stateOf(this.sql, this.jobs, id);
    return state === null ? gone() : { ok: true, value: state };
  }

  async remove(id: string): Promise<void> {
    await this.sql.run('DELETE FROM captures WHERE id = $1', [id]);
    this.runner.drop(id);
    this.windows.drop(id);
    this.places.remove(id);
    this.watching.look();
  }

  list(owner: string, query: CapturesQuery): Promise<Page<CaptureRow>> {
    return listOf(this.sql, this.jobs, owner, query);
  }

  view(id: string, own: boolean): Promise<Capture | null> {
    return viewOf(this.sql, this.jobs, id, own);
  }

  incidents(id: string, page: PageQuery): Promise<Outcome<Page<IncidentRecord>>> {
    return this.section(id, 'incidents', page);
  }

  evidence(id: string, page: PageQuery): Promise<Outcome<Page<EvidenceItem>>> {
    return this.section(id, 'evidence', page);
  }

  flows(id: string, query: FlowsQuery): Promise<Outcome<Flows>> {
    const { offset, limit } = rowsOf(query);
    const search = {
      ...(query.verdict === undefined ? {} : { verdict: query.verdict }),
      ...(query.incident === undefined ? {} : { incident: query.incident }),
      ...(query.search === undefined ? {} : { text: query.search }),
    };
    const order: FlowOrder = query.sort ?? 'start';
    return this.reading(id, async (result) => {
      const { records, total } = await result.flows(search, order, offset, limit, query.order === 'down');
      return { items: records, total, offset };
    });
  }

  protocols(id: string): Promise<Outcome<Page<ProtocolCount>>> {
    return this.reading(id, ({ summary: { protocols } }) =>
      Promise.resolve({ items: protocols, total: protocols.length, offset: 0 }),
    );
  }

  async download(id: string, as: DownloadForm, given?: AbortSignal): Promise<Outcome<Download>> {
    const row = await this.sql.row<{ name: string; lease: string | null; verdict: string | null }>(
      'SELECT c.name, r.lease, r.verdict FROM captures c LEFT JOIN results r ON r.capture = c.id WHERE c.id = $1',
      [id],
    );
    if (row === null) return gone();
    const lease = row.verdict === null ? null : row.lease;
    if (lease === null && as !== 'pcapng') return { ok: false, code: 'conflict', why: say('no-result-yet') };
    const labels = await this.sql.rows<{ flow: number; label: Label }>(
      'SELECT flow, label FROM labels WHERE capture = $1 ORDER BY flow',
      [id],
    );
    const told = labels.map(({ flow, label }) => [flow, label] as const);
    return this.downloads.make({ capture: id, name: row.name, lease, as, labels: told }, given);
  }

  async window(id: string, stillMay: () => Promise<boolean>): Promise<Outcome<string>> {
    const row = await this.sql.row<{ name: string; format: string }>(
      'SELECT name, format FROM captures WHERE id = $1',
      [id],
    );
    if (row === null || !this.places.has(id)) return gone();
    const name = `${plainName(row.name)}.${plainName(row.format)}`;
    return { ok: true, value: this.windows.open({ capture: id, path: this.places.capture(id), name, stillMay }) };
  }

  watch(owner: string, hear: (change: CaptureChange) => void): () => void {
    return this.watching.watch(owner, hear);
  }

  async close(): Promise<void> {
    clearInterval(this.sweeping);
    this.watching.close();
    this.looker.close();
    this.windows.close();
    this.downloads.close();
    await this.runner.close();
  }

  /** Removes what killed servers left, and uploads that nobody confirmed. */
  async sweep(): Promise<void> {
    try {
      const old = await this.sql.rows<{ id: string }>(
        "SELECT id FROM captures WHERE state = 'uploaded' AND uploaded < $1",
        [Date.now() - UNCONFIRMED],
      );
      for (const { id } of old) await this.remove(id);
      await this.places.sweep(async (id) => {
        const row = await this.sql.row<{ done: string | null; held: string | null }>(
          `SELECT r.lease AS done, j.lease AS held FROM captures c LEFT JOIN results r ON r.capture = c.id
           LEFT JOIN jobs j ON j.capture = c.id WHERE c.id = $1`,
          [id],
        );
        return row === null ? null : new Set([row.done ?? '', row.held ?? '']);
      });
    } catch (error) {
      log('platform', () => `what is left over is not swept: ${String(error)}`);
    }
  }

  /** The bytes stand in their place; now the store knows them. */
  private async enter(
    id: string,
    { owner, name }: Upload,
    r: { readonly size: number; readonly sha256: string; readonly recognised: string; readonly format: string },
  ): Promise<void> {
    try {
      const now = await storeTime(this.sql);
      await this.sql.run(
        `INSERT INTO captures(id, owner, name, size, sha256, state, recognised, format, uploaded, changed)
         VALUES($1, $2, $3, $4, $5, 'uploaded', $6, $7, $8, $8)`,
        // PostgreSQL's texts hold no zero byte.
        [id, owner, name.replaceAll('\0', '\ufffd').toWellFormed(), r.size, r.sha256, r.recognised, r.format, now],
      );
    } catch (error) {
      // Whether the row is there is not always known; where it is, the bytes must stay.
      const row = await this.sql.row('SELECT id FROM captures WHERE id = $1', [id]).catch(() => id);
      if (row !== null) throw error;
      this.places.remove(id);
      throw error;
    }
  }

  private section<S extends Section>(
    id: string,
    section: S,
    page: PageQuery,
  ): Promise<Outcome<Page<SectionRecords[S]>>> {
    const { offset, limit } = rowsOf(page);
    return this.reading(id, (result) => {
      const { records, total } = result.page(section, offset, limit);
      return Promise.resolve({ items: records, total, offset });
    });
  }

  private async reading<T>(id: string, read: (result: ResultFile) => Promise<T>): Promise<Outcome<T>> {
    const row = await this.sql.row<{ lease: string | null; verdict: string | null }>(
      'SELECT r.lease, r.verdict FROM captures c LEFT JOIN results r ON r.capture = c.id WHERE c.id = $1',
      [id],
    );
    if (row === null) return gone();
    if (row.verdict === null || row.lease === null) return { ok: false, code: 'conflict', why: say('no-result-yet') };
    const result = ResultFile.open(this.places.result(id, row.lease));
    if (result === null) return { ok: false, code: 'fault', why: say('result-unreadable') };
    try {
      return { ok: true, value: await read(result) };
    } finally {
      result.close();
    }
  }
}

function gone<T>(): Outcome<T> {
  return { ok: false, code: 'not-found', why: say('capture-gone') };
}

function rowsOf(page: PageQuery): { readonly offset: number; readonly limit: number } {
  return {
    offset: Math.max(0, Math.floor(page.offset ?? 0)),
    limit: Math.min(MOST_ROWS, Math.max(1, Math.floor(page.limit ?? USUAL_ROWS))),
  };
}
