// The model that ships: trained on everything, thresholds and calibration from flows that sources held out.
import {
  fitIsotonic,
  rankTable,
  REFERENCE_STEPS,
  type Calibration,
  type Ensemble,
  type Reference,
  type Thresholds,
} from '../detect/index.ts';
import {
  crossScores,
  type EvaluationOptions,
  fit,
  fitPerceptron,
  foldHash,
  type PerceptronEvaluation,
  type Scores,
  type TreeEvaluation,
} from './evaluate.ts';
import type { Examples } from './examples.ts';
import { thresholdAt } from './metrics.ts';
import type { Perceptron } from './perceptron.ts';
import { foldOf, SOURCE_FOLDS } from './source-folds.ts';

export interface FinalParts {
  readonly ensemble: Ensemble;
  readonly calibration: Calibration;
  readonly thresholds: Record<string, Thresholds>;
  readonly novelty: Record<string, number>;
  readonly reference: Record<string, Reference>;
  readonly ranks: Record<string, number[]>;
}

/** Benign flows that a group needs for thresholds of its own. */
const MIN_BENIGN = 100;

/** What held-out flows say of scores. */
type Measured = Pick<FinalParts, 'calibration' | 'thresholds' | 'ranks'>;

/** A network trained on everything. */
export interface FinalPerceptron extends Measured {
  readonly network: Perceptron;
}

/** Scores with sources left out; with one or two sources, captures are left out in their place. */
function bySourceLeftOut(e: Examples, o: EvaluationOptions): Promise<Scores> {
  const sources = new Set(e.source).size;
  const dealt = foldOf(e, SOURCE_FOLDS);
  const left = (r: number): number => (sources > 2 ? dealt(e.source[r]!) : foldHash(e.capture[r]!, 5));
  return crossScores(e, allRows(e), left, o);
}

function allRows(e: Examples): Int32Array {
  return Int32Array.from({ length: e.rows }, (_, i) => i);
}

function measured(e: Examples, scores: Scores, groupNames: readonly string[]): Measured {
  const taught = allRows(e).filter((r) => e.label[r]! < 2 && scores.raw[r] === scores.raw[r]);
  const perCapture = new Map<number, number>();
  for (const r of taught) perCapture.set(e.capture[r]!, (perCapture.get(e.capture[r]!) ?? 0) + 1);
  const calibration = fitIsotonic(
    Float64Array.from(taught, (r) => scores.raw[r]!),
    Array.from(taught, (r) => e.label[r]!),
    Array.from(taught, (r) => perCapture.get(e.capture[r]!)! ** -0.5),
  );
  const thresholds: Record<string, Thresholds> = {};
  const ranks: Record<string, number[]> = {};
  for (const [g, name] of groupsOf(groupNames)) {
    const benign = taught.filter((r) => e.label[r] === 0 && (g < 0 || e.group[r] === g));
    if (benign.length < MIN_BENIGN && g >= 0) continue;
    const raw = Float64Array.from(benign, (r) => scores.raw[r]!);
    thresholds[name] = { malicious: thresholdAt(raw, 1e-3), suspicious: thresholdAt(raw, 1e-2), flows: benign.length };
    if (raw.length > 0) ranks[name] = rankTable(raw);
  }
  return { calibration, thresholds, ranks };
}

/** Groups by number, and all of them together as -1. */
function groupsOf(names: readonly string[]): (readonly [number, string])[] {
  return [...names.entries(), [-1, 'all'] as const];
}

/** @param groupNames protocol groups by number */
export async function finalModel(e: Examples, o: TreeEvaluation, groupNames: readonly string[]): Promise<FinalParts> {
  const all = allRows(e);
  const bySource = await bySourceLeftOut(e, o);
  const byCapture = await crossScores(e, all, (r) => foldHash(e.capture[r]!, 5), o);
  const ensemble = await fit(e, all, o);
  const novelty: Record<string, number> = {};
  const reference: Record<string, Reference> = {};
  for (const [g, name] of groupsOf(groupNames)) {
    const seen = all.filter((r) => (g < 0 || e.group[r] === g) && byCapture.novelty[r] === byCapture.novelty[r]);
    if (seen.length >= MIN_BENIGN || g < 0)
      novelty[name] = thresholdAt(
        Float64Array.from(seen, (r) => byCapture.novelty[r]!),
        0.005,
      );
    const ordinary = all.filter((r) => e.label[r] === 0 && (g < 0 || e.group[r] === g));
    if (ordinary.length >= MIN_BENIGN) reference[name] = referenceOf(e, ordinary, o.places);
  }
  return { ensemble, ...measured(e, bySource, groupNames), novelty, reference };
}

/** @param groupNames protocol groups by number */
export async function finalPerceptron(
  e: Examples,
  o: PerceptronEvaluation,
  groupNames: readonly string[],
): Promise<FinalPerceptron> {
  const bySource = await bySourceLeftOut(e, o);
  return { network: await fitPerceptron(e, allRows(e), o), ...measured(e, bySource, groupNames) };
}

function referenceOf(e: Examples, rows: Int32Array, places: Int32Array): Reference {
  const quantiles = new Float32Array(places.length * REFERENCE_STEPS).fill(NaN);
  const values = new Float32Array(rows.length);
  for (let f = 0; f < places.length; f++) {
    let n = 0;
    for (const r of rows) {
      const v = e.x[r * e.stride + places[f]!]!;
      if (v === v) values[n++] = v;
    }
    if (n === 0) continue;
    const sorted = values.slice(0, n).sort();
    for (let q = 0; q < REFERENCE_STEPS; q++)
      quantiles[f * REFERENCE_STEPS + q] = sorted[Math.round((q / (REFERENCE_STEPS - 1)) * (n - 1))]!;
  }
  return { flows: rows.length, quantiles };
}
