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

export interface Model {
  readonly name: string;
  readonly method: string;
  readonly created: string;
  readonly seed: number;
  readonly features: readonly string[];
  readonly ensemble: Ensemble;
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
  readonly logShares: Float32Array;
}

export type ModelResult =
  | { readonly ok: true; readonly model: Model }
  | { readonly ok: false; readonly reason: 'not-a-model' | 'damaged' | 'other-schema'; readonly message: Message };
