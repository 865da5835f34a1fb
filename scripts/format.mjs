// `npm run format [-- --check]`: lays out every source file: oxfmt for TypeScript and styles, clang-format for native/.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24, ROOT } from './node24.mjs';

const NATIVE = ['native/sightline-capture', 'scripts/native-shims', 'bench/capture'];

/**
 * Lays out every source file, or says which are not.
 * @param {boolean} check change nothing
 * @returns {{ problems: string[], unchecked: string | null }} files that are not laid out, and what could not be asked
 */
export function format(check) {
  const problems = [];
  const run = (command, args) => {
    const done = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
    if (done.status !== 0) problems.push(`${done.stdout ?? ''}${done.stderr ?? ''}`.trim());
  };
  const oxfmt = join('node_modules', 'oxfmt', 'bin', 'oxfmt');
  run(node24() ?? process.execPath, [oxfmt, ...(check ? ['--list-different'] : []), '.']);
  if (spawnSync('clang-format', ['--version'], { stdio: 'ignore' }).status !== 0) {
    return { problems, unchecked: 'clang-format is not here; native/ is not looked at.' };
  }
  const files = NATIVE.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`));
  const sources = files.filter((name) => /\.(cpp|c|h)$/.test(name));
  run('clang-format', [...(check ? ['--dry-run', '--Werror'] : ['-i']), ...sources]);
  return { problems, unchecked: null };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { problems, unchecked } = format(process.argv.includes('--check'));
  if (unchecked !== null) console.error(unchecked);
  if (problems.length > 0) console.error(problems.join('\n'));
  process.exit(problems.length > 0 ? 1 : 0);
}
