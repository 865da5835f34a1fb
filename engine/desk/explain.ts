// What the model says of a flow: contributions, where its values stand, and the smallest change by which it would say
// something else.
import type { FlowReasons, FlowRow } from '../../contract/index.ts';
import {
  type Baseline,
  isCalibrated,
  type Model,
  percentile,
  reasonsFor,
  shownRank,
  REFERENCE_STEPS,
  scoreVector,
  type TreeModel,
  witness,
} from '../detect/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { OnnxScorer } from '../workers/index.ts';
import type { ReplayedFlow } from './replay.ts';

const LISTED = 12;
const TRIED = 24;
/** Quantiles of benign flows that a value is tried at, of the reference's steps. */
const TRIALS = [0.5, 0.25, 0.75, 0.1, 0.9];

/** @throws SaidError for an ONNX model that gives no score */
export async function explain(
  model: Model,
  baseline: Baseline,
  flow: FlowRow,
  replayed: ReplayedFlow,
): Promise<FlowReasons> {
  const { vector, group } = replayed;
  const raw = model.kind === 'onnx' ? await OnnxScorer.of(model).scoreOne(vector) : rawScore(model, vector);
  const told = reasonsFor(model, vector, 0, FEATURE_COUNT);
  const { groups, reasons } = told;
  // Without contributions, all of the score stands by itself.
  const base = model.kind === 'onnx' ? raw : told.base;
  const t = baseline.thresholds(group);
  const rank = baseline.rank(group, raw);
  const points = witness(raw, baseline, group);
  const percentiles = new Float32Array(FEATURE_COUNT).fill(NaN);
  model.places.forEach((place, i) => {
    percentiles[place] = percentile(model, group, i, vector[place]!);
  });
  const finite = (v: number): number | null => (Number.isFinite(v) ? v : null);
  return {
    flow,
    raw,
    base,
    contributions: model.kind === 'trees',
    rank: rank === rank ? shownRank(rank) / 100 : null,
    witness: points,
    groups: [...groups]
      .map(([name, contribution]) => ({ group: name, contribution }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    reasons: reasons.slice(0, LISTED),
    smaller: Math.max(0, reasons.length - LISTED),
    flip:
      model.kind === 'trees'
        ? flip(
            model,
            baseline,
            replayed,
            points,
            reasons.slice(0, TRIED).map((r) => r.feature),
          )
        : null,
    threshold: {
      one: finite(t.suspicious),
      two: baseline.learned ? finite(t.malicious) : null,
      learned: baseline.learned,
      measured: baseline.learned || isCalibrated(model),
    },
    values: vector,
    percentiles,
    sequence: replayed.sequence,
    sequenceRows: replayed.sequenceRows,
    group,
  };
}

function rawScore(model: TreeModel, vector: Float32Array): number {
  const score = { raw: 0, novelty: 0 };
  scoreVector(model.ensemble, model.logShares, model.places, vector, 0, score);
  return score.raw;
}

/**
 * One feature at a time, the weightiest first, set to what benign flows of the protocol have. The first that flips is
 * the answer.
 */
function flip(
  model: TreeModel,
  baseline: Baseline,
  replayed: ReplayedFlow,
  points: 0 | 1 | 2,
  features: readonly string[],
): FlowReasons['flip'] {
  const reference = model.reference[replayed.group];
  if (!reference) return null;
  const trial = Float32Array.from(replayed.vector);
  for (const name of features) {
    const index = model.features.indexOf(name);
    const place = model.places[index]!;
    const kept = trial[place]!;
    for (const share of TRIALS) {
      const value = reference.quantiles[index * REFERENCE_STEPS + Math.round(share * (REFERENCE_STEPS - 1))]!;
      if (value !== value || value === kept) continue;
      trial[place] = value;
      const other = witness(rawScore(model, trial), baseline, replayed.group);
      if (other !== points) return { feature: name, value, witness: other };
    }
    trial[place] = kept;
  }
  return null;
}
