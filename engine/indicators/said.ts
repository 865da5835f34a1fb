// What lists say beside values: texts made harmless, and moments.
import { plainText } from '../../contract/index.ts';

const MAX_NOTE = 200;

/** One line that may be shown anywhere. */
export function noteText(text: string): string {
  const plain = plainText(text).replace(/\s+/g, ' ').trim();
  return plain.length > MAX_NOTE ? `${plain.slice(0, MAX_NOTE)}…` : plain;
}

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z| ?UTC)?)?$/;
/** The day that was asked for last: lists are sorted by time. */
let day = '';
let daySeconds = 0;

/**
 * Seconds since the epoch of a moment in UTC as lists write it: `2024-05-01 10:00:00`, a date alone, RFC 3339, or the
 * seconds themselves. 0 for anything else.
 */
export function momentOf(text: string): number {
  if (text === '') return 0;
  const form = MOMENT.exec(text);
  if (form === null) return otherMoment(text);
  const [, year, month, date, hours = '0', minutes = '0', seconds = '0'] = form;
  const own = text.slice(0, 10);
  if (own !== day) {
    day = own;
    daySeconds = Date.UTC(Number(year), Number(month) - 1, Number(date)) / 1000;
  }
  return bounded(daySeconds + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
}

function otherMoment(text: string): number {
  if (/^\d{9,10}$/.test(text)) return bounded(Number(text));
  // With an offset from UTC; what names no year is no moment.
  return /^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:?\d\d$/.test(text) ? bounded(Date.parse(text) / 1000) : 0;
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
