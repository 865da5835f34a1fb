// What tshark takes for filters of a large capture, and how many packets each lets through. It takes a minute and more, so
// that it is asked once a file and remembered; `--tshark` asks again.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { load } from './figures.ts';

export interface SharkTook {
  /** Seconds for all filters together, and the machine's load meanwhile. */
  readonly s: number;
  readonly load: string;
  /** By filter. */
  readonly packets: readonly number[];
}

const FILE = join(import.meta.dirname, '..', '.cache', 'window-tshark.json');

/** @returns null where there is no tshark */
export async function shark(file: string, filters: readonly string[]): Promise<SharkTook | null> {
  const known = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, SharkTook>) : {};
  const key = [basename(file), statSync(file).size, ...filters].join('\n');
  if (known[key] !== undefined && !process.argv.includes('--tshark')) return known[key];
  console.log(`tshark: ${filters.length === 1 ? filters[0] : `${filters.length} filters`} …`);
  const taps = filters.flatMap((filter) => ['-z', `io,stat,0,${filter}`]);
  const begun = performance.now();
  const args = ['-n', '-q', '-r', file, ...taps];
  const done = await promisify(execFile)('tshark', args, { maxBuffer: 1e8 }).catch(() => null);
  if (done === null) return null;
  const s = (performance.now() - begun) / 1000;
  const found = new Map<string, number>();
  let filter = '';
  for (const row of done.stdout.split('\n')) {
    filter = /^\| Col 1: (.*?) *\|$/.exec(row)?.[1] ?? filter;
    const packets = /^\| *[\d.]+ <> *[\d.]+ *\| *(\d+) \|/.exec(row)?.[1];
    if (packets !== undefined) found.set(filter, Number(packets));
  }
  known[key] = { s, load: load(), packets: filters.map((f) => found.get(f) ?? -1) };
  writeFileSync(FILE, JSON.stringify(known, null, 1));
  console.log(`tshark: ${s.toFixed(0)} s`);
  return known[key];
}
