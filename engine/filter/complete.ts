// What could be written at the caret: fields, comparisons, values.
import { type FieldInfo, type Suggestion, foreign, type Message, say } from '../../contract/index.ts';
import { FEATURES } from '../features/index.ts';
import type { Field } from './field.ts';
import { fieldNamed, FIELDS } from './fields.ts';
import { FLOW_WORDS } from './layer-fields.ts';
import { LAYER_WORDS } from './layer-list.ts';
import { FilterError, tokens, type Token } from './lexer.ts';

const MAX = 40;
const COMPARISONS: Readonly<Record<Field['kind'], readonly string[]>> = {
  number: ['==', '!=', '>', '<', '>=', '<=', 'in {}'],
  time: ['==', '!=', '>', '<', '>=', '<=', 'in {}'],
  flag: ['== true', '== false'],
  text: ['==', '!=', 'contains', 'matches', 'in {}'],
  address: ['==', '!=', 'in {}'],
  bytes: ['contains', 'matches'],
};

export function fieldInfos(): FieldInfo[] {
  return FIELDS.map(({ name, kind, meaning }) => ({ name, kind, meaning }));
}

export function complete(source: string, caret: number, over: 'packets' | 'flows'): Suggestion[] {
  let list: Token[];
  try {
    list = tokens(source.slice(0, caret)).slice(0, -1);
  } catch (error) {
    if (error instanceof FilterError) return [];
    throw error;
  }
  const last = list.at(-1);
  const touching =
    last !== undefined && last.at + last.length === caret && (last.kind === 'word' || last.kind === 'text');
  const typed = touching ? last.value.toLowerCase() : '';
  const before = touching ? list.at(-2) : last;
  const from = touching ? last.at : caret;
  const make = (text: string, detail: Message | null): Suggestion => ({ text, detail, from, to: caret });
  const field =
    before?.kind === 'operator' ||
    (before?.kind === 'word' && /^(eq|ne|gt|lt|ge|le|contains|matches)$/i.test(before.value))
      ? fieldNamed(list[list.indexOf(before) - 1]?.value ?? '')
      : undefined;
  if (field)
    return (field.values ?? (field.kind === 'flag' ? ['true', 'false'] : []))
      .filter((v) => v.startsWith(typed))
      .map((v) => make(v, foreign(field.name)));
  if (before?.kind === 'word' && fieldNamed(before.value)) {
    const found = fieldNamed(before.value)!;
    return COMPARISONS[found.kind].filter((c) => c.startsWith(typed)).map((c) => make(c, found.meaning));
  }
  if (
    before !== undefined &&
    (before.kind === 'close' ||
      before.kind === 'text' ||
      before.kind === 'brace-close' ||
      (before.kind === 'word' && !/^(and|or|not)$/i.test(before.value)))
  ) {
    return ['and', 'or'].filter((c) => c.startsWith(typed)).map((c) => make(c, null));
  }
  return fields(typed, over).map(([text, detail]) => make(text, detail));
}

type Named = [name: string, detail: Message | null];

function fields(typed: string, over: 'packets' | 'flows'): Named[] {
  const all: Named[] = [
    ...FIELDS.filter((f) => over === 'packets' || f.flow).map((f): Named => [f.name, f.meaning]),
    ...(over === 'packets' ? LAYER_WORDS : FLOW_WORDS).map((p): Named => [p, say('field-protocol')]),
    ...(typed.startsWith('fe')
      ? FEATURES.map((f): Named => [`feature.${f.name}`, null])
      : [['feature.', say('field-any-feature')] as Named]),
  ];
  const starting = all.filter(([name]) => name.startsWith(typed));
  const within = typed.length > 1 ? all.filter(([name]) => !name.startsWith(typed) && name.includes(typed)) : [];
  return [...starting, ...within].slice(0, MAX);
}
