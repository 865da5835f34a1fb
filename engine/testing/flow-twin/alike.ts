// The twin's part of engine/flow/alike.ts.
import { TCP_ACK, TCP_SYN, type Layers } from '../../decode/index.ts';
import {
  ACKNOWLEDGED2,
  ESTABLISHED,
  FIRST_SEQUENCE_KNOWN2,
  type FlowTables,
  SEQUENCE_KNOWN2,
  SYN_ACK_SEEN,
  U,
  U_STRIDE,
} from '../../flow/state.ts';

/** Bytes that may have overtaken a SYN. */
const NEAR = 65_535;

/** Whether a SYN-ACK is this connection's: it acknowledges its SYN or has the number that its side began with. */
export function synAckBelongs(s: FlowTables, slot: number, dir: number, l: Layers): boolean {
  const { u } = s;
  const u0 = slot * U_STRIDE;
  const state = u[u0 + U.state]!;
  const peer = 1 - dir;
  const ownKnown = (state & (FIRST_SEQUENCE_KNOWN2 << dir)) !== 0;
  if (ownKnown && u[u0 + U.firstSequence2 + dir] === l.tcpSequence) return true;
  if (state & (FIRST_SEQUENCE_KNOWN2 << peer)) {
    const beyond = (l.tcpAcknowledgement - u[u0 + U.firstSequence2 + peer]!) | 0;
    return beyond > 0 && beyond <= NEAR;
  }
  if (ownKnown) return false;
  if (state & (SEQUENCE_KNOWN2 << dir)) {
    const behind = (u[u0 + U.nextSequence2 + dir]! - l.tcpSequence - 1) | 0;
    return behind >= 0 && behind <= NEAR;
  }
  return (
    !(state & (ACKNOWLEDGED2 << peer)) || Math.abs((l.tcpSequence + 1 - u[u0 + U.acknowledged2 + peer]!) | 0) <= NEAR
  );
}

/** Whether the connection was answered. Only then may it still be alive beside a new SYN. */
export function answered(state: number): boolean {
  return (state & (SYN_ACK_SEEN | ESTABLISHED)) !== 0;
}

export function isSyn(l: Layers): boolean {
  return (l.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}
