// The engine's one door for command line, desktop and web: what they may use, and nothing else.
export { type Ending, captureFiles, openCapture, packetBytes, type PacketBytes, type CaptureReader } from './read/index.ts';
export { type Baseline, type BaselineDocument, type BaselineGroup, foreignBaseline, judge, learnBaseline, loadBaseline, loadModel, makeModel, type Model, ownBaseline, reasonsFor, type Reference, REFERENCE_STEPS, type Thresholds, valueText, fitIsotonic } from './detect/index.ts';
export { DEFAULT_TIMEOUTS, type FlowTimeouts } from './flow/index.ts';
export { FEATURE_COUNT, FEATURE_GROUPS, featureDocument, FEATURES, SCHEMA_HASH, SCHEMA_VERSION } from './features/index.ts';
export { exportGoodx, featureTable, type LabelledSource, parseLocalTime, parseRow, type ParsedRow, WholeFile, writeWhole, WriteError } from './exchange/index.ts';
export { Analysis, BACKGROUND, baselineFrom, collectFlows, endpoints, factsOfRow, flowId, flowRecord, labelledFolder, loadIndex, saveIndex, type LabelledCapture, type LabelledFlows, packetRecord, PROTOCOL_GROUPS, readBackgroundNames, readLabels, readThrough, scoreFile, scoreRecords, type ScoredFlow, stampText, storedBaseline, VectorMaker } from './session/index.ts';
export { captureIdentity, flowKey, folders, helperPath, type Folders, type ImportedRow, Store, StoreProblem } from './store/index.ts';
