// `npm run campaign:planted [-- TEXT | --boundaries]`: checks taken out, one at a time, in a copy of the build; the fuzzer
// has ten minutes for each. With TEXT only those of files that have it in their names, and no document is written; with
// --boundaries those of what comes over boundaries, in a part of the document.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partsOf, withMeasured, writeParts } from '../parts.ts';
import { markdown } from '../run.ts';
import { BOUNDARY_PLANTS, type Plant, PLANTS } from './plants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTES = 10;

const rows: string[][] = [];
let missed = 0;
const ofBoundaries = process.argv[2] === '--boundaries';
const only = ofBoundaries ? '' : (process.argv[2] ?? '');
const plants: readonly (readonly [boundary: string | null, Plant])[] = ofBoundaries
  ? Object.entries(BOUNDARY_PLANTS).flatMap(([boundary, some]) => some.map((p): [string, Plant] => [boundary, p]))
  : PLANTS.filter(({ file }) => file.includes(only)).map((p) => [null, p]);
for (const [boundary, p] of plants) {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-planted-'));
  const dist = join(folder, 'dist');
  cpSync(join(ROOT, 'dist'), dist, {
    recursive: true,
    filter: (from) => !from.includes('renderer') && !from.includes('native'),
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(dist, 'engine', p.file);
  const parts = readFileSync(file, 'utf8').split(p.check);
  if (parts.length < p.nth + 2) throw new Error(`${p.file} has no '${p.check}' number ${p.nth}`);
  writeFileSync(file, parts.slice(0, p.nth + 1).join(p.check) + p.instead + parts.slice(p.nth + 1).join(p.check));
  const started = performance.now();
  const ran = spawnSync(
    process.execPath,
    [
      join(ROOT, 'bench', 'fuzz', 'campaign.ts'),
      '--dist',
      dist,
      '--target',
      p.target,
      ...(boundary === null ? [] : ['--boundary', boundary]),
      '--first',
      '--minutes',
      String(MINUTES),
    ],
    { encoding: 'utf8', timeout: (MINUTES + 1) * 60_000 },
  );
  const seconds = (performance.now() - started) / 1000;
  const said = /: (?:\w*Error): (.*)/.exec(ran.stdout)?.[1] ?? '';
  const found = ran.status === 1 && said !== '';
  if (!found) missed++;
  rows.push([
    p.file,
    `\`${p.check}\``,
    p.target,
    found ? `${seconds.toFixed(1)} s` : `**not in ${MINUTES} min**`,
    said.replaceAll('|', '/'),
  ]);
  console.log(rows.at(-1)!.join('  '));
  rmSync(folder, { recursive: true, force: true });
}
const measured =
  `Written by \`npm run campaign:planted${ofBoundaries ? ' -- --boundaries' : ''}\` on ` +
  `${new Date().toISOString().slice(0, 10)}: ${plants.length - missed} of ${plants.length} removed checks found, each ` +
  `within ${MINUTES} minutes. Times are those of the whole process, start and instrumenting included; the fuzzer starts ` +
  'with the saved corpus, as it always does.';
const table = markdown(['file of the build', 'check taken out', 'target', 'found after', 'what it saw'], rows);
if (only === '') {
  const path = join(ROOT, 'docs', 'fuzz-planted.md');
  const parts = partsOf(path);
  if (ofBoundaries) {
    const title = 'Boundaries';
    parts.sections.set(title, withMeasured(parts.sections.get(title), `${measured}\n\n${table}`));
  } else parts.lead = `# Planted errors\n\n${measured}\n\n${table}`;
  writeParts(path, parts);
}
process.exit(missed > 0 ? 1 : 0);
