// Forests of ours as the JSON of the npm package ml-random-forest, for programs that score with it.
import { above, type ForestCard } from './ml-forest.ts';
import type { TreeModel } from './model-type.ts';
import { type Ensemble, LEAF } from './trees.ts';

interface Split {
  readonly splitColumn: number;
  readonly splitValue: number;
  readonly gain: number;
  readonly numberSamples: number;
  readonly left: Node;
  readonly right: Node;
}
interface Leaf {
  readonly distribution: readonly [readonly [number, number]];
}
type Node = Split | Leaf;

/**
 * A forest as `RandomForestClassifier.load` takes it. Each row is the model's features in order (`sightline.features`),
 * NaN where a value is missing, and then all of them again, negated ({@link ForestCard}). Every row reaches the leaf that
 * it reaches here; `predict` is the majority of trees, each of which votes for what more than half of its leaf was, where
 * our own score is the mean of the leaves' shares. Thresholds and ranks are of that score and stay behind.
 *
 * @returns null for boosted trees, which are added up and do not vote
 */
export function forestJson(model: TreeModel): string | null {
  if (model.method === 'boosting') return null;
  const { ensemble, features } = model;
  const columns = features.length * 2;
  const options = {
    kind: 'classifier',
    gainFunction: 'gini',
    splitFunction: 'mean',
    minNumSamples: 1,
    maxDepth: 100,
    gainThreshold: 0,
  };
  const all = Array.from({ length: columns }, (_, i) => i);
  const card: ForestCard = { features };
  return JSON.stringify({
    name: 'RFClassifier',
    baseModel: {
      indexes: Array.from(ensemble.roots, () => all),
      n: columns,
      replacement: false,
      maxFeatures: columns,
      nEstimators: ensemble.roots.length,
      treeOptions: options,
      isClassifier: true,
      seed: model.seed,
      estimators: Array.from(ensemble.roots, (root) => ({
        name: 'DTClassifier',
        options,
        root: nodeOf(ensemble, root, features.length),
      })),
      useSampleBagging: true,
    },
    sightline: card,
  });
}

function nodeOf(e: Ensemble, at: number, features: number): Node {
  const column = e.feature[at]!;
  if (column === LEAF) {
    const share = Math.min(1, Math.max(0, e.value[at]!));
    return { distribution: [[1 - share, share]] };
  }
  // JSON has no Infinity, which splits by nothing but whether a value is there; no feature is as large as this.
  const threshold = Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, e.threshold[at]!));
  const low = nodeOf(e, e.left[at]!, features);
  const high = nodeOf(e, e.right[at]!, features);
  const told = { gain: 0, numberSamples: e.cover[at]! };
  return e.missingLeft[at] === 1
    ? { splitColumn: features + column, splitValue: -threshold, ...told, left: high, right: low }
    : {
        splitColumn: column,
        splitValue: threshold === Number.MAX_VALUE ? threshold : above(threshold),
        ...told,
        left: low,
        right: high,
      };
}
