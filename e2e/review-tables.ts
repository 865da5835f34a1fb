// `npm run review:window`: the two feature tables of the review of the window (issue 26), tried again row by row. Prints
// the tables with counts and writes docs/window-review.md. `-- WORDS` tries only rows that hold the words, and writes
// nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

const text = report(
  chosen.map((t) => outcomes.get(t)!),
  words === '',
);
process.stdout.write(text);
if (words === '') writeFileSync(join(ROOT, 'docs', 'window-review.md'), text);
