// Models of the npm package ml-random-forest (its JSON): what a user already has keeps working. Turned into our own
// arrays, scored without the package.
import { createHash } from 'node:crypto';
import { type Message, say } from '../../contract/index.ts';
import { FEATURE_COUNT, featureIndex, FEATURES } from '../features/index.ts';
import type { ModelResult, TreeModel } from './model-type.ts';
import { LEAF, leafLogShares, MAX_DEPTH, type Ensemble } from './trees.ts';

interface Node {
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly left?: Node;
  readonly right?: Node;
  readonly distribution?: unknown;
}

export type MlForestResult =
  | {
      readonly ok: true;
      readonly ensemble: Ensemble;
      readonly columns: number;
      readonly trees: number;
      /** Names of the columns, where the file has them: those that we write do. */
      readonly features: readonly string[] | null;
    }
  | { readonly ok: false; readonly message: Message };

/**
 * What a forest of ours says beside the package's own members: the names of its columns. As many columns again follow
 * them with the same values negated, since in the package what is missing always goes right: a split that sends it left
 * is asked the other way round, of the negated value.
 */
export interface ForestCard {
  readonly features: readonly string[];
}

export function isMlForest(json: unknown): boolean {
  return (json as { name?: unknown } | null)?.name === 'RFClassifier';
}

/**
 * Reads `RandomForestClassifier.toJSON()`. The raw score is the share of trees that vote 1; a missing value goes
 * right, as `x < split` does there.
 */
export function loadMlForest(json: unknown): MlForestResult {
  const doc = json as {
    name?: string;
    baseModel?: { estimators?: { root?: Node }[]; indexes?: number[][]; n?: number };
    sightline?: unknown;
  };
  const estimators = doc?.baseModel?.estimators;
  if (!isMlForest(json) || !Array.isArray(estimators) || estimators.length === 0)
    return { ok: false, message: say('forest-none') };
  const features = namesOf(doc.sightline);
  const rows = {
    roots: [] as number[],
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    right: [] as number[],
    value: [] as number[],
    cover: [] as number[],
    missingLeft: [] as number[],
  };
  let columns = 0;
  const add = (node: Node, names: readonly number[] | undefined, depth: number): number => {
    const at = rows.feature.length;
    const split = node.left !== undefined && node.right !== undefined;
    const said = split ? columnOf(node, names) : LEAF;
    const negated = features !== null && said !== undefined && said >= features.length;
    const column = negated ? said - features.length : said;
    if (
      depth > MAX_DEPTH ||
      column === undefined ||
      !Number.isInteger(column) ||
      column >= (features?.length ?? 32_768) ||
      (split && (column < 0 || !Number.isFinite(node.splitValue)))
    )
      throw new RangeError('damaged');
    columns = Math.max(columns, column + 1);
    rows.feature.push(column);
    rows.threshold.push(split ? below(negated ? above(-node.splitValue!) : node.splitValue!) : 0);
    rows.left.push(0);
    rows.right.push(0);
    rows.value.push(split ? 0 : majority(node.distribution));
    rows.cover.push(1);
    rows.missingLeft.push(negated ? 1 : 0);
    if (!split) return at;
    const [left, right] = negated ? [node.right!, node.left!] : [node.left!, node.right!];
    rows.left[at] = add(left, names, depth + 1);
    rows.right[at] = add(right, names, depth + 1);
    rows.cover[at] = rows.cover[rows.left[at]!]! + rows.cover[rows.right[at]!]!;
    return at;
  };
  try {
    estimators.forEach((e, t) => rows.roots.push(add(e.root!, doc.baseModel!.indexes?.[t], 0)));
  } catch {
    return { ok: false, message: say('forest-damaged') };
  }
  const ensemble: Ensemble = {
    base: 0,
    scale: 1 / estimators.length,
    roots: Int32Array.from(rows.roots),
    feature: Int16Array.from(rows.feature),
    threshold: Float32Array.from(rows.threshold),
    left: Int32Array.from(rows.left),
    right: Int32Array.from(rows.right),
    missingLeft: Uint8Array.from(rows.missingLeft),
    value: Float64Array.from(rows.value),
    cover: Float32Array.from(rows.cover),
  };
  return { ok: true, ensemble, columns, trees: estimators.length, features };
}

/** The names of the columns that a file of ours has, or null. */
function namesOf(card: unknown): readonly string[] | null {
  const features = (card as Partial<ForestCard> | null | undefined)?.features;
  return Array.isArray(features) && features.length < 32_768 && features.every((f) => typeof f === 'string')
    ? features
    : null;
}

/** @param names columns of the data by the tree's own, where it has its own */
function columnOf(node: Node, names: readonly number[] | undefined): number | undefined {
  return names === undefined ? node.splitColumn : names[node.splitColumn!];
}

/** The largest float32 below a split value: `x < split` becomes `x <= threshold`. */
function below(split: number): number {
  const rounded = Math.fround(split);
  if (rounded < split) return rounded;
  const bits = new Int32Array(new Float32Array([rounded]).buffer);
  if (rounded === 0) return -1.401298464324817e-45;
  bits[0] = bits[0]! + (rounded > 0 ? -1 : 1);
  return new Float32Array(bits.buffer)[0]!;
}

/** The smallest float64 above a number: `x <= split` becomes `x < above(split)`. */
export function above(split: number): number {
  const bits = new BigInt64Array(new Float64Array([split === 0 ? 0 : split]).buffer);
  bits[0] = bits[0]! + (split < 0 ? -1n : 1n);
  return new Float64Array(bits.buffer)[0]!;
}

/** A leaf holds one row of class shares (a matrix in JSON). */
function majority(distribution: unknown): number {
  const row = (Array.isArray(distribution) ? distribution[0] : undefined) as number[] | undefined;
  return row !== undefined && (row[1] ?? 0) > (row[0] ?? 0) ? 1 : 0;
}

/**
 * A forest that was trained on vectors of this schema, as a model to score flows with: half of the votes is
 * suspicious, nine tenths malicious.
 */
export function mlForestModel(text: string): ModelResult<TreeModel> {
  const loaded = loadMlForest(JSON.parse(text));
  if (!loaded.ok) return { ok: false, reason: 'damaged', message: loaded.message };
  if (loaded.columns > FEATURE_COUNT)
    return {
      ok: false,
      reason: 'other-schema',
      message: say('forest-too-wide', { columns: loaded.columns, features: FEATURE_COUNT }),
    };
  const names = loaded.features ?? FEATURES.map((f) => f.name);
  const places = Int32Array.from(names, featureIndex);
  if (places.some((p) => p < 0)) return { ok: false, reason: 'other-schema', message: say('model-no-feature') };
  const model: TreeModel = {
    kind: 'trees',
    name: 'ml-random-forest',
    method: 'ml-random-forest',
    created: '',
    seed: 0,
    features: names,
    ensemble: loaded.ensemble,
    calibration: { raw: [0, 1], probability: [0, 1] },
    thresholds: { all: { malicious: 0.9, suspicious: 0.5, flows: 0 } },
    novelty: { all: Number.MAX_VALUE },
    reference: {},
    ranks: {},
    training: { trees: loaded.trees },
    sha256: createHash('sha256').update(text).digest('hex'),
    places,
    logShares: leafLogShares(loaded.ensemble),
  };
  return { ok: true, model };
}
