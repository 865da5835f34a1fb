// F on every line of the tree: the filter of each line is asked as the window asks it, and the packet must be among its
// answers. Packets are taken one of each protocol, protocol by protocol through all captures, so that many are seen.
// Prints what fails by kind; writes its figures into docs/filters.md behind its own heading.
//
//   node scripts/run24.mjs bench/oracle/tree-filters.ts [--packets N] [--every N] [--only WORD] [--no-write]
// With --only it looks at captures with the word in their path alone, and writes nothing.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type PacketRow, packetRow, SaidError, textAt } from '../../contract/index.ts';
import { FilterError, matching, planFilter } from '../../engine/filter/index.ts';
import { treeSource } from '../../engine/desk/tree-source.ts';
import { capturesIn, SHARED_DATA } from '../../engine/testing/captures.ts';
import { testDesk } from '../../engine/testing/desks.ts';
import { type FilterEngine, wholeEngine } from '../../engine/testing/whole-engine.ts';
import { TimeSlices } from '../../engine/view/index.ts';
import { withSection } from './sections.ts';

type Engine = FilterEngine<{ readonly number: number }>;
let engine: Engine | null = null;

const DOC = fileURLToPath(new URL('../../docs/filters.md', import.meta.url));
const LARGEST = 60_000;
/** Packets of one protocol: more captures are looked at instead. */
const A_PROTOCOL = 3;
/** Packets of one capture. */
const A_CAPTURE = 3;

const { values: options } = parseArgs({
  options: {
    packets: { type: 'string', default: '200' },
    every: { type: 'string', default: '17' },
    only: { type: 'string' },
    'no-write': { type: 'boolean', default: false },
  },
});
const most = Number(options.packets);
const captures = capturesIn(SHARED_DATA).filter(
  (file, i) =>
    (options.only === undefined ? i % Number(options.every) === 5 : file.includes(options.only)) &&
    statSync(file).size <= LARGEST &&
    statSync(file).size > 100,
);

const folder = mkdtempSync(join(tmpdir(), 'sightline-tree-'));
const desk = testDesk({ dataFolder: folder, cacheFolder: folder });
const taken = new Map<string, number>();
const kinds = new Map<string, string[]>();
/** Filters by which the bundled engine itself does not find what its own tree shows. */
const ofEngine: string[] = [];
const count = { packets: 0, captures: 0, lines: 0, filters: 0, none: 0 };

for (const file of captures) {
  if (count.packets >= most) break;
  await desk.openFile(file, 'file');
  const s = desk.session!;
  await s.done;
  if (s.analysis.packets.count === 0) continue;
  const before = count.packets;
  const protocols = await protocolsOf();
  for (const [row, protocol] of protocols) {
    if (count.packets >= most || count.packets - before >= A_CAPTURE) break;
    if ((taken.get(protocol) ?? 0) >= A_PROTOCOL) continue;
    taken.set(protocol, (taken.get(protocol) ?? 0) + 1);
    await tryPacket(relative(SHARED_DATA, file), row);
    count.packets++;
  }
  if (count.packets > before) count.captures++;
}
await desk.close();
rmSync(folder, { recursive: true, force: true });

/** The first packet of each protocol of the capture, as Wireshark's column names it. */
async function protocolsOf(): Promise<[PacketRow, string][]> {
  const { count: packets } = desk.session!.analysis.packets;
  const rows = Array.from({ length: Math.min(200, packets) }, (_, row) => packetRow(row));
  const told = await desk.trees.rows.rows(treeSource(desk.session!), rows, []);
  if (!told.ok) return [];
  const first = new Map<string, PacketRow>();
  for (const [i, row] of rows.entries()) {
    const protocol = textAt(told.page.protocol, i);
    if (protocol !== '' && !first.has(protocol)) first.set(protocol, row);
  }
  return [...first].map(([protocol, row]) => [row, protocol]);
}

