// The room of the display filter: text to tokens to a tree to one predicate over rows; completion; places of mistakes.
//
// What belongs to a flow is asked once a flow. Packets that the columns do not tell whole carry a mark (`MARK_LAYERS`)
// and are walked again by the decoder itself (`walk.ts`), which notes every layer; fragments are put together
// (`reassembly.ts`). A name of Wireshark's means here what it means there, or is refused with the name to write instead
// (`foreign.ts`). Facts of applications are fields of the flow and hold for all of its packets; Wireshark's names for
// the one packet that carries them are refused until the filter can answer them. Regular expressions run in linear time
// (`pattern.ts`, re2js). `filter.test.ts` and `npm run test:oracle` compare answers with tshark's.
export { complete, fieldInfos } from './complete.ts';
export { compileFilter, type CompiledFilter, type ListName, type ListRows } from './compile.ts';
export { LAYER_WORDS } from './layer-list.ts';
export { FilterError } from './lexer.ts';
export { patternOf } from './pattern.ts';
export { Reassembly } from './reassembly.ts';
export type { Predicate } from './tests.ts';
export { bytesPattern } from './values.ts';
export type { Answers, Asker, Checked, Turns } from './asker.ts';
export { type FilterPlan, planFilter } from './plan.ts';
export { matching, type Matching, NO_ENGINE } from './rows.ts';
export type { Subject } from './subject.ts';
export { unscored } from './unscored.ts';
