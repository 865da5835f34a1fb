// Models of the npm package ml-random-forest (its JSON): what a user already has keeps working. Scored here without the package.
import type { Classifier } from './linear.ts';

interface Node {
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly left?: Node;
  readonly right?: Node;
  readonly distribution?: unknown;
}

export type MlForestResult = { readonly ok: true; readonly classifier: Classifier; readonly trees: number } | { readonly ok: false; readonly message: string };

/** Reads `RandomForestClassifier.toJSON()`. The score is the share of trees that vote 1. */
export function loadMlForest(json: unknown): MlForestResult {
  const doc = json as { name?: string; baseModel?: { estimators?: { root?: Node }[]; indexes?: number[][] } };
  const estimators = doc?.baseModel?.estimators;
  if (doc?.name !== 'RFClassifier' || !Array.isArray(estimators) || estimators.length === 0) return { ok: false, message: 'this is no ml-random-forest classifier' };
  const indexes = doc.baseModel!.indexes ?? [];
  for (const e of estimators) if (!e.root || !sound(e.root, 0)) return { ok: false, message: 'a tree of the ml-random-forest model is damaged' };
  return {
    ok: true, trees: estimators.length,
    classifier: {
      threshold: 0.5,
      score: (x) => {
        let votes = 0;
        estimators.forEach((e, t) => {
          const columns = indexes[t];
          let node = e.root!;
          while (node.left && node.right) node = x[columns ? columns[node.splitColumn!]! : node.splitColumn!]! < node.splitValue! ? node.left : node.right;
          votes += majority(node.distribution);
        });
        return votes / estimators.length;
      },
    },
  };
}

function sound(node: Node, depth: number): boolean {
  if (depth > 200) return false;
  if (node.left && node.right) return typeof node.splitColumn === 'number' && typeof node.splitValue === 'number' && sound(node.left, depth + 1) && sound(node.right, depth + 1);
  return node.distribution !== undefined;
}

/** A leaf holds one row of class shares (a matrix in JSON). */
function majority(distribution: unknown): number {
  const row = (Array.isArray(distribution) ? distribution[0] : undefined) as number[] | undefined;
  return row !== undefined && (row[1] ?? 0) > (row[0] ?? 0) ? 1 : 0;
}
