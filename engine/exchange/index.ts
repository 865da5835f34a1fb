// The room for other people's formats: goodx and badx in and out.
export { exportGoodx, type GoodxOptions, type LabelledSource } from './export-goodx.ts';
export { formatRow, localTime, parseLocalTime, parseRow, type ParsedRow } from './goodx.ts';
export { interfaceBlock, packetBlock, PacketBlocks, sectionBlock } from './pcapng-writer.ts';
export { flowCsvHeader, flowCsvLine } from './flow-csv.ts';
export { type FeatureTable, featureTable } from './feature-table.ts';
export { commitAll, WholeFile, writeWhole, WriteError } from './whole-file.ts';
