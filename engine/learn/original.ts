// The original project's own experiment: its 12 host-pair features, its protocol, every method of its table
// (formats.md, 'goodx / badx').
import { RandomForestClassifier } from 'ml-random-forest';
import { SaidError } from '../../contract/index.ts';
import { bernoulliBayes, multinomialBayes } from './bayes.ts';
import { binColumns } from './bins.ts';
import { linearSvm, logisticRegression, type Classifier } from './linear.ts';
import { weightedScores } from './metrics.ts';
import { seeded, shuffle } from './random.ts';
import { rbfSvm } from './svm.ts';
import { FOREST_DEFAULTS, trainHere, type Method } from './train.ts';
import { type Ensemble, leafLogShares, loadMlForest, scoreVector, type RawScore } from '../detect/index.ts';

/** One row of goodx or badx, as far as the experiment reads it. */
export interface PairRow {
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly length: number;
  readonly info: string;
  readonly label: 'good' | 'bad';
}

export const ORIGINAL_FEATURES = [
  'length_mean',
  'length_deviation',
  'time_mean',
  'time_variance',
  'unknow',
  'ip',
  'udp',
  'dns_answer',
  'dns_query',
  'ipv6',
  'icmpv6',
  'tls',
] as const;
const SUBSTRINGS = ['IP', 'UDP', 'DNS ANS', 'DNS Qry', 'IPV6', 'ICMPv6', 'TLS'];

/** Host pairs with their 12 features; good is 1 and bad is 0, as the original says. */
export function hostPairs(rows: readonly PairRow[]): { x: Float64Array[]; y: number[] } {
  const pairs = new Map<string, { lengths: number[]; times: number[]; counts: number[]; label: number }>();
  for (const row of rows) {
    if (row.source === '' || row.destination === '') continue;
    const key = `${row.label} ${[row.source, row.destination].sort().join(' ')}`;
    let pair = pairs.get(key);
    if (!pair) {
      pairs.set(
        key,
        (pair = {
          lengths: [row.length],
          times: [row.time],
          counts: new Array<number>(7).fill(0),
          label: row.label === 'good' ? 1 : 0,
        }),
      );
      continue; // The original does not count the first packet's info.
    }
    pair.lengths.push(row.length);
    pair.times.push(row.time);
    SUBSTRINGS.forEach((text, i) => {
      if (row.info.includes(text)) pair.counts[i] = pair.counts[i]! + 1;
    });
  }
  const x: Float64Array[] = [];
  const y: number[] = [];
  for (const p of pairs.values()) {
    const [lengthMean, lengthVariance] = moments(p.lengths);
    const first = p.times.reduce((a, b) => Math.min(a, b));
    const [timeMean, timeVariance] = moments(p.times.map((t) => t - first));
    x.push(Float64Array.from([lengthMean, Math.sqrt(lengthVariance), timeMean, timeVariance, 0, ...p.counts]));
    y.push(p.label);
  }
  return { x, y };
}

function moments(values: readonly number[]): [number, number] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length];
}

type Fit = (x: readonly Float64Array[], y: readonly number[]) => Classifier;

function trees(method: Method, count: number): Fit {
  return (x, y) => {
    const width = x[0]!.length;
    const flat = Float32Array.from(x.flatMap((row) => [...row]));
    const places = Int32Array.from({ length: width }, (_, i) => i);
    const binned = binColumns(flat, x.length, width, places);
    const model = trainHere(
      { binned, y: Uint8Array.from(y), weight: new Float64Array(x.length).fill(1) },
      { ...FOREST_DEFAULTS, method, trees: count, seed: 666 },
    );
    return voting(model, width);
  };
}

/** A forest as a classifier: the score is the mean of its leaves. */
function voting(model: Ensemble, width: number): Classifier {
  const shares = leafLogShares(model);
  const places = Int32Array.from({ length: width }, (_, i) => i);
  const s: RawScore = { raw: 0, novelty: 0 };
  return {
    threshold: 0.5,
    score: (row) => {
      scoreVector(model, shares, places, Float32Array.from(row), 0, s);
      return s.raw;
    },
  };
}

