// What Wireshark's engine is given to answer filters of the open capture.
import { availableParallelism } from 'node:os';
import type { FilterSource } from '../dissect/index.ts';
import type { CaptureSession } from './session.ts';
import { treeSource } from './tree-source.ts';

/** Processes that answer a filter of a large capture, or count in it, at once. */
export const FILTER_PROCESSES = Math.max(1, Math.min(4, availableParallelism() - 1));

export function filterSource(s: CaptureSession | null): FilterSource | null {
  return s === null ? null : { ...treeSource(s), references: s.marks.any, shifted: s.shift.active };
}
