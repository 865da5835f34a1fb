// Rule files: lines that belong together, without what is commented out.

/** Bytes of one rule, over all of its lines: real ones have at most a few thousand. */
export const MAX_RULE = 65_536;

/** One rule as it stands in its file. */
export interface RuleText {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** Whether it is longer than is read; its text is the beginning then. */
  readonly tooLong: boolean;
  /** It is commented out. */
  readonly off?: true;
}

/** What is commented out and would be a rule. */
const OFF = /^#[#\s]*((?:alert|pass|drop|reject|rejectsrc|rejectdst|rejectboth|config)\s[^(]*\(.*\))$/;

/**
 * Rules of a file, in its order. A line that ends in a backslash goes on in the next one; empty lines and those that
 * begin with '#' hold none. What begins with '#' in the middle of a rule that goes on is left out alone.
 * @param withOff rules on one line that are commented out too, marked so
 */
export function* rulesIn(text: string, withOff = false): Generator<RuleText> {
  let line = 0;
  let first = 0;
  let held = '';
  let goesOn = false;
  let tooLong = false;
  for (const raw of linesOf(text)) {
    line++;
    const trimmed = raw.trim();
    if (!goesOn && trimmed === '') continue;
    if (trimmed.startsWith('#')) {
      const off = withOff && !goesOn && trimmed.length <= MAX_RULE ? OFF.exec(trimmed)?.[1] : undefined;
      if (off !== undefined) yield { line, text: off, tooLong: false, off: true };
      continue;
    }
    if (!goesOn) {
      first = line;
      held = '';
      tooLong = false;
    }
    goesOn = trimmed.endsWith('\\');
    const part = goesOn ? trimmed.slice(0, -1) : trimmed;
    if (held.length + part.length > MAX_RULE) tooLong = true;
    held = (held + part).slice(0, MAX_RULE);
    if (!goesOn && held !== '') yield { line: first, text: held, tooLong };
  }
  if (goesOn && held !== '') yield { line: first, text: held, tooLong };
}

/** Lines one by one: a file of rules may have a hundred megabytes. */
function* linesOf(text: string): Generator<string> {
  let at = 0;
  while (at <= text.length) {
    const end = text.indexOf('\n', at);
    const to = end < 0 ? text.length : end;
    yield text.slice(at, text.charCodeAt(to - 1) === 13 ? to - 1 : to);
    if (end < 0) return;
    at = end + 1;
  }
}
