// Schema version 1 (groups A to K): the one table from which layout, headers, docs and the hash come.
import { hash } from 'node:crypto';
import type { FactsGroup, FactsView, FeatureGroup, FlowView, StateGroup } from './context.ts';
import type { Feature } from './rows.ts';
import { endpointGroup } from './endpoints.ts';
import { lengths, shape, times } from './shape.ts';
import { applications } from './applications.ts';
import { names } from './names.ts';
import { surroundings } from './surroundings.ts';
import { tls } from './tls.ts';
import { byteGroup, sequence, transport } from './transport.ts';

export const SCHEMA_VERSION = 1;
export const GROUPS: readonly FeatureGroup[] = [
  shape,
  lengths,
  times,
  transport,
  byteGroup,
  sequence,
  tls,
  names,
  applications,
  endpointGroup,
  surroundings,
];
export const FEATURES: readonly Feature[] = GROUPS.flatMap((g) => g.features);
export const FEATURE_COUNT = FEATURES.length;
/** Group of each feature, by index. */
export const FEATURE_GROUPS: readonly string[] = GROUPS.flatMap((g) => g.features.map(() => g.title));
const index = new Map(FEATURES.map((f, i) => [f.name, i]));

/** @returns the place of a feature in the vector, or -1 */
export function featureIndex(name: string): number {
  return index.get(name) ?? -1;
}

/** SHA-256 over version, names and units: two vectors are comparable when it is the same. */
export const SCHEMA_HASH = hash(
  'sha256',
  JSON.stringify([SCHEMA_VERSION, FEATURES.map((f) => [f.name, f.unit])]),
  'hex',
);

const PAYLOAD_FORWARD = featureIndex('payload_fwd');
const PAYLOAD_REVERSE = featureIndex('payload_rev');

interface Placed<Group> {
  readonly group: Group;
  /** Place of its first feature. */
  readonly from: number;
}
const STATE: Placed<StateGroup>[] = [];
const FACTS: Placed<FactsGroup>[] = [];
let next = 0;
for (const group of GROUPS) {
  if (group.where === 'facts') FACTS.push({ group, from: next });
  else if (FACTS.length === 0) STATE.push({ group, from: next });
  else throw new Error(`group ${group.letter} comes from the flow's state and stands behind one that does not`);
  next += group.features.length;
}
/** Features before this place come from the flow's state, the others from facts. */
const FACTS_FROM = FACTS[0]?.from ?? FEATURE_COUNT;

/**
 * Writes the part of a vector that facts, addresses and columns tell, after the other part. What no group writes is
 * NaN.
 */
export function fillFactsPart(view: FactsView, out: Float32Array, at: number): void {
  view.payloadForward = out[at + PAYLOAD_FORWARD]!;
  view.payloadReverse = out[at + PAYLOAD_REVERSE]!;
  out.fill(NaN, at + FACTS_FROM, at + FEATURE_COUNT);
  for (const { group, from } of FACTS) group.fill(view, out, at + from);
}

/** Writes the part of a vector that a flow's state tells. What no group writes is NaN: missing. */
export function fillStatePart(view: FlowView, out: Float32Array, at: number): void {
  out.fill(NaN, at, at + FACTS_FROM);
  for (const { group, from } of STATE) group.fill(view, out, at + from);
}
