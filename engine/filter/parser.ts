// Tokens to a tree. Grammar, weakest first: or, and, not, then a comparison, a field that must exist, or parentheses.
import { say } from '../../contract/index.ts';
import { FilterError, tokens, type Token } from './lexer.ts';

/** `==` any is equal, `===` all are, `!=` none is, `!==` any is not. */
export type Comparison = '==' | '!=' | '===' | '!==' | '>' | '<' | '>=' | '<=' | 'contains' | 'matches';

export interface Value {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
  readonly length: number;
}
export interface FieldRef {
  readonly name: string;
  readonly at: number;
  readonly length: number;
}

export type Node =
  | { readonly kind: 'or' | 'and'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'not'; readonly inner: Node }
  | { readonly kind: 'exists'; readonly field: FieldRef }
  | { readonly kind: 'compare'; readonly field: FieldRef; readonly operator: Comparison; readonly value: Value }
  | {
      readonly kind: 'in';
      readonly field: FieldRef;
      /** `not in`: it has a value, and none of them is in the set (Wireshark 4.4). */
      readonly not: boolean;
      readonly values: readonly { readonly low: Value; readonly high: Value | null }[];
    };

const OPERATORS: ReadonlyMap<string, Comparison> = new Map([
  ['==', '=='],
  ['!=', '!='],
  ['===', '==='],
  ['!==', '!=='],
  ['~=', '!=='],
  ['>', '>'],
  ['<', '<'],
  ['>=', '>='],
  ['<=', '<='],
  ['~', 'matches'],
  ['eq', '=='],
  ['any_eq', '=='],
  ['ne', '!='],
  ['all_ne', '!='],
  ['all_eq', '==='],
  ['any_ne', '!=='],
  ['gt', '>'],
  ['lt', '<'],
  ['ge', '>='],
  ['le', '<='],
  ['contains', 'contains'],
  ['matches', 'matches'],
]);
/** How deep parentheses and `not` may be nested; deeper ones would overflow the stack. */
const MAX_DEPTH = 100;

export const COMPARISON_WORDS = ['contains', 'matches', 'in', 'eq', 'ne', 'gt', 'lt', 'ge', 'le'];

/** @returns the tree, or null for an empty filter @throws FilterError with the place of the mistake */
export function parse(source: string): Node | null {
  const parser = new Parser(tokens(source));
  return parser.whole();
}

class Parser {
  private readonly list: readonly Token[];
  private i = 0;
  private depth = 0;

  constructor(list: readonly Token[]) {
    this.list = list;
  }

  whole(): Node | null {
    if (this.peek().kind === 'end') return null;
    const node = this.or();
    const rest = this.peek();
    if (rest.kind !== 'end') throw new FilterError(rest.at, rest.length, say('and-or-missing', { text: rest.value }));
    return node;
  }

  private peek(): Token {
    return this.list[this.i]!;
  }

  /** Words of the language are in small letters, as Wireshark's lexer and the skeleton (`scan.ts`) have them. */
  private is(...values: string[]): boolean {
    const t = this.peek();
    return (t.kind === 'operator' || t.kind === 'word') && values.includes(t.value);
  }

  private or(): Node {
    let left = this.and();
    while (this.is('or', '||')) {
      this.i++;
      left = { kind: 'or', left, right: this.and() };
    }
    return left;
  }

  private and(): Node {
    let left = this.not();
    while (this.is('and', '&&')) {
      this.i++;
      left = { kind: 'and', left, right: this.not() };
    }
    return left;
  }

  private not(): Node {
    if (++this.depth > MAX_DEPTH) throw new FilterError(this.peek().at, 1, say('nested-too-deep', { max: MAX_DEPTH }));
    try {
      if (!this.is('not', '!')) return this.primary();
      this.i++;
      return { kind: 'not', inner: this.not() };
    } finally {
      this.depth--;
    }
  }

  private primary(): Node {
    const t = this.peek();
    if (t.kind === 'open') {
      this.i++;
      const inner = this.or();
      const close = this.peek();
      if (close.kind !== 'close')
        throw new FilterError(close.at, Math.max(1, close.length), say('sign-missing', { sign: ')' }));
      this.i++;
      return inner;
    }
    if (t.kind !== 'word')
      throw new FilterError(
        t.at,
        Math.max(1, t.length),
        t.kind === 'end' ? say('field-missing-at-end') : say('field-expected', { text: t.value }),
      );
    this.i++;
    const field: FieldRef = { name: t.value, at: t.at, length: t.length };
    const next = this.peek();
    const word = next.value;
    if (next.kind === 'word' && word === 'in') {
      this.i++;
      return this.set(field, false);
    }
    const after = this.list[this.i + 1];
    if (next.kind === 'word' && word === 'not' && after?.kind === 'word' && after.value === 'in') {
      this.i += 2;
      return this.set(field, true);
    }
    const operator = next.kind === 'operator' || next.kind === 'word' ? OPERATORS.get(word) : undefined;
    if (operator === undefined) {
      if (next.kind === 'operator' && !['&&', '||', '!'].includes(next.value))
        throw new FilterError(next.at, next.length, say('no-comparison', { text: next.value }));
      return { kind: 'exists', field };
    }
    this.i++;
    return { kind: 'compare', field, operator, value: this.value() };
  }

  private value(): Value {
    const t = this.peek();
    if (t.kind !== 'word' && t.kind !== 'text')
      throw new FilterError(
        t.at,
        Math.max(1, t.length),
        t.kind === 'end' ? say('value-missing-at-end') : say('value-expected', { text: t.value }),
      );
    this.i++;
    return { text: t.value, quoted: t.kind === 'text', at: t.at, length: t.length };
  }

  private set(field: FieldRef, not: boolean): Node {
    const open = this.peek();
    if (open.kind !== 'brace-open')
      throw new FilterError(
        open.at,
        Math.max(1, open.length),
        say('in-takes-braces', { example: '{80, 443, 8000..8999}' }),
      );
    this.i++;
    const values: { low: Value; high: Value | null }[] = [];
    while (this.peek().kind !== 'brace-close') {
      const v = this.value();
      const dots = v.quoted ? -1 : v.text.indexOf('..');
      values.push(
        dots < 0
          ? { low: v, high: null }
          : {
              low: { ...v, text: v.text.slice(0, dots), length: dots },
              high: { ...v, text: v.text.slice(dots + 2), at: v.at + dots + 2, length: v.length - dots - 2 },
            },
      );
      if (this.peek().kind === 'comma') this.i++;
      else if (this.peek().kind === 'end') throw new FilterError(this.peek().at, 1, say('sign-missing', { sign: '}' }));
    }
    this.i++;
    if (values.length === 0) throw new FilterError(open.at, 2, say('no-value-in-braces'));
    return { kind: 'in', field, not, values };
  }
}
