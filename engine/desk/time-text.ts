// Times as people type them where packets are shifted: '[-][[hh:]mm:]ss[.fraction]' and '[YYYY-MM-DD] hh:mm:ss[.fraction]',
// as Wireshark's dialog has them. Nanoseconds, exactly.

const SECOND = 1_000_000_000n;
const OFFSET = /^([+-])?(?:(?:(\d{1,6}):)?(\d{1,6}):)?(\d{1,12})(?:\.(\d{1,9}))?$/;
const MOMENT = /^(?:(\d{4})-(\d\d)-(\d\d)[ T])?(\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z?$/;

function fraction(digits: string | undefined): bigint {
  return BigInt((digits ?? '').padEnd(9, '0'));
}

/** @returns nanoseconds, null where it is no such time */
export function parseOffset(text: string): bigint | null {
  const m = OFFSET.exec(text.trim());
  if (m === null) return null;
  const [, sign, hours, minutes, seconds, digits] = m;
  // Minutes of a time with hours, and seconds of one with minutes, are less than sixty.
  if ((hours !== undefined && Number(minutes) > 59) || (minutes !== undefined && Number(seconds) > 59)) return null;
  const all = BigInt(hours ?? 0) * 3600n + BigInt(minutes ?? 0) * 60n + BigInt(seconds!);
  const ns = all * SECOND + fraction(digits);
  return sign === '-' ? -ns : ns;
}

/**
 * @param near a moment of the day that is meant where none is said, nanoseconds since 1970
 * @param utc whether it is read as UTC, else as local time
 * @returns nanoseconds since 1970, null where it is no such time
 */
export function parseMoment(text: string, near: bigint, utc: boolean): bigint | null {
  const m = MOMENT.exec(text.trim());
  if (m === null) return null;
  const [, year, month, day, h, min, s, digits] = m;
  const [hours, minutes, seconds] = [Number(h), Number(min), Number(s)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const [y, mo, d] =
    year === undefined
      ? dayOf(new Date(Number(near / 1_000_000n)), utc)
      : [Number(year), Number(month) - 1, Number(day)];
  const at = utc ? Date.UTC(y, mo, d, hours, minutes, seconds) : new Date(y, mo, d, hours, minutes, seconds).getTime();
  const made = new Date(at);
  // A day that its month does not have would become another one.
  if ((utc ? made.getUTCDate() : made.getDate()) !== d || Number.isNaN(at)) return null;
  return BigInt(Math.round(at / 1000)) * SECOND + fraction(digits);
}

function dayOf(at: Date, utc: boolean): [year: number, month: number, day: number] {
  if (utc) return [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  return [at.getFullYear(), at.getMonth(), at.getDate()];
}

/** Seconds to the nanosecond. */
export function secondsText(ns: bigint): string {
  const digits = String(ns < 0n ? -ns : ns).padStart(10, '0');
  return `${ns < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
