// The room of measurement: captures with labels are judged as any other, and the judgement is compared with what is
// known of them (docs/evaluation.md).
export { GROUPS, type SourceGroup, sourceFamily } from './groups.ts';
export { evaluateFolder, type EvaluateOptions, labelledCaptures, type LabelledCaptures } from './evaluate.ts';
export { reportOf } from './report.ts';
export { reportTables } from './report-tables.ts';
export { reportLines } from './report-text.ts';
export { reportHtml, reportJson, reportMarkdown } from './report-page.ts';
export type * from './result.ts';
