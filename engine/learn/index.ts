// The room where labelled vectors become models, and where models are measured (docs/detection.md, sections 3 and 4).
//
// One histogram grower takes gradients and hessians, so that forests and boosting share it (`grow.ts`). Units (trees,
// bags) have their own seeds and are dealt to threads by number: the model does not depend on the number of threads.
// `evaluate.ts` splits by source, family and capture, takes thresholds from the training side, and reports the foreign
// threshold beside the source's own baseline. `card.ts` writes the model's description, models/default.md.
export { binColumns, type Binned, MISSING_BIN } from './bins.ts';
export { growTree, type GrowOptions, type Tree } from './grow.ts';
export { auc, averagePrecision, shareAbove, thresholdAt, weightedScores } from './metrics.ts';
export { seeded, shuffle, subSeed, type Random } from './random.ts';
export {
  assemble,
  BOOSTING_DEFAULTS,
  FOREST_DEFAULTS,
  type Method,
  trainHere,
  trainUnit,
  type TrainingSet,
  type TrainOptions,
} from './train.ts';
export { exampleWeights, mergeDuplicates, pick, type Examples } from './examples.ts';
export {
  crossScores,
  type EvaluationOptions,
  figures,
  fit,
  fitPerceptron,
  foldHash,
  type Interval,
  isOfNetwork,
  type PerceptronEvaluation,
  runSplit,
  scoreRows,
  type Scores,
  type Split,
  type SplitScores,
  type SubsetFigures,
  SUBSETS,
  type TrainFunction,
  type TreeEvaluation,
} from './evaluate.ts';
export { hostPairs, ORIGINAL_METHODS, originalTable, type MethodFigures, type PairRow } from './original.ts';
export type { Classifier } from './linear.ts';
export {
  ALL_SUBSETS,
  type Audit,
  type Experiment,
  type CardInput,
  FIGURE_TITLES,
  figureRows,
  modelCard,
  raisedText,
} from './card.ts';
export { type FinalParts, finalModel, finalPerceptron, type FinalPerceptron } from './final.ts';
export {
  FARTHEST,
  type Layer,
  type Perceptron,
  PERCEPTRON_DEFAULTS,
  type PerceptronOptions,
  perceptronScore,
  trainPerceptron,
} from './perceptron.ts';
export { type Fold, type FoldOptions, trainFolds } from './folds.ts';
export { perceptronOnnx } from './perceptron-onnx.ts';
export { foldOf, SOURCE_FOLDS } from './source-folds.ts';
export {
  type CapturesRaised,
  capturesRaised,
  type ChanceFigures,
  chanceFigures,
  type FamilyRecall,
  permuted,
  tlsByFamily,
} from './audit.ts';
export { auditSources, type SourceFlows } from './source-audit.ts';
