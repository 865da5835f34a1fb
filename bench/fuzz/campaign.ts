// `npm run campaign:fuzz [-- --target NAME --minutes N --quiet N --dist FOLDER --first]`: coverage-guided fuzzing of every decoder.
// Ends when no new branch is found in 30 CPU-minutes; minutes are of CPU time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdown } from '../run.ts';
import { instrumentModules } from './coverage.ts';
import { fuzz, saveCorpora } from './engine.ts';
import { loadTargets } from './targets.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { values: v } = parseArgs({ options: { target: { type: 'string' }, minutes: { type: 'string' }, quiet: { type: 'string' }, dist: { type: 'string' }, seed: { type: 'string' }, first: { type: 'boolean' } } });
instrumentModules();
const targets = (await loadTargets(v.dist ?? join(ROOT, 'dist'))).filter((t) => v.target === undefined || v.target.split(',').includes(t.name));
const quiet = Number(v.quiet ?? 30) * 60;
let said = 0;
const result = fuzz(targets, { seed: Number(v.seed ?? 1), corpus: join(ROOT, 'bench', 'fuzz', 'corpus'), quiet, most: Number(v.minutes ?? Infinity) * 60, stopAtFirst: v.first ?? false }, (branches, cpu, still) => {
  if (cpu - said < 60) return;
  said = cpu;
  console.log(`${(cpu / 60).toFixed(0)} CPU-minutes: ${branches} branches, the last new one ${(still / 60).toFixed(1)} CPU-minutes ago`);
});
for (const f of result.found) {
  const folder = join(ROOT, 'bench', '.cache', 'found');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${f.target}-${result.found.indexOf(f)}.bin`);
  writeFileSync(file, f.input);
  console.log(`${f.target}: ${f.error.name}: ${f.error.message}\n${f.error.stack?.split('\n').filter((l) => l.includes('/engine/')).slice(0, 4).join('\n')}\n  input in ${file}`);
}
const complete = v.target === undefined && v.dist === undefined;
if (v.dist === undefined) saveCorpora(result, join(ROOT, 'bench', 'fuzz', 'corpus'));
const rows = result.runs.map((r) => [r.target.name, r.runs.toLocaleString('en-US'), String(r.branches), String(r.corpus.length), `${r.slowest.toFixed(0)} ms`]);
const text = [
  '# Fuzzing', '', `Written by \`npm run campaign:fuzz\` on ${new Date().toISOString().slice(0, 10)} (seed ${v.seed ?? 1}): ${(result.cpu / 60).toFixed(0)} CPU-minutes, ${result.branches} of ${result.all} branches of \`engine/\` {read, decode, flow, protocols, session} reached, ${result.found.length} inputs that threw, read out of bounds or took more than a second. ${result.quietFor >= quiet ? `No new branch in the last ${(result.quietFor / 60).toFixed(0)} CPU-minutes: ended by itself.` : `Stopped ${(result.quietFor / 60).toFixed(1)} CPU-minutes after the last new branch.`}`, '',
  'Every decoder is a target (`bench/fuzz/targets.ts`). Coverage is that of branches, counted by Istanbul\'s instrumenter as modules are loaded; an input that reaches a new one, or one more often than ever, is kept. Bytes are given to decoders behind a guard (`strict.ts`): an index before or after what belongs to the packet throws, although JavaScript would have read a neighbour\'s byte or `undefined`. The saved corpora (`bench/fuzz/corpus`) began with packets made by hand here, none from anywhere else.', '',
  markdown(['target', 'runs', 'branches first reached by it', 'corpus', 'slowest run'], rows), '',
].join('\n');
if (complete) writeFileSync(join(ROOT, 'docs', 'fuzz.md'), text);
console.log(text);
process.exit(result.found.length > 0 ? 1 : 0);
