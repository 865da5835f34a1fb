// The whole filter language: filters kept as text (filters.txt), on real captures, by Sightline as the window asks it,
// by the bundled engine itself over the whole file, and by two-pass tshark of another version. Writes docs/filters.md.
//
//   node scripts/run24.mjs bench/oracle/filter-language.ts [--captures N] [--filters FILE] [--no-tshark] [--out FILE]
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packetRow } from '../../contract/index.ts';
import { type FilteringSession, framesLetThrough } from '../../engine/dissect/filtering.ts';
import { FilterError, matching, planFilter } from '../../engine/filter/index.ts';
import { corpusCaptures } from '../../engine/testing/captures.ts';
import { testDesk } from '../../engine/testing/desks.ts';
import { wholeEngine } from '../../engine/testing/whole-engine.ts';
import { TimeSlices } from '../../engine/view/index.ts';
import { DATA } from './campaign.ts';
import { classOf, type Class, CLASSES } from './filter-classes.ts';
import { filterCaptures, spread, tsharkSays } from './filters.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Bytes of the largest capture: each is dissected some thousand times. */
const LARGEST = 40_000;
const SMALLEST = 100;

interface Engine {
  init(): boolean;
  checkFilter(filter: string): { readonly ok: boolean };
  readonly FS: { writeFile(path: string, data: Uint8Array): void; unlink(path: string): void };
  readonly DissectSession: new (
    path: string,
  ) => FilteringSession & { load(): { readonly code: number }; delete(): void };
}

/** Packet numbers, or null where the filter is refused. */
type Said = readonly number[] | null;

