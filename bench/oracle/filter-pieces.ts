// Filters of captures that the engine does not take whole: each is asked in pieces that are made small, and must find
// the packets that the engine finds over the whole file, wherever it does not say that it may be otherwise. What is
// said to be partial and is otherwise is counted by protocol. Writes docs/filter-pieces.md.
//
//   node scripts/run24.mjs bench/oracle/filter-pieces.ts [--captures N] [--part K/N] [--packets N] [--out FILE]
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Message, SaidError } from '../../contract/index.ts';
import { countedFromBeginning, isOfConversations } from '../../engine/dissect/piece-fields.ts';
import { type Asker, FilterError, matching, planFilter } from '../../engine/filter/index.ts';
import { corpusCaptures } from '../../engine/testing/captures.ts';
import { testDesk } from '../../engine/testing/desks.ts';
import { TimeSlices } from '../../engine/view/index.ts';
import { DATA } from './campaign.ts';
import { filterCaptures, spread } from './filters.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const LARGEST = 120_000;
const SMALLEST = 2_000;
const FILES = ['filters.txt', 'filters-more.txt'];

const { values: options } = parseArgs({
  options: {
    captures: { type: 'string', default: '60' },
    part: { type: 'string', default: '1/1' },
    /** Of a piece: a capture of a few hundred makes some of them. */
    packets: { type: 'string', default: '60' },
    out: { type: 'string', default: join(HERE, '..', '..', 'docs', 'filter-pieces.md') },
  },
});
const [part, parts] = options.part.split('/').map(Number) as [number, number];
const most = Number(options.packets);
const limits = { packets: most, bytes: 10_000_000, alonePackets: 40_000, aloneBytes: 60_000_000 };
const filters = FILES.flatMap((file) => readFileSync(join(HERE, file), 'utf8').split('\n')).filter(
  (line) => line !== '' && !line.startsWith('# '),
);
const fits = (file: string): boolean => statSync(file).size >= SMALLEST && statSync(file).size <= LARGEST;
const wrapped = spread(filterCaptures().filter(fits), Number(options.captures) >>> 2);
const captures = [
  ...wrapped,
  ...spread(
    corpusCaptures().filter((file) => fits(file) && !wrapped.includes(file)),
    Number(options.captures) - wrapped.length,
  ),
].filter((_, i) => i % parts === part - 1);

const folder = mkdtempSync(join(tmpdir(), 'sightline-pieces-'));
const desk = testDesk({ dataFolder: folder, cacheFolder: folder });
const count = { files: 0, packets: 0, pairs: 0, refused: 0, partial: 0, partialWrong: 0, sure: 0, hits: 0, columns: 0 };
const wrong: string[] = [];
const byProtocol = new Map<string, number>();

/** Answers of the capture at hand, asked many at a time: by filter, the packets and whether they are sure. */
const asked = new Map<string, { readonly rows: Uint8Array; readonly partial: Message | null }>();

const inPieces: Asker = {
  whole: false,
  check: (filter) => desk.filters.check(filter),
  ask: (leaves, wanted, subject, turns, told) => {
    const known = leaves.map((leaf) => asked.get(leaf));
    if (known.includes(undefined)) return desk.filters.askPieces(leaves, wanted, subject, turns, told, limits);
    const partial = known.map((answer) => answer!.partial).find((said) => said !== null) ?? null;
    return Promise.resolve({ rows: known.map((answer) => answer!.rows), partial });
  },
};

/** Asks all leaves of all filters at once: those whose answers are sure apart from those that may be partial. */
async function askAll(): Promise<void> {
  asked.clear();
  const s = desk.session!;
  const leaves = new Set<string>();
  for (const filter of filters) {
    try {
      for (const leaf of (await planFilter(filter, 'packets', inPieces))!.leaves) leaves.add(leaf);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
    }
  }
  const wanted = new Uint8Array(s.analysis.packets.count).fill(1);
  for (const sure of [true, false]) {
    const some = [...leaves].filter((leaf) => isOfConversations(leaf, false) === sure && !refusedAlone(leaf));
    const { rows, partial } = await desk.filters.askPieces(some, wanted, s, new TimeSlices(), undefined, limits);
    for (const [i, leaf] of some.entries()) asked.set(leaf, { rows: rows[i]!, partial });
  }
}

