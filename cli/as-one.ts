// Several captures of one place read as one: they are merged by time into a file of the cache folder, which goes when the
// command is over.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../contract/index.ts';
import { mergeCaptures } from '../engine/host.ts';
import { type Folders, say, stop, UsageError } from './context.ts';
import { CALLED, endingSentence } from './inputs.ts';
import { Tally } from './tally.ts';
import { turns } from './turns.ts';

const FOLDER = 'inflated';

/** @param run what the command does with the one capture @returns the exit code */
export async function asOne(
  paths: readonly string[],
  partialOk: boolean,
  folders: Folders,
  run: (path: string) => Promise<number>,
): Promise<number> {
  const tally = new Tally(partialOk);
  const files = [...tally.captures(paths)].map((input) => input.path);
  if (files.includes('-')) throw new UsageError('--as-one reads files; standard input is one capture already');
  if (files.length === 0) return tally.code();
  mkdirSync(join(folders.cache, FOLDER), { recursive: true, mode: 0o700 });
  const path = join(folders.cache, FOLDER, `one-${process.pid}-${Date.now()}.pcapng`);
  try {
    const merged = await mergeCaptures(files, path, folders.cache, turns('nothing was read'));
    if ('message' in merged) {
      say(endingSentence(merged.path, { kind: 'unreadable', offset: 0, message: merged.message }) ?? '');
      return EXIT.error;
    }
    for (const { path: name, ending } of merged.endings) tally.ended(name, ending);
    CALLED.set(path, files.length === 1 ? files[0]! : `${files[0]!} … ${files.at(-1)!}`);
    const code = await run(path);
    return Math.max(code, tally.code(stop.asked));
  } finally {
    rmSync(path, { force: true });
  }
}
