// What got slower: the last line of each bench against the median of the commits before it on the same machine.
import type { Line } from './results.ts';

/** More than this over the median is slower. */
export const ALLOWED = 0.1;
/** Commits that are looked back at. */
export const BACK = 10;

export interface Slower {
  readonly bench: string;
  readonly machine: string;
  readonly ratio: string;
  readonly commit: string;
  readonly now: number;
  /** Median of `commits` ratios before. */
  readonly before: number;
  readonly commits: number;
}

export interface Judged {
  readonly slower: readonly Slower[];
  /** Ratios that were compared. */
  readonly compared: number;
  /** Ratios that no earlier commit has on this machine. */
  readonly first: number;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** @param lines in any order; those of one bench and machine are told apart by their dates */
export function slowerOf(lines: readonly Line[]): Judged {
  const slower: Slower[] = [];
  let compared = 0;
  let first = 0;
  for (const group of Map.groupBy(lines, (l) => `${l.bench}\n${l.machine}`).values()) {
    const inOrder = group.toSorted((a, b) => Date.parse(a.date) - Date.parse(b.date));
    const last = inOrder.at(-1)!;
    for (const [ratio, now] of Object.entries(last.ratios)) {
      const earlier = inOrder
        .filter((l) => l.commit !== last.commit)
        .flatMap((l) => l.ratios[ratio] ?? [])
        .slice(-BACK);
      if (earlier.length === 0) {
        first++;
        continue;
      }
      compared++;
      const before = median(earlier);
      const { bench, machine, commit } = last;
      if (now > before * (1 + ALLOWED))
        slower.push({ bench, machine, ratio, commit, now, before, commits: earlier.length });
    }
  }
  return { slower, compared, first };
}
