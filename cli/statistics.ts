// Tables of statistics on the command line: counted as the window counts them, printed as tables, CSV or records.
import {
  csvLine,
  english,
  type GraphPage,
  type StatColumn,
  type StatRecord,
  type StatTableName,
  unpackTexts,
} from '../contract/index.ts';
import { DissectProcess, TimeSlices } from '../engine/host-filter.ts';
import { ordered, pageOf, rowSet, type StatTable, statTable, Surveyor } from '../engine/host-packets.ts';
import { type Folders, say, UsageError } from './context.ts';
import { type DissectOptions, dissectSetup } from './dissecting.ts';
import { packetFilter, type PacketFilter, refuseJudged } from './filtering.ts';
import { listed } from './flags.ts';
import { withCapture } from './one-capture.ts';
import { RecordWriter } from './output.ts';
import type { ReadCapture } from './read-capture.ts';
import { table } from './table.ts';
import { terminal } from './terminal.ts';

export interface StatOptions extends DissectOptions {
  readonly 'display-filter': string | null;
  readonly interval: number;
  readonly series: readonly string[];
  readonly sort: string | null;
  readonly top: number | null;
  readonly csv: boolean;
  readonly json: boolean;
  readonly output: string | null;
  readonly summary: boolean;
  readonly 'partial-ok': boolean;
}

/** Rows that are asked of a table together. */
const PAGE = 512;
/** Processes of the engine at once, for a capture that it does not take whole. */
const PROCESSES = 2;

/** A table as rows of texts and of values. */
interface Rows {
  readonly columns: readonly { readonly id: string; readonly right: boolean }[];
  readonly rows: readonly StatRecord[];
}

/** @param word what the call names it @returns the exit code */
export async function stats(
  word: string,
  name: StatTableName | 'io',
  files: readonly string[],
  o: StatOptions,
  folders: Folders,
): Promise<number> {
  const setup = await dissectSetup(o);
  const filter = await packetFilter(o['display-filter'] ?? '', setup, folders);
  const process = name === 'expert' || name === 'hierarchy' ? new DissectProcess(() => undefined, setup) : null;
  try {
    refuseJudged(filter.wants);
    const writer = new RecordWriter(o.output);
    const code = await withCapture('stats', files, o['partial-ok'], folders, async (c, tally) => {
      const found = o['display-filter'] === null ? null : await filter.rows(c);
      if (found?.partial !== null && found?.partial !== undefined) tally.incomplete(c.name, found.partial);
      const made =
        name === 'io'
          ? ioRows(c.name, await ioGraph(c, filter, o), o)
          : await tableRows(c, word, name, found?.rows ?? null, new Surveyor(process!, setup, PROCESSES), o);
      write(made, o, writer);
    });
    await writer.end();
    return code;
  } finally {
    filter.close();
    process?.close();
  }
}

function write({ columns, rows }: Rows, o: StatOptions, writer: RecordWriter): void {
  if (o.csv) {
    writer.cells([csvLine(columns.map(({ id }) => id))], ',');
    for (const row of rows) writer.cells([csvLine(columns.map(({ id }) => text(row.values[id])))], ',');
    return;
  }
  if (o.json || o.output !== null || (!terminal.shown && !o.summary)) {
    for (const row of rows) writer.write(row);
    return;
  }
  const lines = table(
    columns.map(({ id, right }) => ({ title: id, right })),
    rows.map((row) =>
      columns.map(({ id }, i) => `${i === 0 ? '  '.repeat(row.depth ?? 0) : ''}${text(row.values[id])}`),
    ),
  );
  for (const line of lines) writer.line(line);
}

function text(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : String(Number.isInteger(value) ? value : Number(value.toFixed(6)));
}

async function tableRows(
  c: ReadCapture,
  word: string,
  name: StatTableName,
  rows: Uint32Array | null,
  surveyor: Surveyor,
  o: StatOptions,
): Promise<Rows> {
  const turns = new TimeSlices();
  const packets = c.analysis.packetCount;
  const wanted = rows === null ? null : await rowSet((i) => rows[i]!, rows.length, packets, turns);
  const source = {
    tree: c.tree,
    sweep: { analysis: c.analysis, bytes: c.bytes, contiguous: true },
    name: c.name,
    rows: () => Promise.resolve(wanted),
    once: <T>(_: string, make: () => Promise<T>) => make(),
  };
  const made = await statTable(source, surveyor, name, turns);
  if (made.note !== null) say(`${c.name}: ${english(made.note)}`);
  return { columns: columnsOf(made), rows: await recordsOf(made, c.name, word, o, turns) };
}

function columnsOf(made: StatTable): Rows['columns'] {
  return made.columns.map(({ id, kind }) => ({ id, right: kind !== 'text' }));
}

async function recordsOf(
  made: StatTable,
  file: string,
  word: string,
  { sort, top }: StatOptions,
  turns: TimeSlices,
): Promise<StatRecord[]> {
  const names = made.columns.map(({ id }) => id);
  if (sort !== null && !names.includes(sort)) throw new UsageError(`--sort takes ${listed(names)}; '${sort}' is none`);
  const order = await ordered(made, sort === null ? null : { column: sort, descending: true }, turns);
  const most = Math.min(made.rows, top ?? Infinity);
  const records: StatRecord[] = [];
  for (let from = 0; from < most; from += PAGE) {
    const page = pageOf(made, order, from, Math.min(PAGE, most - from));
    const columns = page.columns.map((column) => ({ id: column.id, values: valuesOf(column) }));
    const filters = unpackTexts(page.filter);
    filters.forEach((filter, i) => {
      const values = Object.fromEntries(columns.map(({ id, values: v }) => [id, v[i] ?? null]));
      const depth = page.depth === null ? {} : { depth: page.depth[i]! };
      records.push({ type: 'stat', file, table: word, ...depth, values, filter });
    });
  }
  return records;
}

function valuesOf({ numbers, texts }: StatColumn): readonly (number | string | null)[] {
  if (texts !== null) return unpackTexts(texts);
  return Array.from(numbers!, (n) => (Number.isNaN(n) ? null : n));
}

function ioGraph(c: ReadCapture, filter: PacketFilter, o: StatOptions): Promise<GraphPage> {
  const base = o['display-filter'] ?? '';
  const series = o.series.map((one) => (base === '' ? one : `(${base}) and (${one})`));
  return filter.graph(c, [base, ...series], o.interval / 1_000);
}

function ioRows(file: string, page: GraphPage, o: StatOptions): Rows {
  const names = ['', ...o.series.map((one) => ` (${one})`)];
  for (const { problem, partial } of page.series) {
    if (problem !== null) throw new UsageError(`--series: ${english(problem)}`);
    if (partial !== null) say(`${file}: ${english(partial)}`);
  }
  if (Math.abs(page.interval - o.interval / 1_000) > 1e-9)
    say(`${file}: intervals of ${page.interval} s, since there would be too many of ${o.interval / 1_000} s.`);
  const columns = [
    { id: 'from', right: true },
    ...names.flatMap((name) => [`packets${name}`, `bytes${name}`].map((id) => ({ id, right: true }))),
  ];
  const n = page.packet.length;
  const rows = Array.from({ length: Math.min(n, o.top ?? Infinity) }, (_, i): StatRecord => {
    const values: Record<string, number | null> = { from: Number((i * page.interval).toFixed(9)) };
    page.series.forEach((series, k) => {
      values[columns[k + 1]!.id] = Number.isNaN(series.values[i]!) ? 0 : series.values[i]!;
    });
    return { type: 'stat', file, table: 'io', values, filter: '' };
  });
  return { columns, rows };
}
