// `npm run campaign:malformed`: every damaged capture through one run of `sightline score`, then each alone under a
// memory limit and a clock.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileRecord } from '../contract/index.ts';
import { NODE_FLAGS } from '../scripts/node24.mjs';
import { captureFiles, DATA } from './oracle/campaign.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(ROOT, 'dist', 'cli', 'entry.js');
const folder = join(DATA, 'malformed');
const started = performance.now();
const all = spawnSync(
  '/usr/bin/time',
  ['-f', '%M', process.execPath, ...NODE_FLAGS, MAIN, 'score', folder, '--json', '--foreign'],
  { encoding: 'utf8', maxBuffer: 1e9 },
);
const seconds = (performance.now() - started) / 1000;
const records = all.stdout
  .split('\n')
  .filter((l) => l.startsWith('{"type":"file"'))
  .map((l) => JSON.parse(l) as FileRecord);
const files = [...captureFiles()].filter((f) => f.startsWith(folder));
const counts = new Map<string, number>();
for (const r of records) counts.set(r.status, (counts.get(r.status) ?? 0) + 1);
const peak = Number(all.stderr.trim().split('\n').at(-1)) / 1024;

const each = process.argv.includes('--each');
let slowest = { file: '', ms: 0 };
let largest = { file: '', mb: 0 };
if (each) {
  for (const file of files) {
    const t = performance.now();
    const one = spawnSync(
      '/usr/bin/time',
      ['-f', '%M', process.execPath, ...NODE_FLAGS, MAIN, 'score', file, '--json', '--foreign'],
      { encoding: 'utf8', maxBuffer: 1e9, timeout: 10_000 },
    );
    const ms = performance.now() - t;
    const mb = Number(one.stderr.trim().split('\n').at(-1)) / 1024;
    if (one.signal !== null) console.log(`${relative(DATA, file)}: ended by ${one.signal}`);
    if (ms > slowest.ms) slowest = { file: relative(DATA, file), ms };
    if (mb > largest.mb) largest = { file: relative(DATA, file), mb };
  }
}
const lines = [
  '# Damaged captures',
  '',
  `Written by \`npm run campaign:malformed -- --each\` on ${new Date().toISOString().slice(0, 10)}.`,
  '',
  `${files.length} files of \`malformed/\` in one run of \`sightline score\`: ${records.length} records, exit ` +
    `code ${all.status}, ${seconds.toFixed(1)} s, peak ${peak.toFixed(0)} MB.`,
  '',
  '| ending | files |',
  '|---|---|',
  ...[...counts].map(([k, n]) => `| ${k} | ${n} |`),
  '',
  ...(each
    ? [
        `Each alone: slowest ${(slowest.ms / 1000).toFixed(1)} s (${slowest.file}), largest ` +
          `${largest.mb.toFixed(0)} MB (${largest.file}); the limits are 10 s and 512 MB.`,
        '',
      ]
    : []),
];
writeFileSync(join(ROOT, 'docs', 'malformed.md'), lines.join('\n'));
console.log(lines.slice(4).join('\n'));
process.exit(records.length === files.length && all.status !== null && peak < 512 ? 0 : 1);
