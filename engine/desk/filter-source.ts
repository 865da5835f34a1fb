// What Wireshark's engine is given to answer filters of the open capture.
import type { FilterSource } from '../dissect/index.ts';
import type { CaptureSession } from './session.ts';
import { secretsOf } from './tree-source.ts';

export function filterSource(s: CaptureSession | null): FilterSource | null {
  if (s === null) return null;
  return {
    bytes: s.packetBytes,
    path: s.dataPath,
    session: s.options.number,
    wholeBytes: s.wholeBytes,
    packets: s.analysis.packets.count,
    secrets: secretsOf(s),
    references: s.marks.any,
  };
}
