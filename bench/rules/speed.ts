// `npm run bench:rules [-- PACKETS RUNS]`: what threat rules cost a score, beside the same score without them and beside
// Suricata where it is installed, in one run on the same file; writes docs/bench-rules.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAGS } from '../../scripts/node24.mjs';
import { over, record } from '../guard/results.ts';
import { cloneOf, MAIN, ROOT } from '../peers.ts';
import { alternating, type Figures, markdown, type Timed } from '../run.ts';
import { putPart } from './report.ts';
import { rulesOfShape } from './generate.ts';

const COUNTS = [0, 1_000, 30_000] as const;
/** What rules may cost, of the time without them, and megabytes. */
const ALLOWED: ReadonlyMap<number, readonly [share: number, megabytes: number]> = new Map([
  [1_000, [0.1, Infinity]],
  [30_000, [0.4, 300]],
]);

const size = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 3);
const file = await cloneOf(size, true);
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-rules-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Asked {
  readonly name: string;
  readonly count: number;
  readonly timed: Timed;
}

function askedOf(count: number): Asked[] {
  const rules = join(folder, `${count}.rules`);
  writeFileSync(rules, rulesOfShape(count));
  const ours = [...NODE_FLAGS, MAIN, 'score', '-q', '--foreign', file, ...(count === 0 ? [] : ['--rules', rules])];
  const theirs = ['-r', file, '-l', folder, '-S', count === 0 ? '/dev/null' : rules, '-k', 'none'];
  return [
    { name: 'sightline score -q', count, timed: { command: process.execPath, args: ours, runs } },
    { name: 'suricata -r', count, timed: { command: 'suricata', args: theirs, runs } },
  ];
}

const asked = COUNTS.flatMap(askedOf);
const figures = alternating(asked.map((a) => a.timed));
const baseOf = (name: string): Figures | null => figures[asked.findIndex((a) => a.name === name && a.count === 0)]!;
let missed = 0;
const rows: string[][] = [];
for (const [i, { name, count }] of asked.entries()) {
  const [f, base] = [figures[i]!, baseOf(name)];
  const label = count.toLocaleString('en-US');
  if (name.startsWith('sightline') && count > 0) {
    const peer = figures[asked.findIndex((a) => a.name.startsWith('suricata') && a.count === count)];
    record('rules', {
      [`${size} packets, ${count} rules, time over none`]: over(f?.seconds, base?.seconds),
      [`${size} packets, ${count} rules, time over suricata`]: over(f?.seconds, peer?.seconds),
    });
  }
  if (f === null || base === null) {
    if (count === 0) rows.push(['', name, 'not installed', '', '', '', '']);
    continue;
  }
  const more = f.seconds / base.seconds - 1;
  const memory = f.megabytes - base.megabytes;
  const allowed = name.startsWith('sightline') ? ALLOWED.get(count) : undefined;
  const within = allowed === undefined || (more <= allowed[0] && memory <= allowed[1]);
  if (!within) missed++;
  rows.push([
    label,
    name,
    `${f.seconds.toFixed(2)} s`,
    `${f.cpu.toFixed(2)} s`,
    `${f.megabytes.toFixed(0)} MB`,
    count === 0 ? '' : `${more > 0 ? '+' : ''}${(more * 100).toFixed(0)} %, ${memory.toFixed(0)} MB`,
    allowed === undefined ? '' : `${allowed[0] * 100} %${allowed[1] === Infinity ? '' : `, ${allowed[1]} MB`}`,
  ]);
}
const text = [
  `\`npm run bench:rules\`, ${new Date().toISOString().slice(0, 10)}: a real capture of ` +
    `${size.toLocaleString('en-US')} packets, medians of ${runs} runs in turns, file in cache, two cores. The rules are ` +
    "generated in the shape of Emerging Threats' open set (`bench/rules/generate.ts`); loading them is part of the time.",
  '',
  markdown(['rules', 'tool', 'wall', 'CPU', 'peak memory', 'more than without', 'allowed'], rows),
  '',
].join('\n');
putPart(join(ROOT, 'docs', 'bench-rules.md'), 'speed', text);
console.log(text);
process.exit(missed > 0 ? 1 : 0);
