// What a filter may go on with: fields and values that are known here, and then the fields of Wireshark's engine.
import { foreign, macroArguments, type Suggestion } from '../../contract/index.ts';
import type { FilterEngine } from '../dissect/index.ts';
import { complete, type Macros } from '../filter/index.ts';

/** More are not shown. */
const MOST = 60;
/** Shorter beginnings mean too many fields. */
const SHORTEST = 2;
/** What stands before a field: nothing, a boolean word, a sign of one, a parenthesis, or any, all, not. */
const BEFORE_FIELD = /(?:^|[(!{]|&&|\|\||\^\^|\b(?:and|or|xor|not|any|all))\s*$/;

/** A macro that is being written. */
const MACRO = /\$\{?(\w*)$/;

/** With a colon where arguments follow. */
function macrosBeginning(macros: Macros, beginning: string, from: number, to: number): Suggestion[] {
  return [...macros]
    .filter(([name]) => name.startsWith(beginning))
    .map(([name, text]) => ({
      text: `\${${name}${macroArguments(text) > 0 ? ':' : '}'}`,
      detail: foreign(text),
      from,
      to,
    }));
}

export async function completions(
  engine: FilterEngine,
  o: { readonly filter: string; readonly caret: number; readonly which: 'packets' | 'flows' },
): Promise<Suggestion[]> {
  const before = o.filter.slice(0, o.caret);
  const macro = MACRO.exec(before);
  if (macro !== null) return macrosBeginning(engine.macros, macro[1]!, o.caret - macro[0].length, o.caret);
  const own = complete(o.filter, o.caret, o.which);
  const word = /[\w.-]*$/.exec(before)![0];
  if (word.length < SHORTEST || !BEFORE_FIELD.test(before.slice(0, before.length - word.length))) return own;
  const known = new Set(own.map((s) => s.text));
  const fields = await engine.fields(word);
  const more = fields
    .filter(({ field }) => !known.has(field))
    .map(({ field, name }) => ({ text: field, detail: foreign(name), from: o.caret - word.length, to: o.caret }));
  const beginning = own.filter((s) => s.text.startsWith(word));
  const within = own.filter((s) => !s.text.startsWith(word));
  // The exact field first, and what belongs to flows under a like name is not pushed out by Wireshark's many.
  const room = MOST - beginning.length - Math.min(10, within.length);
  return [...beginning, ...more.slice(0, Math.max(0, room)), ...within].slice(0, MOST);
}
