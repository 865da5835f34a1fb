// The command line as a process of its own, as people call it, in a folder of the test's.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { OutputRecord } from '../../contract/index.ts';
import { PROGRAM } from './program.ts';

export interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param home where it runs, and keeps what it keeps */
export function runSightline(home: string, args: readonly string[]): Done {
  const own = { SIGHTLINE_CACHE: join(home, 'cache'), SIGHTLINE_DATA_HOME: join(home, 'data'), NO_COLOR: '1' };
  const done = spawnSync(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...own },
    encoding: 'utf8',
    cwd: home,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

/** Lines of JSON as records. */
export function recordsOf(out: string): OutputRecord[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OutputRecord);
}
