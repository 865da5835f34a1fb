// The engine's door for exports to other tools, apart so that nobody loads their writers who does not write.
export {
  AnonymousCapture,
  commentsAt,
  type EcsDocument,
  ecsFlow,
  ecsIncident,
  EveLines,
  flowComment,
  FlowExportFile,
  labelIn,
  type PayloadChoice,
  PAYLOADS,
  verdictRows,
  type VerdictTable,
  verdictTable,
  writeMarked,
  ZeekLogs,
} from './exchange/index.ts';