/** Fields that count from the beginning are refused, and most that are numbers of frames may be. */
function refusedAlone(leaf: string): boolean {
  return countedFromBeginning(leaf) !== null || /(?:_in|_to|frame)\b/.test(leaf);
}

async function rowsOf(
  filter: string,
  asker: Asker,
): Promise<{ readonly rows: Uint32Array; readonly partial: boolean }> {
  const plan = (await planFilter(filter, 'packets', asker))!;
  const { rows, partial } = await matching(plan, 'packets', desk.session!, asker, new TimeSlices());
  return { rows, partial: partial !== null };
}

for (const file of captures) {
  const begun = performance.now();
  await desk.openFile(file, 'file');
  const s = desk.session!;
  await s.done;
  const name = relative(DATA, file);
  count.files++;
  count.packets += s.analysis.packets.count;
  await askAll();
  for (const filter of filters) await compare(name, filter);
  process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1)} s ${name}: ${wrong.length} wrong\n`);
}
await desk.close();
rmSync(folder, { recursive: true, force: true });

async function compare(name: string, filter: string): Promise<void> {
  let expected: Uint32Array;
  try {
    expected = (await rowsOf(filter, desk.filters)).rows;
  } catch (error) {
    if (error instanceof FilterError) return;
    throw new Error(`${filter} on ${name}`, { cause: error });
  }
  count.pairs++;
  if (expected.length > 0) count.hits++;
  try {
    const { rows, partial } = await rowsOf(filter, inPieces);
    const same = rows.length === expected.length && rows.every((row, i) => row === expected[i]);
    if (partial) count.partial++;
    else count.sure++;
    if (same) return;
    if (!partial) {
      wrong.push(`| ${name} | \`${filter.replaceAll('|', '\\|')}\` | ${some(rows)} | ${some(expected)} |`);
      return;
    }
    count.partialWrong++;
    const protocol = /[a-z][\w-]*/i.exec(filter)![0];
    byProtocol.set(protocol, (byProtocol.get(protocol) ?? 0) + 1);
  } catch (error) {
    if (!(error instanceof SaidError)) throw new Error(`${filter} on ${name}`, { cause: error });
    count.refused++;
  }
}

function some(rows: Uint32Array): string {
  return rows.length === 0 ? 'none' : `${rows.length}: ${[...rows.subarray(0, 6)].map((row) => row + 1).join(' ')}`;
}

const lines = [
  '# Filters in pieces beside the whole file',
  '',
  "Made by `npm run oracle:pieces`. A capture that Wireshark's engine does not take whole (64 MiB, 40,000 packets) is",
  `asked in pieces. Here pieces are made small (${most} packets, or one conversation), and each filter of`,
  '`bench/oracle/filters.txt` and `filters-more.txt` must find what the engine finds over the whole file, unless the answer',
  'says that it may be otherwise (the bar is not green then) or is refused with a sentence.',
  '',
  '| what | figure |',
  '|---|---|',
  `| date, threads | ${new Date().toISOString().slice(0, 10)}, ${cpus().length} |`,
  `| filters | ${filters.length} |`,
  `| captures, packets | ${count.files}, ${count.packets} |`,
  `| filter and capture | ${count.pairs}, ${count.hits} of them find packets |`,
  `| answered as sure | ${count.sure} |`,
  `| **of them otherwise than over the whole file** | ${wrong.length} |`,
  `| said to be partial | ${count.partial}, ${count.partialWrong} of them otherwise |`,
  `| refused with a sentence | ${count.refused} |`,
  '',
  `Partial and otherwise, by the filter's first name: ${
    [...byProtocol]
      .sort((a, b) => b[1] - a[1])
      .map(([protocol, n]) => `${protocol} ${n}`)
      .join(', ') || 'none'
  }.`,
  '',
  ...(wrong.length === 0 ? [] : ['| capture | filter | pieces | whole |', '|---|---|---|---|', ...wrong, '']),
];
writeFileSync(options.out, lines.join('\n'));
process.stderr.write(
  `${wrong.length} wrong of ${count.sure}, ${count.partialWrong} otherwise of ${count.partial} partial\n`,
);
process.exit(wrong.length > 0 ? 1 : 0);
