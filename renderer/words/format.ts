// Numbers, sizes and times as people read them: grouped, with their units, the same width in every row.
import { moment } from '../../contract/index.ts';

export { bitRate, bytes, count, moment, packetTime, seconds } from '../../contract/index.ts';

function two(n: number): string {
  return String(n).padStart(2, '0');
}

export function clock(s: number): string {
  const whole = Math.max(0, Math.floor(s));
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** A time in hours and minutes. */
export function hours(s: number): string {
  const minutes = Math.max(0, Math.floor(s / 60));
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
}

export function score(s: number): string {
  return Number.isFinite(s) ? s.toFixed(2) : '–';
}

/** The time zone in which `moment` is, as it stood then: UTC, UTC+2, UTC−3:30. */
export function zone(epochSeconds: number): string {
  const minutes = -new Date(epochSeconds * 1000).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const [h, m] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${h}${m === 0 ? '' : `:${two(m)}`}`;
}

export function day(epochSeconds: number): string {
  return moment(epochSeconds).slice(0, 10);
}

const PLAIN = /^[ -~]*$/;

/**
 * Text of a packet for the eye: control characters become pictures, marks that turn the direction of text become their
 * code, so that no packet can rearrange a line.
 */
export function visible(text: string): string {
  // Nearly every text of a list is plain: one look at it costs less than two searches.
  if (PLAIN.test(text)) return text;
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) =>
      c.charCodeAt(0) < 32 ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '␡',
    )
    .replace(
      /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu,
      (c) => `<${c.codePointAt(0)!.toString(16).toUpperCase()}>`,
    );
}

/** A text of at most so many characters, the last an ellipsis where there were more. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
