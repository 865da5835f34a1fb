// One command as a whole process: wall time, CPU time and peak memory as the system counts them (GNU time).
import { spawnSync } from 'node:child_process';

export interface Figures {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** @returns the median run of `runs` by wall time, or null when the command is not there */
export function timed(command: string, args: readonly string[], runs = 3): Figures | null {
  const all: Figures[] = [];
  for (let n = 0; n < runs; n++) {
    const started = performance.now();
    const done = spawnSync('/usr/bin/time', ['-f', '@%U %S %M', command, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 1e9,
    });
    const seconds = (performance.now() - started) / 1000;
    if (done.error || done.status === 127) return null;
    const m = /@([\d.]+) ([\d.]+) (\d+)/.exec(done.stderr);
    if (!m) return null;
    all.push({ seconds, cpu: Number(m[1]) + Number(m[2]), megabytes: Number(m[3]) / 1024 });
  }
  return all.sort((a, b) => a.seconds - b.seconds)[all.length >> 1]!;
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
