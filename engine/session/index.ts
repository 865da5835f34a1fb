// The room that ties the others together for one capture: analysis, vectors, scoring, rows for people.
export { Analysis, type AnalysisOptions, type FlowEvents } from './analysis.ts';
export { factsOfRow, flowAppName, flowId, flowName, flowRecord, transportName } from './flow-record.ts';
export { endpoints, packetRecord } from './rows.ts';
export { baselineFrom, ruleReasons, type StoredBaseline, storedBaseline } from './record-maker.ts';
export { readThrough } from './read-through.ts';
export {
  scoreRecords,
  type ScoreRecordsListener,
  type ScoreRecordsOptions,
  type ScoreSummary,
} from './score-records.ts';
export {
  Scorer,
  scoreFile,
  type ScoredFlow,
  type ScoringListener,
  type ScoringOptions,
  type ScoringResult,
} from './scoring.ts';
export { loadIndex, saveIndex } from './index-cache.ts';
export { stampText } from './time.ts';
export { PROTOCOL_GROUPS, protocolGroup, type ProtocolGroup, VectorMaker } from './vectors.ts';
export {
  BACKGROUND,
  collectFlows,
  labelledFolder,
  type LabelledCapture,
  type LabelledFlows,
  readBackgroundNames,
  readLabels,
} from './corpus.ts';
