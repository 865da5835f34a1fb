// `npm run bench:open`: captures of 0.1, 0.5 and 2.5 million packets cloned from real ones, through four tools in one
// run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from '../scripts/node24.mjs';
import { asked, cloneOf, HEAD, MAIN, measure, peers, ROOT, times } from './peers.ts';
import { over, record } from './guard/results.ts';
import { firstLine, markdown } from './run.ts';

const { captures, runs } = asked('100000,500000,2500000');
const rows: string[][] = [];
const notes: string[] = [];
for (const { size, real } of captures) {
  const file = await cloneOf(size, real);
  const [floor, ndpi, tshark, ours] = measure(
    [
      ...peers(file, size, runs),
      {
        name: 'sightline score -q',
        command: process.execPath,
        args: [...NODE_FLAGS, MAIN, 'score', '-q', '--foreign', file],
        runs,
      },
    ],
    size,
    rows,
  );
  const first = firstLine(process.execPath, [MAIN, 'packets', file]);
  if (ours) {
    record('open', {
      [`${size} time over tshark`]: over(ours.seconds, tshark?.seconds),
      [`${size} memory over tshark`]: over(ours.megabytes, tshark?.megabytes),
      [`${size} time over ndpiReader`]: over(ours.seconds, ndpi?.seconds),
      [`${size} time over tcpdump`]: over(ours.seconds, floor?.seconds),
    });
    notes.push(
      `${size.toLocaleString('en-US')} packets: tshark takes ${times(tshark, ours)} times our time and ` +
        `${tshark ? (tshark.megabytes / ours.megabytes).toFixed(2) : '–'} times our memory; ndpiReader ` +
        `${times(ndpi, ours)} and tcpdump ${times(floor, ours)} times our time. First row of \`sightline packets\` ` +
        `after ${first.toFixed(2)} s.`,
    );
  }
}
const text = [
  '# Opening and scoring',
  '',
  `Written by \`npm run bench:open\` on ${new Date().toISOString().slice(0, 10)}; medians of ${runs} runs ` +
    '(tshark at 2.5 million: one), files in cache, two cores of a shared machine: single figures move by a third ' +
    'between runs, ratios less.',
  '',
  'What each produces: tcpdump copies packets; ndpiReader names the protocol of each flow; tshark dissects every ' +
    'packet and counts TCP conversations; sightline builds flows with 369 features, scores each (and again at ' +
    'checkpoints) and gives verdicts.',
  '',
  markdown(HEAD, rows),
  '',
  ...notes.map((n) => `- ${n}`),
  '',
].join('\n');
writeFileSync(join(ROOT, 'docs', 'bench-open.md'), text);
console.log(text);
