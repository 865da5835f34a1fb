// Finds the Node that the product is pinned to (installed from npm beside the other packages) and starts it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
/**
 * A small young generation: what the engine leaves behind is short-lived, and 40 MB less stay resident. And V8's second
 * optimizing compiler only for what is called a hundred thousand times: the first one's code is nearly as fast, and a
 * third of all time on ordinary traffic went to compiling.
 */
export const NODE_FLAGS = ['--max-semi-space-size=4', '--invocation-count-for-turbofan=100000'];
const PINNED = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).optionalDependencies;

/** The pinned Node's path; this process's own when it is of the same major version and the pinned one is not there. */
export function node24() {
  for (const name of Object.keys(PINNED)) {
    const path = join(ROOT, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (
      existsSync(path) &&
      name.includes(process.arch) &&
      name.includes(process.platform === 'win32' ? 'win' : process.platform)
    )
      return path;
  }
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : null;
}

/**
 * Runs the pinned Node with these arguments, paths relative to the repository made absolute; ends with its code. Where
 * this Node can, the pinned one takes this process's place: one process instead of two, and signals are its own.
 */
export function handOver(args) {
  const node = node24();
  if (node === null) {
    console.error('Sightline needs Node 24, which `npm ci` installs beside it. Run `npm ci` in ' + ROOT);
    process.exit(2);
  }
  const [script, ...rest] = args;
  const file = join(ROOT, script);
  if (!existsSync(file)) {
    console.error(`Sightline is not built yet. Run \`npm run build\` in ${ROOT}`);
    process.exit(2);
  }
  const words = [...NODE_FLAGS, file, ...rest];
  if (process.execve !== undefined && process.platform !== 'win32') process.execve(node, [node, ...words]);
  const child = spawn(node, words, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      if (signal === 'SIGTERM') child.kill(signal);
    });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 2)));
}
