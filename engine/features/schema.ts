// Schema version 1 (groups A to K): the one table from which layout, headers, docs and the hash come.
import { hash } from 'node:crypto';
import type { FactsGroup, FactsView, FeatureGroup } from './context.ts';
import type { Feature } from './rows.ts';
import { endpointGroup } from './endpoints.ts';
import { applications } from './applications.ts';
import { names } from './names.ts';
import { STATE_FEATURES, STATE_GROUPS } from './state-part.ts';
import { surroundings } from './surroundings.ts';
import { tls } from './tls.ts';

export const SCHEMA_VERSION = 1;
const FACTS_GROUPS: readonly FactsGroup[] = [tls, names, applications, endpointGroup, surroundings];
export const GROUPS: readonly FeatureGroup[] = [...STATE_GROUPS, ...FACTS_GROUPS];
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

/** Features before this place come from the flow's state, the others from facts. */
const FACTS_FROM = STATE_FEATURES.length;

interface Placed {
  readonly group: FactsGroup;
  /** Place of its first feature. */
  readonly from: number;
}
const FACTS: Placed[] = [];
let next = FACTS_FROM;
for (const group of FACTS_GROUPS) {
  FACTS.push({ group, from: next });
  next += group.features.length;
}

/**
 * Writes the part of a vector that facts, addresses and columns tell, after the other part (`OpenFlows.fillState`).
 * What no group writes is NaN.
 */
export function fillFactsPart(view: FactsView, out: Float32Array, at: number): void {
  view.payloadForward = out[at + PAYLOAD_FORWARD]!;
  view.payloadReverse = out[at + PAYLOAD_REVERSE]!;
  out.fill(NaN, at + FACTS_FROM, at + FEATURE_COUNT);
  for (const { group, from } of FACTS) group.fill(view, out, at + from);
}
