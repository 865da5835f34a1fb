// Our Zeek logs beside Zeek's own: the traces of its test suite and the logs that it keeps as what they must give.
// `npm run oracle:zeek -- --zeek FOLDER`, a git repository of Zeek (github.com/zeek/zeek, BSD licence; not shipped here).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Analysis, openCapture, type PacketSink } from '../../engine/host.ts';
import { ZeekLogs } from '../../engine/host-exchange.ts';

const NAMES = ['conn', 'dns', 'ssl', 'http', 'x509', 'files'];
/** Made up anew by each program, or not kept by the suite. */
const NOT_COMPARED = new Set(['ts', 'uid', 'fuid', 'orig_fuids', 'resp_fuids', 'parent_fuid', 'tunnel_parents']);
const BASE = 'testing/btest';

const { values } = parseArgs({
  options: {
    zeek: { type: 'string' },
    only: { type: 'string' },
    show: { type: 'boolean' },
    names: { type: 'string' },
    examples: { type: 'string' },
  },
});
const repository = values.zeek;
if (repository === undefined) throw new Error('say where Zeek is: --zeek FOLDER');
const git = (...words: string[]): Buffer =>
  execFileSync('git', ['-C', repository, ...words], { maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] });
const files = new Set(git('ls-tree', '-r', '--name-only', 'HEAD', BASE).toString().split('\n'));

type Row = ReadonlyMap<string, string>;

function rowsOf(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const names =
    lines
      .find((line) => line.startsWith('#fields'))
      ?.split('\t')
      .slice(1) ?? [];
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => new Map(line.split('\t').map((cell, i) => [names[i] ?? '', cell])));
}

/** The one trace that a test reads; null where it reads none, or several. */
function traceOf(test: string): string | null {
  const path = `${BASE}/${test.replaceAll('.', '/')}`;
  const source = [...files].find((f) => /\.(?:zeek|test|sh|btest)$/.test(f) && f.replace(/\.\w+$/, '') === path);
  if (source === undefined) return null;
  const text = git('show', `HEAD:${source}`).toString();
  const traces = [...text.matchAll(/-r\s+\$\{?TRACES\}?\/(\S+)/g)].map((m) => m[1]!);
  return traces.length === 1 ? traces[0]! : null;
}

async function read(path: string, sink: PacketSink, cacheFolder: string): Promise<void> {
  const opened = openCapture(path, sink, { cacheFolder });
  if (!opened.ok) return;
  while (await opened.reader.step());
  opened.reader.close();
  if (opened.temporary) opened.reader.discard();
}

const work = mkdtempSync(join(tmpdir(), 'sightline-zeek-'));
const made = new Map<string, string | null>();

/** Writes our logs of a trace. @returns their folder, null where it cannot be read */
async function ours(trace: string): Promise<string | null> {
  const known = made.get(trace);
  if (known !== undefined) return known;
  let folder: string | null = null;
  if (files.has(`${BASE}/Traces/${trace}`)) {
    const path = join(work, 'trace');
    writeFileSync(path, git('show', `HEAD:${BASE}/Traces/${trace}`));
    folder = join(work, String(made.size));
    mkdirSync(folder);
    const analysis = new Analysis({ completed: () => undefined });
    const cache = join(work, 'cache');
    await read(path, analysis, cache);
    analysis.finish();
    const logs = new ZeekLogs(folder, 'tsv');
    const walk = logs.walk(analysis);
    await read(path, walk, cache);
    walk.finish();
    await logs.close();
  }
  made.set(trace, folder);
  return folder;
}

const keyOf = (row: Row): string =>
  ['id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'fingerprint', 'trans_id', 'trans_depth', 'source']
    .map((name) => row.get(name) ?? '')
    .join(' ');

const fields = new Map<string, { same: number; all: number; examples: string[] }>();
const lines = new Map<string, { same: number; theirs: number; ours: number }>();

function compare(test: string, name: string, theirs: readonly Row[], own: readonly Row[]): void {
  const tally = lines.get(name) ?? { same: 0, theirs: 0, ours: 0 };
  lines.set(name, tally);
  tally.theirs += theirs.length;
  tally.ours += own.length;
  const left = [...own];
  for (const row of theirs) {
    const at = left.findIndex((other) => keyOf(other) === keyOf(row));
    if (at < 0) {
      if (values.show === true) console.log(`${test} ${name}: missing ${keyOf(row)}`);
      continue;
    }
    tally.same++;
    const [mine] = left.splice(at, 1);
    for (const [field, value] of row) {
      if (NOT_COMPARED.has(field) || !mine!.has(field)) continue;
      const counted = fields.get(`${name} ${field}`) ?? { same: 0, all: 0, examples: [] };
      fields.set(`${name} ${field}`, counted);
      counted.all++;
      if (mine!.get(field) === value) counted.same++;
      else counted.examples.push(`${test}: theirs ${value.slice(0, 90)} | ours ${mine!.get(field)!.slice(0, 90)}`);
    }
  }
  if (values.show === true) for (const row of left) console.log(`${test} ${name}: more ${keyOf(row)}`);
}

const wanted = values.names?.split(',') ?? NAMES;
for (const path of files) {
  const found = /\/Baseline\/([^/]+)\/(\w+)\.log$/.exec(path);
  if (found === null || !wanted.includes(found[2]!)) continue;
  const [, test, name] = found;
  if (values.only !== undefined && !test!.includes(values.only)) continue;
  const trace = traceOf(test!);
  const folder = trace === null ? null : await ours(trace);
  if (folder === null) continue;
  const theirs = rowsOf(git('show', `HEAD:${path}`).toString());
  compare(test!, name!, theirs, rowsOf(readFileSync(join(folder, `${name}.log`), 'utf8')));
}
rmSync(work, { recursive: true });

console.log(`${made.size} traces`);
for (const [name, l] of lines) console.log(`${name}: ${l.same} of ${l.theirs} lines of Zeek's, ${l.ours} of ours`);
for (const [field, { same, all, examples }] of [...fields].sort()) {
  console.log(`${field}: ${same} of ${all}`);
  for (const example of examples.slice(0, values.show === true ? Number(values.examples ?? 6) : 0))
    console.log(`    ${example}`);
}
