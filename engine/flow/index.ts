// The room where packets become flows: key, direction, endings, running statistics.
export { byteClass } from './accumulate.ts';
export { BytePool, type ByteFigures, measureBytes } from './byte-pool.ts';
export { Ingest, type IngestListener, type IngestOptions, shownProtocol } from './ingest.ts';
export { FlowColumns, type HeaderColumns, OPEN } from './columns.ts';
export { communityId } from './community-id.ts';
export * from './state.ts';
export { SURROUNDINGS, Surroundings } from './surroundings.ts';
export { FlowTable, type FlowListener } from './table.ts';
export { DEFAULT_TIMEOUTS, type FlowTimeouts } from './timeouts.ts';
export { VLANS_KEPT, vlansOf } from './vlans.ts';
export { gradeOf } from './grade.ts';
