// Lint: layout (npm run format), import direction, oxlint's rules, and the figures of density, printed and enforced.
import { AREAS, wrongArrows } from './lint/arrows.mjs';
import { exceptions, figures } from './lint/figures.mjs';
import { deadDocuments, deadFiles, environment } from './lint/names.mjs';
import { oxlint } from './lint/oxlint.mjs';
import { readDocuments, readSources } from './lint/sources.mjs';
import { format } from './format.mjs';

/** Longer than 600 lines, and to be split. */
const STILL_LONG = ['engine/decode/decoder.ts', 'engine/desk/session.ts'];
/** Areas and rooms that the figures and the rules of density do not hold yet. */
const NOT_YET_CLEAN = [
  'bench',
  'engine/capture',
  'engine/decode',
  'engine/flow',
  'engine/read',
  'engine/session',
  'engine/testing',
  'engine/workers',
];

const folders = Object.keys(AREAS);
const sources = readSources([...folders, 'native']);
const findings = oxlint(folders);
const { table, problems, clean } = figures(sources, findings, { notYetClean: NOT_YET_CLEAN, stillLong: STILL_LONG });
// What lint itself and its test name is made up.
const named = sources.filter(({ path }) => !path.startsWith('scripts/lint'));
const documents = readDocuments();
const excused = exceptions(named, NOT_YET_CLEAN);
problems.push(
  ...wrongArrows(named),
  ...excused.problems,
  ...deadDocuments(named, documents),
  ...deadFiles(named, [...documents, ...named]),
  ...environment(named, documents),
);

const layout = format(true);
if (layout.unchecked !== null) console.error(layout.unchecked);
if (layout.problems.length > 0) problems.push('Not laid out (npm run format):', ...layout.problems);

console.log(table.join('\n'));
console.log(`Exceptions: ${excused.list.length}`);
for (const one of excused.list) console.log(`  ${one}`);
if (clean.length > 0) console.log(`Clean now, to be taken off NOT_YET_CLEAN: ${clean.join(', ')}`);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log('Lint: no problem.');
