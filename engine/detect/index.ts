// The room where a vector becomes a score: trees, exact explanations, baselines.
//
// Trees are flat arrays; one pass gives the raw score and the novelty (how little training saw in the leaves). Trees of
// at most 32 leaves are scored by masks (QuickScorer): splits by feature in ascending order take leaves away, and what
// missing values take away is remembered by pattern. Larger trees are walked. Both are in WebAssembly
// (`kernel/trees.ts`), and give the sums of `scoreVector` to the bit.
// A baseline gives thresholds, a table of ranks says where a score stands among ordinary flows, exact TreeSHAP gives
// reasons. The model is one witness: it adds a point to an incident (`engine/evidence/`) and judges nothing by itself.
export {
  type BaselineDocument,
  type BaselineGroup,
  type Drift,
  learnBaseline,
  learnedFlows,
  loadBaseline,
  mergeBaselines,
  type Merged,
  isOfModel,
  ownBaseline,
} from './baseline.ts';
export { type ClientFacts, type NetworkFacts, NetworkNotes } from './network.ts';
export { type Calibration, calibrated, fitIsotonic } from './isotonic.ts';
export { loadModel, makeModel } from './model.ts';
export {
  isCalibrated,
  type Model,
  type ModelResult,
  type OnnxModel,
  type OnnxNetwork,
  type Reference,
  REFERENCE_STEPS,
  type Thresholds,
  type TreeModel,
} from './model-type.ts';
export { LARGEST_CARD } from './onnx/card.ts';
export { isOnnx, MOST_ROWS, onnxModel, withCard } from './onnx/model.ts';
export { FLOAT, LARGEST_ONNX } from './onnx/read.ts';
export { type Node, onnxFile, onScale, type Weights, type WrittenCard } from './onnx/graph.ts';
export { treeProbability, treesOnnx } from './onnx/trees.ts';
export { forestJson } from './ml-forest-out.ts';
export { loadMlForest, type MlForestResult } from './ml-forest.ts';
export { treeShap } from './shap.ts';
export { type Ensemble, LEAF, leafLogShares, type RawScore, scoreVector, sigmoid, type TreeArrays } from './trees.ts';
export { scoreBlock } from './block-scorer.ts';
export { type PackedTrees, packTrees } from './packed-trees.ts';
export { isRankTable, RANK_STEPS, rankOf, rankTable, shownRank } from './ranks.ts';
export {
  type Baseline,
  foreignBaseline,
  percentile,
  reasonRecord,
  reasonsFor,
  unfamiliar,
  witness,
} from './verdict.ts';
