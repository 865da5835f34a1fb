// `npm run bench:open`: captures of 0.1, 0.5 and 2.5 million packets cloned from real ones, through four tools in one run.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cloneCapture } from './clone.ts';
import { DATA } from './oracle/campaign.ts';
import { NODE_FLAGS } from '../scripts/node24.mjs';
import { firstLine, markdown, timed } from './run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(ROOT, 'dist', 'cli', 'entry.js');
const cache = process.env['SIGHTLINE_BENCH'] ?? join(ROOT, 'bench', '.cache');
const sizes = (process.argv[2] ?? '100000,500000,2500000').split(',').map(Number);
const runs = Number(process.argv[3] ?? 3);
mkdirSync(cache, { recursive: true });
if (!existsSync(DATA)) {
  console.error(`The captures to clone are missing: ${DATA}`);
  process.exit(2);
}

const rows: string[][] = [];
const notes: string[] = [];
for (const size of sizes) {
  const file = join(cache, `clone-${size}.pcap`);
  if (!existsSync(file)) await cloneCapture(DATA, file, size);
  const tools: [string, string, string[]][] = [
    ['tcpdump -w /dev/null (the floor)', 'tcpdump', ['-r', file, '-w', '/dev/null']],
    ['ndpiReader -q', 'ndpiReader', ['-q', '-i', file]],
    ['tshark -n -q -z conv,tcp', 'tshark', ['-n', '-q', '-r', file, '-z', 'conv,tcp']],
    ['sightline score -q', process.execPath, [...NODE_FLAGS, MAIN, 'score', '-q', '--foreign', file]],
  ];
  const figures = tools.map(([name, command, args]) => ({ name, f: timed(command, args, name.startsWith('tshark') && size > 1e6 ? 1 : runs) }));
  for (const { name, f } of figures) rows.push([size.toLocaleString('en-US'), name, f === null ? 'not installed' : `${f.seconds.toFixed(2)} s`, f === null ? '' : `${f.cpu.toFixed(2)} s`, f === null ? '' : Math.round(size / f.seconds).toLocaleString('en-US'), f === null ? '' : `${f.megabytes.toFixed(0)} MB`]);
  const [floor, ndpi, tshark, ours] = figures.map((x) => x.f);
  const first = firstLine(process.execPath, [MAIN, 'packets', file]);
  if (ours) {
    const times = (other: typeof ours | null | undefined): string => (other ? (other.seconds / ours.seconds).toFixed(2) : '–');
    notes.push(`${size.toLocaleString('en-US')} packets: tshark takes ${times(tshark)} times our time and ${tshark ? (tshark.megabytes / ours.megabytes).toFixed(2) : '–'} times our memory; ndpiReader ${times(ndpi)} and tcpdump ${times(floor)} times our time. First row of \`sightline packets\` after ${first.toFixed(2)} s.`);
  }
}
const text = [
  '# Opening and scoring', '', `Written by \`npm run bench:open\` on ${new Date().toISOString().slice(0, 10)}; medians of ${runs} runs (tshark at 2.5 million: one), files in cache, two cores of a shared machine: single figures move by a third between runs, ratios less.`, '',
  'What each produces: tcpdump copies packets; ndpiReader names the protocol of each flow; tshark dissects every packet and counts TCP conversations; sightline builds flows with 369 features, scores each (and again at checkpoints) and gives verdicts.', '',
  markdown(['packets', 'tool', 'wall', 'CPU', 'packets/s', 'peak memory'], rows), '', ...notes.map((n) => `- ${n}`), '',
].join('\n');
writeFileSync(join(ROOT, 'docs', 'bench-open.md'), text);
console.log(text);
