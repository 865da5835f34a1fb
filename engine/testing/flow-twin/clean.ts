// The twin's slots are cleaned when they are given back.
import { D, D_STRIDE, type FlowState, GAP_BINS, H, H_STRIDE, LENGTH_BINS, U, U_STRIDE } from '../../flow/state.ts';
import { lengthBin, gapBin } from './bins.ts';

/** Cleans what a flow left in its histograms: only the bins between its smallest and largest values were touched. */
export function cleanHistograms(s: Pick<FlowState, 'u' | 'd' | 'h'>, slot: number): void {
  const { u, d, h } = s;
  const u0 = slot * U_STRIDE;
  const d0 = slot * D_STRIDE;
  const h0 = slot * H_STRIDE;
  for (let dir = 0; dir < 2; dir++) {
    if (u[u0 + U.packets2 + dir] === 0) continue;
    const from = h0 + H.length2 + dir * LENGTH_BINS;
    h.fill(0, from + lengthBin(d[d0 + D.lengthMin2 + dir]!), from + lengthBin(d[d0 + D.lengthMax2 + dir]!) + 1);
  }
  for (let set = 0; set < 3; set++) {
    if (d[d0 + D.gapMin3 + set] === Infinity) continue;
    const from = h0 + H.gap3 + set * GAP_BINS;
    h.fill(
      0,
      from + Math.max(0, gapBin(d[d0 + D.gapMin3 + set]! * 1e9) - 1),
      from + Math.min(GAP_BINS, gapBin(d[d0 + D.gapMax3 + set]! * 1e9) + 2),
    );
  }
  if (u[u0 + U.sequenceLength]! >= 2) h.fill(0, h0 + H.markovLength, h0 + H_STRIDE);
}
