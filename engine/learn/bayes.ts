// Naive Bayes with Laplace smoothing: multinomial on counts, Bernoulli on 'greater than zero' (McCallum & Nigam 1998).
import type { Classifier } from './linear.ts';

export function multinomialBayes(rows: readonly Float64Array[], y: readonly number[]): Classifier {
  const width = rows[0]!.length;
  const logs = [0, 1].map((label) => {
    const sums = new Float64Array(width).fill(1);
    rows.forEach((row, i) => {
      if (y[i] === label) for (let j = 0; j < width; j++) sums[j] = sums[j]! + row[j]!;
    });
    const total = sums.reduce((a, b) => a + b, 0);
    return sums.map((v) => Math.log(v / total));
  });
  const prior = logPrior(y);
  return {
    threshold: 0,
    score: (x) => {
      let s = prior;
      for (let j = 0; j < width; j++) s += x[j]! * (logs[1]![j]! - logs[0]![j]!);
      return s;
    },
  };
}

export function bernoulliBayes(rows: readonly Float64Array[], y: readonly number[]): Classifier {
  const width = rows[0]!.length;
  const share = [0, 1].map((label) => {
    const members = rows.filter((_, i) => y[i] === label);
    return Float64Array.from(
      { length: width },
      (_, j) => (members.filter((r) => r[j]! > 0).length + 1) / (members.length + 2),
    );
  });
  const prior = logPrior(y);
  return {
    threshold: 0,
    score: (x) => {
      let s = prior;
      for (let j = 0; j < width; j++)
        s += x[j]! > 0 ? Math.log(share[1]![j]! / share[0]![j]!) : Math.log((1 - share[1]![j]!) / (1 - share[0]![j]!));
      return s;
    },
  };
}

function logPrior(y: readonly number[]): number {
  const ones = y.filter((v) => v === 1).length;
  return Math.log(ones / (y.length - ones));
}
