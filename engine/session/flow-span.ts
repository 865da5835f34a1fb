// From when to when flows lasted: what is said of an incident beside how many flows it has.
import type { FlowRow } from '../../contract/index.ts';
import type { FlowColumns } from '../flow/index.ts';

/** Seconds since the epoch of the first packet and of the last by now. */
export interface FlowSpan {
  first: number;
  last: number;
  flows: number;
}

export function emptySpan(): FlowSpan {
  return { first: Infinity, last: -Infinity, flows: 0 };
}

export function addToSpan(span: FlowSpan, c: FlowColumns, row: FlowRow): void {
  span.first = Math.min(span.first, c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9);
  span.last = Math.max(span.last, c.endSeconds[row]! + c.endNanoseconds[row]! / 1e9);
  span.flows++;
}
