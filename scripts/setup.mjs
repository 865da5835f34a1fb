// What `npm start` and `npm test` do first on a fresh clone: they install packages that are missing, build what is
// older than its sources, and say so.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { node24, ROOT } from './node24.mjs';

/** What the layout that the kernel is built with is made from. */
const LAYOUT = ['engine/flow', 'engine/decode', 'engine/features', 'engine/read/link-types.ts', 'contract/records.ts'];

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs a step. What it printed is shown when it fails: tsc and vite write their errors to the standard output. */
function run(command, args, what) {
  const shell = process.platform === 'win32';
  const done = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', shell });
  if (done.status !== 0) {
    const said = [done.stdout, done.stderr, done.error?.message].filter(Boolean).join('\n').trim();
    if (said !== '') console.error(said);
    console.error(`${what} failed (${command} ${args.join(' ')}).`);
    process.exit(2);
  }
}

export function install() {
  if (
    existsSync(join(ROOT, 'node_modules', 'typescript')) &&
    existsSync(join(ROOT, 'node_modules', 'vite')) &&
    existsSync(join(ROOT, 'node_modules', 'assemblyscript')) &&
    node24() !== null
  )
    return;
  console.error('Installing packages and the pinned Node (npm ci)…');
  run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Installing packages');
}

function newest(path) {
  const stat = statSync(path);
  return stat.isDirectory() ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name)))) : stat.mtimeMs;
}

function outdated(stamp, sources) {
  const made = join(ROOT, 'dist', stamp);
  return !existsSync(made) || statSync(made).mtimeMs <= Math.max(...sources.map((s) => newest(join(ROOT, s))));
}

/**
 * What `kernel/` is compiled to: each by its first source. With assertions every read of a packet is checked: tests and
 * the fuzzer run that one, too.
 */
const KERNELS = [
  { name: 'ingest-checked', source: 'kernel/index.ts', options: [] },
  { name: 'ingest', source: 'kernel/index.ts', options: ['--noAssert'] },
  { name: 'patterns', source: 'kernel/patterns.ts', options: ['--noAssert', '--enable', 'simd'] },
  { name: 'trees', source: 'kernel/trees.ts', options: ['--noAssert', '--enable', 'simd'] },
];

/** The kernels: the layout of the engine's tables is written down for them, then they are compiled to WebAssembly. */
export function buildKernels() {
  const sources = ['kernel', 'scripts/kernel-layout.ts', ...LAYOUT];
  if (!KERNELS.some(({ name }) => outdated(`kernel/${name}.wasm`, sources))) return;
  console.error('Building the kernels (asc)…');
  run(node24(), ['scripts/kernel-layout.ts', 'kernel/generated/layout.ts'], 'Writing the layout of the kernel');
  mkdirSync(join(ROOT, 'dist', 'kernel'), { recursive: true });
  const asc = join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  for (const { name, source, options } of KERNELS) {
    const outFile = `dist/kernel/${name}.wasm`;
    run(
      node24(),
      [asc, source, '--config', 'kernel/asconfig.json', ...options, '--outFile', outFile],
      'Building the kernels',
    );
  }
}

/** Whether programs start from bundles: `npm run dev` and tsc alone leave them modules. */
function bundled() {
  return readFileSync(join(ROOT, 'dist', 'cli', 'entry.js'), 'utf8').includes('/app/cli-entry.js');
}

/** Engine, command line and hosts. */
export function build() {
  buildKernels();
  const sources = ['contract', 'engine', 'platform', 'cli', 'web', 'electron', 'scripts/bundle.mjs'];
  if (!outdated('cli/entry.js', sources) && bundled()) return;
  console.error('Building (tsc, rolldown)…');
  run(
    process.execPath,
    [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
    'Building',
  );
  run(node24(), [join(ROOT, 'scripts', 'bundle.mjs')], 'Bundling');
}

let areFacesChecked = false;

/** What browsers load: the window, or the platform's pages. vite takes the types away without a look at them. */
function buildFace(folder, sources, name) {
  if (!outdated(`${folder}/index.html`, ['contract', ...sources])) return;
  console.error(`Building ${name} (tsc, vite)…`);
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  // One look at the types is for both.
  if (!areFacesChecked) run(process.execPath, [tsc, '-p', 'tsconfig.renderer.json'], `Checking the types of ${name}`);
  areFacesChecked = true;
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  run(node24(), [vite, 'build', '--config', `${folder}/vite.config.mjs`], `Building ${name}`);
}

/** The window's own files. */
export function buildWindow() {
  buildFace('renderer', ['renderer'], 'the window');
}

/** The platform's pages. */
export function buildPages() {
  buildFace('pages', ['renderer/words', 'renderer/style', 'platform/contract.ts', 'pages'], 'the pages');
}

/**
 * The capture helper, where there is a compiler; without one everything but live capture works.
 * @returns {boolean} whether it is there
 */
export function buildHelper() {
  const windows = process.platform === 'win32';
  const name = windows ? 'native/sightline-capture.exe' : 'native/sightline-capture';
  if (!outdated(name, ['native/sightline-capture'])) return true;
  const compiler = [process.env.CXX, 'c++', 'g++', 'clang++'].find(
    (c) => c && spawnSync(c, ['--version'], { stdio: 'ignore' }).status === 0,
  );
  if (compiler === undefined) {
    console.error(
      'The capture helper is not built: no C++ compiler was found. Captures can be opened; to capture live, install one ' +
        '(Debian: sudo apt-get install g++) and start again.',
    );
    return false;
  }
  console.error(`Building the capture helper (${compiler})…`);
  mkdirSync(join(ROOT, 'dist', 'native'), { recursive: true });
  const sources = readdirSync(join(ROOT, 'native', 'sightline-capture'))
    .filter((f) => f.endsWith('.cpp'))
    .map((f) => join('native', 'sightline-capture', f));
  const hardening = windows
    ? ['-static', '-lws2_32', '-liphlpapi']
    : [
        '-fstack-protector-strong',
        '-fPIE',
        '-pthread',
        ...(process.platform === 'linux' ? ['-pie', '-rdynamic', '-Wl,-z,relro,-z,now'] : []),
        '-ldl',
      ];
  const done = spawnSync(
    compiler,
    [
      '-std=c++17',
      '-O2',
      '-Wall',
      '-Wextra',
      '-D_FORTIFY_SOURCE=2',
      ...(windows ? ['-D_WIN32_WINNT=0x0A00'] : []),
      '-o',
      join('dist', name),
      ...sources,
      ...hardening,
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (done.status !== 0) {
    console.error(`The capture helper could not be built; live capture is not available.\n${done.stderr}`);
    return false;
  }
  return true;
}
