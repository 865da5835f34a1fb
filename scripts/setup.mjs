// What `npm start` and `npm test` do first on a fresh clone: install packages if they are missing, and say so.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { node24, ROOT } from './node24.mjs';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function run(command, args, what) {
  const done = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  if (done.status !== 0) {
    console.error(`${what} failed (${command} ${args.join(' ')}).`);
    process.exit(2);
  }
}

export function install() {
  if (existsSync(join(ROOT, 'node_modules', 'typescript')) && node24() !== null) return;
  console.error('Installing packages and the pinned Node (npm ci)…');
  run(npm, ['ci', '--no-audit', '--no-fund'], 'Installing packages');
}

function newest(folder) {
  let latest = 0;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path);
    latest = Math.max(latest, stat.isDirectory() ? newest(path) : stat.mtimeMs);
  }
  return latest;
}

export function build() {
  const stamp = join(ROOT, 'dist', 'cli', 'entry.js');
  const sources = Math.max(...['contract', 'engine', 'cli'].map((f) => newest(join(ROOT, f))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > sources) return;
  console.error('Building (tsc)…');
  run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], 'Building');
}
