// Linear models on standardised features: logistic regression (gradient descent with momentum) and a linear SVM
// (Pegasos).
import { seeded } from './random.ts';

export interface Classifier {
  /** Rises towards class 1. @param x one row */
  score(x: ArrayLike<number>): number;
  /** Decision threshold on the score. */
  readonly threshold: number;
}

export interface Scaling {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export function scaling(rows: readonly Float64Array[]): Scaling {
  const width = rows[0]!.length;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (const row of rows) for (let j = 0; j < width; j++) mean[j] = mean[j]! + row[j]! / rows.length;
  for (const row of rows)
    for (let j = 0; j < width; j++) deviation[j] = deviation[j]! + (row[j]! - mean[j]!) ** 2 / rows.length;
  for (let j = 0; j < width; j++) deviation[j] = Math.sqrt(deviation[j]!) || 1;
  return { mean, deviation };
}

export function scaled(row: ArrayLike<number>, s: Scaling): Float64Array {
  return Float64Array.from({ length: s.mean.length }, (_, j) => (row[j]! - s.mean[j]!) / s.deviation[j]!);
}

function dot(w: Float64Array, x: Float64Array): number {
  let sum = w[x.length]!;
  for (let j = 0; j < x.length; j++) sum += w[j]! * x[j]!;
  return sum;
}

/** L2-regularised (C = 1), full gradient with momentum until it is small. */
export function logisticRegression(rows: readonly Float64Array[], y: readonly number[]): Classifier {
  const s = scaling(rows);
  const x = rows.map((r) => scaled(r, s));
  const w = new Float64Array(s.mean.length + 1);
  const velocity = new Float64Array(w.length);
  const n = x.length;
  for (let step = 0; step < 2_000; step++) {
    const gradient = new Float64Array(w.length);
    for (let j = 0; j < w.length - 1; j++) gradient[j] = w[j]! / n;
    x.forEach((row, i) => {
      const error = 1 / (1 + Math.exp(-dot(w, row))) - y[i]!;
      for (let j = 0; j < row.length; j++) gradient[j] = gradient[j]! + (error * row[j]!) / n;
      gradient[row.length] = gradient[row.length]! + error / n;
    });
    let norm = 0;
    for (let j = 0; j < w.length; j++) {
      velocity[j] = 0.9 * velocity[j]! - 0.3 * gradient[j]!;
      w[j] = w[j]! + velocity[j]!;
      norm += gradient[j]! ** 2;
    }
    if (norm < 1e-10) break;
  }
  return { threshold: 0, score: (row) => dot(w, scaled(row, s)) };
}

/** Hinge loss by Pegasos (Shalev-Shwartz et al., 2007), averaged over the second half. */
export function linearSvm(rows: readonly Float64Array[], y: readonly number[], seed: number): Classifier {
  const s = scaling(rows);
  const x = rows.map((r) => scaled(r, s));
  const random = seeded(seed);
  const lambda = 1 / x.length;
  const w = new Float64Array(s.mean.length + 1);
  const mean = new Float64Array(w.length);
  const steps = 200 * x.length;
  for (let t = 1; t <= steps; t++) {
    const i = Math.floor(random() * x.length);
    const sign = y[i] === 1 ? 1 : -1;
    const rate = 1 / (lambda * (t + x.length));
    const margin = sign * dot(w, x[i]!);
    for (let j = 0; j < w.length - 1; j++) w[j] = w[j]! * (1 - rate * lambda);
    if (margin < 1) {
      for (let j = 0; j < w.length - 1; j++) w[j] = w[j]! + rate * sign * x[i]![j]!;
      w[w.length - 1] = w[w.length - 1]! + rate * sign;
    }
    if (t > steps / 2) for (let j = 0; j < w.length; j++) mean[j] = mean[j]! + (w[j]! * 2) / steps;
  }
  return { threshold: 0, score: (row) => dot(mean, scaled(row, s)) };
}
