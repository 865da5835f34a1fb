// Connections of the same addresses and ports one after another: which one a segment belongs to, by its numbers
// (engine/flow/alike.ts says why).
import {
  ACKNOWLEDGED2,
  ESTABLISHED,
  FIRST_SEQUENCE_KNOWN2,
  SEQUENCE_KNOWN2,
  SYN_ACK_SEEN,
  TCP_ACK,
  TCP_RST,
  TCP_SYN,
  U_ACKNOWLEDGED2,
  U_FIRST_SEQUENCE2,
  U_NEXT_SEQUENCE2,
  U_STATE,
} from './generated/layout';
import { l } from './layers';
import { wordsOf } from './state';

const NEAR: i32 = 65_535;
const UNKNOWN: f64 = 16_777_216;

/** Whether a SYN is this connection's: sent again, behind its answer or its own data, or of a simultaneous open. */
export function synBelongs(slot: i32, dir: i32): bool {
  const u = wordsOf(slot);
  const own = u + ((<usize>dir) << 2);
  const peer = u + ((<usize>(1 - dir)) << 2);
  const state = load<u32>(u, U_STATE);
  if (state & (FIRST_SEQUENCE_KNOWN2 << dir)) return load<u32>(own, U_FIRST_SEQUENCE2) === l.tcpSequence;
  let next: u32 = 0;
  if (state & (ACKNOWLEDGED2 << (1 - dir))) next = load<u32>(peer, U_ACKNOWLEDGED2);
  else if (state & (SEQUENCE_KNOWN2 << dir)) next = load<u32>(own, U_NEXT_SEQUENCE2);
  else return true;
  const behind = <i32>(next - l.tcpSequence - 1);
  return behind >= 0 && behind <= NEAR;
}

/** Whether a SYN-ACK is this connection's: it acknowledges its SYN or has the number that its side began with. */
export function synAckBelongs(slot: i32, dir: i32): bool {
  const u = wordsOf(slot);
  const own = u + ((<usize>dir) << 2);
  const peer = u + ((<usize>(1 - dir)) << 2);
  const state = load<u32>(u, U_STATE);
  const ownKnown = (state & (FIRST_SEQUENCE_KNOWN2 << dir)) !== 0;
  if (ownKnown && load<u32>(own, U_FIRST_SEQUENCE2) === l.tcpSequence) return true;
  if (state & (FIRST_SEQUENCE_KNOWN2 << (1 - dir))) {
    const beyond = <i32>(l.tcpAcknowledgement - load<u32>(peer, U_FIRST_SEQUENCE2));
    return beyond > 0 && beyond <= NEAR;
  }
  if (ownKnown) return false;
  if (state & (SEQUENCE_KNOWN2 << dir)) {
    const behind = <i32>(load<u32>(own, U_NEXT_SEQUENCE2) - l.tcpSequence - 1);
    return behind >= 0 && behind <= NEAR;
  }
  return (
    !(state & (ACKNOWLEDGED2 << (1 - dir))) ||
    distance(l.tcpSequence + 1, load<u32>(peer, U_ACKNOWLEDGED2)) <= <f64>NEAR
  );
}

/** How far a segment's numbers lie from a connection's: 0 for what comes next. */
export function misfit(slot: i32, dir: i32): f64 {
  const u = wordsOf(slot);
  const own = u + ((<usize>dir) << 2);
  const peer = u + ((<usize>(1 - dir)) << 2);
  const state = load<u32>(u, U_STATE);
  let far = UNKNOWN;
  if (state & (SEQUENCE_KNOWN2 << dir)) far = distance(l.tcpSequence, load<u32>(own, U_NEXT_SEQUENCE2));
  if (state & (ACKNOWLEDGED2 << (1 - dir))) {
    const other = distance(l.tcpSequence, load<u32>(peer, U_ACKNOWLEDGED2));
    far = state & (SEQUENCE_KNOWN2 << dir) ? min(far, other) : other;
  }
  // A RST that answers a SYN has the number 0: only what it acknowledges counts.
  if (l.tcpFlags & TCP_RST && l.tcpFlags & TCP_ACK && l.tcpSequence === 0) far = UNKNOWN;
  if (!(l.tcpFlags & TCP_ACK)) return far + UNKNOWN;
  return (
    far +
    (state & (SEQUENCE_KNOWN2 << (1 - dir))
      ? distance(l.tcpAcknowledgement, load<u32>(peer, U_NEXT_SEQUENCE2))
      : UNKNOWN)
  );
}

/** Whether the connection was answered. Only then may it still be alive beside a new SYN. */
export function answered(state: u32): bool {
  return (state & (SYN_ACK_SEEN | ESTABLISHED)) !== 0;
}

export function isSyn(): bool {
  return (l.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}

function distance(a: u32, b: u32): f64 {
  return abs<f64>(<f64>(<i32>(a - b)));
}
