// The twin's bins of lengths and gaps.
import { lengthBins } from '../../flow/state.ts';

/**
 * Bin of a payload length: 0 for empty, then three to the octave; a quantile read from it is within 13 % of the exact
 * one.
 */
export function lengthBin(length: number): number {
  return lengthBins[length > 65_535 ? 65_535 : length]!;
}

/** Bin of a gap in nanoseconds: 0 below a microsecond, then two to the octave of microseconds; within 25 %. */
export function gapBin(nanoseconds: number): number {
  const micro = nanoseconds >= 2147483647000 ? 2147483647 : (nanoseconds / 1000) | 0;
  if (micro < 1) return 0;
  const octave = 31 - Math.clz32(micro);
  return 1 + 2 * octave + (octave > 0 ? (micro >>> (octave - 1)) & 1 : 0);
}

/** Bin of a gap in nanoseconds for the pairs of gaps: below 1 ms, 10 ms, 100 ms, 1 s, 10 s, and longer. */
export function markovGapBin(nanoseconds: number): number {
  if (nanoseconds < 1e6) return 0;
  if (nanoseconds < 1e7) return 1;
  if (nanoseconds < 1e8) return 2;
  if (nanoseconds < 1e9) return 3;
  return nanoseconds < 1e10 ? 4 : 5;
}

export function markovLengthBin(length: number): number {
  const bin = (length / 190) | 0;
  return bin > 7 ? 7 : bin;
}
