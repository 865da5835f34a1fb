// Isotonic calibration (pool adjacent violators, Zadrozny & Elkan 2002): raw score to probability, monotone.

export interface Calibration {
  readonly raw: readonly number[];
  readonly probability: readonly number[];
}

/** Fits on held-out scores. At most 64 steps are kept. */
export function fitIsotonic(scores: ArrayLike<number>, y: ArrayLike<number>, weight?: ArrayLike<number>): Calibration {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const blocks: { from: number; to: number; sum: number; weight: number }[] = [];
  for (const i of order) {
    const w = weight?.[i] ?? 1;
    blocks.push({ from: scores[i]!, to: scores[i]!, sum: w * y[i]!, weight: w });
    while (blocks.length > 1) {
      const b = blocks[blocks.length - 1]!;
      const a = blocks[blocks.length - 2]!;
      if (a.sum / a.weight < b.sum / b.weight && a.to < b.from) break;
      blocks.splice(-2, 2, { from: a.from, to: b.to, sum: a.sum + b.sum, weight: a.weight + b.weight });
    }
  }
  const raw: number[] = [];
  const probability: number[] = [];
  const step = Math.max(1, Math.ceil(blocks.length / 64));
  blocks.forEach((b, i) => {
    if (i % step !== 0 && i !== blocks.length - 1) return;
    raw.push((b.from + b.to) / 2);
    // Half a flow is added on each side, so that no step claims certainty.
    probability.push((b.sum + 0.5) / (b.weight + 1));
  });
  for (let i = 1; i < probability.length; i++) probability[i] = Math.max(probability[i]!, probability[i - 1]!);
  return { raw, probability };
}

/** Linear between the steps, flat outside. */
export function calibrated(c: Calibration, raw: number): number {
  const { raw: x, probability: p } = c;
  if (x.length === 0) return 0.5;
  if (raw <= x[0]!) return p[0]!;
  for (let i = 1; i < x.length; i++) {
    if (raw > x[i]!) continue;
    const span = x[i]! - x[i - 1]!;
    return span <= 0 ? p[i]! : p[i - 1]! + ((raw - x[i - 1]!) / span) * (p[i]! - p[i - 1]!);
  }
  return p[p.length - 1]!;
}
