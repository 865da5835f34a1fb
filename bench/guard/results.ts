// bench/results.jsonl: one line a bench, commit and machine, with ratios. Times alone say more of what else a shared
// machine did; a peer, or ourselves, measured in the same run met the same.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** What ours takes over what the other takes: larger is slower. By a name that stays from commit to commit. */
export type Ratios = Readonly<Record<string, number>>;

export interface Line {
  readonly bench: string;
  /** The commit's first ten digits, with '+' where the sources were changed beside it. */
  readonly commit: string;
  /** When it was measured, ISO 8601 in UTC. */
  readonly date: string;
  readonly machine: string;
  readonly ratios: Ratios;
}

const ROOT = join(import.meta.dirname, '..', '..');
export const RESULTS = join(ROOT, 'bench', 'results.jsonl');
const DIGITS = 4;

/** Processors and memory: what makes figures of two machines differ. */
export function machineName(): string {
  const all = cpus();
  return `${all.length} × ${all[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
}

function git(...args: readonly string[]): string {
  return spawnSync('git', [...args], { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** What benches write themselves is no change of what they measure. */
function commitNow(): string {
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!docs', ':!bench/results.jsonl');
  return `${git('rev-parse', '--short=10', 'HEAD') || 'unknown'}${changed === '' ? '' : '+'}`;
}

/** @returns the lines of a file in their order; what is no line is left out */
export function linesOf(text: string): readonly Line[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isLine(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false;
  const { bench, commit, date, machine, ratios } = value as Record<string, unknown>;
  return (
    [bench, commit, date, machine].every((v) => typeof v === 'string') &&
    typeof ratios === 'object' &&
    ratios !== null &&
    Object.values(ratios).every((r) => typeof r === 'number')
  );
}

/** Lines with one more: a bench that is run again at one commit on one machine replaces those ratios that it has. */
export function withLine(lines: readonly Line[], line: Line): readonly Line[] {
  const isSame = (l: Line): boolean => l.bench === line.bench && l.commit === line.commit && l.machine === line.machine;
  const before = lines.find(isSame);
  return [...lines.filter((l) => !isSame(l)), { ...line, ratios: { ...before?.ratios, ...line.ratios } }];
}

/**
 * Adds what a bench measured. A ratio that could not be measured (its peer is not installed) is left out; a bench
 * without any adds nothing.
 */
export function record(
  bench: string,
  ratios: Readonly<Record<string, number | null | undefined>>,
  path = RESULTS,
): void {
  const measured = Object.entries(ratios).flatMap(([name, ratio]) =>
    typeof ratio === 'number' && Number.isFinite(ratio) && ratio > 0 ? [[name, Number(ratio.toPrecision(DIGITS))]] : [],
  );
  if (measured.length === 0) return;
  const line: Line = {
    bench,
    commit: commitNow(),
    date: new Date().toISOString(),
    machine: machineName(),
    ratios: Object.fromEntries(measured) as Ratios,
  };
  const lines = withLine(existsSync(path) ? linesOf(readFileSync(path, 'utf8')) : [], line);
  writeFileSync(`${path}.new`, lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
  renameSync(`${path}.new`, path);
}

/** One ratio, null where one of the two was not measured. */
export function over(ours: number | null | undefined, other: number | null | undefined): number | null {
  return typeof ours === 'number' && typeof other === 'number' && other > 0 ? ours / other : null;
}

let work: number | null = null;

/** Milliseconds that a fixed piece of work takes here and now: what has no peer is measured over it. */
export function yardstick(): number {
  if (work !== null) return work;
  const runs: number[] = [];
  for (let run = 0; run < 7; run++) {
    const values = new Float64Array(400_000);
    let seed = 1;
    for (let i = 0; i < values.length; i++) values[i] = seed = (seed * 48_271) % 2_147_483_647;
    const from = performance.now();
    values.sort();
    runs.push(performance.now() - from);
  }
  work = runs.toSorted((a, b) => a - b)[runs.length >> 1]!;
  return work;
}
