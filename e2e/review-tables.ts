// `npm run review:window`: the two feature tables of the review of the window (issue 26), tried again row by row. Prints
// the tables with counts and writes docs/window-review.md. `-- WORDS` tries only rows that hold the words, and has
// the others as they were in the run before.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_BROWSER, ROOT } from './harness.ts';
import { FILE_ROWS } from './review/file-rows.ts';
import { FILTER_ROWS } from './review/filter-rows.ts';
import { Kit } from './review/kit.ts';
import type { Subject } from './review/must.ts';
import { LIST_ROWS } from './review/list-rows.ts';
import { PEER_ROWS } from './review/peer-rows.ts';
import { report } from './review/report.ts';
import { type Outcome, type Trial, tryOut } from './review/trial.ts';
import { WORK_ROWS } from './review/work-rows.ts';

const SUBJECTS: readonly Subject[] = ['mixed', 'sample', 'none', 'live'];

/** In the order of the review's tables, which is what a reader compares with. */
const TRIALS: readonly Trial[] = [...FILTER_ROWS, ...LIST_ROWS, ...WORK_ROWS, ...FILE_ROWS, ...PEER_ROWS];

if (NO_BROWSER !== false) throw new Error(NO_BROWSER);
if (spawnSync('tshark', ['--version']).status !== 0)
  throw new Error('tshark is not installed: it is what rows are held to');

const words = process.argv.slice(2).join(' ').toLowerCase();
const chosen = TRIALS.filter((t) => `${t.table} ${t.area} ${t.what}`.toLowerCase().includes(words));
const folder = mkdtempSync(join(tmpdir(), 'sightline-review-'));
const kit = new Kit(folder);
const outcomes = new Map<Trial, Outcome>();
try {
  for (const on of SUBJECTS) {
    const trials = chosen.filter((t) => t.on === on);
    if (trials.length === 0) continue;
    await kit.begin(on);
    for (const trial of trials) {
      const outcome = await tryOut(trial, kit);
      outcomes.set(trial, outcome);
      process.stderr.write(`${outcome.verdict.padEnd(8)} ${trial.area}: ${trial.what}\n`);
      for (const reason of outcome.reasons) process.stderr.write(`         ${reason}\n`);
    }
  }
} finally {
  await kit.end();
  rmSync(folder, { recursive: true, force: true });
}

/** Rows that were not tried now stand as they were in the run before. */
const KEPT = join(ROOT, 'dist', 'window-review.json');
const kept: Outcome[] = existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, 'utf8')) as Outcome[]) : [];
const rows = TRIALS.flatMap((t) => {
  const before = kept.find((o) => o.table === t.table && o.area === t.area && o.what === t.what);
  const now = outcomes.get(t) ?? before;
  return now === undefined ? [] : [now];
});
writeFileSync(KEPT, JSON.stringify(rows));
const whole = rows.length === TRIALS.length;
const text = report(rows, whole);
process.stdout.write(text);
if (whole) writeFileSync(join(ROOT, 'docs', 'window-review.md'), text);
