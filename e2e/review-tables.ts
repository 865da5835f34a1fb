// `npm run review:window`: the two feature tables of the review of the window (issue 26), tried again row by row. Prints a
// line a row, keeps what it saw in dist/window-review.json, and writes docs/window-review.md once every row was tried.
// A run of its parts, each short enough for a busy machine:
//   -- --group filter     rows of filters; or list (columns, list, tree, bytes), work, files, peers
//   -- --only WORD        rows with the word in their area or name; may be given several times
//   -- --left             rows that were not tried on this commit
//   -- --failed           rows that did not work when they were tried last
//   -- --minutes 4        no row is begun after so long
//   -- --pictures FOLDER  a picture of the window as each part that failed left it
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NO_BROWSER } from './chromium.ts';
import { ROOT } from './harness.ts';
import { COLUMN_ROWS } from './review/column-rows.ts';
import { DETAIL_ROWS } from './review/detail-rows.ts';
import { FILE_ROWS } from './review/file-rows.ts';
import { FILTER_ROWS } from './review/filter-rows.ts';
import { Kit } from './review/kit.ts';
import { LIST_ROWS } from './review/list-rows.ts';
import { ANY_ROWS } from './review/any-rows.ts';
import { PEER_ROWS } from './review/peer-rows.ts';
import { countsOf, report } from './review/report.ts';
import { STATISTICS_ROWS } from './review/statistics-rows.ts';
import { type Outcome, type Trial, tryOut } from './review/trial.ts';
import { FOLLOW_ROWS, WORK_ROWS } from './review/work-rows.ts';

/** In the order of the review's tables, which is what a reader compares with. */
const GROUPS: Readonly<Record<string, readonly Trial[]>> = {
  filter: FILTER_ROWS,
  list: [...COLUMN_ROWS, ...LIST_ROWS, ...DETAIL_ROWS],
  work: [...FOLLOW_ROWS, ...STATISTICS_ROWS, ...WORK_ROWS],
  files: FILE_ROWS,
  peers: [...PEER_ROWS, ...ANY_ROWS],
};
const TRIALS = Object.values(GROUPS).flat();
const KEPT = join(ROOT, 'dist', 'window-review.json');

if (NO_BROWSER !== false) throw new Error(NO_BROWSER);
if (spawnSync('tshark', ['--version']).status !== 0)
  throw new Error('tshark is not installed: it is what rows are held to');

const { values: options } = parseArgs({
  options: {
    group: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true },
    left: { type: 'boolean', default: false },
    failed: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    pictures: { type: 'string' },
  },
});

const git = (...args: string[]): string => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
const sources = ['contract', 'engine', 'renderer', 'cli', 'web', 'e2e', 'bench/review'];
const changed = git('status', '--porcelain', '--', ...sources) !== '';
const commit = `${git('rev-parse', '--short=8', 'HEAD')}${changed ? ' with changes' : ''}`;

const sameRow = (a: Outcome, b: Trial | Outcome): boolean =>
  a.table === b.table && a.area === b.area && a.what === b.what;
let outcomes: readonly Outcome[] = existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, 'utf8')) as Outcome[]) : [];
const lastOf = (t: Trial): Outcome | undefined => outcomes.find((o) => sameRow(o, t));

const groups = options.group ?? Object.keys(GROUPS);
const unknown = groups.find((g) => GROUPS[g] === undefined);
if (unknown !== undefined) throw new Error(`there is no group ${unknown}, but ${Object.keys(GROUPS).join(', ')}`);
const named = (t: Trial): boolean =>
  options.only?.some((word) => `${t.area} ${t.what}`.toLowerCase().includes(word.toLowerCase())) ?? true;
const chosen = groups
  .flatMap((g) => GROUPS[g]!)
  .filter(named)
  .filter((t) => !options.left || lastOf(t)?.commit !== commit)
  .filter((t) => !options.failed || lastOf(t)?.verdict !== 'works');
if (chosen.length === 0) process.stderr.write('No row is to be tried.\n');

const folder = mkdtempSync(join(tmpdir(), 'sightline-review-'));
const kit = new Kit(folder);
const end = options.minutes === undefined ? Infinity : performance.now() + Number(options.minutes) * 60_000;
let tried = 0;
try {
  for (const trial of chosen) {
    if (performance.now() > end) break;
    const began = performance.now();
    const outcome = await tryOut(trial, kit, commit, options.pictures);
    tried++;
    // What was seen is there also when the next row ends the run.
    outcomes = [...outcomes.filter((o) => !sameRow(o, trial)), outcome];
    writeFileSync(KEPT, JSON.stringify(outcomes));
    const took = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
    process.stderr.write(`${outcome.verdict.padEnd(8)}${took} s  ${trial.area}: ${trial.what}\n`);
    for (const reason of outcome.reasons) process.stderr.write(`                  ${reason}\n`);
  }
} finally {
  await kit.close();
  rmSync(folder, { recursive: true, force: true });
}

const rows = TRIALS.flatMap((t) => lastOf(t) ?? []);
const whole = rows.length === TRIALS.length;
process.stderr.write(`${tried} of ${chosen.length} rows were tried. Known by now: ${countsOf(rows)}.\n`);
const text = report(rows, whole);
if (whole) writeFileSync(join(ROOT, 'docs', 'window-review.md'), text);
else
  process.stderr.write(`${TRIALS.length - rows.length} rows were never tried: docs/window-review.md is as it was.\n`);
