// `npm run campaign:planted [-- TEXT | --boundaries | --boundary NAME]`: checks taken out, one at a time, in a copy of the
// build; the fuzzer has ten minutes for each. With TEXT only those of files that have it in their names, and no document
// is written; --boundaries are those of what comes over boundaries, each in a part of the document.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partsOf, withMeasured, writeParts } from '../parts.ts';
import { plantedCopy } from '../planted-copy.ts';
import { markdown } from '../run.ts';
import { BOUNDARY_PLANTS, type Plant, PLANTS } from './plants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTES = 10;

const [way = '', name = ''] = process.argv.slice(2);
const DOCUMENT = join(ROOT, 'docs', 'fuzz-planted.md');
let missed = 0;
if (way === '--boundaries' || way === '--boundary')
  for (const [boundary, plants] of Object.entries(BOUNDARY_PLANTS)) {
    if (way === '--boundary' && boundary !== name) continue;
    const found = tried(plants, boundary);
    const parts = partsOf(DOCUMENT);
    const title = `Boundary: ${boundary}`;
    parts.sections.set(title, withMeasured(parts.sections.get(title), found));
    writeParts(DOCUMENT, parts);
  }
else {
  const found = tried(
    PLANTS.filter(({ file }) => file.includes(way)),
    null,
  );
  if (way === '') {
    const parts = partsOf(DOCUMENT);
    parts.lead = `# Planted errors\n\n${found}`;
    writeParts(DOCUMENT, parts);
  }
}
process.exit(missed > 0 ? 1 : 0);

/** @returns what was found, as text of the document */
function tried(plants: readonly Plant[], boundary: string | null): string {
  const rows = plants.map((plant) => one(plant, boundary));
  const sure = rows.filter(({ found }) => found).length;
  missed += plants.length - sure;
  const measured =
    `Written by \`npm run campaign:planted${boundary === null ? '' : ` -- --boundary ${boundary}`}\` on ` +
    `${new Date().toISOString().slice(0, 10)}: ${sure} of ${plants.length} removed checks found, each within ${MINUTES} ` +
    'minutes. Times are those of the whole process, start and instrumenting included; the fuzzer starts with the saved ' +
    'corpus, as it always does.';
  const titles = ['file of the build', 'check taken out', 'target', 'found after', 'what it saw'];
  return `${measured}\n\n${markdown(
    titles,
    rows.map(({ row }) => row),
  )}`;
}

function one(p: Plant, boundary: string | null): { readonly found: boolean; readonly row: string[] } {
  const { root, remove } = plantedCopy({ ...p, file: join('engine', p.file) });
  const started = performance.now();
  const ran = spawnSync(
    process.execPath,
    [
      join(ROOT, 'bench', 'fuzz', 'campaign.ts'),
      '--dist',
      join(root, 'dist'),
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
  const row = [
    p.file,
    `\`${p.check}\``,
    p.target,
    found ? `${seconds.toFixed(1)} s` : `**not in ${MINUTES} min**`,
    said.replaceAll('|', '/'),
  ];
  console.log(row.join('  '));
  remove();
  return { found, row };
}