async function tryPacket(name: string, row: PacketRow): Promise<void> {
  const s = desk.session!;
  const told = await desk.trees.tree(treeSource(s), row);
  if (!told.ok) {
    fails('the packet has no tree', `${name} ${row + 1}`);
    return;
  }
  const { tree } = told;
  for (let i = 0; i < tree.depth.length; i++) {
    const filter = textAt(tree.filter, i);
    count.lines++;
    if (filter === '') {
      count.none++;
      continue;
    }
    count.filters++;
    const where = `${name} ${row + 1}: ${filter.slice(0, 100)}`;
    try {
      const { rows, partial } = await answer(filter);
      if (rows.includes(row)) {
        if (partial !== null) fails('the answer is partial', where);
        continue;
      }
      // What the engine says of a packet with a tree it may not say of one that it filters.
      if (await engineFinds(join(SHARED_DATA, name), filter, row)) fails('the packet is not found', where);
      else ofEngine.push(where);
    } catch (error) {
      if (!(error instanceof FilterError || error instanceof SaidError)) throw new Error(where, { cause: error });
      fails(error.message.replaceAll(/'[^']*'/g, '…').slice(0, 80), where);
    }
  }
}

async function answer(filter: string): ReturnType<typeof matching> {
  const plan = (await planFilter(filter, 'packets', desk.filters))!;
  return matching(plan, 'packets', desk.session!, desk.filters, new TimeSlices());
}

function fails(kind: string, where: string): void {
  const known = kinds.get(kind);
  if (known === undefined) kinds.set(kind, [where]);
  else known.push(where);
}

/** The engine by itself, asked of the whole capture. */
async function engineFinds(file: string, filter: string, row: PacketRow): Promise<boolean> {
  if (engine === null) {
    engine = await wholeEngine<Engine>();
    engine.init();
  }
  engine.FS.writeFile('/uploads/oracle', readFileSync(file));
  const direct = new engine.DissectSession('/uploads/oracle');
  try {
    direct.load();
    const { frames } = direct.getFrames(filter, 0, row + 1);
    return Array.from({ length: frames.size() }, (_, i) => frames.get(i).number).includes(row + 1);
  } finally {
    direct.delete();
  }
}

const failed = [...kinds.values()].reduce((n, list) => n + list.length, 0);
const section = [
  '## A filter on every line of the tree',
  '',
  'Made by `npm run oracle:tree`: the filter that F applies, of every line of the trees of packets of many protocols, asked',
  'as the window asks it. The packet must be among the answers.',
  '',
  '| what | figure |',
  '|---|---|',
  `| date | ${new Date().toISOString().slice(0, 10)} |`,
  `| packets, captures, protocols | ${count.packets}, ${count.captures}, ${taken.size} |`,
  `| lines of their trees | ${count.lines}, ${count.none} of them without a filter, as in Wireshark |`,
  `| filters that were applied | ${count.filters} |`,
  `| **that do not find their packet**, but for what is the engine's | ${failed} |`,
  ...[...kinds].map(([kind, list]) => `| ${kind} | ${list.length}, such as \`${list[0]!.replaceAll('|', '\\|')}\` |`),
  ...(ofEngine.length === 0
    ? []
    : [
        `| the bundled engine by itself does not find it either | ${ofEngine.length}: ${ofEngine.map((w) => `\`${w.replaceAll('|', '\\|')}\``).join(', ')} |`,
      ]),
  '',
];
process.stdout.write(`${section.join('\n')}\n`);
for (const [kind, list] of [...kinds, ['of the engine', ofEngine] as const])
  for (const where of list.slice(0, 12)) process.stderr.write(`${kind}: ${where}\n`);
if (!options['no-write'] && options.only === undefined)
  writeFileSync(DOC, withSection(readFileSync(DOC, 'utf8'), section.join('\n')));
process.exit(failed > 0 ? 1 : 0);
