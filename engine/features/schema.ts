// Schema version 1 (groups A to K): the one table from which layout, headers, docs and the hash come.
import { hash } from 'node:crypto';
import type { Feature, FeatureGroup, FlowView, FactsView } from './context.ts';
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

/** Writes the part of a vector that facts, addresses and columns tell, after the other part. Missing is NaN. */
export function fillFactsPart(view: FactsView, out: Float32Array, at: number): void {
  view.payloadForward = out[at + PAYLOAD_FORWARD]!;
  view.payloadReverse = out[at + PAYLOAD_REVERSE]!;
  let o = at;
  for (const group of GROUPS) {
    if (group.where === 'facts') group.fill(view, out, o);
    o += group.features.length;
  }
}

/** Writes the part of a vector that a flow's state tells. Missing is NaN. */
export function fillStatePart(view: FlowView, out: Float32Array, at: number): void {
  let o = at;
  for (const group of GROUPS) {
    if (group.where === 'state') group.fill(view, out, o);
    o += group.features.length;
  }
}
