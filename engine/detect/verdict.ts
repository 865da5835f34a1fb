// From a vector to a verdict: probability, thresholds of a baseline, familiarity, and reasons that add up.
import { english, type FeatureReason, type Reason, type ReasonRecord, valueText } from '../../contract/index.ts';
import { FEATURE_GROUPS, featureIndex, FEATURES } from '../features/index.ts';
import { REFERENCE_STEPS, type Model, type Thresholds } from './model-type.ts';
import { rankOf } from './ranks.ts';
import { treeShap } from './shap.ts';
import { type RawScore, scoreVector } from './trees.ts';

/** What thresholds are taken from: this network's own traffic, or the benign sources of the training. */
export interface Baseline {
  readonly name: string;
  readonly learned: boolean;
  thresholds(group: string): Thresholds;
  /** Upper end of familiar novelty. */
  noveltyLimit(group: string): number;
  /** Percent of ordinary flows that score lower, 0 to 100; NaN where the model does not say. */
  rank(group: string, raw: number): number;
}

export function foreignBaseline(model: Model): Baseline {
  const fallback: Thresholds = { malicious: Infinity, suspicious: Infinity, flows: 0 };
  return {
    name: 'foreign',
    learned: false,
    thresholds: (group) => model.thresholds[group] ?? model.thresholds['all'] ?? fallback,
    noveltyLimit: (group) => model.novelty[group] ?? model.novelty['all'] ?? Infinity,
    rank: (group, raw) => {
      const table = model.ranks[group] ?? model.ranks['all'];
      return table === undefined ? NaN : rankOf(table, raw);
    },
  };
}

/**
 * Points of the model as a witness: one over what 1 % of ordinary flows exceed; against a baseline of one's own two over
 * what 0.2 % exceed. Alone it never makes a verdict.
 */
export function witness(raw: number, baseline: Baseline, group: string): 0 | 1 | 2 {
  const t = baseline.thresholds(group);
  if (baseline.learned && raw > t.malicious) return 2;
  return raw > t.suspicious ? 1 : 0;
}

/** Whether a flow is unlike what training and baseline saw. */
export function unfamiliar(novelty: number, baseline: Baseline, group: string): boolean {
  return novelty > baseline.noveltyLimit(group);
}

/** So far contributions may be from the raw score. */
const EXACT = 1e-6;

/**
 * Reasons in order of weight: exact TreeSHAP contributions, in raw score. `base` plus all contributions is the raw
 * score. None where the trees ask for so many features one after the other that contributions do not add up.
 */
export function reasonsFor(
  model: Model,
  x: Float32Array,
  at: number,
  limit: number,
): { base: number; groups: Map<string, number>; reasons: FeatureReason[] } {
  // A runtime tells no contributions.
  if (model.kind === 'onnx') return { base: 0, groups: new Map(), reasons: [] };
  const { base, values } = treeShap(model.ensemble, model.places, x, at);
  const scored: RawScore = { raw: 0, novelty: 0 };
  scoreVector(model.ensemble, model.logShares, model.places, x, at, scored);
  const off = Math.abs(values.reduce((sum, value) => sum + value, base) - scored.raw);
  // Contributions lose digits with each feature on the way to a leaf; those of trees that ask for too many are none.
  if (!(off <= EXACT * Math.max(1, Math.abs(scored.raw)))) return { base: 0, groups: new Map(), reasons: [] };
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
    const { rule, points, said } = reason;
    return { group: 'Evidence', feature: rule, value: points, contribution: 0, text: english(said) };
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
