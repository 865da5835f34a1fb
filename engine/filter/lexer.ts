// Display filter text to tokens, each with its place, so that every mistake can be pointed at.

export type TokenKind = 'word' | 'text' | 'operator' | 'open' | 'close' | 'brace-open' | 'brace-close' | 'comma' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly at: number;
  readonly length: number;
}

/** A mistake in a filter: where, how long, and what is wrong in one sentence. */
export class FilterError extends Error {
  readonly at: number;
  readonly length: number;
  constructor(at: number, length: number, message: string) {
    super(message);
    this.at = at;
    this.length = length;
  }
}

const WORD = /[A-Za-z0-9_.:/\-\u0080-\uffff]+/y;
const OPERATOR = /===|!==|==|!=|>=|<=|&&|\|\||[><!~=&|]/y;
const SINGLE: Record<string, TokenKind> = { '(': 'open', ')': 'close', '{': 'brace-open', '}': 'brace-close', ',': 'comma' };
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

export function tokens(source: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const c = source[at]!;
    if (/\s/.test(c)) { at++; continue; }
    const single = SINGLE[c];
    if (single) { out.push({ kind: single, value: c, at, length: 1 }); at++; continue; }
    if (c === '"') {
      const [value, end] = quoted(source, at);
      out.push({ kind: 'text', value, at, length: end - at });
      at = end;
      continue;
    }
    const operator = match(OPERATOR, source, at);
    if (operator !== null) { out.push({ kind: 'operator', value: operator, at, length: operator.length }); at += operator.length; continue; }
    const word = match(WORD, source, at);
    if (word === null) throw new FilterError(at, 1, `'${c}' has no meaning here`);
    out.push({ kind: 'word', value: word, at, length: word.length });
    at += word.length;
  }
  out.push({ kind: 'end', value: '', at: source.length, length: 0 });
  return out;
}

function match(pattern: RegExp, source: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? null;
}

function quoted(source: string, from: number): [string, number] {
  let value = '';
  for (let i = from + 1; i < source.length; i++) {
    const c = source[i]!;
    if (c === '"') return [value, i + 1];
    if (c !== '\\') { value += c; continue; }
    const next = source[++i] ?? '';
    if (next === 'x' && /^[0-9a-fA-F]{2}$/.test(source.slice(i + 1, i + 3))) {
      value += String.fromCharCode(Number.parseInt(source.slice(i + 1, i + 3), 16));
      i += 2;
    } else if (next === '"' || next === '\\') value += next;
    else value += ESCAPES[next] ?? `\\${next}`;
  }
  throw new FilterError(from, source.length - from, 'this text is not closed: a " is missing');
}
