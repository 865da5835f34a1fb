// What a model is, whichever file it came from.
import type { Message } from '../../contract/index.ts';
import type { Calibration } from './isotonic.ts';
import type { Ensemble } from './trees.ts';

/** Raw-score thresholds of one protocol group and how many benign flows they rest on. */
export interface Thresholds {
  readonly malicious: number;
  readonly suspicious: number;
  readonly flows: number;
}

/** Where values stand among benign training flows: quantiles 0, 5, …, 100 % by model feature. */
export interface Reference {
  readonly flows: number;
  /** features x 21, row-major. */
  readonly quantiles: Float32Array;
}
export const REFERENCE_STEPS = 21;

interface ModelParts {
  readonly name: string;
  readonly method: string;
  readonly created: string;
  readonly seed: number;
  readonly features: readonly string[];
  readonly calibration: Calibration;
  /** By protocol group name; thresholds held out from benign sources. */
  readonly thresholds: Readonly<Record<string, Thresholds>>;
  /** By protocol group: the frozen 99.5 % point of novelty among held-out training flows. */
  readonly novelty: Readonly<Record<string, number>>;
  readonly reference: Readonly<Record<string, Reference>>;
  /** By protocol group: raw scores of benign flows of sources left out, at RANK_STEPS. Empty in models of before. */
  readonly ranks: Readonly<Record<string, readonly number[]>>;
  readonly training: Readonly<Record<string, unknown>>;
  /** Set when loaded or written. */
  readonly sha256: string;
  /** Model feature → place in the vector. */
  readonly places: Int32Array;
}

/** Trees: ours, or those of ml-random-forest. */
export interface TreeModel extends ModelParts {
  readonly kind: 'trees';
  readonly ensemble: Ensemble;
  readonly logShares: Float32Array;
}

/** What the thread that runs it has to know. It travels to it as it is. */
export interface OnnxNetwork {
  /** Shared memory. */
  readonly bytes: Uint8Array;
  readonly input: string;
  readonly output: string;
  /** Column of the output that counts; null is found by asking: the last of one or two. */
  readonly column: number | null;
  /** Rows that it takes at once. */
  readonly rows: number;
  /** Whether it wants just as many. */
  readonly isFixed: boolean;
  readonly places: Int32Array;
  readonly missing: Float32Array | null;
  /** Whether its answers must be from 0 to 1, since nobody says what they mean. */
  readonly isProbability: boolean;
}

/** A model of somebody else's, which a runtime scores with in a thread of its own. It says nothing but a number. */
export interface OnnxModel extends ModelParts {
  readonly kind: 'onnx';
  readonly network: OnnxNetwork;
  /** What was said of it, as JSON. */
  readonly card: string;
}

export type Model = TreeModel | OnnxModel;

/** Whether it is known how ordinary flows score: else thresholds are a guess, and no score has a place among others. */
export function isCalibrated(model: Model): boolean {
  return Object.keys(model.ranks).length > 0;
}

export type ModelResult<Kind extends Model = Model> =
  | { readonly ok: true; readonly model: Kind }
  | { readonly ok: false; readonly reason: 'not-a-model' | 'damaged' | 'other-schema'; readonly message: Message };
