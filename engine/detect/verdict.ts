// From a vector to a verdict: probability, thresholds of a baseline, familiarity, and reasons that add up.
import {
  english,
  type FeatureReason,
  type Reason,
  type ReasonRecord,
  valueText,
  type Verdict,
} from '../../contract/index.ts';
import { FEATURE_GROUPS, featureIndex, FEATURES } from '../features/index.ts';
import { calibrated } from './isotonic.ts';
import { REFERENCE_STEPS, type Model, type Thresholds } from './model-type.ts';
import { scoreVector, type RawScore } from './trees.ts';
import { treeShap } from './shap.ts';

/** What thresholds are taken from: this network's own traffic, or the benign sources of the training. */
export interface Baseline {
  readonly name: string;
  readonly learned: boolean;
  thresholds(group: string): Thresholds;
  /** Upper end of familiar novelty. */
  noveltyLimit(group: string): number;
}

export function foreignBaseline(model: Model): Baseline {
  const fallback: Thresholds = { malicious: Infinity, suspicious: Infinity, flows: 0 };
  return {
    name: 'foreign',
    learned: false,
    thresholds: (group) => model.thresholds[group] ?? model.thresholds['all'] ?? fallback,
    noveltyLimit: (group) => model.novelty[group] ?? model.novelty['all'] ?? Infinity,
  };
}

export interface Scored {
  raw: number;
  probability: number;
  verdict: Verdict;
  novelty: number;
}

const rawScore: RawScore = { raw: 0, novelty: 0 };

/** Scores one vector at `x[at..]`. The result object is written over by the next call when `out` is given. */
export function judge(
  model: Model,
  baseline: Baseline,
  group: string,
  x: Float32Array,
  at: number,
  out: Scored,
): Scored {
  scoreVector(model.ensemble, model.logShares, model.places, x, at, rawScore);
  out.raw = rawScore.raw;
  out.novelty = rawScore.novelty;
  out.probability = calibrated(model.calibration, rawScore.raw);
  out.verdict = verdictOf(rawScore.raw, rawScore.novelty, baseline, group);
  return out;
}

export function verdictOf(raw: number, novelty: number, baseline: Baseline, group: string): Verdict {
  const t = baseline.thresholds(group);
  const familiar = novelty <= baseline.noveltyLimit(group);
  if (raw > t.malicious) return familiar ? 'malicious' : 'unfamiliar';
  if (raw > t.suspicious) return 'suspicious';
  return familiar ? 'benign' : 'unfamiliar';
}

/**
 * Reasons in order of weight: exact TreeSHAP contributions, in raw score. `base` plus all contributions is the raw
 * score.
 */
export function reasonsFor(
  model: Model,
  x: Float32Array,
  at: number,
  limit: number,
): { base: number; groups: Map<string, number>; reasons: FeatureReason[] } {
  const { base, values } = treeShap(model.ensemble, model.places, x, at);
  const groups = new Map<string, number>();
  const order: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    order.push(i);
    const group = FEATURE_GROUPS[model.places[i]!]!;
    groups.set(group, (groups.get(group) ?? 0) + values[i]!);
  }
  order.sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b);
  const reasons = order.slice(0, limit).map((i): FeatureReason => {
    const place = model.places[i]!;
    const value = x[at + place]!;
    return {
      by: 'feature',
      group: FEATURE_GROUPS[place]!,
      feature: FEATURES[place]!.name,
      value: value === value ? value : null,
      contribution: values[i]!,
    };
  });
  return { base, groups, reasons };
}

/** A reason as records hold it, with its English text. */
export function reasonRecord(reason: Reason): ReasonRecord {
  if (reason.by === 'rule') {
    const { rule, flows, said } = reason;
    return { group: 'Evidence', feature: rule, value: flows, contribution: 0, text: english(said) };
  }
  const { group, feature, value, contribution } = reason;
  const f = FEATURES[featureIndex(feature)]!;
  return {
    group,
    feature,
    value: value === null ? null : sixDigits(value),
    contribution: sixDigits(contribution),
    text: `${f.meaning}: ${valueText(value ?? NaN, f.unit)}`,
  };
}

function sixDigits(n: number): number {
  return Number(n.toPrecision(6));
}

/** Percentile of a value among benign training flows of a protocol group, NaN where none are known. */
export function percentile(model: Model, group: string, modelFeature: number, value: number): number {
  const reference = model.reference[group];
  if (!reference || value !== value) return NaN;
  const at = modelFeature * REFERENCE_STEPS;
  let below = 0;
  while (below < REFERENCE_STEPS && reference.quantiles[at + below]! < value) below++;
  let upTo = below;
  while (upTo < REFERENCE_STEPS && reference.quantiles[at + upTo]! === value) upTo++;
  const step = 100 / (REFERENCE_STEPS - 1);
  // What all benign flows have lies in the middle of them, not at an end.
  return upTo > below ? ((below + upTo - 1) / 2) * step : Math.min(100, Math.max(0, below - 1) * step);
}
