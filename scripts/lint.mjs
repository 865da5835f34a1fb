// Lint: oxlint's rules, then ours: layout (npm run format), import direction (architecture), face-only imports, lengths of
// files and lines.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { format } from './format.mjs';
import { ROOT } from './node24.mjs';

const MAX_LINES = 600;
/** Longer than that, and to be split. */
const STILL_LONG = [
  'engine/decode/decoder.ts',
  'engine/desk/session.ts',
  'renderer/style/panes.css',
  'bench/fuzz/targets.ts',
];
/** Who may import whom. Inside the engine, a room may import the rooms before it. */
const AREAS = {
  contract: [],
  engine: ['contract'],
  cli: ['engine', 'contract'],
  electron: ['engine', 'contract'],
  web: ['engine', 'contract'],
  renderer: ['contract'],
  bench: ['engine', 'contract', 'cli', 'scripts', 'e2e'],
  e2e: ['contract'],
  scripts: ['engine', 'contract'],
};
const ROOMS = [
  'read',
  'decode',
  'flow',
  'protocols',
  'features',
  'detect',
  'learn',
  'store',
  'workers',
  'session',
  'exchange',
  'filter',
  'view',
  'capture',
  'dissect',
  'desk',
];

/** One file of each has the terminal; whatever else is said goes through it and is cleaned. */
const TERMINALS = ['cli/terminal.ts', 'web/terminal.ts'];
const SPEAKS = /\bconsole\.\w+\(|\bprocess\.(?:stdout|stderr)\b/;

const problems = [];

function* sources(folder) {
  let entries = [];
  try {
    entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name !== '.cache') yield* sources(path);
    } else if (/\.(ts|tsx|mjs|cpp|h|css)$/.test(entry.name)) yield path;
  }
}

for (const area of Object.keys(AREAS)) {
  for (const file of sources(area)) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const lines = text.split('\n').length;
    if (lines > MAX_LINES && !STILL_LONG.includes(file))
      problems.push(`${file}: ${lines} lines; ${MAX_LINES} is the limit`);
    if (/^(cli|web)\//.test(file) && !TERMINALS.includes(file) && !file.endsWith('.test.ts') && SPEAKS.test(text))
      problems.push(`${file}: only ${TERMINALS.join(' and ')} may write to a terminal`);
    for (const m of text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)) checkImport(file, m[1]);
  }
}

function checkImport(file, specifier) {
  const target = relative(ROOT, resolve(ROOT, dirname(file), specifier)).replaceAll('\\', '/');
  const [fromArea, fromRoom] = file.split('/');
  const [toArea, toRoom, ...rest] = target.split('/');
  if (fromArea !== toArea) {
    if (!AREAS[fromArea].includes(toArea))
      problems.push(`${file}: ${fromArea} may not import ${toArea} (${specifier})`);
    if (toArea === 'contract' && toRoom !== 'index.ts')
      problems.push(`${file}: import the contract's face, not ${specifier}`);
    if (
      fromArea === 'cli' &&
      toArea === 'engine' &&
      toRoom !== 'host.ts' &&
      toRoom !== 'host-learn.ts' &&
      toRoom !== 'host-capture.ts' &&
      !file.endsWith('.test.ts')
    )
      problems.push(`${file}: import engine/host.ts, not ${specifier}`);
  }
  if (fromArea === 'engine' && toArea === 'engine' && fromRoom !== toRoom && ROOMS.includes(fromRoom)) {
    const test = file.endsWith('.test.ts');
    if (!ROOMS.includes(toRoom) && !(test && toRoom === 'testing')) problems.push(`${file}: no room '${toRoom}'`);
    else if (!test && ROOMS.indexOf(toRoom) > ROOMS.indexOf(fromRoom))
      problems.push(`${file}: ${fromRoom} comes before ${toRoom}; it may not import it`);
    if (ROOMS.includes(toRoom) && rest.join('/') !== 'index.ts' && !test)
      problems.push(`${file}: import the face of ${toRoom}, not ${specifier}`);
  }
}

const layout = format(true);
if (layout.unchecked !== null) console.error(layout.unchecked);
if (layout.problems.length > 0) problems.push('Not laid out (npm run format):', ...layout.problems);

const ox = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint'),
    '-c',
    '.oxlintrc.json',
    ...Object.keys(AREAS).filter((a) => [...sources(a)].length > 0),
  ],
  { cwd: ROOT, encoding: 'utf8' },
);
if (ox.status !== 0) problems.push(ox.stdout + ox.stderr);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log('Lint: no problem.');