const { values: options } = parseArgs({
  options: {
    captures: { type: 'string', default: '90' },
    filters: { type: 'string', default: join(HERE, 'filters.txt') },
    'no-tshark': { type: 'boolean', default: false },
    out: { type: 'string', default: join(HERE, '..', '..', 'docs', 'filters.md') },
  },
});
const filters = readFileSync(options.filters, 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '));
const fits = (file: string): boolean => statSync(file).size >= SMALLEST && statSync(file).size <= LARGEST;
/** Those with tunnels, tags and fragments, and a spread over all others. */
const wrapped = filterCaptures().filter(fits);
const captures = [
  ...wrapped,
  ...spread(
    corpusCaptures().filter((file) => fits(file) && !wrapped.includes(file)),
    Number(options.captures) - wrapped.length,
  ),
];

const engine = await wholeEngine<Engine>();
engine.init();
const folder = mkdtempSync(join(tmpdir(), 'sightline-filters-'));
const desk = testDesk({ dataFolder: folder, cacheFolder: folder });
const count = { files: 0, packets: 0, pairs: 0, hits: 0, partial: 0, byColumns: 0, wrong: 0, tshark: 0, newer: 0 };
const found = new Set<string>();
const wrong: string[] = [];
const columnsWrong = new Map<string, string>();
const classes = new Map<Class, number>();
const unexplained: string[] = [];

for (const file of captures) {
  const name = relative(DATA, file);
  const begun = performance.now();
  engine.FS.writeFile('/uploads/oracle', readFileSync(file));
  const direct = new engine.DissectSession('/uploads/oracle');
  if (direct.load().code !== 0) {
    direct.delete();
    continue;
  }
  await desk.openFile(file, 'file');
  const s = desk.session!;
  await s.done;
  const tshark = options['no-tshark'] ? null : tsharkSays(file, filters, true);
  count.files++;
  count.packets += s.analysis.packets.count;
  for (const [i, filter] of filters.entries()) {
    const expected: Said = engine.checkFilter(filter).ok ? [...framesLetThrough(direct, filter, 0, 0).frames] : null;
    let ours: Said;
    let partial = false;
    try {
      const plan = (await planFilter(filter, 'packets', desk.filters))!;
      const answer = await matching(plan, 'packets', s, desk.filters, new TimeSlices());
      ours = Array.from(answer.rows, (row) => row + 1);
      partial = answer.partial !== null;
      if (plan.leaves.length === 0) compareColumns(filter, name, plan.columns(s, false), expected);
    } catch (error) {
      if (!(error instanceof FilterError)) throw new Error(`${filter} on ${name}`, { cause: error });
      ours = null;
    }
    count.pairs++;
    if ((expected?.length ?? 0) > 0) {
      count.hits++;
      found.add(filter);
    }
    if (partial) count.partial++;
    if (!same(ours, expected)) {
      count.wrong++;
      if (wrong.length < 60) wrong.push(`| ${name} | \`${cell(filter)}\` | ${some(ours)} | ${some(expected)} |`);
    }
    if (tshark !== null) compareTshark(filter, name, ours, tshark[i]!);
  }
  direct.delete();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stderr.write(
    `${seconds} s ${count.files}/${captures.length} ${name}: ${count.wrong} wrong, ${unexplained.length} open\n`,
  );
}
await desk.close();
rmSync(folder, { recursive: true, force: true });

function compareColumns(
  filter: string,
  name: string,
  told: (row: ReturnType<typeof packetRow>) => number,
  expected: Said,
): void {
  count.byColumns++;
  const rows: number[] = [];
  for (let row = packetRow(0); row < desk.session!.analysis.packets.count; row++)
    if (told(row) === 1) rows.push(row + 1);
  if (!same(rows, expected))
    columnsWrong.set(`${name} ${filter}`, `| ${name} | \`${cell(filter)}\` | ${some(rows)} | ${some(expected)} |`);
}

function compareTshark(filter: string, name: string, ours: Said, theirs: Said): void {
  if (theirs === null || ours === null) {
    count.newer++;
    return;
  }
  count.tshark++;
  if (same(ours, theirs)) return;
  const is = classOf(filter);
  if (is !== null) classes.set(is, (classes.get(is) ?? 0) + 1);
  else unexplained.push(`| ${name} | \`${cell(filter)}\` | ${some(ours)} | ${some(theirs)} |`);
}

function same(a: Said, b: Said): boolean {
  return a === null || b === null ? a === b : a.length === b.length && a.every((n, i) => n === b[i]);
}

function some(said: Said): string {
  if (said === null) return 'refused';
  return said.length === 0 ? 'none' : `${said.length}: ${said.slice(0, 6).join(' ')}${said.length > 6 ? ' …' : ''}`;
}

function cell(filter: string): string {
  return filter.replaceAll('|', '\\|');
}

/** Other campaigns write here too. */
const others = readFileSync(join(HERE, '..', '..', 'docs', 'filters.md'), 'utf8')
  .split(/\n(?=## )/)
  .filter((part) => part.startsWith('## A filter on every line of the tree'));
const over = CLASSES.filter((c) => (classes.get(c) ?? 0) > c.most);
writeFileSync(
  options.out,
  [
    '# The display filter beside Wireshark',
    '',
    'Made by `npm run oracle:filters`. Each filter of `bench/oracle/filters.txt` on each capture: Sightline as the window',
    'asks it, the bundled engine (Wireshark 4.4.5) over the whole file, and `tshark -2` of Debian (4.0.17).',
    '',
    '| what | figure |',
    '|---|---|',
    `| filters | ${filters.length} |`,
    `| of them that find a packet somewhere | ${found.size} |`,
    `| captures | ${count.files} |`,
    `| packets | ${count.packets} |`,
    `| filter and capture | ${count.pairs} |`,
    `| with packets found | ${count.hits} |`,
    `| **other packets than the bundled engine** | ${count.wrong} |`,
    `| marked as partial | ${count.partial} |`,
    `| answered from columns alone too | ${count.byColumns}, ${columnsWrong.size} otherwise than the engine |`,
    `| compared with tshark 4.0 | ${count.tshark} |`,
    `| refused by tshark 4.0, or by both | ${count.newer} |`,
    `| differences from tshark 4.0 in a named class | ${[...classes.values()].reduce((a, b) => a + b, 0)} |`,
    `| other differences from tshark 4.0 | ${unexplained.length} |`,
    '',
    '## Classes of differences from tshark 4.0',
    '',
    '| class | differences | at most |',
    '|---|---|---|',
    ...CLASSES.map((c) => `| ${c.why} | ${classes.get(c) ?? 0} | ${c.most} |`),
    '',
    ...table('Other packets than the bundled engine', ['capture', 'filter', 'ours', 'engine'], wrong),
    ...table('Columns alone', ['capture', 'filter', 'columns', 'engine'], [...columnsWrong.values()].slice(0, 60)),
    ...table('Not explained beside tshark 4.0', ['capture', 'filter', 'ours', 'tshark 4.0'], unexplained.slice(0, 400)),
    ...others,
  ].join('\n'),
);
process.stderr.write(
  `${count.wrong} wrong, ${unexplained.length} unexplained beside tshark, ${over.length} classes over\n`,
);
process.exit(count.wrong + unexplained.length + over.length > 0 ? 1 : 0);

function table(title: string, head: readonly string[], rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return [`## ${title}`, '', `| ${head.join(' | ')} |`, `|${head.map(() => '---|').join('')}`, ...rows, ''];
}
