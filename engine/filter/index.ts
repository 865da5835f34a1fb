// The room of the display filter: text to tokens to a tree to one predicate over rows; completion; places of mistakes.
//
// The language is Wireshark's 4.4, and its bundled engine is the authority: `plan.ts` takes a filter apart, `rows.ts` finds
// its rows, from columns where those tell (`compile.ts`) and else through an `Asker` (`engine/dissect`). Names that begin
// with `flow.` and `feature.` are ours and mean the flow; all others mean the packets that carry them.
//
// The user's macros are written out before anything else (`macros.ts`).
//
// What belongs to a flow is asked once a flow. Packets that the columns do not tell whole carry a mark (`MARK_LAYERS`)
// and are walked again by the decoder itself (`walk.ts`), which notes every layer; fragments are put together
// (`reassembly.ts`). Regular expressions on columns run in linear time (`pattern.ts`, re2js); what that refuses, the
// engine matches. `filter.test.ts`, `desk/filters.test.ts` and `npm run oracle:filters` compare answers.
export { complete, fieldInfos } from './complete.ts';
export { cannotCarry } from './needs.ts';
export { compileFilter, type CompiledFilter, type ListName, type ListRows } from './compile.ts';
export type { FoundSoFar } from './found-so-far.ts';
export type { JudgedIncident } from './judged.ts';
export { LAYER_WORDS } from './layer-list.ts';
export type { Field } from './field.ts';
export { fieldNamed } from './fields.ts';
export { FilterError } from './lexer.ts';
export { type Expanded, expandMacros, type Macros, NO_MACROS } from './macros.ts';
export { ETHERNET_HEADER, IP4_HEADER, IP6_HEADER, NestedWalker } from './nested-walker.ts';
export { OwnAddresses } from './own-addresses.ts';
export { type PacketSets, setFilter } from './packet-sets.ts';
export { type FieldNumbers, numbersOf } from './numbers.ts';
export { patternOf } from './pattern.ts';
export { Reassembly } from './reassembly.ts';
export type { Predicate } from './tests.ts';
export { bytesPattern } from './values.ts';
export { type Answers, type Asker, type Checked, NotWhole, type Told, type Turns } from './asker.ts';
export { type FilterPlan, planFilter } from './plan.ts';
export { flowAnswers, matching, type Matching, NO_ENGINE } from './rows.ts';
export { isOfColumns, isOurField, printedValues, type ValuesOf } from './printed-values.ts';
export type { References, Subject } from './subject.ts';
export { rowLayers } from './row-layers.ts';
export { streamsOf } from './streams.ts';
export { unscored } from './unscored.ts';
