// Quantiles out of bounded histograms: linear inside a bin, never outside of the exact minimum and maximum.
import { QUANTILE_COUNT, QUANTILES } from './generated/layout';

/**
 * Writes the quantiles, one after another; nothing where the histogram is empty.
 * @param counts address of the histogram; only bins from `first` to `last` can be filled
 * @param ranges address of both ends of each bin, in the unit of the values
 * @param low the least value, exactly @param high the largest
 */
export function quantiles(counts: usize, first: i32, last: i32, ranges: usize, low: f64, high: f64, to: usize): void {
  let total: i32 = 0;
  for (let bin = first; bin <= last; bin++) total += load<u16>(counts + ((<usize>bin) << 1));
  if (total === 0) return;
  let q: usize = 0;
  let below: i32 = 0;
  for (let bin = first; bin <= last && q < QUANTILE_COUNT; bin++) {
    const count = <i32>load<u16>(counts + ((<usize>bin) << 1));
    if (count === 0) continue;
    const range = ranges + ((<usize>bin) << 4);
    const from = load<f64>(range);
    const width = load<f64>(range, 8) - from;
    for (; q < QUANTILE_COUNT; q++) {
      const rank = load<f64>(QUANTILES + (q << 3)) * <f64>(total - 1);
      if (rank >= <f64>(below + count)) break;
      const inside = count === 1 ? 0.5 : (rank - <f64>below) / <f64>count;
      const value = from + width * inside;
      store<f32>(to + (q << 2), <f32>(value < low ? low : value > high ? high : value));
    }
    below += count;
  }
  for (; q < QUANTILE_COUNT; q++) store<f32>(to + (q << 2), <f32>high);
}
