// What the feature groups read, and what a group is.
import type { FlowRow } from '../../contract/index.ts';
import type { AddressTable } from '../decode/index.ts';
import type { FlowColumns } from '../flow/index.ts';
import type { FlowFacts } from '../protocols/index.ts';
import type { Feature } from './rows.ts';

/** What is known of the flow besides its state, in another thread perhaps. */
export interface FactsView {
  readonly columns: FlowColumns;
  readonly addresses: AddressTable;
  row: FlowRow;
  facts: FlowFacts | null;
  /** The protocol that content tells, 0 while nothing has told. */
  service: number;
  /** Seconds since the epoch when the flow began. */
  startSeconds: number;
  /** Payload bytes from the initiator and from the responder, as the state's part of the vector says. */
  payloadForward: number;
  payloadReverse: number;
}

interface Group<Where extends string> {
  readonly letter: string;
  readonly title: string;
  /** The file that computes it. */
  readonly source: string;
  /** In the order in which they stand in the vector. */
  readonly features: readonly Feature[];
  readonly where: Where;
}

/** From the flow's state alone: the kernel writes it, where packets are followed. */
export type StateGroup = Group<'state'>;

/** From facts, addresses and columns, where payloads are looked into; written after the other. */
export interface FactsGroup extends Group<'facts'> {
  /**
   * Writes what is known, from `at` on. What it leaves out is missing: the group's part of the vector holds NaN
   * before.
   */
  fill(view: FactsView, out: Float32Array, at: number): void;
}
export type FeatureGroup = StateGroup | FactsGroup;
