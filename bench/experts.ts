// `npm run campaign:experts -- FILE…`: expert information in pieces beside the same engine with the whole capture in one
// piece, and beside `tshark -z expert`. Without a file it is the capture of 100,000 packets that the benches make.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DissectSetup, expertsInPieces, type PieceLimits, type PiecesTold } from '../engine/dissect/index.ts';
import { openCapture, packetBytes } from '../engine/read/index.ts';
import { Analysis } from '../engine/session/index.ts';
import { Experts, pageOf } from '../engine/stats/index.ts';
import { rowsOf, sharkExperts } from '../engine/testing/tshark-tables.ts';
import { TimeSlices } from '../engine/view/index.ts';
import { cloneCapture } from './clone.ts';

const CACHE = join(import.meta.dirname, '.cache');
const SHARED = join(import.meta.dirname, '..', '..', 'shared', 'data');
/** One piece, whatever the capture's size. */
const ALL: PieceLimits = { packets: 1e9, bytes: 1e12 };

interface Counted {
  readonly groups: ReadonlyMap<string, number>;
  readonly packets: ReadonlyMap<string, string>;
  readonly told: PiecesTold;
  readonly seconds: number;
}

async function counted(path: string, limits?: { piece: PieceLimits; one: PieceLimits }): Promise<Counted> {
  const a = new Analysis({ completed: () => undefined });
  const opened = openCapture(path, a, { cacheFolder: CACHE });
  if (!opened.ok) throw new Error(`${path} cannot be opened`);
  while (await opened.reader.step());
  a.finish();
  const bytes = packetBytes(opened.reader.source.path);
  const source = { analysis: a, bytes, path, session: 1, wholeBytes: statSync(path).size, secrets: [] };
  const experts = new Experts();
  const begun = performance.now();
  const take = experts.take.bind(experts);
  const told = await expertsInPieces(source, new DissectSetup(), 1, take, new TimeSlices(), limits);
  const seconds = (performance.now() - begun) / 1000;
  const table = experts.table(null);
  const rows = rowsOf(pageOf(table, null, 0, table.rows));
  const key = (row: (typeof rows)[number]): string => `${row['severity']}: ${row['summary']}`;
  const groups = new Map<string, number>();
  for (const row of rows) groups.set(key(row), (groups.get(key(row)) ?? 0) + Number(row['count']));
  const packets = new Map(
    rows.map((row, i) => [`${row['severity']} ${row['group']} ${row['protocol']} ${row['summary']}`, table.filter(i)]),
  );
  bytes.close();
  opened.reader.close();
  return { groups, packets, told, seconds };
}

function differing(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => a.get(key) !== b.get(key))
    .map(
      (key) =>
        `${key.slice(0, 120)}: ${String(a.get(key) ?? 0).slice(0, 90)} / ${String(b.get(key) ?? 0).slice(0, 90)}`,
    );
}

let paths = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
if (paths.length === 0) {
  const made = join(CACHE, 'clone-100000.pcap');
  if (!existsSync(made)) await cloneCapture(SHARED, made, 100_000);
  paths = [made];
}
const lines = [
  '# Expert information in pieces',
  '',
  `\`npm run campaign:experts\`, ${new Date().toISOString().slice(0, 10)}. A capture that the engine does not take whole is`,
  'given to it in pieces of whole conversations. Each row of the table with its packets is compared with the same engine',
  'that has the capture in one piece; counts of texts that both versions have are compared with `tshark -z expert` 4.0.17.',
  '',
  '| capture | packets with some | pieces | rows | rows that differ from one piece | texts that tshark has too | counted as often | s |',
  '|---|---|---|---|---|---|---|---|',
];
const details: string[] = [];
for (const path of paths) {
  const pieces = await counted(path);
  const whole = await counted(path, { piece: ALL, one: ALL });
  const wrong = differing(pieces.packets, whole.packets);
  const theirs = sharkExperts(path);
  const both = [...theirs.keys()].filter((key) => pieces.groups.has(key));
  const same = both.filter((key) => theirs.get(key) === pieces.groups.get(key));
  const items = [...pieces.groups.values()].reduce((a, b) => a + b, 0);
  lines.push(
    `| ${basename(path)} | ${items} | ${pieces.told.pieces} | ${pieces.packets.size} | ${wrong.length} | ${both.length} | \
${same.length} | ${pieces.seconds.toFixed(0)} |`,
  );
  details.push(
    '',
    `## ${basename(path)}`,
    '',
    `Pieces: ${JSON.stringify(pieces.told)}. In pieces / in one:`,
    '',
    ...wrong.slice(0, 20).map((line) => `- ${line.replaceAll('|', '/')}`),
    '',
    'In pieces / tshark 4.0:',
    '',
    ...both
      .filter((key) => !same.includes(key))
      .slice(0, 30)
      .map((key) => `- ${key.slice(0, 120)}: ${pieces.groups.get(key)} / ${theirs.get(key)}`),
  );
  console.log(lines.at(-1));
}
const text = `${[...lines, ...details].join('\n')}\n`;
console.log(text.slice(0, 6_000));
writeFileSync(join(import.meta.dirname, '..', 'docs', 'statistics-experts.md'), text);
process.exit(0);
