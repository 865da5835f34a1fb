// What the twin does with its tables, and the kernel with its own.
import type { FlowRow } from '../../../contract/index.ts';
import { type FlowColumns, FlowState } from '../../flow/index.ts';

/** Twice the slots, in longer copies. */
export function grow(state: FlowState): void {
  const larger = new FlowState(state.capacity * 2);
  larger.u.set(state.u);
  larger.d.set(state.d);
  larger.h.set(state.h);
  larger.sequenceLengths.set(state.sequenceLengths);
  larger.sequenceGaps.set(state.sequenceGaps);
  Object.assign(state, larger);
}

/** Moves the start of a flow to an earlier stamp. */
export function stampStart(c: FlowColumns, row: FlowRow, sec: number, nsec: number): void {
  const start = c.startSeconds[row]!;
  if (sec > start || (sec === start && nsec >= c.startNanoseconds[row]!)) return;
  c.startSeconds[row] = sec;
  c.startNanoseconds[row] = nsec;
}
