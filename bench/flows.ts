// `npm run bench:flows [-- SIZES RUNS]`: index, flows, all features and verdicts beside tshark, ndpiReader and tcpdump,
// in one run, on the same files.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../scripts/node24.mjs';
import { over, record } from './guard/results.ts';
import { asked, cloneOf, HEAD, MAIN, measure, peers, ROOT, times } from './peers.ts';
import { markdown } from './run.ts';

const OURS = fileURLToPath(new URL('flows-run.ts', import.meta.url));
const { captures, runs } = asked('10000,100000,real:1000000,real:5000000,2500000,10000000');
const rows: string[][] = [];
const notes: string[] = [];
const each: { label: string; size: number; seconds: number }[] = [];
for (const { size, real } of captures) {
  const file = await cloneOf(size, real);
  const label = `${size.toLocaleString('en-US')}${real ? ' real' : ''}`;
  const [floor, ndpi, tshark, ours, score] = measure(
    [
      ...peers(file, size, runs),
      {
        name: 'sightline: index, flows, features, verdicts',
        command: process.execPath,
        args: [...NODE_FLAGS, OURS, file],
        runs,
      },
      {
        name: 'sightline score -q (no index)',
        command: process.execPath,
        args: [...NODE_FLAGS, MAIN, 'score', '-q', '--foreign', file],
        runs,
      },
    ],
    size,
    rows,
    label,
  );
  if (!ours) continue;
  each.push({ label, size, seconds: ours.seconds });
  record('flows', {
    [`${label} time over tshark`]: over(ours.seconds, tshark?.seconds),
    [`${label} time over ndpiReader`]: over(ours.seconds, ndpi?.seconds),
    [`${label} time over tcpdump`]: over(ours.seconds, floor?.seconds),
    [`${label} memory over tshark`]: over(ours.megabytes, tshark?.megabytes),
    [`${label} score, time over ndpiReader`]: over(score?.seconds, ndpi?.seconds),
  });
  notes.push(
    `${label} packets: tshark takes ${times(tshark, ours)} times our time (25 are ` +
      `wanted), ndpiReader ${times(ndpi, ours)} (more than 1), and we take ` +
      `${floor ? (ours.seconds / floor.seconds).toFixed(1) : '–'} times tcpdump's (at most 6). Without the index: ` +
      `tshark ${times(tshark, score)}, ndpiReader ${times(ndpi, score)}, tcpdump ` +
      `${floor && score ? (score.seconds / floor.seconds).toFixed(1) : '–'}.`,
  );
}
const memory = spawnSync(
  process.execPath,
  [
    '--expose-gc',
    OURS,
    await cloneOf(captures.some(({ size, real }) => size === 2_500_000 && !real) ? 2_500_000 : captures.at(-1)!.size),
    'memory',
  ],
  { encoding: 'utf8', maxBuffer: 1e8 },
);
const m = JSON.parse(memory.stdout) as {
  packets: number;
  flows: number;
  packetBytes: number;
  openFlow: number;
  closedColumns: number;
  closedHeap: number;
};
const aMillion = (e: (typeof each)[number]): string => `${((e.seconds / e.size) * 1e6).toFixed(2)} s at ${e.label}`;
const text = [
  '# Flows',
  '',
  `Written by \`npm run bench:flows\` on ${new Date().toISOString().slice(0, 10)}; medians of ${runs} runs ` +
    '(tshark from 2.5 million packets on and ndpiReader at 10 million: one) in turns, files in cache, two cores of a ' +
    'shared machine. Captures are cloned from real ones with other addresses each round (many flows), or with the ' +
    'same (real: few flows).',
  '',
  'What each produces: tcpdump copies packets; ndpiReader names the protocol of each flow; tshark dissects every ' +
    'packet and counts TCP conversations; sightline keeps a row for each packet (protocol column included), ' +
    'follows flows, works out 369 features of each, scores it at checkpoints and at its end, and gives a verdict.',
  '',
  markdown(HEAD, rows),
  '',
  ...notes.map((n) => `- ${n}`),
  '',
  `Time a million packets: ${each.map(aMillion).join(', ')}.`,
  '',
  `Memory by what it is for (${m.packets.toLocaleString('en-US')} packets, ${m.flows.toLocaleString('en-US')} ` +
    `flows): ${m.packetBytes} bytes a packet (40 are allowed); ${m.openFlow} bytes of state an open flow beside ` +
    `the pools (2,048); a closed flow ${m.closedColumns} bytes of columns and ${m.closedHeap.toFixed(0)} bytes of ` +
    `the heap, where its facts are, ${(m.closedColumns + m.closedHeap).toFixed(0)} together (700).`,
  '',
].join('\n');
writeFileSync(join(ROOT, 'docs', 'bench-flows.md'), text);
console.log(text);
