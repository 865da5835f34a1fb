// Flows as CSV, Parquet and Arrow of the same captures, cell by cell, as DuckDB and Apache Arrow's own reader see them.
// `npm run oracle:tables -- --packages FOLDER CAPTURE…`: a node_modules with @duckdb/node-api, @duckdb/duckdb-wasm and
// apache-arrow (230 MB, so that they are no dependencies of ours).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

interface DuckRows {
  getRowsJson(): unknown[][];
  columnNames(): string[];
}
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<{ runAndReadAll(sql: string): Promise<DuckRows> }> }>;
  };
}
interface Arrow {
  tableFromIPC(bytes: Uint8Array): {
    readonly numRows: number;
    readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
    getChild(
      name: string,
    ): { get(row: number): unknown; readonly data: readonly { readonly values: unknown }[] } | null;
  };
}
interface DuckWasm {
  readonly ConsoleLogger: new () => object;
  readonly NODE_RUNTIME: object;
  createDuckDB(bundles: object, logger: object, runtime: object): Promise<WasmDb>;
}
interface WasmDb {
  instantiate(): Promise<unknown>;
  connect(): {
    insertArrowFromIPCStream(bytes: Uint8Array, o: { name: string }): void;
    query(sql: string): { toArray(): { toJSON(): Record<string, unknown> }[] };
  };
}

const { values, positionals } = parseArgs({ options: { packages: { type: 'string' } }, allowPositionals: true });
if (values.packages === undefined) throw new Error('say where the packages are: --packages FOLDER');
const packages = resolve(values.packages);
const require = createRequire(join(packages, 'x.cjs'));
const work = mkdtempSync(join(tmpdir(), 'sightline-tables-'));
const sightline = new URL('../../cli/main.ts', import.meta.url).pathname;

function made(form: string): string {
  const to = join(work, `flows.${form}`);
  const words = [sightline, 'export', ...positionals, '--partial-ok', '--as', form, '--to', to];
  const env = { ...process.env, SIGHTLINE_CACHE: join(work, 'cache'), SIGHTLINE_DATA_HOME: join(work, 'data') };
  execFileSync(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return to;
}

const { DuckDBInstance } = require('@duckdb/node-api') as DuckDb;
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
const csv = await connection.runAndReadAll(
  `select * from read_csv(${quoted(made('csv'))}, all_varchar=true, header=true)`,
);
const parquet = await connection.runAndReadAll(`select * from read_parquet(${quoted(made('parquet'))})`);
const arrowBytes = readFileSync(made('arrow'));
const arrow = (require('apache-arrow') as Arrow).tableFromIPC(arrowBytes);
const wasm = require('@duckdb/duckdb-wasm/blocking') as DuckWasm;
const dist = join(packages, '@duckdb/duckdb-wasm/dist');
const bundle = { mainModule: join(dist, 'duckdb-eh.wasm'), mainWorker: '' };
const quiet = { log: () => undefined };
const db = await wasm.createDuckDB({ mvp: bundle, eh: bundle }, quiet, wasm.NODE_RUNTIME);
await db.instantiate();
const wasmConnection = db.connect();
wasmConnection.insertArrowFromIPCStream(arrowBytes, { name: 'flows' });
const streamed = wasmConnection
  .query('select * from flows')
  .toArray()
  .map((row) => row.toJSON());

const names = csv.columnNames();
const rows = csv.getRowsJson();
const stored = parquet.getRowsJson();
const wrong = new Map<string, number>();
let cells = 0;

/** A cell of any of them as one text: times to the microsecond, numbers to seven digits, nothing as nothing. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  if (text === 'NaN') return '';
  const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00)?$/.exec(text);
  if (time !== null) return `${time[1]!} ${time[2]!}.${(time[3] ?? '').padEnd(6, '0').slice(0, 6)}`;
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && !/^0[x\d]/.test(text))
    return String(Number(number.toPrecision(7)));
  return text.replace(/^'(?=[=+\-@\t\r])/, '');
}

function same(name: string, what: string, a: unknown, b: unknown): void {
  cells++;
  if (plain(a) !== plain(b)) {
    const key = `${what} ${name}`;
    if (!wrong.has(key)) console.log(`${key}: ${plain(a)} | ${plain(b)}`);
    wrong.set(key, (wrong.get(key) ?? 0) + 1);
  }
}

for (const [i, row] of rows.entries()) {
  for (const [c, name] of names.entries()) {
    same(name, 'Parquet in DuckDB', row[c], stored[i]![c]);
    const isTime = name === 'start' || name === 'end';
    const held = arrow.getChild(name)!.get(i);
    if (!isTime) {
      same(name, 'Arrow in apache-arrow', row[c], held);
      same(name, 'Arrow in DuckDB', row[c], streamed[i]![name]);
      continue;
    }
    // Milliseconds with a fraction are all that these readers give; half a microsecond may be lost in them.
    const micro = (text: unknown): number =>
      Date.parse(`${plain(text).replace(' ', 'T').slice(0, 19)}Z`) * 1000 + Number(plain(text).slice(20));
    for (const got of [held, streamed[i]![name]]) {
      cells++;
      if (Math.abs(micro(row[c]) - Number(got) * 1000) > 2)
        wrong.set(`Arrow ${name}`, (wrong.get(`Arrow ${name}`) ?? 0) + 1);
    }
  }
}
rmSync(work, { recursive: true });
console.log(
  `${rows.length} flows, ${names.length} columns, ${cells} cells compared; rows of Parquet ${stored.length}, of Arrow ${arrow.numRows} and ${streamed.length}`,
);
for (const [what, n] of wrong) console.log(`${n} differ: ${what}`);
process.exitCode = wrong.size > 0 ? 1 : 0;
