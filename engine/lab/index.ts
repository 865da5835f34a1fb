// The room of measurement: captures with labels are judged as any other, and the judgement is compared with what is
// known of them (docs/evaluation.md).
//
// `measure.ts` judges over several threads (`evaluate.ts`, `lab-worker.ts`, `judge.ts`), by the model and baseline that
// `judges.ts` gives for each capture. Models with sources left out are made in a thread of their own (`left-out.ts`), so
// that a window neither waits nor loads what trains: `lesson.ts` and `trainer.ts` are behind the door host-learn.ts.
// `report.ts` adds up, `report-tables.ts` lays out, once for the command line, documents and the Lab.
export { sourceFamily } from './groups.ts';
export { labelledCaptures } from './evaluate.ts';
export { asItIs, byLeftOut, byRulesAlone, type Judges } from './judges.ts';
export type { LeftOutOptions } from './left-out.ts';
export { measure } from './measure.ts';
export type { Told } from './thread.ts';
export type { AskedRuleFiles } from './rules-added.ts';
export { headlineOf } from './headline.ts';
export { reportTables } from './report-tables.ts';
export { reportLines } from './report-text.ts';
export { cardWithRules, reportHtml, reportJson, reportMarkdown } from './report-page.ts';
