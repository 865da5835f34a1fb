// One command as a whole process: wall time, CPU time and peak memory as the system counts them (GNU time).
import { spawnSync } from 'node:child_process';

export interface Figures {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** One run, or null when the command is not there. */
function once(command: string, args: readonly string[]): Figures | null {
  const started = performance.now();
  const done = spawnSync('/usr/bin/time', ['-f', '@%U %S %M', command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1e9,
  });
  const seconds = (performance.now() - started) / 1000;
  if (done.error || done.status === 127) return null;
  const m = /@([\d.]+) ([\d.]+) (\d+)/.exec(done.stderr);
  return m === null ? null : { seconds, cpu: Number(m[1]) + Number(m[2]), megabytes: Number(m[3]) / 1024 };
}

/** A command and how often it is to be run. */
export interface Timed {
  readonly command: string;
  readonly args: readonly string[];
  readonly runs: number;
}

/**
 * Runs commands in turns, so that what else the machine does meets all of them.
 * @returns the median run of each by wall time, null for a command that is not there
 */
export function alternating(commands: readonly Timed[]): (Figures | null)[] {
  const all = commands.map((): Figures[] => []);
  for (let turn = 0; commands.some(({ runs }) => turn < runs); turn++) {
    for (const [i, { command, args, runs }] of commands.entries()) {
      const figures = turn < runs ? once(command, args) : null;
      if (figures !== null) all[i]!.push(figures);
    }
  }
  return all.map((runs) => runs.sort((a, b) => a.seconds - b.seconds)[runs.length >> 1] ?? null);
}

/** Seconds until a command's first line of output. */
export function firstLine(command: string, args: readonly string[]): number {
  const started = performance.now();
  spawnSync('bash', ['-c', `${[command, ...args].map((a) => `'${a}'`).join(' ')} 2>/dev/null | head -1 >/dev/null`], {
    stdio: 'ignore',
  });
  return (performance.now() - started) / 1000;
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((r) => `| ${r.join(' | ')} |`),
  ].join('\n');
}
