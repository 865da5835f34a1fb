// What the feature groups read: one open flow's state, its facts, its endpoints.
import type { AddressTable } from '../decode/index.ts';
import type { BytePool, FlowColumns, FlowState } from '../flow/index.ts';
import type { FlowFacts } from '../protocols/index.ts';

export interface FlowView {
  readonly state: FlowState;
  readonly bytes: BytePool;
  readonly columns: FlowColumns;
  readonly addresses: AddressTable;
  slot: number;
  row: number;
  facts: FlowFacts | null;
  /** Index into END_REASONS, -1 while the flow is open. */
  endReason: number;
  grade: number;
  /** Seconds since the epoch when the flow began. */
  startSeconds: number;
}

export type FeatureKind = 'robust' | 'conditional' | 'context';

/** One feature of the schema. `name` is stable; it is the column's name in every export. */
export interface Feature {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  readonly kind: FeatureKind;
}

/** A group: its features in the order in which `fill` writes them from `at` on. */
export interface FeatureGroup {
  readonly letter: string;
  readonly title: string;
  readonly source: string;
  readonly features: readonly Feature[];
  fill(view: FlowView, out: Float32Array, at: number): void;
}

export function feature(name: string, unit: string, meaning: string, kind: FeatureKind = 'robust'): Feature {
  return { name, unit, meaning, kind };
}
