// `npm run campaign:stats`: statistics of captures beside tshark's and capinfos's: conversations and endpoints of six
// layers, the hierarchy as the bundled engine has it, properties. Writes docs/statistics.md.
import { statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packetRow, STAT_LAYERS } from '../contract/index.ts';
import { inChunk } from '../engine/decode/index.ts';
import { DissectProcess, DissectSetup, Surveyor } from '../engine/dissect/index.ts';
import { openCapture, packetBytes } from '../engine/read/index.ts';
import { Analysis } from '../engine/session/index.ts';
import {
  conversationTable,
  countConversations,
  endpointTable,
  Hierarchy,
  pageOf,
  totalsOf,
} from '../engine/stats/index.ts';
import { corpusCaptures, SHARED_DATA, WITHOUT_SHARED } from '../engine/testing/captures.ts';
import {
  capinfos,
  conversationDifferences,
  conversationsOf,
  endpointsOf,
  hierarchyOf,
  sharkHierarchy,
  sharkTables,
  WITHOUT_TSHARK,
} from '../engine/testing/tshark-tables.ts';
import { TimeSlices } from '../engine/view/index.ts';

/** Every 31st capture by name is taken, up to a size. */
const STEP = 31;
const MAX_BYTES = 12e6;
const ROOT = new URL('..', import.meta.url).pathname;

if (WITHOUT_SHARED || WITHOUT_TSHARK) {
  console.log(WITHOUT_SHARED || WITHOUT_TSHARK);
  process.exit(1);
}

const KINDS = ['conversations', 'endpoints', 'hierarchy', 'properties'] as const;
type Kind = (typeof KINDS)[number];

/** Of each kind what differs, as lines. */
interface Result extends Readonly<Record<Kind, string[]>> {
  readonly name: string;
  readonly packets: number;
}

const dissect = new DissectProcess(() => undefined, new DissectSetup());
const surveyor = new Surveyor(dissect);
let number = 0;

async function compare(path: string): Promise<Result | null> {
  const a = new Analysis({ completed: () => undefined });
  const opened = openCapture(path, a, { cacheFolder: join(ROOT, 'bench', '.cache') });
  if (!opened.ok) return null;
  while (await opened.reader.step());
  a.finish();
  const data = opened.reader.source.path;
  if (opened.reader.ending().kind !== 'ok' || a.packets.count === 0) return null;
  const turns = new TimeSlices();
  const bytes = packetBytes(data);
  const counted = await countConversations({ analysis: a, bytes, contiguous: true }, null, a.packets.count, turns);
  let theirs: ReturnType<typeof sharkTables>;
  try {
    theirs = sharkTables(path);
  } catch {
    return null;
  }
  const conversations: string[] = [];
  const endpoints: string[] = [];
  for (const layer of STAT_LAYERS) {
    const table = conversationTable(counted, layer);
    const lines = conversationDifferences(
      conversationsOf(pageOf(table, null, 0, table.rows)),
      theirs.conversations.get(layer)!,
    );
    conversations.push(...lines.map((line) => `${layer}: ${line}`));
    const ends = endpointTable(counted, layer);
    const ours = new Set(endpointsOf(pageOf(ends, null, 0, ends.rows)).map((e) => JSON.stringify(e)));
    for (const end of theirs.endpoints.get(layer)!)
      if (!ours.delete(JSON.stringify(end))) endpoints.push(`${layer}: only in tshark: ${JSON.stringify(end)}`);
    for (const end of ours) endpoints.push(`${layer}: only here: ${end}`);
  }
  const hierarchy = await hierarchyDifferences(path, data, a, turns);
  const properties = await propertyDifferences(path, a, turns);
  bytes.close();
  opened.reader.close();
  if (opened.temporary) opened.reader.discard();
  const name = relative(SHARED_DATA, path);
  return { name, packets: a.packets.count, conversations, endpoints, hierarchy, properties };
}

