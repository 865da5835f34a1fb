// What the feature groups read, and what a feature is: a name, a unit, a meaning in both languages, and where it comes from.
import type { AddressTable } from '../decode/index.ts';
import type { FlowColumns, FlowState } from '../flow/index.ts';
import type { FlowFacts, HelloPart } from '../protocols/index.ts';

export interface FlowView {
  readonly state: FlowState;
  /** Bytes of first payloads, by place. */
  samples: Uint8Array;
  slot: number;
}

/** What is known of the flow besides its state, in another thread perhaps. */
export interface FactsView {
  readonly columns: FlowColumns;
  readonly addresses: AddressTable;
  row: number;
  facts: FlowFacts | null;
  /** The protocol that content tells, 0 while nothing has told. */
  service: number;
  /** Seconds since the epoch when the flow began. */
  startSeconds: number;
  /** Payload bytes from the initiator and from the responder, as the state's part of the vector says. */
  payloadForward: number;
  payloadReverse: number;
}

export type FeatureKind = 'robust' | 'conditional' | 'context';

/** 0 from the initiator, 1 from the responder, 2 both. */
export type Direction = 0 | 1 | 2;
export type HeaderField = 'flags' | 'window' | 'options' | 'hop-limit' | 'ports' | 'addresses';

/**
 * Which packets of its flow a feature comes from. 'count' and 'extreme' name a place in the flow's running state: evidence are the packets
 * at which it changed, or the last of them (with the packet before it, where the value lies between two).
 */
export type Evidence =
  | { readonly by: 'packets'; readonly dir: Direction; readonly payload?: boolean; readonly field?: HeaderField }
  | { readonly by: 'count'; readonly in: 'u' | 'd'; readonly at: number; readonly field?: HeaderField }
  | {
      readonly by: 'extreme';
      readonly in: 'u' | 'd';
      readonly at: number;
      readonly pair?: boolean;
      readonly field?: HeaderField;
    }
  | { readonly by: 'ends' }
  /** Places in the Float64 part that hold two times. */
  | { readonly by: 'turn'; readonly from: number; readonly to: number }
  | { readonly by: 'first-bytes'; readonly dir: 0 | 1; readonly limit: number }
  | { readonly by: 'sequence'; readonly index: number; readonly pair?: boolean }
  | { readonly by: 'hello'; readonly server: boolean; readonly part: HelloPart }
  | { readonly by: 'certificate' }
  | { readonly by: 'alerts' }
  | { readonly by: 'message'; readonly of: 'dns' | 'http' | 'ssh' | 'quic'; readonly dir: Direction }
  | { readonly by: 'resolution' }
  | { readonly by: 'other-flows'; readonly same: 'source' | 'pair' | 'responder' | 'ja4'; readonly seconds: number };

/** One feature of the schema. `name` is stable; it is the column's name in every export. */
export interface Feature {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  /** The meaning in Chinese. */
  readonly zh: string;
  readonly evidence: Evidence;
  readonly kind: FeatureKind;
}

interface Group<Where extends string, View> {
  readonly letter: string;
  readonly title: string;
  readonly source: string;
  readonly features: readonly Feature[];
  /** 'state': from the flow's state alone, where packets are followed. 'facts': from facts, addresses and columns, where payloads are looked into; written after the other. */
  readonly where: Where;
  fill(view: View, out: Float32Array, at: number): void;
}

/** A group: its features in the order in which `fill` writes them from `at` on. */
export type StateGroup = Group<'state', FlowView>;
export type FactsGroup = Group<'facts', FactsView>;
export type FeatureGroup = StateGroup | FactsGroup;

export function feature(
  name: string,
  unit: string,
  meaning: string,
  zh: string,
  evidence: Evidence,
  kind: FeatureKind = 'robust',
): Feature {
  return { name, unit, meaning, zh, evidence, kind };
}

/** Packets of a direction, all or those with payload. */
export function packetsOf(dir: Direction, field?: HeaderField): Evidence {
  return { by: 'packets', dir, ...(field ? { field } : {}) };
}
export function payloadsOf(dir: Direction): Evidence {
  return { by: 'packets', dir, payload: true };
}
/** Packets at which a counter in the Uint32 part of the state rises. */
export function counted(at: number, field?: HeaderField): Evidence {
  return { by: 'count', in: 'u', at, ...(field ? { field } : {}) };
}
/** The packet at which a number in the Float64 part of the state got its last value. */
export function extreme(at: number, pair = false): Evidence {
  return { by: 'extreme', in: 'd', at, pair };
}

export const DIRECTIONS = ['fwd', 'rev'] as const;
/** Chinese for a side and for a direction. */
export const SIDE_ZH = { fwd: '发起方', rev: '响应方' } as const;
export const DIRECTION_ZH = { fwd: '（正向）', rev: '（反向）', both: '（双向）' } as const;
