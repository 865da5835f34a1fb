// Regular expressions of `matches`, in linear time (re2js). Written as for PCRE2, which Wireshark uses: case does not
// matter, what is matched are bytes. What RE2 lacks or understands differently is refused by name.
import { errorText, type Message, say } from '../../contract/index.ts';
import { RE2JS } from 're2js';
import { branchesOf, translated, wideText } from '../pattern/index.ts';
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

export interface Pattern {
  readonly bytes: (bytes: Uint8Array) => boolean;
  readonly text: (text: string) => boolean;
}

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
  return { bytes: (bytes) => finds(wideText(bytes)), text: (text) => finds(wideText(Buffer.from(text, 'utf8'))) };
}

function compile(source: string, fail: (what: Message) => never): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    return fail(say('no-regular-expression', { why: errorText(error) }));
  }
}
