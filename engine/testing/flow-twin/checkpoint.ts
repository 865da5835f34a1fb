// The twin's checkpoints.
import { CHECKPOINT_EVERY, D, D_STRIDE, U, U_STRIDE, type FlowState } from '../../flow/state.ts';

const CHECKPOINT_PACKETS = [8, 32, 128];

/**
 * Whether the last packet brought an open flow to a checkpoint.
 * @param time when it came, nanoseconds
 * @returns the flow's packet count, else 0
 */
export function reachedCheckpoint({ u, d }: FlowState, slot: number, time: number): number {
  const u0 = slot * U_STRIDE;
  const packets = u[u0 + U.packets2]! + u[u0 + U.packets2 + 1]!;
  const passed = u[u0 + U.checkpoints]!;
  if (passed < 3 && packets === CHECKPOINT_PACKETS[passed]) {
    u[u0 + U.checkpoints] = passed + 1;
    return packets;
  }
  const at = slot * D_STRIDE + D.nextTimedCheckpoint;
  if (time < d[at]!) return 0;
  d[at] = time + CHECKPOINT_EVERY;
  return packets > 1 ? packets : 0;
}
