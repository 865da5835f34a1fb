// The room where a vector becomes a verdict: trees, exact explanations, calibration, baselines.
export { type BaselineDocument, type BaselineGroup, learnBaseline, loadBaseline, ownBaseline } from './baseline.ts';
export { type Calibration, calibrated, fitIsotonic } from './isotonic.ts';
export {
  loadModel,
  makeModel,
  type Model,
  type ModelResult,
  type Reference,
  REFERENCE_STEPS,
  type Thresholds,
} from './model.ts';
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
  reasonsFor,
  type Scored,
  valueText,
  verdictOf,
} from './verdict.ts';
export { regularInterval, RuleBook, type RuleHit } from './rules.ts';
