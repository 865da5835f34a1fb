// The engine's one door for command line, desktop and web: what they may use, and nothing else.
export { type Ending, captureFiles, openCapture, packetBytes, type PacketBytes } from './read/index.ts';
export {
  type Baseline,
  type BaselineDocument,
  foreignBaseline,
  learnedFlows,
  loadBaseline,
  type Merged,
  makeModel,
  type Model,
  isOfModel,
} from './detect/index.ts';
export { type KnownNetwork, ruleTable } from './evidence/index.ts';
export { DEFAULT_TIMEOUTS, type FlowTimeouts } from './flow/index.ts';
export {
  FEATURE_COUNT,
  FEATURE_GROUPS,
  featureDocument,
  FEATURES,
  SCHEMA_HASH,
  SCHEMA_VERSION,
} from './features/index.ts';
export {
  exportGoodx,
  forgetBaseline,
  keepBaseline,
  learnedNetworks,
  storedBaseline,
  writeBaseline,
  featureTable,
  type LabelledSource,
  mergeCaptures,
  parseLocalTime,
  parseRow,
  WholeFile,
  writeWhole,
} from './exchange/index.ts';
export {
  Analysis,
  baselineFrom,
  knownFrom,
  type Lesson,
  Pupil,
  type Reviewed,
  flowId,
  flowRecord,
  labelledFolder,
  loadIndex,
  saveIndex,
  type LabelledCapture,
  modelInUse,
  packetRecord,
  PROTOCOL_GROUPS,
  readLabels,
  readThrough,
  scoreFile,
  scoreRecords,
  shippedFile,
  usableModel,
  VectorMaker,
} from './session/index.ts';
export {
  captureIdentity,
  entryOf as journalEntry,
  readPlain,
  flowKey,
  folders,
  helperPath,
  type Folders,
  type ImportedRow,
  Store,
  StoreProblem,
} from './store/index.ts';
