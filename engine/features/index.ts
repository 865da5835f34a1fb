// The room where an open flow becomes a vector of float32, in which missing is NaN (docs/detection.md, section 2).
//
// Groups A to F come from the flow's state and are written by the kernel (`kernel/features.ts`; `OpenFlows.fillState`
// asks for it) at once when the flow completes or reaches a checkpoint, while its memory is near. G to K need facts,
// addresses and other flows, and are written after them, perhaps in another thread; the state itself never leaves the
// thread that follows flows. Group K is taken when a flow begins, so that a replay, a live run and a checkpoint say the
// same. Quantiles come from histograms of fixed size, since the state of a flow has one size; their error is stated and
// tested against a twin that keeps everything. Distinct names of a DNS flow are counted exactly up to 256, peers of a
// fingerprint up to 64.
//
// One table (`schema.ts` and the groups) says of each feature its name, unit or classes, meaning in both languages,
// kind, and its evidence: the packets it comes from, as a place in the flow's state whose changes are watched, or as a
// part of a hello, a message, other flows. Vector, labels, headers of CSV and Parquet and docs/features.md come from
// it.
export type { FeatureGroup, FactsView } from './context.ts';
export type { Evidence, HeaderField } from './evidence.ts';
export { featureDocument } from './document.ts';
export type { Feature, FeatureKind } from './rows.ts';
export {
  FEATURE_COUNT,
  FEATURE_GROUPS,
  featureIndex,
  FEATURES,
  fillFactsPart,
  GROUPS,
  SCHEMA_HASH,
  SCHEMA_VERSION,
} from './schema.ts';
export { rememberedByName } from './remembered.ts';
export { robustFeatures } from './robust.ts';
