// What the benches over whole files share: cloned captures of a size, the peers that are measured beside us, their rows
// of the table.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cloneCapture } from './clone.ts';
import { DATA } from './oracle/campaign.ts';
import { alternating, type Figures } from './run.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const MAIN = join(ROOT, 'dist', 'cli', 'entry.js');
export const HEAD = ['packets', 'tool', 'wall', 'CPU', 'packets/s', 'peak memory'] as const;
const cache = process.env['SIGHTLINE_BENCH'] ?? join(ROOT, 'bench', '.cache');

/** A capture to measure on: cloned with other addresses each round (many flows), or as it is (few flows). */
export interface Asked {
  readonly real: boolean;
  readonly size: number;
}

/** Captures and runs that the call asks for: `[SIZES [RUNS]]`, a size with `real:` before it where addresses stay. */
export function asked(sizes: string): { readonly captures: readonly Asked[]; readonly runs: number } {
  const captures = (process.argv[2] ?? sizes)
    .split(',')
    .map((text) => ({ real: text.startsWith('real:'), size: Number(text.replace('real:', '')) }));
  return { captures, runs: Number(process.argv[3] ?? 3) };
}

/**
 * @returns a capture of so many packets, cloned from real ones when it is not there yet; ends the process where there
 * is nothing to clone
 */
export async function cloneOf(size: number, real = false): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `${real ? 'real' : 'clone'}-${size}.pcap`);
  if (existsSync(file)) return file;
  if (!existsSync(DATA)) {
    console.error(`The captures to clone are missing: ${DATA}`);
    process.exit(2);
  }
  await cloneCapture(DATA, file, size, real);
  return file;
}

export interface Tool {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly runs: number;
}

/** tcpdump, ndpiReader and tshark; the slow ones run once on large files. */
export function peers(file: string, size: number, runs: number): Tool[] {
  return [
    { name: 'tcpdump -r F -w /dev/null', command: 'tcpdump', args: ['-r', file, '-w', '/dev/null'], runs },
    { name: 'ndpiReader -q', command: 'ndpiReader', args: ['-q', '-i', file], runs: size > 5e6 ? 1 : runs },
    {
      name: 'tshark -n -q -z conv,tcp',
      command: 'tshark',
      args: ['-n', '-q', '-r', file, '-z', 'conv,tcp'],
      runs: size > 1e6 ? 1 : runs,
    },
  ];
}

/** Runs tools in turns and adds their rows. @returns the figures in the order of the tools */
export function measure(
  tools: readonly Tool[],
  size: number,
  rows: string[][],
  label = size.toLocaleString('en-US'),
): (Figures | null)[] {
  const figures = alternating(tools);
  for (const [i, { name }] of tools.entries()) {
    const f = figures[i]!;
    rows.push([
      label,
      name,
      ...(f === null
        ? ['not installed', '', '', '']
        : [
            `${f.seconds.toFixed(2)} s`,
            `${f.cpu.toFixed(2)} s`,
            Math.round(size / f.seconds).toLocaleString('en-US'),
            `${f.megabytes.toFixed(0)} MB`,
          ]),
    ]);
  }
  return figures;
}

/** How many times as long another takes. */
export function times(other: Figures | null | undefined, ours: Figures | null | undefined): string {
  return other && ours ? (other.seconds / ours.seconds).toFixed(2) : '–';
}
