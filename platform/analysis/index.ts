// The room where captures are looked at, scored and written out again, each in a process of its own that is bounded in
// memory and time. What a capture does to its worker, it does to nobody else; the server only reads pages of results.
export { EXPORT_FORMS, type ExportForm, type Inflating, type Judging, type Look, type Order } from './orders.ts';
export { LOOK_LIMITS, residentBytes, SCORE_LIMITS, type WorkerLimits } from './limits.ts';
export {
  FLOW_ORDERS,
  type FlowOrder,
  MOST_LINES,
  type RecordPage,
  ResultFile,
  ResultWriter,
  type Section,
  SECTIONS,
} from './result-file.ts';
export {
  type AnalysisSummary,
  type CaptureVerdict,
  captureVerdict,
  type ProtocolCount,
  type Trouble,
} from './summary.ts';
export { type Answer, type Fault, Worker } from './worker.ts';
