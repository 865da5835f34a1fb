// `npm run bench:evidence [-- FILE…]`: what the tables of evidence hold when a capture is over: rules' memories,
// incidents, the flows of names, what was observed of open flows. Without a file: 2.5 million packets cloned from real
// captures, and 2.5 million of short connections that no rule knows, into docs/bench-evidence.md.
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeLarge } from '../e2e/large.ts';
import { foreignBaseline } from '../engine/detect/index.ts';
import { scoreFile, shippedFile, usableModel } from '../engine/session/index.ts';
import { cloneOf, ROOT } from './peers.ts';
import { markdown } from './run.ts';

const PACKETS = 2_500_000;
/** MB that the tables may take. */
const WANTED = 64;
/** What a scorer has of evidence, and how it is called here. */
const PARTS = [
  ['evidence', 'rules'],
  ['incidents', 'incidents'],
  ['flows', 'names of flows'],
  ['observer', 'observed'],
] as const;

const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error('Node was started without --expose-gc');

function held(): number {
  collect!();
  collect!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const model = usableModel(shippedFile(ROOT));

async function measured(file: string): Promise<string[]> {
  const options = { model, baseline: foreignBaseline(model), threads: 1, cacheFolder: tmpdir() };
  const { analysis, scorer } = await scoreFile(file, options, {});
  const { packetCount } = analysis;
  const flows = analysis.flows.columns.count;
  const incidents = scorer.incidents.incidents.size;
  let before = held();
  let all = 0;
  const parts = PARTS.map(([name]) => {
    const holder = name === 'observer' ? analysis : scorer;
    Reflect.set(holder, name, null);
    const after = held();
    const megabytes = Math.max(0, before - after) / 1e6;
    before = after;
    all += megabytes;
    return megabytes.toFixed(1);
  });
  const counts = [packetCount, flows, incidents].map((n) => n.toLocaleString('en-US'));
  return [file.slice(dirname(file).length + 1), ...counts, ...parts, all.toFixed(1)];
}

async function asked(): Promise<readonly string[]> {
  const files = process.argv.slice(2);
  if (files.length > 0) return files;
  const clone = await cloneOf(PACKETS);
  const short = join(dirname(clone), `short-${PACKETS}.pcap`);
  if (!existsSync(short)) writeLarge(short, PACKETS);
  return [clone, short];
}

const rows: string[][] = [];
for (const file of await asked()) rows.push(await measured(file));
const head = ['capture', 'packets', 'flows', 'incidents', ...PARTS.map(([, name]) => name), 'MB'];
const table = `${markdown(head, rows)}\n\nWanted: at most ${WANTED} MB.`;
console.log(table);
if (process.argv.length === 2) {
  const today = new Date().toISOString().slice(0, 10);
  const said =
    `Written by \`npm run bench:evidence\` on ${today}: megabytes that are gone after each part is let go, once a ` +
    'capture is over. The first capture is cloned from real ones, the second is short connections of no known protocol.';
  writeFileSync(join(ROOT, 'docs', 'bench-evidence.md'), `# What evidence holds\n\n${said}\n\n${table}\n`);
}
