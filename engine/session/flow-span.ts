// From when to when flows lasted: what is said of an incident beside how many flows it has.
import type { FlowRow } from '../../contract/index.ts';
import type { Incident } from '../evidence/index.ts';

/** Seconds since the epoch of the first packet and of the last by now. */
export interface FlowSpan {
  readonly first: number;
  readonly last: number;
  readonly flows: number;
}

/** When flows began and ended, by their rows. */
export interface FlowTimes {
  readonly startSeconds: ArrayLike<number>;
  readonly startNanoseconds: ArrayLike<number>;
  readonly endSeconds: ArrayLike<number>;
  readonly endNanoseconds: ArrayLike<number>;
}

/** @param rows flows of the incident; one that was forgotten has none any more, and its own times are told */
export function spanOf(incident: Incident, c: FlowTimes, rows: readonly FlowRow[]): FlowSpan {
  if (rows.length === 0) return { first: incident.first, last: incident.last, flows: 0 };
  let first = Infinity;
  let last = -Infinity;
  for (const row of rows) {
    first = Math.min(first, c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9);
    last = Math.max(last, c.endSeconds[row]! + c.endNanoseconds[row]! / 1e9);
  }
  return { first, last, flows: rows.length };
}
