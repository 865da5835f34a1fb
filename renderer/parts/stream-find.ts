// Find in a stream: every place of a text or of a regular expression in its lines, in slices, in bounded time (re2js).
import { type Message, saidBy, say, type StreamLine } from '../../contract/index.ts';

export interface Place {
  /** Line of the stream as it is shown, and where in it. */
  readonly line: number;
  readonly from: number;
  readonly length: number;
}

export interface FoundPlaces {
  readonly places: readonly Place[];
  readonly problem: Message | null;
}

const SLICE = 8;
const MAX_PLACES = 10_000;
const MAX_PATTERN = 1_000;
const MAX_PROGRAM = 300;

/** Calls for each match in a text. @returns false once enough were found */
type Each = (text: string, take: (from: number, length: number) => boolean) => void;

export async function findPlaces(
  lines: readonly StreamLine[],
  wanted: { readonly text: string; readonly regex: boolean; readonly matchCase: boolean },
  current: () => boolean,
): Promise<FoundPlaces | null> {
  if (wanted.text === '') return { places: [], problem: null };
  let each: Each;
  try {
    each = wanted.regex ? await pattern(wanted.text, wanted.matchCase) : plain(wanted.text, wanted.matchCase);
  } catch (error) {
    return { places: [], problem: say('pattern-wrong', { why: saidBy(error) }) };
  }
  const places: Place[] = [];
  let since = performance.now();
  for (let line = 0; line < lines.length && places.length < MAX_PLACES;) {
    let to = line + 1;
    while (to < lines.length && lines[to]!.goesOn) to++;
    const part = lines.slice(line, to);
    each(part.map((l) => l.text).join(''), (from, length) => {
      places.push(placeIn(part, line, from, length));
      return places.length < MAX_PLACES;
    });
    line = to;
    if (performance.now() - since < SLICE) continue;
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    if (!current()) return null;
    since = performance.now();
  }
  return { places, problem: null };
}

/** A match that goes on in the next line is shown where it begins. */
function placeIn(part: readonly StreamLine[], first: number, from: number, length: number): Place {
  let at = from;
  let i = 0;
  for (; i + 1 < part.length && at >= part[i]!.text.length; i++) at -= part[i]!.text.length;
  return { line: first + i, from: at, length };
}

function plain(wanted: string, matchCase: boolean): Each {
  const sought = matchCase ? wanted : wanted.toLowerCase();
  return (text, take) => {
    const said = matchCase ? text : text.toLowerCase();
    for (let at = said.indexOf(sought); at >= 0; at = said.indexOf(sought, at + sought.length))
      if (!take(at, sought.length)) return;
  };
}

async function pattern(wanted: string, matchCase: boolean): Promise<Each> {
  const { RE2JS } = await import('re2js');
  if (wanted.length > MAX_PATTERN) throw new RangeError(`${wanted.length} > ${MAX_PATTERN}`);
  const compiled = RE2JS.compile(wanted, matchCase ? 0 : RE2JS.CASE_INSENSITIVE);
  if (compiled.programSize() > MAX_PROGRAM) throw new RangeError(`${compiled.programSize()} > ${MAX_PROGRAM}`);
  return (text, take) => {
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const length = matcher.end() - matcher.start();
      if (length > 0 && !take(matcher.start(), length)) return;
    }
  };
}
