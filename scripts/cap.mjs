// `npm run cap`: builds the npm package `cap` for the pinned Node, so that `capture --source cap` works. It is installed
// without being built, since the helper captures better; it is for machines where the helper cannot be had.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24, ROOT } from './node24.mjs';

const FOLDER = join(ROOT, 'node_modules', 'cap');
const BUILT = join(FOLDER, 'build', 'Release', 'cap.node');

/** @returns where the package is, or why it is not built */
export function buildCap() {
  if (existsSync(BUILT)) return { ok: true, path: join(FOLDER, 'lib', 'Cap.js') };
  if (!existsSync(FOLDER)) return { ok: false, message: 'npm cap is not installed: npm install --ignore-scripts' };
  const done = process.platform === 'win32' ? byNodeGyp() : byCompiler();
  if (done !== null) return { ok: false, message: done };
  return { ok: true, path: join(FOLDER, 'lib', 'Cap.js') };
}

/** The package's one source, with the headers that come with the pinned Node: nothing is downloaded. */
function byCompiler() {
  const compiler = [process.env.CXX, 'c++', 'g++', 'clang++'].find(
    (c) => c && spawnSync(c, ['--version'], { stdio: 'ignore' }).status === 0,
  );
  if (compiler === undefined) return 'npm cap is not built: no C++ compiler was found (Debian: apt-get install g++)';
  mkdirSync(dirname(BUILT), { recursive: true });
  const done = spawnSync(
    compiler,
    [
      '-O2',
      '-fPIC',
      '-shared',
      '-std=c++20',
      '-w',
      ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
      '-DNODE_GYP_MODULE_NAME=cap',
      '-DBUILDING_NODE_EXTENSION',
      `-I${join(dirname(node24()), '..', 'include', 'node')}`,
      `-I${join(ROOT, 'node_modules', 'nan')}`,
      join(FOLDER, 'src', 'binding.cc'),
      '-lpcap',
      '-o',
      BUILT,
    ],
    { encoding: 'utf8' },
  );
  if (done.status === 0) return null;
  if (/pcap\.h|-lpcap/.test(done.stderr))
    return 'npm cap is not built: the headers of libpcap are missing (Debian: apt-get install libpcap-dev)';
  return `npm cap could not be built:\n${done.stderr}`;
}

/** Its own way, which downloads Node's headers. */
function byNodeGyp() {
  const args = ['rebuild', 'cap', '--ignore-scripts=false'];
  const done = spawnSync('npm.cmd', args, { cwd: ROOT, encoding: 'utf8', shell: true });
  return done.status === 0 ? null : `npm cap could not be built:\n${done.stdout}${done.stderr}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const done = buildCap();
  console.log(done.ok ? 'npm cap is built: capture --source cap' : done.message);
  process.exit(done.ok ? 0 : 1);
}
