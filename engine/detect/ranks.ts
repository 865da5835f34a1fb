// Where a raw score stands among those of ordinary flows: a table of quantiles, finer at its upper end.

/** Shares of ordinary flows, percent: each step of a rank table is the score that so many of them do not exceed. */
export const RANK_STEPS: readonly number[] = [
  ...Array.from({ length: 49 }, (_, i) => i * 2),
  97,
  98,
  98.5,
  99,
  99.2,
  99.4,
  99.6,
  99.8,
  99.9,
  99.95,
  100,
];

/** @param scores raw scores of ordinary flows, in any order; at least one @returns a score for each of RANK_STEPS */
export function rankTable(scores: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(scores).sort();
  return RANK_STEPS.map((share) => sorted[Math.min(sorted.length - 1, Math.floor((share / 100) * sorted.length))]!);
}

/**
 * @param table a score for each of RANK_STEPS, ascending
 * @returns percent of ordinary flows that score lower, 0 to 100; between two steps on a line
 */
export function rankOf(table: readonly number[], raw: number): number {
  if (raw <= table[0]!) return 0;
  let i = 1;
  for (let end = table.length; i < end;) {
    const middle = (i + end) >> 1;
    if (table[middle]! < raw) i = middle + 1;
    else end = middle;
  }
  if (i >= table.length) return 100;
  const low = table[i - 1]!;
  const high = table[i]!;
  const from = RANK_STEPS[i - 1]!;
  const to = RANK_STEPS[i]!;
  return high > low ? from + ((raw - low) / (high - low)) * (to - from) : from;
}

/** The last step that was measured: what is beyond it is higher than all ordinary flows that there were, not than all. */
const HIGHEST_SHOWN = 99.95;

/** A rank as it is said: never 100 %. */
export function shownRank(rank: number): number {
  return Math.min(rank, HIGHEST_SHOWN);
}

/** Whether a table that was read has what `rankOf` needs. */
export function isRankTable(table: unknown): table is readonly number[] {
  return (
    Array.isArray(table) &&
    table.length === RANK_STEPS.length &&
    table.every((v, i) => typeof v === 'number' && Number.isFinite(v) && (i === 0 || v >= table[i - 1]))
  );
}
