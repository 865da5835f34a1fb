// The room of deep dissection: Wireshark's engine (wiregasm) in a child process that may die at any time.
//
// It has the whole file while that is complete, at most 64 MiB and at most 40,000 packets (it loads 24,000 a second).
// Otherwise it gets a context of at most 4 MiB (`context.ts`): the packet, its flow before it, and what earlier flows
// of the two hosts said; frame numbers are mapped back and the tree says that it is partial. A tree may take five
// seconds and the process 1.5 GB; then it is ended and started again (`process.ts`), and the packet that ended it is
// not tried twice in a row.
//
// Long work has a process of its own (`deep.ts`): streams as the engine reads them (`follow.ts`), objects, searches in
// trees. What every process is told first is in `setup.ts`; a change starts them anew. Names of vendors and services are
// asked in a process that has no capture (`name-lookup.ts`).
export { DeepWork } from './deep.ts';
export { followDeep } from './follow.ts';
export type { Piece } from './substreams.ts';
export { searchTrees } from './search.ts';
export { type DissectionOrders, type Dissections, type DissectionSource, writeDissections } from './dissections.ts';
export { FilterEngine, type FilterSource } from './filter-engine.ts';
export { WHOLE_BYTES, WHOLE_PACKETS } from './context.ts';
export { DissectProcess, type DissectState } from './process.ts';
export { NameLookup, PORT_TRANSPORTS, type PortTransport } from './name-lookup.ts';
export { PacketTrees, RowDissection } from './row-texts.ts';
export { type DecodeAs, DissectSetup, type Preference } from './setup.ts';
export { countKeyLines, keyLines, readKeyFile } from './key-log.ts';
export { matcherOf } from './matcher.ts';
export { findObjects, objectsIn } from './objects.ts';
export { unfit } from './preference-values.ts';
export { isWhole, type TreeSource } from './trees.ts';
export type { EnginePreference } from './work-preferences.ts';
export { Surveyor, type SurveyAnswer, type SurveyTaker } from './survey.ts';
export { expertsInPieces, type PiecesTold } from './expert-pieces.ts';
export { type PieceLimits, wholePieces } from './whole-pieces.ts';
export { type FieldColumn, fieldColumn } from './field-values.ts';
export { type AskedField, askedField, type FieldRow, fieldRows, neededWhole } from './field-texts.ts';
