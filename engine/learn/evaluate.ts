// Evaluation by the rules of docs/detection.md, section 4: splits by capture, family and source; thresholds from the
// training side.
import { scoreVector, leafLogShares, type Ensemble, type RawScore } from '../detect/index.ts';
import { binColumns } from './bins.ts';
import { foldOf, SOURCE_FOLDS } from './source-folds.ts';
import { exampleWeights, type Examples } from './examples.ts';
import { auc, averagePrecision, shareAbove, thresholdAt, weightedScores } from './metrics.ts';
import { perceptronScore, type Perceptron, type PerceptronOptions, trainPerceptron } from './perceptron.ts';
import { seeded } from './random.ts';
import type { TrainingSet, TrainOptions } from './train.ts';

/** Folds inside a fold, for its thresholds. */
export const INNER_FOLDS = 4;

export type TrainFunction = (set: TrainingSet, options: TrainOptions) => Promise<Ensemble>;

interface Evaluation {
  readonly places: Int32Array;
  /** Flows of one capture that are taught at most; evenly spaced ones of larger captures. */
  readonly perCapture: number;
}

/** Trees are measured. */
export interface TreeEvaluation extends Evaluation {
  readonly train: TrainFunction;
  readonly options: TrainOptions;
}

/** A network is measured. */
export interface PerceptronEvaluation extends Evaluation {
  readonly options: PerceptronOptions;
}

export type EvaluationOptions = TreeEvaluation | PerceptronEvaluation;

export function isOfNetwork(o: EvaluationOptions): o is PerceptronEvaluation {
  return o.options.method === 'perceptron';
}

/** Scores rows by what was learned of others. */
export type RowScorer = (rows: Int32Array, into: Scores) => void;

/** Learns from benign and malicious rows among `rows`. */
async function learned(e: Examples, rows: Int32Array, o: EvaluationOptions): Promise<RowScorer> {
  if (isOfNetwork(o)) {
    const network = await fitPerceptron(e, rows, o);
    return (asked, into) => scoreByPerceptron(network, e, asked, o.places, into);
  }
  const ensemble = await fit(e, rows, o as TreeEvaluation);
  return (asked, into) => scoreRows(ensemble, e, asked, o.places, into);
}

/** Rows that are taught: labelled ones, thinned. */
function taughtRows(e: Examples, rows: Int32Array, o: Evaluation): Int32Array {
  return thinned(
    e,
    rows.filter((r) => e.label[r]! < 2),
    o.perCapture,
  );
}

/** Trains a network on benign and malicious rows among `rows`. @throws SaidError where TensorFlow.js is missing */
export function fitPerceptron(e: Examples, rows: Int32Array, o: PerceptronEvaluation): Promise<Perceptron> {
  const taught = taughtRows(e, rows, o);
  const features = o.places.length;
  const x = new Float32Array(taught.length * features);
  taught.forEach((r, i) => picked(e, r, o.places, x, i * features));
  const y = Uint8Array.from(taught, (r) => e.label[r]!);
  return trainPerceptron({ x, features, y, weight: exampleWeights(e, taught) }, o.options);
}

/** Values of one row's features, in the order of `places`. */
function picked(e: Examples, row: number, places: Int32Array, into: Float32Array, at: number): void {
  const from = row * e.stride;
  for (let f = 0; f < places.length; f++) into[at + f] = e.x[from + places[f]!]!;
}

function scoreByPerceptron(n: Perceptron, e: Examples, rows: Int32Array, places: Int32Array, into: Scores): void {
  const x = new Float32Array(places.length);
  for (const r of rows) {
    picked(e, r, places, x, 0);
    into.raw[r] = perceptronScore(n, x, 0);
    into.novelty[r] = 0;
  }
}

/** Trains trees on benign and malicious rows among `rows`. */
export async function fit(e: Examples, rows: Int32Array, o: TreeEvaluation): Promise<Ensemble> {
  const taught = taughtRows(e, rows, o);
  const x = new Float32Array(taught.length * e.stride);
  taught.forEach((r, i) => x.set(e.x.subarray(r * e.stride, (r + 1) * e.stride), i * e.stride));
  const binned = binColumns(x, taught.length, e.stride, o.places);
  return o.train(
    { binned, y: Uint8Array.from(taught, (r) => e.label[r]!), weight: exampleWeights(e, taught) },
    o.options,
  );
}

