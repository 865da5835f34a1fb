// Reads the options of `npm start` and `npm run dev` by the table in contract/start-options.ts. That is TypeScript, and
// npm may run on an older Node than the pinned one: the pinned one reads it, in a process of its own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24, ROOT } from './node24.mjs';

const CONTRACT = pathToFileURL(join(ROOT, 'contract', 'index.ts')).href;
const READ = `
  import { resolve } from 'node:path';
  import { startCall, startHelp, STARTERS, startWords } from ${JSON.stringify(CONTRACT)};
  const [name, from, ...args] = process.argv.slice(1);
  const starter = STARTERS[name];
  const read = startCall(starter, args);
  if (read.ok && read.call.file !== null) read.call.file = resolve(from, read.call.file);
  console.log(JSON.stringify({
    ...read,
    help: startHelp(starter).join('\\n'),
    words: read.ok ? startWords(read.call) : [],
  }));
`;

/**
 * Ends the process with a sentence and code 2 where an option is not taken, and with the help where that is asked for.
 * @param {'start' | 'dev'} starter
 * @param {readonly string[]} args
 * @returns what is asked for, and `words` that say it to the host: a file is meant from where the user stands, since
 *   npm runs scripts in the package's folder
 */
export function startCall(starter, args) {
  const from = process.env.INIT_CWD ?? process.cwd();
  const read = spawnSync(node24(), ['--input-type=module', '--eval', READ, '--', starter, from, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (read.status !== 0) process.exit(read.status ?? 2);
  const { ok, message, call, help, words } = JSON.parse(read.stdout);
  if (!ok) {
    console.error(message);
    process.exit(2);
  }
  if (call.help) {
    console.log(help);
    process.exit(0);
  }
  return { ...call, words };
}
