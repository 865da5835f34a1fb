// Changes to text by its tokens: strings, numbers, names, signs and whole brackets are exchanged for others that the
// format knows, so that what is behind the parser's first check is reached too. Deterministic for a seed.
import type { Mutator } from './mutate.ts';

const TOKEN = /"(?:[^"\\\n]|\\.)*"|[A-Za-z_$][\w$.-]*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\s+|[^]/g;
const OPENS = '{[(<';
const CLOSES = '}])>';
/** What readers of every format take for something that it is not. */
const ODD = ['null', 'true', 'false', '-1', '0', '1', '1e999', '-0', '0.5', '4294967296', '9007199254740993']
  .concat(['""', '[]', '{}', '[[]]', '"__proto__"', '"constructor"', '"\\u0000"', '"\\ud800"', '"grant:x"', '"/etc/x"'])
  .concat([
    'constructor',
    '__proto__',
    'toString',
    '{"__proto__":1}',
    '"a\\nb"',
    '"\\u202e"',
    '-1e-7',
    '[null]',
    '255',
    '65536',
  ]);
const MOST_TOKENS = 4_000;
const MOST_COPIES = 300;
/** Tokens of an input that are swept through everything odd. */
const SWEPT = 250;

export const latinText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (tokens: readonly string[], limit: number): Uint8Array =>
  Uint8Array.from(Buffer.from(tokens.join(''), 'latin1')).subarray(0, limit);

export function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** @returns the index behind what begins at `at`: a bracket with all that is in it, or a single token */
export function groupEnd(tokens: readonly string[], at: number): number {
  if (!OPENS.includes(tokens[at] ?? ' ')) return at + 1;
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    if (OPENS.includes(tokens[i]!)) depth++;
    else if (CLOSES.includes(tokens[i]!) && --depth === 0) return i + 1;
  }
  return at + 1;
}

function classOf(token: string): string {
  const first = token[0]!;
  if (first === '"') return 'string';
  if (/[\d-]/.test(first) && token.length > (first === '-' ? 1 : 0)) return 'number';
  return /[A-Za-z_$]/.test(first) ? 'name' : 'sign';
}

/** The tokens that a target's seeds and words are made of, by class. */
export class Dictionary {
  readonly all: readonly string[];
  private readonly classes = new Map<string, string[]>();

  constructor(texts: readonly Uint8Array[], words: readonly Uint8Array[]) {
    const found = new Set(words.map(latinText).filter((word) => word !== ''));
    for (const text of texts) for (const token of tokensOf(latinText(text))) if (token.trim() !== '') found.add(token);
    this.all = [...found];
    for (const token of this.all) {
      const kind = classOf(token);
      this.classes.set(kind, [...(this.classes.get(kind) ?? []), token]);
    }
  }

  like(token: string): readonly string[] {
    return this.classes.get(classOf(token)) ?? this.all;
  }
}

/** One to eight changes of an input's tokens. */
export function changeTokens(
  chance: Mutator,
  known: Dictionary,
  input: Uint8Array,
  other: Uint8Array,
  limit: number,
): Uint8Array {
  let tokens = tokensOf(latinText(input)).slice(0, MOST_TOKENS);
  const others = tokensOf(latinText(other)).slice(0, MOST_TOKENS);
  for (let n = 1 << chance.below(4); n > 0; n--) tokens = changed(chance, known, tokens, others);
  return bytesOf(tokens, limit);
}

function changed(chance: Mutator, known: Dictionary, tokens: string[], others: readonly string[]): string[] {
  const any = (from: readonly string[]): string => from[chance.below(from.length)] ?? '';
  let at = chance.below(tokens.length + 1);
  // Rarely a space: exchanging one changes nothing in most formats.
  if (tokens[at]?.trim() === '') at++;
  const token = tokens[at] ?? '';
  const end = groupEnd(tokens, at);
  // Not spread: there may be more of them than a call takes.
  const put = (from: number, to: number, ...instead: (string | readonly string[])[]): string[] =>
    tokens.slice(0, from).concat(instead.flat(), tokens.slice(to));
  switch (chance.below(12)) {
    case 0:
      return put(at, at + 1, any(known.all));
    case 1:
      return token === '' ? tokens : put(at, at + 1, any(known.like(token)));
    case 2:
      return put(at, at + 1 + chance.below(4));
    case 3:
      return put(at, end, any(ODD));
    case 4:
      // With the sign behind it, so that a list stays one.
      return put(at, tokens[end] === ',' ? end + 1 : end);
    case 5: {
      const from = chance.below(others.length + 1);
      return put(at, end, others.slice(from, groupEnd(others, from)));
    }
    case 6: {
      const from = chance.below(others.length + 1);
      return put(at, at, others.slice(from, from + 1 + chance.below(24)));
    }
    case 7: {
      const group = tokens.slice(at, tokens[end] === ',' ? end + 1 : end);
      const copies = chance.below(8) === 0 ? chance.below(MOST_COPIES) : chance.below(4);
      return put(at, at, Array.from({ length: copies }, () => group).flat()).slice(0, MOST_TOKENS);
    }
    case 8:
      return put(at, at, any(known.all));
    case 9: {
      const value = Number(token);
      if (token === '' || Number.isNaN(value)) return put(at, at, any(ODD));
      return put(
        at,
        at + 1,
        String([value + 1, value - 1, -value, value * 2, value / 3, value * 1e9][chance.below(6)]),
      );
    }
    case 10: {
      if (token.length < 2) return put(at, at + 1, token.repeat(1 + chance.below(40)));
      const cut = 1 + chance.below(token.length - 1);
      return put(at, at + 1, token.slice(0, cut), any(known.all), token.slice(cut));
    }
    default: {
      const to = chance.below(tokens.length + 1);
      const group = tokens.slice(at, end);
      const rest = put(at, end);
      return rest.slice(0, to).concat(group, rest.slice(to));
    }
  }
}

/** Where a sweep of tokens is: which input, which token of it, what comes next in its place. */
export interface Swept {
  input: number;
  at: number;
  value: number;
}

/** @returns the next input of the sweep: one token or bracket gone, or something odd in its place; null at its end */
export function sweepTokens(corpus: readonly Uint8Array[], s: Swept, limit: number): Uint8Array | null {
  for (; s.input < corpus.length; s.input++, s.at = s.value = 0) {
    const tokens = tokensOf(latinText(corpus[s.input]!));
    while (s.at < tokens.length && tokens[s.at]!.trim() === '') s.at++;
    if (s.at >= Math.min(SWEPT, tokens.length)) continue;
    const { at, value } = s;
    if (++s.value > ODD.length) {
      s.value = 0;
      s.at++;
    }
    const end = groupEnd(tokens, at);
    const instead = value === ODD.length ? [] : [ODD[value]!];
    return bytesOf([...tokens.slice(0, at), ...instead, ...tokens.slice(end)], limit);
  }
  return null;
}

/** What an input says as JSON, undefined where it says nothing: `JSON.parse` never gives that. */
export function jsonIn(data: Uint8Array): unknown {
  try {
    return JSON.parse(latinText(data));
  } catch {
    return undefined;
  }
}
