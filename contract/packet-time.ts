// A packet's time as the Time column writes it, in the window and in what is exported.
import type { Settings } from './session.ts';

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** Local time to the second. */
export function moment(epochSeconds: number): string {
  const d = new Date(epochSeconds * 1000);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/**
 * A packet's time in the Time column.
 * @param relative seconds since the first packet or a time reference @param delta since the packet before
 */
export function packetTime(how: Settings['time'], s: number, ns: number, relative: number, delta: number): string {
  const micros = String(Math.floor(ns / 1000)).padStart(6, '0');
  switch (how) {
    // Nanoseconds count forward, also before 1970.
    case 'epoch':
      return s < 0 && ns > 0
        ? `-${-s - 1}.${String(Math.floor((1e9 - ns) / 1000)).padStart(6, '0')}`
        : `${s}.${micros}`;
    case 'delta':
      return Number.isNaN(delta) ? '0.000000' : delta.toFixed(6);
    case 'relative':
      return relative.toFixed(6);
    case 'utc':
      return `${new Date(s * 1000).toISOString().slice(-13, -5)}.${micros}`;
    case 'utc-date':
      return `${new Date(s * 1000).toISOString().slice(0, -5).replace('T', ' ')}.${micros}Z`;
    case 'date':
      return `${moment(s)}.${micros}`;
    case 'absolute':
      return `${new Date(s * 1000).toTimeString().slice(0, 8)}.${micros}`;
  }
}
