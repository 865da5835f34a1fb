// Display filter text to tokens, each with its place, so that every mistake can be pointed at.

import { type Message, SaidError, say } from '../../contract/index.ts';

export type TokenKind =
  | 'word'
  | 'text'
  | 'operator'
  | 'open'
  | 'close'
  | 'brace-open'
  | 'brace-close'
  | 'comma'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly at: number;
  readonly length: number;
}

/** A mistake in a filter: where, how long, and what is wrong. */
export class FilterError extends SaidError {
  readonly at: number;
  readonly length: number;
  constructor(at: number, length: number, said: Message) {
    super(said);
    this.at = at;
    this.length = length;
  }
}

const WORD = /[A-Za-z0-9_.:/\-\u0080-\uffff]+/y;
const OPERATOR = /===|!==|==|!=|~=|>=|<=|&&|\|\||[><!~=&|]/y;
const SINGLE: ReadonlyMap<string, TokenKind> = new Map([
  ['(', 'open'],
  [')', 'close'],
  ['{', 'brace-open'],
  ['}', 'brace-close'],
  [',', 'comma'],
]);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['"', '"'],
  ['\\', '\\'],
  ["'", "'"],
]);

export function tokens(source: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const c = source[at]!;
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    const single = SINGLE.get(c);
    if (single) {
      out.push({ kind: single, value: c, at, length: 1 });
      at++;
      continue;
    }
    const raw = (c === 'r' || c === 'R') && source[at + 1] === '"';
    if (c === '"' || raw) {
      const [value, end] = raw ? rawQuoted(source, at + 1) : quoted(source, at);
      out.push({ kind: 'text', value, at, length: end - at });
      at = end;
      continue;
    }
    const operator = match(OPERATOR, source, at);
    if (operator !== null) {
      out.push({ kind: 'operator', value: operator, at, length: operator.length });
      at += operator.length;
      continue;
    }
    const word = match(WORD, source, at);
    if (word === null) throw new FilterError(at, 1, say('no-meaning-here', { text: c }));
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
    if (c !== '\\') {
      value += c;
      continue;
    }
    const byte = /^(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(source.slice(i + 1, i + 4));
    const plain = ESCAPES.get(source[i + 1] ?? '');
    if (byte !== null) {
      value += byteCharacter(
        byte[1] === undefined ? Number.parseInt(byte[2]!, 8) & 0xff : Number.parseInt(byte[1], 16),
      );
      i += byte[0].length;
    } else if (plain !== undefined) {
      value += plain;
      i++;
    } else if (i + 1 < source.length) {
      throw new FilterError(i, 2, say('no-escape', { sign: source[i + 1]! }));
    }
  }
  throw new FilterError(from, source.length - from, say('text-not-closed'));
}

/** r"…": a backslash stands for itself, and before a quote keeps the text open. */
function rawQuoted(source: string, from: number): [string, number] {
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '"') return [source.slice(from + 1, i), i + 1];
  }
  throw new FilterError(from, source.length - from, say('text-not-closed'));
}

/**
 * A byte above 0x7f is no character of its own: half of a surrogate pair keeps it apart until bytes are made of the
 * text.
 */
function byteCharacter(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}
