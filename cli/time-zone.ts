// The time zone in which times are shown: of tables, of records, and of what Wireshark's engine writes.
import type { TextFlag } from './flags.ts';
import { freeText } from './flags.ts';

const TAKES = "a zone of IANA's database such as Europe/Berlin, or UTC";

/** Commands that show times. */
export const TIME_ZONE: { readonly 'time-zone': TextFlag } = {
  'time-zone': freeText('ZONE', 'show times in this zone, such as Europe/Berlin', { takes: TAKES, isGood: isZone }),
};

function isZone(name: string): boolean {
  // Offsets mean the opposite of each other to Intl and to TZ: names only.
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Dates of this process and of those that it starts are those of the zone from now on. */
export function setZone(zone: string | null): void {
  if (zone !== null) process.env['TZ'] = zone;
}

const MINUTES = 60;

/** @param stamp of RFC 3339 in UTC @returns the same moment with the zone's offset; with a null zone as it is */
export function zoned(stamp: string, zone: string | null): string {
  if (zone === null) return stamp;
  const at = new Date(`${stamp.slice(0, 19)}Z`);
  const east = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + east * MINUTES * 1000).toISOString().slice(0, 19);
  return `${local}${stamp.slice(19, -1)}${offsetText(east)}`;
}

function offsetText(east: number): string {
  if (east === 0) return 'Z';
  const [hours, minutes] = [Math.floor(Math.abs(east) / MINUTES), Math.abs(east) % MINUTES];
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${east < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}