async function hierarchyDifferences(path: string, data: string, a: Analysis, turns: TimeSlices): Promise<string[]> {
  const wholeBytes = statSync(data).size;
  const source = { analysis: a, bytes: packetBytes(data), path: data, session: ++number, wholeBytes, secrets: [] };
  if (!surveyor.takes(source)) return [];
  const hierarchy = new Hierarchy();
  const answer = await surveyor.survey(
    source,
    {
      packet: (index, names) => {
        const row = packetRow(index);
        hierarchy.take(names, a.packets.chunk(row).wire[inChunk(row)]!, a.packets.secondsOf(row), index);
      },
      expert: () => undefined,
    },
    turns,
  );
  if (!answer.ok) return ['the engine ended'];
  const table = hierarchy.table(null);
  const ours = hierarchyOf(pageOf(table, null, 0, table.rows));
  const lines: string[] = [];
  const theirs = sharkHierarchy(path);
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, other] = [ours.get(name)?.[0] ?? 0, theirs.get(name)?.[0] ?? 0];
    if (mine !== other) lines.push(`${name}: ${mine} packets here, ${other} in tshark 4.0`);
  }
  return lines;
}

async function propertyDifferences(path: string, a: Analysis, turns: TimeSlices): Promise<string[]> {
  const c = capinfos(path);
  const t = await totalsOf(a.packets, null, a.packets.count, turns);
  const first = (key: string): string => (c.get(key) ?? '').split(' ')[0]!;
  const lines: string[] = [];
  const wanted: readonly (readonly [string, string])[] = [
    ['Number of packets', String(t.packets)],
    ['Data size', String(t.bytes)],
    ['Strict time order', t.strictOrder ? 'True' : 'False'],
  ];
  for (const [key, ours] of wanted) if (first(key) !== ours) lines.push(`${key}: ${ours} here, ${first(key)} there`);
  return lines;
}

const paths = corpusCaptures().filter((path, i) => i % STEP === 3 && statSync(path).size <= MAX_BYTES);
const results: Result[] = [];
for (const path of paths) {
  const result = await compare(path);
  if (result === null) continue;
  results.push(result);
  const marks = KINDS.filter((k) => result[k].length > 0);
  console.log(`${result.name}: ${marks.length === 0 ? 'same' : marks.join(', ')}`);
}
dissect.close();

const same = (key: Kind): number => results.filter((r) => r[key].length === 0).length;
const differing = (key: Kind): string[] =>
  results
    .filter((r) => r[key].length > 0)
    .flatMap((r) => ['', `\`${r.name}\``, '', ...r[key].slice(0, 8).map((line) => `- ${line.replaceAll('|', '/')}`)]);
const packets = results.reduce((n, r) => n + r.packets, 0);
const n = results.length;
writeFileSync(
  join(ROOT, 'docs', 'statistics.md'),
  [
    '# Statistics beside tshark and capinfos',
    '',
    'Written by `npm run campaign:stats`. Oracles: tshark 4.0.17 (`-z conv,*`, `-z endpoints,*`, `-z io,phs`) and capinfos.',
    'Packets and ends are compared exactly, bytes of conversations in the rounding that tshark prints, times to 0.1 ms.',
    'The hierarchy is that of the bundled engine (Wireshark 4.4), so that dissectors that changed since 4.0 differ.',
    '',
    `| what | captures | the same |`,
    '|---|---|---|',
    `| conversations of six layers | ${n} | ${same('conversations')} |`,
    `| endpoints of six layers | ${n} | ${same('endpoints')} |`,
    `| protocol hierarchy | ${n} | ${same('hierarchy')} |`,
    `| packets, bytes, order | ${n} | ${same('properties')} |`,
    '',
    `${packets.toLocaleString('en-US')} packets in ${n} captures.`,
    '',
    '## Conversations that differ',
    ...differing('conversations'),
    '',
    '## Endpoints that differ',
    ...differing('endpoints'),
    '',
    '## Hierarchies that differ',
    ...differing('hierarchy'),
    '',
    '## Properties that differ',
    ...differing('properties'),
    '',
  ].join('\n'),
);
process.exit(0);
