// What Wireshark's engine is given to answer filters of the open capture.
import type { FilterSource } from '../dissect/index.ts';
import type { CaptureSession } from './session.ts';
import { treeSource } from './tree-source.ts';

export function filterSource(s: CaptureSession | null): FilterSource | null {
  return s === null ? null : { ...treeSource(s), references: s.marks.any, shifted: s.shift.active };
}
