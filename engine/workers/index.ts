// The room for threads. Results do not depend on how many there are.
//
// The command line reads a large file with two threads. `ingest-thread.ts` starts one that reads, decodes and follows
// flows, and writes events of 32-bit words and the state's part of vectors into shared memory. The main thread reads
// events in order, looks into the payloads where they were read, and keeps facts, rows and verdicts. It is the slower
// one, so the other scores its blocks in between (`detector.ts`); from three threads on others do. Columns are the
// same memory in both, each written by one of them. A window's session, a live capture and a small file do the same in
// one thread, by calls in place of events; records are the same byte for byte, whatever the number of threads and the
// pieces in which a file was read. A capture is not split by address pairs: what stands around a flow and the name
// that led to it are told by other pairs' flows, which a share of the pairs does not have.
export { startWorker } from './threads.ts';
export { IngestThread, type IngestThreadOptions } from './ingest-thread.ts';
export { Detector } from './detector.ts';
export { BLOCK_ROWS, VectorBlock } from './vector-block.ts';
export { type RuleFeed, type RuleHit, RulesHere } from './rule-feed.ts';
export {
  type ChoiceFiles,
  type ChoicesRead,
  readChoices,
  readRuleFiles,
  ruleStamp,
  type RuleFiles,
  type UnreadRules,
} from './rule-files.ts';
export { isYaml, readSuricataFile, type SuricataFile } from './suricata-file.ts';
export { type GrowingCapture, type RuleRun, RuleThread, ThreadFeed } from './rule-thread.ts';
export type { MeasuredRules, RulesRead, RuleWish } from './rule-worker.ts';
