// The room for files that are whole and private: other people's formats (goodx and badx in and out, CSV and Parquet of
// flows, pcapng, incidents as STIX and MISP: docs/formats.md), and what was learned of networks (`baselines.ts`).
//
// Every file is written beside its place, private, and is there when it is whole (`whole-file.ts`).
export {
  baselinePath,
  forgetBaseline,
  keepBaseline,
  learnedNetworks,
  storedBaseline,
  writeBaseline,
} from './baselines.ts';
export { type EveAlert, eveAlert, eveLine } from './eve.ts';
export { exportGoodx, type GoodxOptions, type LabelledSource } from './export-goodx.ts';
export { formatRow, localTime, parseLocalTime, parseRow, type ParsedRow } from './goodx.ts';
export { interfaceBlock, packetBlock, PacketBlocks, secretsBlock, sectionBlock } from './pcapng-writer.ts';
export { PackedFile } from './packed-file.ts';
export { PCAP_END, pcapHeader, pcapRecord } from './pcap-writer.ts';
export { copiedBlocks, type CopyOrders } from './pcapng-copy.ts';
export { mergeCaptures, type MergedCaptures, type NotMerged } from './merge.ts';
export { flowCsvHeader, flowCsvLine } from './flow-csv.ts';
export { type FeatureTable, featureTable, type TableForm } from './feature-table.ts';
export { commitAll, WholeFile, writeWhole, WriteError } from './whole-file.ts';
export { lookForRelease, NOTICE_FORMAT, noticeIn, type ReleaseSource, releaseSource } from './releases.ts';
export { incidentFile } from './incident-file.ts';
export { ZeekLogs } from './zeek/logs.ts';
export { EveLines } from './eve/lines.ts';
export { FlowExportFile } from './netflow/flow-file.ts';
export { type EcsDocument, ecsFlow, ecsIncident, type EcsOrigin } from './ecs.ts';
export { blockComments } from './block-comments.ts';
export { commentsAt, flowComment, labelIn, writeMarked } from './marked-capture.ts';
export { AnonymousCapture } from './anonymous/capture.ts';
export { type PayloadChoice, PAYLOADS } from './anonymous/packet.ts';
export { verdictRows, type VerdictTable, verdictTable } from './anonymous/verdict-changes.ts';