function thinned(e: Examples, rows: Int32Array, limit: number): Int32Array {
  const total = new Map<number, number>();
  for (const r of rows) total.set(e.capture[r]!, (total.get(e.capture[r]!) ?? 0) + 1);
  const seen = new Map<number, number>();
  return rows.filter((r) => {
    const all = total.get(e.capture[r]!)!;
    const n = seen.get(e.capture[r]!) ?? 0;
    seen.set(e.capture[r]!, n + 1);
    return all <= limit || Math.floor((n * limit) / all) !== Math.floor(((n - 1) * limit) / all);
  });
}

export interface Scores {
  readonly raw: Float64Array;
  readonly novelty: Float64Array;
}

export function scoreRows(model: Ensemble, e: Examples, rows: Int32Array, places: Int32Array, into: Scores): void {
  const shares = leafLogShares(model);
  const s: RawScore = { raw: 0, novelty: 0 };
  for (const r of rows) {
    scoreVector(model, shares, places, e.x, r * e.stride, s);
    into.raw[r] = s.raw;
    into.novelty[r] = s.novelty;
  }
}

/** Scores every row by a model that never saw its fold. Folds that lack a class on the training side are left NaN. */
export async function crossScores(
  e: Examples,
  rows: Int32Array,
  foldOf: (row: number) => number,
  o: EvaluationOptions,
): Promise<Scores> {
  const out: Scores = { raw: new Float64Array(e.rows).fill(NaN), novelty: new Float64Array(e.rows).fill(NaN) };
  for (const fold of [...new Set(Array.from(rows, foldOf))].sort((a, b) => a - b)) {
    const inside = rows.filter((r) => foldOf(r) !== fold);
    if (![0, 1].every((label) => inside.some((r) => e.label[r] === label))) continue;
    const score = await learned(e, inside, o);
    score(
      rows.filter((r) => foldOf(r) === fold),
      out,
    );
  }
  return out;
}

export interface SubsetFigures {
  readonly malicious: number;
  readonly benign: number;
  readonly background: number;
  readonly auc: number;
  readonly prAuc: number;
  readonly recallForeign: Interval;
  readonly falseForeign: number;
  readonly recallOwn: Interval;
  readonly falseOwn: number;
  readonly f1: number;
  readonly recallThousandth: number | null;
}
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
export type Split = 'source' | 'family' | 'capture';

/** What one split gave: raw scores and the foreign threshold that each row was held against, by subset. */
export interface SplitScores {
  readonly split: Split;
  readonly raw: Float64Array;
  readonly foreign: Map<string, Float64Array>;
}

export const SUBSETS: Readonly<Record<string, (e: Examples, r: number) => boolean>> = {
  'TLS flows': (e, r) => e.group[r] === 0,
  'TCP flows': (e, r) => e.tcp[r] === 1,
  'all flows': () => true,
};

export function foldHash(n: number, folds: number): number {
  return ((Math.imul(n + 1, 0x9e3779b1) >>> 0) ^ 0x5bd1e995) % folds;
}

/**
 * Outer folds of a split; sources are left out whole, several at a time. The inner folds, for thresholds, are always by
 * source.
 */
export async function runSplit(
  e: Examples,
  split: Split,
  o: EvaluationOptions,
  onFold: (done: number, of: number) => void,
): Promise<SplitScores> {
  const all = Int32Array.from({ length: e.rows }, (_, i) => i);
  const dealt = foldOf(e, SOURCE_FOLDS);
  const outer = (r: number): number => {
    if (split === 'source') return dealt(e.source[r]!);
    // Benign flows have no family: they go by their capture.
    return foldHash(split === 'family' && e.label[r] !== 0 ? e.family[r]! : e.capture[r]!, 5);
  };
  const raw = new Float64Array(e.rows).fill(NaN);
  const foreign = new Map(Object.keys(SUBSETS).map((name) => [name, new Float64Array(e.rows).fill(NaN)]));
  const folds = [...new Set(Array.from(all, outer))].sort((a, b) => a - b);
  for (const [n, fold] of folds.entries()) {
    const inside = all.filter((r) => outer(r) !== fold);
    const held = all.filter((r) => outer(r) === fold);
    if (inside.some((r) => e.label[r] === 1) && inside.some((r) => e.label[r] === 0)) {
      const scores: Scores = { raw, novelty: new Float64Array(e.rows) };
      (await learned(e, inside, o))(held, scores);
      const dealtInside = foldOf(e, INNER_FOLDS, inside);
      const inner = await crossScores(e, inside, (r) => dealtInside(e.source[r]!), o);
      for (const [name, member] of Object.entries(SUBSETS)) {
        const benign = inside.filter((r) => e.label[r] === 0 && member(e, r) && inner.raw[r] === inner.raw[r]);
        const threshold = thresholdAt(
          Float64Array.from(benign, (r) => inner.raw[r]!),
          0.01,
        );
        for (const r of held) foreign.get(name)![r] = threshold;
      }
    }
    onFold(n + 1, folds.length);
  }
  return { split, raw, foreign };
}

