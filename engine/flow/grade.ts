// Capture grade: how much of the flow the capture saw, which is shown beside the verdict.
import { IPPROTO_TCP } from '../decode/index.ts';
import { MIDSTREAM, SYN_ACK_SEEN, SYN_SEEN, U, U_STRIDE, type FlowTables } from './state.ts';

/** @returns index into CAPTURE_GRADES: 0 complete, 1 cut by snap length, 2 lossy, 3 one-sided, 4 midstream */
export function gradeOf(s: FlowTables, slot: number): number {
  const u0 = slot * U_STRIDE;
  if (s.u[u0 + U.cutPackets]! > 0) return 1;
  if (s.u[u0 + U.sequenceGaps2]! + s.u[u0 + U.sequenceGaps2 + 1]! > 0) return 2;
  const tcp = (s.u[u0 + U.kind]! & 0xff) === IPPROTO_TCP;
  const forward = s.u[u0 + U.packets2]!;
  const reverse = s.u[u0 + U.packets2 + 1]!;
  // A single SYN without an answer is all that there is of a failed connection; data without acknowledgement means that
  // a direction is missing.
  if (tcp && (forward === 0 || reverse === 0) && s.u[u0 + U.payloadPackets2]! + s.u[u0 + U.payloadPackets2 + 1]! > 0)
    return 3;
  // A SYN may come out of order. If none ever comes, it was sent before the capture, or before the silence that ended
  // the flow.
  return (s.u[u0 + U.state]! & (MIDSTREAM | SYN_SEEN | SYN_ACK_SEEN)) === MIDSTREAM ? 4 : 0;
}
