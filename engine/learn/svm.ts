// RBF support vector machine by sequential minimal optimisation (Platt 1998, simplified choice of the second
// multiplier).
import { scaled, scaling, type Classifier } from './linear.ts';
import { seeded } from './random.ts';

const C = 1;
const TOLERANCE = 1e-3;

/**
 * gamma = 1 / features on standardised features, as scikit-learn's 'scale'. Quadratic in rows: for a few thousand at
 * most.
 */
export function rbfSvm(rows: readonly Float64Array[], y: readonly number[], seed: number): Classifier {
  const s = scaling(rows);
  const x = rows.map((r) => scaled(r, s));
  const n = x.length;
  const gamma = 1 / s.mean.length;
  const kernel = (a: Float64Array, b: Float64Array): number => {
    let d = 0;
    for (let j = 0; j < a.length; j++) d += (a[j]! - b[j]!) ** 2;
    return Math.exp(-gamma * d);
  };
  const k = x.map((a) => Float64Array.from(x, (b) => kernel(a, b)));
  const sign = y.map((label) => (label === 1 ? 1 : -1));
  const alpha = new Float64Array(n);
  const random = seeded(seed);
  let b = 0;
  const f = (i: number): number => {
    let sum = b;
    for (let j = 0; j < n; j++) if (alpha[j]! > 0) sum += alpha[j]! * sign[j]! * k[i]![j]!;
    return sum;
  };
  for (let quiet = 0, round = 0; quiet < 5 && round < 200; round++) {
    let changed = 0;
    for (let i = 0; i < n; i++) {
      const ei = f(i) - sign[i]!;
      if (!((sign[i]! * ei < -TOLERANCE && alpha[i]! < C) || (sign[i]! * ei > TOLERANCE && alpha[i]! > 0))) continue;
      const j = (i + 1 + Math.floor(random() * (n - 1))) % n;
      const ej = f(j) - sign[j]!;
      const ai = alpha[i]!;
      const aj = alpha[j]!;
      const same = sign[i] === sign[j];
      const low = same ? Math.max(0, ai + aj - C) : Math.max(0, aj - ai);
      const high = same ? Math.min(C, ai + aj) : Math.min(C, C + aj - ai);
      const eta = 2 * k[i]![j]! - k[i]![i]! - k[j]![j]!;
      if (low >= high || eta >= 0) continue;
      const next = Math.min(high, Math.max(low, aj - (sign[j]! * (ei - ej)) / eta));
      if (Math.abs(next - aj) < 1e-5) continue;
      alpha[j] = next;
      alpha[i] = ai + sign[i]! * sign[j]! * (aj - next);
      const b1 = b - ei - sign[i]! * (alpha[i]! - ai) * k[i]![i]! - sign[j]! * (next - aj) * k[i]![j]!;
      const b2 = b - ej - sign[i]! * (alpha[i]! - ai) * k[i]![j]! - sign[j]! * (next - aj) * k[j]![j]!;
      if (alpha[i]! > 0 && alpha[i]! < C) b = b1;
      else if (next > 0 && next < C) b = b2;
      else b = (b1 + b2) / 2;
      changed++;
    }
    quiet = changed === 0 ? quiet + 1 : 0;
  }
  const support = x.flatMap((row, i) => (alpha[i]! > 0 ? [{ row, weight: alpha[i]! * sign[i]! }] : []));
  return {
    threshold: 0,
    score: (row) => {
      const z = scaled(row, s);
      return support.reduce((sum, v) => sum + v.weight * kernel(v.row, z), b);
    },
  };
}
