// Figures of merit. Scores rise towards malicious; weights are all one unless given.

/** Area under the ROC curve, ties counted half. NaN when one class is missing. */
export function auc(scores: ArrayLike<number>, y: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j < order.length && scores[order[j]!] === scores[order[i]!]) j++;
    const rank = (i + j + 1) / 2;
    for (let k = i; k < j; k++)
      if (y[order[k]!] === 1) {
        positives++;
        rankSum += rank;
      }
    i = j;
  }
  const negatives = order.length - positives;
  return positives === 0 || negatives === 0
    ? NaN
    : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Average precision (area under the precision-recall curve as scikit-learn computes it). */
export function averagePrecision(scores: ArrayLike<number>, y: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let positives = 0;
  for (let i = 0; i < order.length; i++) positives += y[i]!;
  let sum = 0;
  let found = 0;
  for (let i = 0; i < order.length;) {
    let j = i;
    let here = 0;
    while (j < order.length && scores[order[j]!] === scores[order[i]!]) {
      here += y[order[j]!]!;
      j++;
    }
    found += here;
    sum += (here / positives) * (found / j);
    i = j;
  }
  return positives === 0 ? NaN : sum;
}

/** Smallest threshold (flag when score > threshold) that at most a share `rate` of `benign` exceeds. */
export function thresholdAt(benign: ArrayLike<number>, rate: number): number {
  if (benign.length === 0) return Infinity;
  const sorted = Float64Array.from(benign).sort();
  const allowed = Math.floor(rate * sorted.length);
  return sorted[sorted.length - 1 - allowed]!;
}

export function shareAbove(scores: ArrayLike<number>, threshold: number): number {
  let above = 0;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > threshold) above++;
  return scores.length === 0 ? NaN : above / scores.length;
}

/** Weighted F1 and precision over both classes, as scikit-learn's `average='weighted'`. */
export function weightedScores(
  predicted: ArrayLike<number>,
  y: ArrayLike<number>,
): { f1: number; precision: number; accuracy: number } {
  let f1 = 0;
  let precision = 0;
  let right = 0;
  for (const label of [0, 1]) {
    let tp = 0;
    let fp = 0;
    let fn = 0;
    for (let i = 0; i < y.length; i++) {
      if (predicted[i] === label && y[i] === label) tp++;
      else if (predicted[i] === label) fp++;
      else if (y[i] === label) fn++;
    }
    right += tp;
    const support = (tp + fn) / y.length;
    precision += support * (tp + fp === 0 ? 0 : tp / (tp + fp));
    f1 += support * (2 * tp + fp + fn === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn));
  }
  return { f1, precision, accuracy: right / y.length };
}
