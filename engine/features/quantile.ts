// Quantiles out of bounded histograms: linear inside a bin, never outside of the exact minimum and maximum.
import { gapBin, gapBinRange, GAP_BINS, LENGTH_BINS, lengthBin, lengthBinRange } from '../flow/index.ts';

export const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

/** The histogram of one direction of one flow. One object is made at load and filled again for each. */
export interface Histogram {
  counts: Uint16Array;
  /** Its first bin in `counts`. */
  from: number;
  /** The exact extremes, in the unit of the values. */
  min: number;
  max: number;
}

/** The two ends of each bin, in the unit of the values. */
interface Bins {
  readonly low: Float64Array;
  readonly high: Float64Array;
}
const lengthBins: Bins = binsOf(LENGTH_BINS, lengthBinRange, 1);
const gapBins: Bins = binsOf(GAP_BINS, gapBinRange, 1e-9);

function binsOf(count: number, range: (bin: number) => readonly [number, number], unit: number): Bins {
  return {
    low: Float64Array.from({ length: count }, (_, bin) => range(bin)[0] * unit),
    high: Float64Array.from({ length: count }, (_, bin) => range(bin)[1] * unit),
  };
}

/**
 * Writes the quantiles from `out[at]` on, nothing when the histogram is empty. Only bins from `first` to `last` can
 * be filled.
 */
function fill(bins: Bins, h: Histogram, first: number, last: number, out: Float32Array, at: number): void {
  const { counts, from, min, max } = h;
  const { low, high } = bins;
  let total = 0;
  for (let i = from + first; i <= from + last; i++) total += counts[i]!;
  if (total === 0) return;
  let q = 0;
  let below = 0;
  for (let bin = first; bin <= last && q < QUANTILES.length; bin++) {
    const count = counts[from + bin]!;
    if (count === 0) continue;
    while (q < QUANTILES.length) {
      const rank = QUANTILES[q]! * (total - 1);
      if (rank >= below + count) break;
      const inside = count === 1 ? 0.5 : (rank - below) / count;
      const value = low[bin]! + (high[bin]! - low[bin]!) * inside;
      if (value < min) out[at + q] = min;
      else out[at + q] = value > max ? max : value;
      q++;
    }
    below += count;
  }
  for (; q < QUANTILES.length; q++) out[at + q] = max;
}

export function lengthQuantiles(h: Histogram, out: Float32Array, at: number): void {
  fill(lengthBins, h, lengthBin(h.min), lengthBin(h.max), out, at);
}

/** Gaps in seconds. */
export function gapQuantiles(h: Histogram, out: Float32Array, at: number): void {
  // Gaps were binned in nanoseconds: rounding seconds back may miss by one bin.
  const first = Math.max(0, gapBin(h.min * 1e9) - 1);
  const last = Math.min(GAP_BINS - 1, gapBin(h.max * 1e9) + 1);
  fill(gapBins, h, first, last, out, at);
}
