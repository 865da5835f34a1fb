// `npm run campaign:fuzz [-- --boundary NAME --target NAME --minutes N --quiet N --threads N --dist FOLDER --first --part
// TITLE]`: coverage-guided fuzzing of every decoder, or of what comes over one boundary (`boundaries.ts`). Ends when no new
// branch is found in 30 CPU-minutes; minutes are CPU time, all threads together. A boundary is told in a part of its own of
// docs/fuzz.md, some targets where one is named. A first Ctrl+C ends it and writes what was found.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { partsOf, withMeasured, writeParts } from '../parts.ts';
import { markdown } from '../run.ts';
import { BOUNDARIES } from './boundaries.ts';
import type { FuzzReport, FuzzTask } from './fuzz-worker.ts';

// Every read of a packet in the kernel is held to its end.
process.env['SIGHTLINE_KERNEL'] = 'checked';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { values: v } = parseArgs({
  options: {
    boundary: { type: 'string' },
    target: { type: 'string' },
    minutes: { type: 'string' },
    quiet: { type: 'string' },
    threads: { type: 'string' },
    dist: { type: 'string' },
    seed: { type: 'string' },
    first: { type: 'boolean' },
    part: { type: 'string' },
  },
});
const boundary = v.boundary === undefined ? null : (BOUNDARIES[v.boundary] ?? null);
if (v.boundary !== undefined && boundary === null)
  throw new Error(`no boundary ${v.boundary}; there are ${Object.keys(BOUNDARIES).join(', ')}`);
const quiet = Number(v.quiet ?? 30) * 60;
const most = Number(v.minutes ?? Infinity) * 60;
const shares = Number(v.threads ?? 1);
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const reached = new Set<number>();
const began = cpuSeconds();
let last = began;
let said = began;
let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
});
process.once('SIGTERM', () => {
  interrupted = true;
});

const ends: Extract<FuzzReport, { kind: 'end' }>[] = [];
const running = Array.from({ length: shares }, (_, share) => {
  const workerData: FuzzTask = {
    dist: v.dist ?? join(ROOT, 'dist'),
    boundary: v.boundary ?? null,
    targets: v.target?.split(',') ?? null,
    seed: Number(v.seed ?? 1),
    corpus: join(ROOT, 'bench', 'fuzz', 'corpus'),
    save: v.dist === undefined,
    first: v.first ?? false,
    share,
    shares,
  };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData });
  const done = new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (report: FuzzReport) => {
      if (report.kind === 'end') {
        ends.push(report);
        resolve();
        return;
      }
      for (const branch of report.branches) {
        if (reached.has(branch)) continue;
        reached.add(branch);
        last = cpuSeconds();
      }
    });
  });
  return { worker, done };
});
const watch = setInterval(() => {
  const now = cpuSeconds();
  if (now - said > 60) {
    said = now;
    console.log(
      `${((now - began) / 60).toFixed(0)} CPU-minutes: ${reached.size} branches, the last new one ` +
        `${((now - last) / 60).toFixed(1)} CPU-minutes ago`,
    );
  }
  if (!interrupted && now - last <= quiet && now - began <= most) return;
  clearInterval(watch);
  for (const { worker } of running) worker.postMessage('stop');
}, 200);
await Promise.all(running.map((r) => r.done));
clearInterval(watch);
const cpu = cpuSeconds() - began;
const quietFor = cpuSeconds() - last;

const found = ends.flatMap((e) => e.found);
for (const [i, f] of found.entries()) {
  const folder = join(ROOT, 'bench', '.cache', 'found');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${f.target}-${i}.bin`);
  writeFileSync(file, f.input);
  console.log(
    `${f.target}: ${f.name}: ${f.message}\n${f.stack
      .split('\n')
      .filter((l) => /\/(?:engine|contract|electron|platform|web|cli)\//.test(l))
      .slice(0, 4)
      .join('\n')}\n  input in ${file}`,
  );
}
const rows = ends
  .flatMap((e) => e.rows)
  .map((r) => [
    r.target,
    r.runs.toLocaleString('en-US'),
    String(r.branches),
    String(r.corpus),
    `${r.slowest.toFixed(0)} ms`,
  ]);
const places =
  boundary === null
    ? 'branches of `engine/` {read, decode, flow, protocols, observe, session, filter, detect/onnx, indicators, rules}, ' +
      '`cli/` and `contract/`'
    : `branches of ${boundary.files.map((file) => `\`${file}${file.endsWith('*') ? '' : '.ts'}\``).join(', ')}`;
const measured =
  `Written by \`npm run campaign:fuzz${v.boundary === undefined ? '' : ` -- --boundary ${v.boundary}`}\` on ` +
  `${new Date().toISOString().slice(0, 10)} (seed ${v.seed ?? 1}, ${shares} thread${shares === 1 ? '' : 's'}): ` +
  `${(cpu / 60).toFixed(cpu < 600 ? 1 : 0)} CPU-minutes, ${reached.size} of ${ends[0]!.all} ${places} reached, ${found.length} inputs ` +
  'that threw, broke a property, read out of bounds or took more than a second. ' +
  (quietFor >= quiet
    ? `No new branch in the last ${(quietFor / 60).toFixed(0)} CPU-minutes: ended by itself.`
    : `Stopped ${(quietFor / 60).toFixed(1)} CPU-minutes after the last new branch.`);
const table = markdown(['target', 'runs', 'branches first reached by it', 'corpus', 'slowest run (CPU)'], rows);
const text = [
  '# Fuzzing',
  '',
  measured,
  '',
  "Every decoder is a target (`bench/fuzz/targets.ts`). Coverage is that of branches, counted by Istanbul's " +
    'instrumenter as modules are loaded; an input that reaches a new one, or one more often than ever, is kept. ' +
    'Bytes are given to decoders behind a guard (`strict.ts`): an index before or after what belongs to the packet ' +
    "throws, although JavaScript would have read a neighbour's byte or `undefined`. The saved corpora " +
    '(`bench/fuzz/corpus`) began with packets made by hand here, none from anywhere else.',
  '',
  table,
  '',
].join('\n');
if (v.dist === undefined) report(join(ROOT, 'docs', 'fuzz.md'));
console.log(text);

/** The whole campaign is the first part of the document; what was written below it stays. */
function report(path: string): void {
  const parts = partsOf(path);
  const title = v.part ?? (v.boundary === undefined || v.target !== undefined ? null : `Boundary: ${v.boundary}`);
  if (title !== null) parts.sections.set(title, withMeasured(parts.sections.get(title), `${measured}\n\n${table}`));
  else if (v.target !== undefined) return;
  else parts.lead = text.trim();
  writeParts(path, parts);
}
process.exit(found.length > 0 ? 1 : 0);
