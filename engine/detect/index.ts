// The room where a vector becomes a verdict: trees, exact explanations, calibration, baselines, evidence rules
// (docs/detection.md, section 5).
//
// Trees are flat arrays; one pass gives the raw score and the novelty (how little training saw in the leaves). Trees of
// at most 32 leaves are scored by masks (QuickScorer): splits by feature in ascending order take leaves away, and what
// missing values take away is remembered by pattern. Larger trees are walked. Both give the same sums to the bit.
// Isotonic calibration makes the probability, a baseline the thresholds, exact TreeSHAP the reasons. Thresholds beside
// the two that are measured (1 in 100, 1 in 1,000) lie on a line in log rate; beyond them the window says 'an
// estimate'.
//
// `rules.ts` tells beacons and port scans when a flow completes, from bounded tables by endpoint pair. A verdict is the
// graver of model and rule; a rule adds nothing to the raw score.
export { type BaselineDocument, type BaselineGroup, learnBaseline, loadBaseline, ownBaseline } from './baseline.ts';
export { type Calibration, calibrated, fitIsotonic } from './isotonic.ts';
export { loadModel, makeModel } from './model.ts';
export { type Model, type ModelResult, type Reference, REFERENCE_STEPS, type Thresholds } from './model-type.ts';
export { loadMlForest, type MlForestResult } from './ml-forest.ts';
export { treeShap } from './shap.ts';
export {
  type Ensemble,
  LEAF,
  leafLogShares,
  type PackedTrees,
  packTrees,
  scoreBlock,
  type RawScore,
  scoreVector,
  sigmoid,
  type TreeArrays,
} from './trees.ts';
export {
  type Baseline,
  foreignBaseline,
  judge,
  percentile,
  reasonRecord,
  reasonsFor,
  type Scored,
  verdictOf,
} from './verdict.ts';
export { regularInterval, RuleBook, type RuleHit } from './rules.ts';