const mlForest: Fit = (x, y) => {
  const forest = new RandomForestClassifier({
    seed: 666,
    nEstimators: 50,
    maxFeatures: 0.8,
    replacement: true,
    noOOB: true,
  });
  forest.train(
    x.map((row) => [...row]),
    [...y],
  );
  const loaded = loadMlForest(JSON.parse(JSON.stringify(forest.toJSON())));
  if (!loaded.ok) throw new SaidError(loaded.message);
  return voting(loaded.ensemble, x[0]!.length);
};

/** Soft voting: the mean of probabilities; margins become probabilities by the logistic function. */
const softVoting: Fit = (x, y) => {
  const forest = trees('random-forest', 200)(x, y);
  const others = [logisticRegression(x, y), bernoulliBayes(x, y)];
  return {
    threshold: 0.5,
    score: (row) =>
      (forest.score(row) + others.reduce((sum, c) => sum + 1 / (1 + Math.exp(-c.score(row))), 0)) / (others.length + 1),
  };
};

/** Method, how it is fitted, and what the original's README printed for it (weighted F1, precision), if anything. */
export const ORIGINAL_METHODS: readonly {
  readonly name: string;
  readonly fit: Fit;
  readonly old: readonly [number, number] | null;
}[] = [
  { name: 'random forest (200, depth 100)', fit: trees('random-forest', 200), old: [91.01, 92.26] },
  { name: 'extra trees (200)', fit: trees('extra-trees', 200), old: null },
  { name: 'Bernoulli naive Bayes', fit: bernoulliBayes, old: [89.81, 91.3] },
  { name: 'decision tree', fit: trees('decision-tree', 1), old: [87.7, 90.25] },
  { name: 'multinomial naive Bayes', fit: multinomialBayes, old: [64.25, 67.27] },
  { name: 'logistic regression', fit: logisticRegression, old: [88.25, 88.89] },
  { name: 'linear SVM', fit: (x, y) => linearSvm(x, y, 666), old: [77.13, 81.57] },
  { name: 'RBF SVM', fit: (x, y) => rbfSvm(x, y, 666), old: null },
  { name: 'soft voting', fit: softVoting, old: null },
  { name: 'ml-random-forest (50)', fit: mlForest, old: null },
  { name: 'always good', fit: () => ({ threshold: 0.5, score: () => 1 }), old: null },
];

export interface MethodFigures {
  readonly name: string;
  readonly f1: number;
  readonly precision: number;
  readonly old: readonly [number, number] | null;
}

/** Its protocol: 40 % held out (seed 666), 5-fold scores on the held part, weighted F1 and precision. */
export function originalTable(rows: readonly PairRow[]): {
  pairs: number;
  good: number;
  bad: number;
  methods: MethodFigures[];
} {
  const { x, y } = hostPairs(rows);
  const order = shuffle(
    Array.from(x, (_, i) => i),
    seeded(666),
  );
  const held = order.slice(0, Math.ceil(x.length * 0.4));
  const fold = stratified(held, y);
  const methods = ORIGINAL_METHODS.map(({ name, fit, old }) => {
    let f1 = 0;
    let precision = 0;
    for (let k = 0; k < 5; k++) {
      const inside = held.filter((_, i) => fold[i] !== k);
      const outside = held.filter((_, i) => fold[i] === k);
      const classifier = fit(
        inside.map((i) => x[i]!),
        inside.map((i) => y[i]!),
      );
      const figures = weightedScores(
        outside.map((i) => (classifier.score(x[i]!) > classifier.threshold ? 1 : 0)),
        outside.map((i) => y[i]!),
      );
      f1 += figures.f1 / 5;
      precision += figures.precision / 5;
    }
    return { name, f1: f1 * 100, precision: precision * 100, old };
  });
  const good = y.filter((v) => v === 1).length;
  return { pairs: y.length, good, bad: y.length - good, methods };
}

function stratified(rows: readonly number[], y: readonly number[]): number[] {
  const seen = [0, 0];
  return rows.map((i) => {
    const n = seen[y[i]!]!;
    seen[y[i]!] = n + 1;
    return n % 5;
  });
}
