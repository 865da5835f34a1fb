// Regular expressions on bytes, written as for PCRE2, in the words of RE2, which takes linear time. What RE2 lacks or
// understands differently is refused by name.
import { type Message, type MessageKey, say } from '../../contract/index.ts';

/** Bytes from 0x80 on stand as characters from here on: none of them has another case, as in a pattern on bytes. */
const HIGH = 0xf700;

export type Refuse = (what: Message) => never;

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

/**
 * The pattern over characters as `wideText` makes them.
 * @param source a character a byte
 * @param lines `^` and `$` stand at lines too
 */
export function translated(source: string, fail: Refuse, lines = false): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < source.length;) {
    const rest = source.slice(i);
    const [taken, put] = inClass ? classPart(rest) : plainPart(rest, fail, lines);
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
function plainPart(rest: string, fail: Refuse, lines: boolean): [taken: string, put: string] {
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
  if (rest[0] === '$' && !lines) {
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

/** Bytes as characters of their own: as many as there are bytes. */
export function wideText(bytes: Uint8Array): string {
  if (units.length < bytes.length) units = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    units[i] = byte < 0x80 ? byte : HIGH + byte;
  }
  return utf16.decode(units.subarray(0, bytes.length));
}
