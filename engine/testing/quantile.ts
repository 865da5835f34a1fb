// Quantiles as the kernel writes them, by its twin: linear inside a bin, never outside of the exact minimum and maximum.
import { GAP_BINS, gapBinRange, lengthBinRange } from '../flow/index.ts';
import { gapBin, lengthBin } from './flow-twin/bins.ts';

const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

/** The histogram of one direction of one flow. */
interface Histogram {
  readonly counts: Uint16Array;
  /** Its first bin in `counts`. */
  readonly from: number;
  /** The exact extremes, in the unit of the values. */
  readonly min: number;
  readonly max: number;
}

type Range = (bin: number) => readonly [number, number];

/** @returns a value for each quantile, none where the histogram is empty. Only bins `first` to `last` can be filled. */
function quantiles(h: Histogram, first: number, last: number, range: Range, unit: number): number[] {
  const { counts, from, min, max } = h;
  let total = 0;
  for (let bin = first; bin <= last; bin++) total += counts[from + bin]!;
  if (total === 0) return [];
  return QUANTILES.map((share) => {
    const rank = share * (total - 1);
    let below = 0;
    for (let bin = first; bin <= last; bin++) {
      const count = counts[from + bin]!;
      if (rank < below + count) {
        const [low, high] = range(bin).map((end) => end * unit) as [number, number];
        const inside = count === 1 ? 0.5 : (rank - below) / count;
        return Math.min(max, Math.max(min, low + (high - low) * inside));
      }
      below += count;
    }
    return max;
  });
}

export function lengthQuantiles(h: Histogram): number[] {
  return quantiles(h, lengthBin(h.min), lengthBin(h.max), lengthBinRange, 1);
}

/** Gaps in seconds. */
export function gapQuantiles(h: Histogram): number[] {
  // Gaps were binned in nanoseconds: rounding seconds back may miss by one bin.
  const first = Math.max(0, gapBin(h.min * 1e9) - 1);
  const last = Math.min(GAP_BINS - 1, gapBin(h.max * 1e9) + 1);
  return quantiles(h, first, last, gapBinRange, 1e-9);
}
