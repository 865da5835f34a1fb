// What the model says of a flow: contributions, where its values stand, and the smallest change by which it would say
// something else.
import type { FlowReasons, FlowRow } from '../../contract/index.ts';
import {
  type Baseline,
  type Model,
  percentile,
  reasonsFor,
  shownRank,
  REFERENCE_STEPS,
  scoreVector,
  witness,
} from '../detect/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { ReplayedFlow } from './replay.ts';

const LISTED = 12;
const TRIED = 24;
/** Quantiles of benign flows that a value is tried at, of the reference's steps. */
const TRIALS = [0.5, 0.25, 0.75, 0.1, 0.9];

export function explain(model: Model, baseline: Baseline, flow: FlowRow, replayed: ReplayedFlow): FlowReasons {
  const { vector, group } = replayed;
  const { base, groups, reasons } = reasonsFor(model, vector, 0, FEATURE_COUNT);
  const score = { raw: 0, novelty: 0 };
  scoreVector(model.ensemble, model.logShares, model.places, vector, 0, score);
  const t = baseline.thresholds(group);
  const rank = baseline.rank(group, score.raw);
  const points = witness(score.raw, baseline, group);
  const percentiles = new Float32Array(FEATURE_COUNT).fill(NaN);
  model.places.forEach((place, i) => {
    percentiles[place] = percentile(model, group, i, vector[place]!);
  });
  const finite = (v: number): number | null => (Number.isFinite(v) ? v : null);
  return {
    flow,
    raw: score.raw,
    base,
    rank: rank === rank ? shownRank(rank) / 100 : null,
    witness: points,
    groups: [...groups]
      .map(([name, contribution]) => ({ group: name, contribution }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    reasons: reasons.slice(0, LISTED),
    smaller: Math.max(0, reasons.length - LISTED),
    flip: flip(
      model,
      baseline,
      replayed,
      points,
      reasons.slice(0, TRIED).map((r) => r.feature),
    ),
    threshold: {
      one: finite(t.suspicious),
      two: baseline.learned ? finite(t.malicious) : null,
      learned: baseline.learned,
    },
    values: vector,
    percentiles,
    sequence: replayed.sequence,
    sequenceRows: replayed.sequenceRows,
    group,
  };
}

/**
 * One feature at a time, the weightiest first, set to what benign flows of the protocol have. The first that flips is
 * the answer.
 */
function flip(
  model: Model,
  baseline: Baseline,
  replayed: ReplayedFlow,
  points: 0 | 1 | 2,
  features: readonly string[],
): FlowReasons['flip'] {
  const reference = model.reference[replayed.group];
  if (!reference) return null;
  const trial = Float32Array.from(replayed.vector);
  const score = { raw: 0, novelty: 0 };
  for (const name of features) {
    const index = model.features.indexOf(name);
    const place = model.places[index]!;
    const kept = trial[place]!;
    for (const share of TRIALS) {
      const value = reference.quantiles[index * REFERENCE_STEPS + Math.round(share * (REFERENCE_STEPS - 1))]!;
      if (value !== value || value === kept) continue;
      trial[place] = value;
      scoreVector(model.ensemble, model.logShares, model.places, trial, 0, score);
      const other = witness(score.raw, baseline, replayed.group);
      if (other !== points) return { feature: name, value, witness: other };
    }
    trial[place] = kept;
  }
  return null;
}
