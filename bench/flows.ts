// `npm run bench:flows [-- SIZES RUNS]`: index, flows, all features and verdicts beside tshark, ndpiReader and tcpdump, in one run, on the same files.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../scripts/node24.mjs';
import { cloneCapture } from './clone.ts';
import { DATA } from './oracle/campaign.ts';
import { markdown, timed, type Figures } from './run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OURS = fileURLToPath(new URL('flows-run.ts', import.meta.url));
const MAIN = join(ROOT, 'dist', 'cli', 'entry.js');
const cache = process.env['SIGHTLINE_BENCH'] ?? join(ROOT, 'bench', '.cache');
const sizes = (process.argv[2] ?? '100000,500000,2500000,10000000').split(',').map(Number);
const runs = Number(process.argv[3] ?? 3);
mkdirSync(cache, { recursive: true });
if (!existsSync(DATA)) {
  console.error(`The captures to clone are missing: ${DATA}`);
  process.exit(2);
}

const rows: string[][] = [];
const notes: string[] = [];
const each: { size: number; seconds: number }[] = [];
for (const size of sizes) {
  const file = join(cache, `clone-${size}.pcap`);
  if (!existsSync(file)) await cloneCapture(DATA, file, size);
  const tools: [string, string, string[], number][] = [
    ['tcpdump -r F -w /dev/null', 'tcpdump', ['-r', file, '-w', '/dev/null'], runs],
    ['ndpiReader -q', 'ndpiReader', ['-q', '-i', file], size > 5e6 ? 1 : runs],
    ['tshark -n -q -z conv,tcp', 'tshark', ['-n', '-q', '-r', file, '-z', 'conv,tcp'], size > 1e6 ? 1 : runs],
    ['sightline: index, flows, features, verdicts', process.execPath, [...NODE_FLAGS, OURS, file], runs],
    ['sightline score -q (no index)', process.execPath, [...NODE_FLAGS, MAIN, 'score', '-q', '--foreign', file], runs],
  ];
  const figures = tools.map(([name, command, args, times]) => ({ name, f: timed(command, args, times) }));
  for (const { name, f } of figures) rows.push([size.toLocaleString('en-US'), name, ...(f === null ? ['not installed', '', '', ''] : [`${f.seconds.toFixed(2)} s`, `${f.cpu.toFixed(2)} s`, Math.round(size / f.seconds).toLocaleString('en-US'), `${f.megabytes.toFixed(0)} MB`])]);
  const [floor, ndpi, tshark, ours, score] = figures.map((x) => x.f);
  if (!ours) continue;
  each.push({ size, seconds: ours.seconds });
  const times = (other: Figures | null | undefined, by: Figures): string => (other ? (other.seconds / by.seconds).toFixed(2) : '–');
  notes.push(`${size.toLocaleString('en-US')} packets: tshark takes ${times(tshark, ours)} times our time (25 are wanted), ndpiReader ${times(ndpi, ours)} (more than 1), and we take ${floor ? (ours.seconds / floor.seconds).toFixed(1) : '–'} times tcpdump's (at most 6). Without the index: tshark ${score ? times(tshark, score) : '–'}, ndpiReader ${score ? times(ndpi, score) : '–'}, tcpdump ${floor && score ? (score.seconds / floor.seconds).toFixed(1) : '–'}.`);
}
const memory = spawnSync(process.execPath, ['--expose-gc', OURS, join(cache, `clone-${sizes.includes(2_500_000) ? 2_500_000 : sizes.at(-1)}.pcap`), 'memory'], { encoding: 'utf8', maxBuffer: 1e8 });
const m = JSON.parse(memory.stdout) as { packets: number; flows: number; packetBytes: number; openFlow: number; closedColumns: number; closedHeap: number };
const text = [
  '# Flows', '', `Written by \`npm run bench:flows\` on ${new Date().toISOString().slice(0, 10)}; medians of ${runs} runs (tshark from 2.5 million packets on and ndpiReader at 10 million: one), files in cache, two cores of a shared machine.`, '',
  'What each produces: tcpdump copies packets; ndpiReader names the protocol of each flow; tshark dissects every packet and counts TCP conversations; sightline keeps a row for each packet (protocol column included), follows flows, works out 369 features of each, scores it at checkpoints and at its end, and gives a verdict.', '',
  markdown(['packets', 'tool', 'wall', 'CPU', 'packets/s', 'peak memory'], rows), '', ...notes.map((n) => `- ${n}`), '',
  `Time a million packets: ${each.map((e) => `${(e.seconds / e.size * 1e6).toFixed(2)} s at ${e.size.toLocaleString('en-US')}`).join(', ')}.`, '',
  `Memory by what it is for (${m.packets.toLocaleString('en-US')} packets, ${m.flows.toLocaleString('en-US')} flows): ${m.packetBytes} bytes a packet (40 are allowed); ${m.openFlow} bytes of state an open flow beside the pools (2,048); a closed flow ${m.closedColumns} bytes of columns and ${m.closedHeap.toFixed(0)} bytes of the heap, where its facts are, ${(m.closedColumns + m.closedHeap).toFixed(0)} together (700).`, '',
].join('\n');
writeFileSync(join(ROOT, 'docs', 'bench-flows.md'), text);
console.log(text);