/**
 * Figures of one subset. Recall is macro over sources for the source split, pooled otherwise; intervals from 200
 * bootstraps over captures.
 */
export function figures(e: Examples, s: SplitScores, subset: string): SubsetFigures {
  const member = SUBSETS[subset]!;
  const rows: number[] = [];
  for (let r = 0; r < e.rows; r++) if (member(e, r) && s.raw[r] === s.raw[r]) rows.push(r);
  const own = ownThresholds(e, s, rows);
  const foreign = s.foreign.get(subset)!;
  const of = (label: number): number[] => rows.filter((r) => e.label[r] === label);
  const malicious = of(1);
  const benign = of(0);
  const taught = rows.filter((r) => e.label[r]! < 2);
  const y = taught.map((r) => e.label[r]!);
  const raw = taught.map((r) => s.raw[r]!);
  const recall = (flagged: (r: number) => boolean, list: number[]): number =>
    s.split === 'source' ? macro(e, list, flagged) : share(list, flagged);
  const byForeign = (r: number): boolean => s.raw[r]! > foreign[r]!;
  const byOwn = (r: number): boolean => s.raw[r]! > (own.get(e.capture[r]!) ?? Infinity);
  const withOwn = malicious.filter((r) => own.has(e.capture[r]!));
  return {
    malicious: malicious.length,
    benign: benign.length,
    background: of(2).length,
    auc: auc(raw, y),
    prAuc: averagePrecision(raw, y),
    recallForeign: bootstrap(e, malicious, (list) => recall(byForeign, list)),
    falseForeign: share(benign, byForeign),
    recallOwn: bootstrap(e, withOwn, (list) => recall(byOwn, list)),
    falseOwn: share(
      benign.filter((r) => own.has(e.capture[r]!)),
      byOwn,
    ),
    f1: weightedScores(
      taught.map((r) => (byForeign(r) ? 1 : 0)),
      y,
    ).f1,
    recallThousandth:
      benign.length >= 3_000
        ? shareAbove(
            malicious.map((r) => s.raw[r]!),
            thresholdAt(
              benign.map((r) => s.raw[r]!),
              0.001,
            ),
          )
        : null,
  };
}

/**
 * Thresholds for 1 % from a source's own ordinary traffic, always without the capture that is scored; at least 20
 * flows.
 */
function ownThresholds(e: Examples, s: SplitScores, rows: readonly number[]): Map<number, number> {
  const ordinary = new Map<number, number[]>();
  const captures = new Map<number, number>();
  for (const r of rows) {
    captures.set(e.capture[r]!, e.source[r]!);
    if (e.label[r] === 1) continue;
    const list = ordinary.get(e.source[r]!);
    if (list) list.push(r);
    else ordinary.set(e.source[r]!, [r]);
  }
  const thresholds = new Map<number, number>();
  for (const [capture, source] of captures) {
    const others = (ordinary.get(source) ?? []).filter((r) => e.capture[r] !== capture);
    if (others.length >= 20)
      thresholds.set(
        capture,
        thresholdAt(
          others.map((r) => s.raw[r]!),
          0.01,
        ),
      );
  }
  return thresholds;
}

function share(rows: readonly number[], flagged: (r: number) => boolean): number {
  return rows.length === 0 ? NaN : rows.filter(flagged).length / rows.length;
}

function macro(e: Examples, rows: readonly number[], flagged: (r: number) => boolean): number {
  const by = new Map<number, number[]>();
  for (const r of rows) {
    const list = by.get(e.source[r]!);
    if (list) list.push(r);
    else by.set(e.source[r]!, [r]);
  }
  const each = [...by.values()].map((list) => share(list, flagged));
  return each.length === 0 ? NaN : each.reduce((a, b) => a + b, 0) / each.length;
}

function bootstrap(e: Examples, rows: readonly number[], figure: (rows: number[]) => number): Interval {
  const by = new Map<number, number[]>();
  for (const r of rows) {
    const list = by.get(e.capture[r]!);
    if (list) list.push(r);
    else by.set(e.capture[r]!, [r]);
  }
  const captures = [...by.values()];
  const random = seeded(7);
  const values: number[] = [];
  for (let n = 0; n < 200 && captures.length > 0; n++)
    values.push(figure(captures.flatMap(() => captures[Math.floor(random() * captures.length)]!)));
  values.sort((a, b) => a - b);
  return { value: figure([...rows]), low: values[5] ?? NaN, high: values[194] ?? NaN };
}
