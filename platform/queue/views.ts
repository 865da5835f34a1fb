// Rows of the store as what people are shown: one capture, the history, where a capture is on its way.
import { english, type Message } from '../../contract/index.ts';
import type { Look } from '../analysis/index.ts';
import type {
  Capture,
  CaptureCounts,
  CaptureRow,
  CapturesQuery,
  CaptureState,
  CaptureVerdict,
  Page,
  Recognised,
} from '../contract.ts';
import type { Queries, SqlValue } from '../store/index.ts';
import type { Jobs } from './jobs.ts';

/** An upload that nobody confirms goes after so long, ms. */
export const UNCONFIRMED = 24 * 3_600_000;
const MOST_ROWS = 200;
const USUAL_ROWS = 50;

const COLUMNS = `c.id, c.owner, c.name, c.size, c.sha256, c.state, c.recognised, c.format, c.uploaded,
  j.enqueued, j.started, j.share, r.verdict, r.why, r.finished, r.seconds, r.counts,
  (SELECT COUNT(*) FROM notes n WHERE n.capture = c.id) AS notes,
  (SELECT COUNT(*) FROM shares s WHERE s.capture = c.id) AS shares`;
const TABLES = 'captures c LEFT JOIN jobs j ON j.capture = c.id LEFT JOIN results r ON r.capture = c.id';

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly state: CaptureState['at'];
  readonly recognised: string;
  readonly format: string;
  readonly uploaded: number;
  readonly enqueued: number | null;
  readonly started: number | null;
  readonly share: number | null;
  readonly verdict: CaptureVerdict | null;
  readonly why: string | null;
  readonly finished: number | null;
  readonly seconds: number | null;
  readonly counts: string | null;
  readonly notes: number;
  readonly shares: number;
}

/** @returns null where it is gone */
export async function viewOf(q: Queries, jobs: Jobs, id: string, own: boolean): Promise<Capture | null> {
  const row = await q.row<Row>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE c.id = $1`, [id]);
  if (row === null) return null;
  const { format: _, ...shown } = await rowOf(jobs, row, own);
  return { ...shown, recognised: JSON.parse(row.recognised) as Recognised };
}

/** @returns null where it is gone */
export async function stateOf(q: Queries, jobs: Jobs, id: string): Promise<CaptureState | null> {
  const row = await q.row<Row>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE c.id = $1`, [id]);
  return row === null ? null : stateOfRow(jobs, row);
}

export async function listOf(q: Queries, jobs: Jobs, owner: string, query: CapturesQuery): Promise<Page<CaptureRow>> {
  const { search = '', state, verdict, sort = 'uploaded', order = 'down' } = query;
  const offset = Math.max(0, Math.floor(query.offset ?? 0));
  const limit = Math.min(MOST_ROWS, Math.max(1, Math.floor(query.limit ?? USUAL_ROWS)));
  const values: SqlValue[] = [owner];
  const wheres = ['c.owner = $1'];
  const place = (value: SqlValue): string => `$${values.push(value)}`;
  if (state !== undefined) wheres.push(`c.state = ${place(state)}`);
  if (verdict !== undefined) wheres.push(`r.verdict = ${place(verdict)}`);
  const words = search.trim().toLowerCase();
  if (words !== '') {
    const within = `LOWER(c.name) LIKE ${place(`%${words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)} ESCAPE '\\'`;
    const hash = /^[0-9a-f]{4,64}$/.test(words) ? ` OR c.sha256 LIKE ${place(`${words}%`)}` : '';
    wheres.push(`(${within}${hash})`);
  }
  const where = wheres.join(' AND ');
  const total = (await q.row<{ n: number }>(`SELECT COUNT(*) AS n FROM ${TABLES} WHERE ${where}`, values))?.n ?? 0;
  const direction = order === 'up' ? 'ASC' : 'DESC';
  const rows = await q.rows<Row>(
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE ${where} ORDER BY ${SORTS[sort]} ${direction}, c.uploaded DESC, c.id
     LIMIT ${place(limit)} OFFSET ${place(offset)}`,
    values,
  );
  const items: CaptureRow[] = [];
  for (const row of rows) items.push(await rowOf(jobs, row, true));
  return { items, total, offset };
}

const SORTS: Readonly<Record<NonNullable<CapturesQuery['sort']>, string>> = {
  uploaded: 'c.uploaded',
  name: 'LOWER(c.name)',
  size: 'c.size',
  verdict: `CASE r.verdict WHEN 'dangerous' THEN 4 WHEN 'suspicious' THEN 3 WHEN 'safe' THEN 2 WHEN 'nothing' THEN 1
    ELSE 0 END`,
};

async function rowOf(jobs: Jobs, row: Row, own: boolean): Promise<CaptureRow> {
  return {
    id: row.id,
    name: row.name,
    size: row.size,
    sha256: row.sha256,
    format: row.format,
    uploaded: row.uploaded,
    state: await stateOfRow(jobs, row),
    counts: row.counts === null ? null : (JSON.parse(row.counts) as CaptureCounts),
    notes: row.notes,
    shares: row.shares,
    own,
  };
}

async function stateOfRow(jobs: Jobs, row: Row): Promise<CaptureState> {
  switch (row.state) {
    case 'uploaded':
      return { at: 'uploaded', until: row.uploaded + UNCONFIRMED };
    case 'kept':
      return { at: 'kept' };
    case 'waiting':
      // Claimed between two questions: it is the next.
      return { at: 'waiting', place: (await jobs.place(row.id, row.owner)) ?? 1, since: row.enqueued ?? row.uploaded };
    case 'analysing':
      return { at: 'analysing', share: row.share ?? 0, since: row.started ?? row.uploaded };
    case 'done':
      return {
        at: 'done',
        verdict: row.verdict ?? 'nothing',
        finished: row.finished ?? row.uploaded,
        seconds: row.seconds ?? 0,
      };
    case 'failed': {
      const why = row.why === null ? { say: 'result-unreadable' as const } : (JSON.parse(row.why) as Message);
      return { at: 'failed', why, text: english(why), finished: row.finished ?? row.uploaded };
    }
  }
}

/** What the first packets tell, as it is shown and kept. */
export function recognisedOf(look: Look): Recognised {
  return {
    format: look.format,
    compression: look.compression === 'none' ? null : look.compression,
    note: look.trouble?.message ?? null,
    noteText: look.trouble === null ? null : english(look.trouble.message),
    packets: look.packets.map(({ no, time, source, destination, protocol, length, info }) => {
      const ms = Date.parse(time);
      return { no, time: Number.isNaN(ms) ? null : ms, source, destination, protocol, length, info };
    }),
  };
}
