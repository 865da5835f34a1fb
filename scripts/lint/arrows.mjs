// Who may import whom: areas at the top, rooms inside the engine, and the face (index.ts) of each.
import { dirname, relative, resolve } from 'node:path';
import { ROOT } from '../node24.mjs';

/** What each area may import. Inside the engine, a room may import the rooms before it. */
export const AREAS = {
  contract: [],
  engine: ['contract'],
  platform: ['engine', 'contract', 'web'],
  cli: ['engine', 'contract', 'platform'],
  electron: ['engine', 'contract'],
  web: ['engine', 'contract'],
  renderer: ['contract'],
  // Of the platform only what its API says, of the window words and looks.
  pages: ['contract', 'platform', 'renderer'],
  bench: ['engine', 'contract', 'platform', 'cli', 'electron', 'web', 'scripts', 'e2e'],
  e2e: ['contract', 'platform'],
  // Which Chromium there is.
  scripts: ['engine', 'contract', 'platform', 'e2e'],
};
export const ROOMS = [
  'log',
  'pattern',
  'read',
  'decode',
  'flow',
  'protocols',
  'observe',
  'features',
  'detect',
  'evidence',
  'rules',
  'learn',
  'store',
  'indicators',
  'workers',
  'session',
  'lab',
  'exchange',
  'filter',
  'view',
  'stats',
  'capture',
  'dissect',
  'desk',
];
/** The engine's doors for the command line. */
const DOORS = [
  'host.ts',
  'host-start.ts',
  'host-learn.ts',
  'host-capture.ts',
  'host-lab.ts',
  'host-filter.ts',
  'host-report.ts',
  'host-rules.ts',
  'host-exchange.ts',
  'host-indicators.ts',
  'host-packets.ts',
];

/** One file of each has the terminal; whatever else is said goes through it and is cleaned. */
const TERMINALS = ['cli/terminal.ts', 'web/terminal.ts'];
const SPEAKS = /\bconsole\.\w+\(|\bprocess\.(?:stdout|stderr)\b/;

/** @returns {string[]} the imports that point the wrong way, and the files that write to a terminal by themselves */
export function wrongArrows(sources) {
  const problems = [];
  for (const { path, text } of sources) {
    if (AREAS[path.split('/')[0]] === undefined) continue;
    const test = path.endsWith('.test.ts');
    if (/^(cli|web)\//.test(path) && !TERMINALS.includes(path) && !test && SPEAKS.test(text))
      problems.push(`${path}: only ${TERMINALS.join(' and ')} may write to a terminal`);
    for (const m of text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)) {
      const why = refusal(path, m[1], test);
      if (why !== null) problems.push(`${path}: ${why} (${m[1]})`);
    }
  }
  return problems;
}

function refusal(path, specifier, test) {
  const target = relative(ROOT, resolve(ROOT, dirname(path), specifier)).replaceAll('\\', '/');
  const from = path.split('/');
  const to = target.split('/');
  if (from[0] !== to[0]) return betweenAreas(from, to, test);
  if (from[0] === 'engine' && from[1] !== to[1] && ROOMS.includes(from[1])) return betweenRooms(from, to, test);
  return null;
}

function betweenAreas(from, to, test) {
  if (!AREAS[from[0]].includes(to[0])) return `${from[0]} may not import ${to[0]}`;
  if (to[0] === 'contract' && to[1] !== 'index.ts') return "import the contract's face";
  if (from[0] === 'cli' && to[0] === 'engine' && !DOORS.includes(to[1]) && !test) return 'import engine/host.ts';
  return null;
}

function betweenRooms(from, to, test) {
  if (!ROOMS.includes(to[1])) return test && to[1] === 'testing' ? null : `no room '${to[1]}'`;
  if (test) return null;
  if (ROOMS.indexOf(to[1]) > ROOMS.indexOf(from[1])) return `${from[1]} comes before ${to[1]}; it may not import it`;
  if (to.slice(2).join('/') !== 'index.ts') return `import the face of ${to[1]}`;
  return null;
}
