// Lint: layout (npm run format), import direction, oxlint's rules, and the figures of density, printed and enforced.
import { AREAS, wrongArrows } from './lint/arrows.mjs';
import { exceptions, figures } from './lint/figures.mjs';
import { deadDocuments, deadFiles, environment } from './lint/names.mjs';
import { oxlint } from './lint/oxlint.mjs';
import { readDocuments, readSources } from './lint/sources.mjs';
import { format } from './format.mjs';

const folders = Object.keys(AREAS);
const sources = readSources([...folders, 'native']);
const findings = oxlint(folders);
const { table, problems } = figures(sources, findings);
// What lint itself and its test name is made up.
const named = sources.filter(({ path }) => !path.startsWith('scripts/lint'));
const documents = readDocuments();
const excused = exceptions(named);
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
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log('Lint: no problem.');
