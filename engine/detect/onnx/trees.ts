// Our trees as ONNX: one TreeEnsembleClassifier of ai.onnx.ml, which scikit-learn's converters write too.
import type { TreeModel } from '../model-type.ts';
import { type Ensemble, LEAF, sigmoid } from '../trees.ts';
import { INT64, ML_DOMAIN, onnxFile, onScale } from './graph.ts';
import { FLOAT } from './read.ts';

/** Whether raw scores are log odds; those of forests are shares of trees already. */
function isLogOdds(model: TreeModel): boolean {
  return model.method === 'boosting';
}

/** What an ensemble says of a flow, 0 to 1, and what its ONNX file answers. */
export function treeProbability(model: TreeModel, raw: number): number {
  return isLogOdds(model) ? sigmoid(raw) : raw;
}

/**
 * The model as ONNX: float32 [flows, features] with NaN where a value is missing, to `probabilities` [flows, 2]. Its
 * thresholds and ranks go along, on the scale of probabilities; reasons, references and novelty do not.
 */
export function treesOnnx(model: TreeModel): Uint8Array {
  const { nodes, leaves } = laidOut(model.ensemble, isLogOdds(model));
  const column = <K extends keyof NodeRow>(key: K): NodeRow[K][] => nodes.map((n) => n[key]);
  return onnxFile({
    input: 'features',
    nodes: [
      {
        operator: 'TreeEnsembleClassifier',
        domain: ML_DOMAIN,
        inputs: ['features'],
        outputs: ['label', 'probabilities'],
        attributes: [
          { name: 'classlabels_int64s', ints: [0, 1] },
          { name: 'post_transform', s: isLogOdds(model) ? 'LOGISTIC' : 'NONE' },
          { name: 'nodes_treeids', ints: column('tree') },
          { name: 'nodes_nodeids', ints: column('id') },
          { name: 'nodes_modes', strings: nodes.map((n) => (n.feature === LEAF ? 'LEAF' : 'BRANCH_LEQ')) },
          { name: 'nodes_featureids', ints: nodes.map((n) => Math.max(0, n.feature)) },
          { name: 'nodes_values', floats: column('threshold') },
          { name: 'nodes_truenodeids', ints: column('left') },
          { name: 'nodes_falsenodeids', ints: column('right') },
          { name: 'nodes_missing_value_tracks_true', ints: column('missingLeft') },
          { name: 'class_treeids', ints: leaves.map((l) => l.tree) },
          { name: 'class_nodeids', ints: leaves.map((l) => l.id) },
          { name: 'class_ids', ints: leaves.map((l) => l.label) },
          { name: 'class_weights', floats: leaves.map((l) => l.weight) },
        ],
      },
    ],
    weights: [],
    outputs: [
      { name: 'label', type: INT64, columns: null },
      { name: 'probabilities', type: FLOAT, columns: 2 },
    ],
    card: {
      name: model.name,
      features: model.features,
      output: 'probabilities',
      column: 1,
      ...onScale(model, (raw) => treeProbability(model, raw)),
    },
  });
}

interface NodeRow {
  readonly tree: number;
  readonly id: number;
  readonly feature: number;
  readonly threshold: number;
  readonly left: number;
  readonly right: number;
  readonly missingLeft: number;
}

interface LeafRow {
  readonly tree: number;
  readonly id: number;
  readonly label: 0 | 1;
  readonly weight: number;
}

/** Nodes by tree, and what leaves add. The base is added to the leaves of the first tree. */
function laidOut(e: Ensemble, logOdds: boolean): { nodes: NodeRow[]; leaves: LeafRow[] } {
  const nodes: NodeRow[] = [];
  const leaves: LeafRow[] = [];
  const share = 1 / e.roots.length;
  e.roots.forEach((root, tree) => {
    const open = [root];
    for (let n = open.pop(); n !== undefined; n = open.pop()) {
      const feature = e.feature[n]!;
      const isLeaf = feature === LEAF;
      const id = n - root;
      nodes.push({
        tree,
        id,
        feature,
        threshold: isLeaf ? 0 : e.threshold[n]!,
        left: isLeaf ? 0 : e.left[n]! - root,
        right: isLeaf ? 0 : e.right[n]! - root,
        missingLeft: isLeaf ? 0 : e.missingLeft[n]!,
      });
      if (!isLeaf) {
        open.push(e.right[n]!, e.left[n]!);
        continue;
      }
      const weight = e.scale * e.value[n]! + (tree === 0 ? e.base : 0);
      // Of log odds one sum is enough, whose sigmoid is the second class; shares are told for both.
      if (!logOdds) leaves.push({ tree, id, label: 0, weight: share - weight });
      leaves.push({ tree, id, label: logOdds ? 0 : 1, weight });
    }
  });
  return { nodes, leaves };
}
