// Regular expressions of `matches`, in linear time (re2js). Written as for PCRE2, which Wireshark uses: case does not
// matter, what is matched are bytes. What RE2 lacks or understands differently is refused by name.
import { errorText, type Message, type MessageKey, say } from '../../contract/index.ts';
import { RE2JS } from 're2js';
import { FilterError } from './lexer.ts';
import type { Value } from './parser.ts';
import { textBytes } from './values.ts';

/** Longer patterns are refused: nobody types one. */
const MAX_PATTERN = 1_000;
/** Steps of the compiled pattern. */
const MAX_PROGRAM = 300;
/**
 * Steps among them that are no single character: alternatives, repetitions, classes, as often as a count writes them
 * out. Time is linear in the number of bytes for every pattern, but each such step may be tried at every byte. With at
 * most so many of them, 10,000 random patterns took less than 50 ms on 64 KB each (docs/patterns.md).
 */
const MAX_BRANCHES = 20;
/** Bytes from 0x80 on stand as characters from here on: none of them has another case, as in a pattern on bytes. */
const HIGH = 0xf700;

export interface Pattern {
  readonly bytes: (bytes: Uint8Array) => boolean;
  readonly text: (text: string) => boolean;
}

const REFUSED: readonly (readonly [RegExp, MessageKey])[] = [
  [/^\\[1-9gk]/, 'pattern-backreference'],
  [/^\(\?<?[=!]/, 'pattern-lookaround'],
  [/^\(\?>/, 'pattern-atomic-group'],
  [/^\(\?[(|&R\d+#]/, 'pattern-conditional-group'],
  [/^\(\?[a-z^-]*[^is:)<P'-][a-z-]*[:)]/, 'pattern-other-option'],
  [/^\(\*/, 'pattern-verb'],
  [/^\\[pPXCRKGNHhVvZcoLlUuEe]/, 'pattern-this-escape'],
  [/^\\x\{[0-9a-f]{3,}\}/i, 'pattern-beyond-a-byte'],
  [/^(?:[*+?]|\{\d+(?:,\d*)?\})\+/, 'pattern-possessive'],
];

/** @throws FilterError that names what the pattern may not have */
export function patternOf(value: Value): Pattern {
  const fail = (what: Message): never => {
    throw new FilterError(value.at, Math.max(1, value.length), what);
  };
  const source = textBytes(value.text).toString('latin1');
  if (source.length > MAX_PATTERN) fail(say('pattern-too-long', { max: MAX_PATTERN }));
  const compiled = compile(translated(source, fail), fail);
  const steps = compiled.programSize();
  const branches = branchesOf(compiled);
  if (steps > MAX_PROGRAM || branches > MAX_BRANCHES) {
    fail(say('pattern-too-much', { branches, maxBranches: MAX_BRANCHES, steps, maxSteps: MAX_PROGRAM }));
  }
  const finds = (text: string): boolean => compiled.test(text);
  return { bytes: (bytes) => finds(wide(bytes)), text: (text) => finds(wide(Buffer.from(text, 'utf8'))) };
}

function compile(source: string, fail: (what: Message) => never): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    return fail(say('no-regular-expression', { why: errorText(error) }));
  }
}

/** Kinds of instruction in re2js's programs: a fork, and one character of several. */
const ALT = 1;
const ALT_MATCH = 2;
const RUNE = 8;
const RUNE_ANY = 10;

interface Program {
  readonly re2Input: {
    readonly prog: { readonly inst: readonly { readonly op: number; readonly runes: Int32Array }[] };
  };
}

/**
 * How many steps of a compiled pattern are no single character. The package tells the size only, so its program is
 * read.
 */
function branchesOf(compiled: RE2JS): number {
  const { inst } = (compiled as unknown as Program).re2Input.prog;
  return inst.filter(
    (i) => i.op === ALT || i.op === ALT_MATCH || i.op >= RUNE_ANY || (i.op === RUNE && i.runes.length > 1),
  ).length;
}

/** The pattern over characters as `wide` makes them. */
function translated(source: string, fail: (what: Message) => never): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < source.length;) {
    const rest = source.slice(i);
    const [taken, put] = inClass ? classPart(rest) : plainPart(rest, fail);
    if (!inClass && taken === '[') {
      inClass = true;
      // A ] directly after the [ is a literal.
      const first = /^\[\^?\]?/.exec(rest)![0];
      out += first.replace(']', '\\]');
      i += first.length;
      continue;
    }
    if (inClass && taken === ']') inClass = false;
    out += put;
    i += taken.length;
  }
  return out;
}

/** The next part of a pattern and what it becomes. */
function plainPart(rest: string, fail: (what: Message) => never): [taken: string, put: string] {
  if (rest.startsWith('\\Q')) {
    const end = rest.indexOf('\\E');
    const quoted = end < 0 ? rest.slice(2) : rest.slice(2, end);
    return [
      end < 0 ? rest : rest.slice(0, end + 2),
      [...quoted].map((c) => (/\w/.test(c) ? c : escaped(c.charCodeAt(0)))).join(''),
    ];
  }
  for (const [pattern, what] of REFUSED) {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) fail(say('pattern-refused', { what: { say: what }, text: found }));
  }
  if (rest[0] === '$') {
    // PCRE2 lets it match before a new line that ends the subject too.
    if (!/^\$(?:$|[|)])/.test(rest)) fail(say('dollar-at-end'));
    return ['$', '(?:\\n?\\z)'];
  }
  return escape(rest, SPACES) ?? [rest[0]!, character(rest[0]!)];
}

function classPart(rest: string): [taken: string, put: string] {
  const named = /^\[:\^?[a-z]+:\]/.exec(rest)?.[0];
  if (named !== undefined) return [named, named];
  return escape(rest, SPACES_IN_CLASS) ?? [rest[0]!, character(rest[0]!)];
}

/** PCRE2 counts the vertical tab as white space, RE2 does not. */
const SPACES: ReadonlyMap<string, string> = new Map([
  ['\\s', '[\\s\\x0b]'],
  ['\\S', '[^\\s\\x0b]'],
]);
const SPACES_IN_CLASS: ReadonlyMap<string, string> = new Map([
  ['\\s', '\\s\\x0b'],
  ['\\S', '\\x00-\\x08\\x0e-\\x1f\\x21-\\x{f7ff}'],
]);

function escape(rest: string, spaces: ReadonlyMap<string, string>): [taken: string, put: string] | null {
  if (rest[0] !== '\\') return null;
  const byte = /^\\x(?:\{([0-9a-f]{1,2})\}|([0-9a-f]{1,2}))/i.exec(rest);
  if (byte !== null) return [byte[0], escaped(Number.parseInt(byte[1] ?? byte[2]!, 16))];
  const octal = /^\\0[0-7]{0,2}/.exec(rest)?.[0];
  if (octal !== undefined) return [octal, escaped(Number.parseInt(octal.slice(1), 8))];
  const two = rest.slice(0, 2);
  return [two, spaces.get(two) ?? two];
}

function character(c: string): string {
  const code = c.charCodeAt(0);
  return code < 0x80 ? c : escaped(code);
}

function escaped(byte: number): string {
  return `\\x{${(byte < 0x80 ? byte : HIGH + byte).toString(16)}}`;
}

const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });
let units = new Uint16Array(65_536);

/** Bytes as characters of their own. */
function wide(bytes: Uint8Array): string {
  if (units.length < bytes.length) units = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    units[i] = byte < 0x80 ? byte : HIGH + byte;
  }
  return utf16.decode(units.subarray(0, bytes.length));
}
