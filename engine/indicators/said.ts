// What lists say beside values: texts made harmless, and moments.
import { plainText } from '../../contract/index.ts';

const MAX_NOTE = 200;

/** One line that may be shown anywhere. */
export function noteText(text: string): string {
  const plain = plainText(text).replace(/\s+/g, ' ').trim();
  return plain.length > MAX_NOTE ? `${plain.slice(0, MAX_NOTE)}…` : plain;
}

/** The day that was asked for last: rows of a table are often of the same one. */
let day = -1;
let daySeconds = 0;

/**
 * Seconds since the epoch of a moment in UTC as lists write it: `2024-05-01 10:00:00`, a date alone, RFC 3339, or the
 * seconds themselves. 0 for anything else.
 */
export function momentOf(text: string): number {
  const { length } = text;
  if (length < 9) return 0;
  if ((length !== 10 && length !== 19) || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH)
    return otherMoment(text);
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const date = digits(text, 8);
  const own = (year * 16 + month) * 32 + date;
  if (own !== day) {
    if (!(month >= 1 && month <= 12 && date >= 1 && date <= 31)) return 0;
    daySeconds = Date.UTC(year, month - 1, date) / 1000;
    day = own;
  }
  if (length === 10) return bounded(daySeconds);
  const seconds = digits(text, 11) * 3_600 + digits(text, 14) * 60 + digits(text, 17);
  return seconds < 90_000 ? bounded(daySeconds + seconds) : 0;
}

const DASH = 45;

/** Two digits, NaN where they are none. */
function digits(text: string, at: number): number {
  const one = text.charCodeAt(at) - 48;
  const two = text.charCodeAt(at + 1) - 48;
  return one >= 0 && one <= 9 && two >= 0 && two <= 9 ? one * 10 + two : NaN;
}

function otherMoment(text: string): number {
  if (/^\d{9,10}$/.test(text)) return bounded(Number(text));
  // What names no zone is UTC here, and the system's own elsewhere.
  const form = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?(?: UTC)?$/.exec(text);
  return form === null ? 0 : bounded(Date.parse(`${form[1]!.replace(' ', 'T')}${form[2] ?? 'Z'}`) / 1000);
}

/** As the store keeps it: from 1970 to 2106. */
function bounded(seconds: number): number {
  return seconds > 0 && seconds < 2 ** 32 ? Math.floor(seconds) : 0;
}

/** 0 to 100; `low`, `medium` and `high` are what publishers take them for. */
export function confidenceOf(text: string): number | null {
  const words: Readonly<Record<string, number>> = { low: 25, medium: 60, high: 90 };
  const word = words[text.trim().toLowerCase()];
  if (word !== undefined) return word;
  if (!/^\d{1,3}(?:\.\d+)?%?$/.test(text.trim())) return null;
  return Math.min(100, Math.round(Number.parseFloat(text)));
}
