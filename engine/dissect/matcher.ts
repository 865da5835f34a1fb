// What a search looks for, as a test of texts: plain, or a regular expression in linear time (re2js).
import { errorText, SaidError, say } from '../../contract/index.ts';
import { RE2JS } from 're2js';

export interface Sought {
  readonly what: 'text' | 'regex';
  readonly text: string;
  readonly matchCase: boolean;
}

/** Longer patterns, or those of more steps, would be slow on large packets. */
const MAX_PATTERN = 1_000;
const MAX_PROGRAM = 300;

/** @throws SaidError that says what is wrong with a regular expression */
export function matcherOf({ what, text, matchCase }: Sought): (said: string) => boolean {
  if (what === 'text') {
    if (matchCase) return (said) => said.includes(text);
    const wanted = text.toLowerCase();
    return (said) => said.toLowerCase().includes(wanted);
  }
  if (text.length > MAX_PATTERN) throw new SaidError(say('pattern-too-long', { max: MAX_PATTERN }));
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(text, matchCase ? 0 : RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    throw new SaidError(say('pattern-wrong', { why: errorText(error) }));
  }
  if (pattern.programSize() > MAX_PROGRAM) throw new SaidError(say('pattern-too-large', { max: MAX_PROGRAM }));
  return (said) => pattern.test(said);
}
