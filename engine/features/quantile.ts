// Quantiles out of bounded histograms: linear inside a bin, never outside of the exact minimum and maximum.
import { gapBin, gapBinRange, GAP_BINS, LENGTH_BINS, lengthBin, lengthBinRange } from '../flow/index.ts';

const lengthLow = Float64Array.from({ length: LENGTH_BINS }, (_, bin) => lengthBinRange(bin)[0]);
const lengthHigh = Float64Array.from({ length: LENGTH_BINS }, (_, bin) => lengthBinRange(bin)[1]);
const gapLow = Float64Array.from({ length: GAP_BINS }, (_, bin) => gapBinRange(bin)[0] * 1e-9);
const gapHigh = Float64Array.from({ length: GAP_BINS }, (_, bin) => gapBinRange(bin)[1] * 1e-9);

export const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

/** Writes the five quantiles to `out[at..at+5)`; NaN when the histogram is empty. Only bins from `first` to `last` can be filled. */
function fill(
  h: Uint16Array,
  from: number,
  first: number,
  last: number,
  low: Float64Array,
  high: Float64Array,
  min: number,
  max: number,
  out: Float32Array,
  at: number,
): void {
  let total = 0;
  for (let i = from + first; i <= from + last; i++) total += h[i]!;
  if (total === 0) {
    for (let q = 0; q < 5; q++) out[at + q] = NaN;
    return;
  }
  let q = 0;
  let below = 0;
  for (let bin = first; bin <= last && q < 5; bin++) {
    const count = h[from + bin]!;
    if (count === 0) continue;
    while (q < 5) {
      const rank = QUANTILES[q]! * (total - 1);
      if (rank >= below + count) break;
      const inside = count === 1 ? 0.5 : (rank - below) / count;
      const value = low[bin]! + (high[bin]! - low[bin]!) * inside;
      out[at + q] = value < min ? min : value > max ? max : value;
      q++;
    }
    below += count;
  }
  for (; q < 5; q++) out[at + q] = max;
}

export function lengthQuantiles(
  h: Uint16Array,
  from: number,
  min: number,
  max: number,
  out: Float32Array,
  at: number,
): void {
  fill(h, from, lengthBin(min), lengthBin(max), lengthLow, lengthHigh, min, max, out, at);
}

/** Gaps in seconds. */
export function gapQuantiles(
  h: Uint16Array,
  from: number,
  min: number,
  max: number,
  out: Float32Array,
  at: number,
): void {
  // Gaps were binned in nanoseconds: rounding seconds back may miss by one bin.
  fill(
    h,
    from,
    Math.max(0, gapBin(min * 1e9) - 1),
    Math.min(GAP_BINS - 1, gapBin(max * 1e9) + 1),
    gapLow,
    gapHigh,
    min,
    max,
    out,
    at,
  );
}
