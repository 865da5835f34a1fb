// The room where captures are looked at, scored and written out again, each in a process of its own that is bounded in
// memory and time. What a capture does to its worker, it does to nobody else; the server only reads pages of results.
export { type Inflating, type Judging, type Look, type Order } from './orders.ts';
export { LOOK_LIMITS, residentBytes, SCORE_LIMITS, type WorkerLimits } from './limits.ts';
export { type FlowSearch, MOST_LINES, type RecordPage, ResultFile } from './result-file.ts';
export { FLOW_ORDERS, type FlowOrder, type Section, type SectionRecords, SECTIONS } from './result-form.ts';
export { type AnalysisSummary, captureVerdict, type Trouble } from './summary.ts';
export { type Answer, type Fault, Worker } from './worker.ts';
