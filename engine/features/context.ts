// What the feature groups read: one open flow's state, its facts, its endpoints.
import type { AddressTable } from '../decode/index.ts';
import type { BytePool, FlowColumns, FlowState } from '../flow/index.ts';
import type { FlowFacts } from '../protocols/index.ts';

/** The arrays of a FlowState, as they travel to another thread. */
export type StateArrays = Pick<FlowState, 'u' | 'd' | 'h' | 'sequenceLengths' | 'sequenceGaps'>;

export interface FlowView {
  readonly state: StateArrays;
  slot: number;
}

/** What only the ingest thread knows of the flow besides its state. */
export interface IngestView extends FlowView {
  readonly state: FlowState;
  readonly bytes: BytePool;
  readonly columns: FlowColumns;
  readonly addresses: AddressTable;
  row: number;
  facts: FlowFacts | null;
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

interface Group<Where extends string, View> {
  readonly letter: string;
  readonly title: string;
  readonly source: string;
  readonly features: readonly Feature[];
  /** 'state': from the flow's state alone, in any thread. 'ingest': also from facts and addresses. */
  readonly where: Where;
  fill(view: View, out: Float32Array, at: number): void;
}

/** A group: its features in the order in which `fill` writes them from `at` on. */
export type StateGroup = Group<'state', FlowView>;
export type IngestGroup = Group<'ingest', IngestView>;
export type FeatureGroup = StateGroup | IngestGroup;

export function feature(name: string, unit: string, meaning: string, kind: FeatureKind = 'robust'): Feature {
  return { name, unit, meaning, kind };
}
