// `pcre` of rules: linear time, or refused by the name of what it wants.
import { errorText, type Message, say } from '../../contract/index.ts';
import { RE2JS } from 're2js';
import { branchesOf, translated, wideText } from '../pattern/index.ts';

/** Longer patterns are refused: the longest ones of public rules have a few hundred characters. */
const MAX_PATTERN = 4_000;
/** Steps of the compiled pattern, and those among them that may be tried at every byte: see docs/patterns.md. */
const MAX_PROGRAM = 4_000;
const MAX_BRANCHES = 300;
/** The same of a pattern whose place is wanted, because something stands relative to it: see docs/bench-rules.md. */
export const MAX_PLACED_BRANCHES = 18;

/** Where a pattern was found: from the first byte to the one after the last. */
export interface Found {
  readonly from: number;
  readonly to: number;
}

/** Bytes in which looking for the place at once takes no longer. */
const SHORT = 256;
/** Patterns that are kept compiled: each may come to have megabytes. */
const MAX_IN_USE = 1_024;
const inUse: { compiled: RE2JS | null }[] = [];

/** A pattern over bytes. It is compiled when it is asked for first: most of a set's patterns never are. */
export class Pattern {
  /** Null before it is asked for, and once many others were. */
  compiled: RE2JS | null = null;
  /** Steps that may be tried at every byte where the place of a match is wanted. */
  readonly branches: number;
  private readonly text: string;
  private readonly ignoreCase: boolean;

  /** @param text in the words of RE2, known to compile */
  constructor(text: string, ignoreCase: boolean, branches: number) {
    this.branches = branches;
    this.text = text;
    this.ignoreCase = ignoreCase;
  }

  private get re2(): RE2JS {
    if (this.compiled !== null) return this.compiled;
    this.compiled = compile(this.text, this.ignoreCase);
    inUse.push(this);
    if (inUse.length > MAX_IN_USE) inUse.shift()!.compiled = null;
    return this.compiled;
  }

  /** Whether the pattern stands in the bytes: faster than where it does. @param from as for `find` */
  isIn(bytes: Uint8Array, from: number): boolean {
    return this.re2.test(wideText(bytes.subarray(from)));
  }

  /** @param from the pattern sees the bytes from here on only @param after where the search begins */
  find(bytes: Uint8Array, from: number, after = from): Found | null {
    const text = wideText(bytes.subarray(from));
    // Most patterns are not there, which is told without keeping where each try of them began.
    if (after === from && text.length > SHORT && !this.re2.test(text)) return null;
    const matcher = this.re2.matcher(text);
    if (!matcher.find(after - from)) return null;
    const start = matcher.start();
    return { from: from + start, to: from + matcher.end() };
  }

  /**
   * Spans of a place of the pattern and of its groups, those that took no part left out.
   * @param from where the search begins; what stands before it is seen
   */
  spans(bytes: Uint8Array, from: number): readonly (readonly [from: number, to: number] | undefined)[] | null {
    const matcher = this.re2.matcher(wideText(bytes));
    if (!matcher.find(from)) return null;
    return Array.from({ length: this.re2.groupCount() + 1 }, (_, g) => {
      const start = matcher.start(g);
      return start < 0 ? undefined : ([start, matcher.end(g)] as const);
    });
  }

  /** @returns the bytes of the first group, null where the pattern is not there or has none */
  firstGroup(bytes: Uint8Array): Uint8Array | null {
    if (this.re2.groupCount() < 1) return null;
    const matcher = this.re2.matcher(wideText(bytes));
    if (!matcher.find()) return null;
    const start = matcher.start(1);
    return start < 0 ? null : bytes.subarray(start, matcher.end(1));
  }
}

function compile(text: string, ignoreCase: boolean): RE2JS {
  return RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
}

/** @returns why a pattern may not be asked for its place, null where it may */
export function tooMuchToPlace({ branches }: Pattern): Message | null {
  if (branches <= MAX_PLACED_BRANCHES) return null;
  return say('pattern-place-too-much', { branches, max: MAX_PLACED_BRANCHES });
}

/** Letters after the closing slash that change how the pattern is read. */
export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly lines: boolean;
  readonly anchored: boolean;
  readonly ungreedy: boolean;
}

/** @param source a character a byte @returns the pattern, or what it may not have */
export function rulePattern(source: string, flags: PatternFlags): Pattern | Message {
  if (source.length > MAX_PATTERN) return say('pattern-too-long', { max: MAX_PATTERN });
  let wrong: Message | null = null;
  class Refused extends Error {}
  const fail = (what: Message): never => {
    wrong = what;
    throw new Refused();
  };
  try {
    const whole = translated(source, fail, flags.lines);
    const inner = flags.anchored ? `\\A(?:${whole})` : whole;
    const letters = `${flags.lines ? 'm' : ''}${flags.dotAll ? 's' : ''}${flags.ungreedy ? 'U' : ''}`;
    const text = letters === '' ? inner : `(?${letters})${inner}`;
    const compiled = compile(text, flags.ignoreCase);
    const [steps, branches] = [compiled.programSize(), branchesOf(compiled)];
    if (steps > MAX_PROGRAM || branches > MAX_BRANCHES)
      return say('pattern-too-much', { branches, maxBranches: MAX_BRANCHES, steps, maxSteps: MAX_PROGRAM });
    return new Pattern(text, flags.ignoreCase, branches);
  } catch (error) {
    return wrong ?? say('no-regular-expression', { why: errorText(error) });
  }
}
