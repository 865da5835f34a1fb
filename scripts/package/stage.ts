// Lays out what is packed: `app` becomes the archive that Electron loads, `engine` lies outside of it.
//
// The archive has the main process in one file, the preload and the window, which Electron checks by its hash. Engine,
// models, WebAssembly and the pinned Node are beside it as files: the command line, the served window and the process of
// deep dissection run in that Node, which cannot look into an archive.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../node24.mjs';
import { engineParts } from './contents.ts';

export interface Stage {
  readonly app: string;
  readonly engine: string;
}

const FILE = 0o644;
const PROGRAM = 0o755;

function put(from: string, to: string, mode: number): void {
  mkdirSync(dirname(to), { recursive: true, mode: PROGRAM });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/** The main process in one file: the archive has no packages. */
async function mainProcess(to: string): Promise<void> {
  const bundled = await rolldown({
    input: join(ROOT, 'electron', 'main.ts'),
    cwd: ROOT,
    platform: 'node',
    external: /^(?:electron$|node:)/,
  });
  await bundled.write({ file: to, format: 'es', codeSplitting: false });
  await bundled.close();
}

/** package.json as a package has it: nothing of the work on it. */
function manifest(kept: readonly string[], more: object): string {
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  const picked = Object.fromEntries(kept.map((name) => [name, own[name]]));
  return `${JSON.stringify({ ...picked, ...more }, null, 2)}\n`;
}

/** @param folder emptied, and filled with both trees */
export async function stage(folder: string): Promise<Stage> {
  rmSync(folder, { recursive: true, force: true });
  const app = join(folder, 'app');
  const engine = join(folder, 'engine');
  await mainProcess(join(app, 'dist', 'electron', 'main.js'));
  put(join(ROOT, 'dist', 'electron', 'preload.cjs'), join(app, 'dist', 'electron', 'preload.cjs'), FILE);
  cpSync(join(ROOT, 'dist', 'renderer'), join(app, 'dist', 'renderer'), { recursive: true });
  const named = ['name', 'version', 'description', 'license', 'type'];
  const author = { name: 'The Sightline authors', email: 'sightline@localhost' };
  const home = { homepage: 'https://sightline.invalid/' };
  writeFileSync(join(app, 'package.json'), manifest(named, { main: 'dist/electron/main.js', author, ...home }));
  for (const { from, to, program } of engineParts()) put(from, join(engine, to), program ? PROGRAM : FILE);
  // What finds the pinned Node reads its names here.
  writeFileSync(join(engine, 'package.json'), manifest([...named, 'optionalDependencies'], {}));
  return { app, engine };
}
