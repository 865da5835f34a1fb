// The room where an open flow becomes a vector. The schema is data: adding a feature is one line in one group.
export type { Evidence, Feature, FeatureGroup, FeatureKind, HeaderField, FlowView, FactsView } from './context.ts';
export { featureDocument } from './document.ts';
export {
  FEATURE_COUNT,
  FEATURE_GROUPS,
  featureIndex,
  FEATURES,
  fillFactsPart,
  fillStatePart,
  GROUPS,
  SCHEMA_HASH,
  SCHEMA_VERSION,
} from './schema.ts';
