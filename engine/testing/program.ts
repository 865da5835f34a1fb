// Which file the command line starts from in tests: the build, which starts five times as fast as its sources, where it
// is newer than all of them. `npm test` builds before it tests; after an edit a single test runs the sources.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(ROOT, 'dist', 'cli', 'entry.js');
/** What it is built from. */
const SOURCES = ['contract', 'engine', 'platform', 'cli', 'web'];

/** @returns ms since the epoch of the newest source below a folder; tests are none */
function newest(folder: string): number {
  let found = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found = Math.max(found, newest(path));
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      found = Math.max(found, statSync(path).mtimeMs);
  }
  return found;
}

const isFresh =
  existsSync(BUILT) && statSync(BUILT).mtimeMs > Math.max(...SOURCES.map((folder) => newest(join(ROOT, folder))));

/** Given to `node` before a command's words. */
export const PROGRAM = isFresh ? BUILT : join(ROOT, 'cli', 'main.ts');
