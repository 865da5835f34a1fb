// The room that ties the others together for one capture.
//
// `analysis.ts` is the picture of a capture: ingest, inspection, surroundings. `scoring.ts` fills blocks of 512 vectors
// when flows complete or reach a checkpoint, has them scored, and turns scores into verdicts. `record-maker.ts` makes
// what the command line prints. Vectors of closed flows are not kept: they would take 1.5 KB, twice what a closed flow
// may have; who wants one again reads the flow's packets. `index-cache.ts` keeps the columns of captures that were
// read, for the command line: it holds no verdicts, so the window reads a capture anew each time.
export { Analysis, type AnalysisOptions, type FlowEvents } from './analysis.ts';
export { factsOfRow, flowAppName, flowId, flowName, flowRecord, transportName } from './flow-record.ts';
export { type FlowSpan, type FlowTimes, spanOf } from './flow-span.ts';
export { endpoints, packetRecord } from './rows.ts';
export { type HeardFlow, type LearnedFile, type Lesson, Pupil, type Reviewed } from './pupil.ts';
export {
  alertRecord,
  baselineFrom,
  incidentRecord,
  knownFrom,
  peerText,
  roundedScore,
  ruleReasons,
  titleOf,
} from './record-maker.ts';
export { indicatorAlertRecord, type IndicatorHit } from './indicator-record.ts';
export { ruleAlertRecord } from './rule-record.ts';
export type { FlowHit } from './rule-hits.ts';
export type { JudgementListener } from './judgement.ts';
export { readThrough } from './read-through.ts';
export {
  scoreRecords,
  type ScoreRecordsListener,
  type ScoreRecordsOptions,
  type ScoreSummary,
} from './score-records.ts';
export { scoreFile, type ScoringResult } from './score-file.ts';
export { Scorer, withVerdicts, type ScoredFlow, type ScoringListener, type ScoringOptions } from './scoring.ts';
export { loadIndex, saveIndex } from './index-cache.ts';
export { splitMoment, stampText } from './time.ts';
export { PROTOCOL_GROUPS, protocolGroup, type ProtocolGroup, VectorMaker } from './vectors.ts';
export {
  BACKGROUND,
  collectFlows,
  flowLabelsOf,
  labelledFolder,
  type LabelledCapture,
  type LabelledFlows,
  readBackgroundNames,
  readLabels,
  trustOf,
} from './corpus.ts';
export { type AskedFlow, CaptureLabels, type FlowLabel, type FlowTruth, readFlowLabels } from './flow-labels.ts';
export { proveModel } from '../workers/index.ts';
export {
  adoptedAs,
  adoptedFile,
  hasAdopted,
  modelInUse,
  type ModelInUse,
  shippedFile,
  usableModel,
} from './model-in-use.ts';
