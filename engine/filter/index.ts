// The room of the display filter: text to tokens to a tree to a predicate over rows; completion; places of mistakes.
export { complete, fieldInfos } from './complete.ts';
export { compileFilter, type CompiledFilter, type Predicate } from './compile.ts';
export { FilterError } from './lexer.ts';
export { patternOf } from './pattern.ts';
export { bytesPattern } from './values.ts';
export { RULES, type Subject } from './subject.ts';
