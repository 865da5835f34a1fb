// Values as people read them: one place, so that records, the command line and the window write the same number alike.

/**
 * What a feature's value is measured in. 'class': the value is one of a list; 'version': a step that the meaning tells.
 */
export type Unit =
  | 'flag'
  | 'share'
  | 'class'
  | 'version'
  | 'count'
  | 'ratio'
  | 'packets'
  | 'packets/s'
  | 'B'
  | 'B/s'
  | 's'
  | 'days'
  | 'bits'
  | 'bits/B'
  | 'bins'
  | 'hops'
  | 'characters';

/** What a language has to say of values. */
export interface ValueWords {
  readonly missing: string;
  readonly yes: string;
  readonly no: string;
  /** What stands behind a number, nothing where it is empty. Flags and shares are written in another way. */
  readonly units: Readonly<Record<Exclude<Unit, 'flag' | 'share'>, string>>;
  /** What stands behind exactly one, where that is another word. */
  readonly one?: Readonly<Partial<Record<Unit, string>>>;
}

export const ENGLISH_VALUES: ValueWords = {
  missing: 'missing',
  yes: 'yes',
  no: 'no',
  units: {
    class: '',
    version: '',
    count: '',
    ratio: 'ratio',
    packets: 'packets',
    'packets/s': 'packets/s',
    B: 'B',
    'B/s': 'B/s',
    s: 's',
    days: 'days',
    bits: 'bits',
    'bits/B': 'bits/B',
    bins: 'bins',
    hops: 'hops',
    characters: 'characters',
  },
  one: { packets: 'packet', days: 'day', bits: 'bit', bins: 'bin', hops: 'hop', characters: 'character' },
};

/**
 * A feature's value with its unit.
 * @param value NaN where it is missing; seconds, bytes, a share of 1 as the unit says
 */
export function valueText(value: number, unit: Unit, words: ValueWords = ENGLISH_VALUES): string {
  if (value !== value) return words.missing;
  if (unit === 'flag') return value === 1 ? words.yes : words.no;
  if (unit === 'share') return share(value);
  const size = Math.abs(value);
  if (unit === 's' && size > 0 && size < 1e-3) return `${rounded(value * 1e6)} µs`;
  if (unit === 's' && size > 0 && size < 1) return `${rounded(value * 1e3)} ms`;
  const text = size >= 1000 ? count(value) : rounded(value);
  const behind = (text === '1' ? words.one?.[unit] : undefined) ?? words.units[unit];
  return behind === '' ? text : `${text} ${behind}`;
}

/** Three digits that count. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** @param of 0 to 1 */
export function share(of: number): string {
  return `${(of * 100).toFixed(of < 0.1 ? 1 : 0)} %`;
}

/** A number rounded to a whole one, grouped by thousands. */
export function count(n: number): string {
  // Not Intl: loading the locale costs more than scoring a small capture.
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes, decimal units as the field uses them. */
export function bytes(n: number): string {
  return n < 1000 ? `${n} B` : scaled(n / 1000, ['kB', 'MB', 'GB', 'TB']);
}

export function bitRate(bytesPerSecond: number): string {
  const bits = bytesPerSecond * 8;
  return bits < ROUNDED_UP ? `${Math.round(bits)} bit/s` : scaled(bits / 1000, ['kbit/s', 'Mbit/s', 'Gbit/s']);
}

/** From here on a value is a thousand, or ten, when it is rounded. */
const ROUNDED_UP = 999.5;
const TEN = 9.95;

/** @param value in the first of the units, each of which is a thousand of the one before */
function scaled(value: number, units: readonly string[]): string {
  let left = value;
  let i = 0;
  while (left >= ROUNDED_UP && i < units.length - 1) {
    left /= 1000;
    i++;
  }
  return `${left < TEN ? left.toFixed(1) : Math.round(left)} ${units[i]}`;
}

/** A time that was measured. */
export function seconds(s: number): string {
  if (s < 0.001) return `${(s * 1e6).toFixed(0)} µs`;
  if (s < 1) return `${(s * 1000).toFixed(s < 0.1 ? 1 : 0)} ms`;
  if (s < 120) return `${s < 10 ? s.toFixed(2) : s.toFixed(1)} s`;
  return s < 7200 ? `${(s / 60).toFixed(1)} min` : `${(s / 3600).toFixed(1)} h`;
}

/** How often something comes, roughly: two digits. */
export function interval(s: number): string {
  if (s < 120) return `${Number(s.toPrecision(2))} s`;
  return s < 7200 ? `${Math.round(s / 60)} min` : `${Number((s / 3600).toPrecision(2))} h`;
}
