// The room of lists that analysts own: entries of files and folders, read whatever publisher's form they have, and met in
// flows.
//
// `load.ts` reads: `table-reader.ts` lists of lines (abuse.ch's CSV, Zeek's, plain ones), `json-reader.ts` STIX 2.1 and
// MISP, `openioc.ts` OpenIOC; `value.ts` brings values to one way of writing them. `store.ts` holds them in typed arrays,
// `matcher.ts` asks it, `judge.ts` looks at flows as the judges of evidence do. What is refused is told by file and line,
// and the rest of its list is asked. An entry hits where it is valid at the packet's time: one that has expired before it
// does not, and one whose list begins later does, since lists are written after the fact.
export { indicatorJudge } from './judge.ts';
export { type CarriedFile, FileLists } from './file-lists.ts';
export { listStamp } from './files.ts';
export type { IndicatorFormat, ListRead, ToldLine } from './intake.ts';
export { loadIndicators, loadIndicatorsNow, type LoadOptions } from './load.ts';
export { Matcher } from './matcher.ts';
export { type FileHashes, IndicatorSet, type SetParts } from './set.ts';
export { type IndicatorType, kindOf } from './types.ts';
