// Connections of the same addresses and ports one after another: which one a segment belongs to, by its numbers.
//
// A SYN with another initial number on a live connection is either a new connection whose end was not seen, or it comes
// from somebody else, or from long ago. Its receiver does not believe it either way: it answers with a challenge ACK
// (RFC 9293, 3.10.7.4; RFC 5961, 4), and only a host that really began anew answers that with RST and its SYN again. A
// bystander does the same: the SYN is a flow of its own, the older connection stays open beside it, and each later
// segment goes where its numbers fit. Once the new SYN is acknowledged (its number plus one), the older connection
// lingers and ends as replaced; unless it goes on with new data, then it lives on.
import { TCP_ACK, TCP_RST, type Layers } from '../decode/index.ts';
import { ACKNOWLEDGED2, FIRST_SEQUENCE_KNOWN2, SEQUENCE_KNOWN2, U, U_STRIDE, type FlowTables } from './state.ts';

/** Bytes that may have overtaken a SYN. */
const NEAR = 65_535;
/** What a direction counts whose numbers are not known: worse than a fit, better than another connection's numbers. */
const UNKNOWN = 2 ** 24;

/**
 * Whether a SYN is this connection's: sent again, behind its answer or its own data, or the other half of a
 * simultaneous open.
 */
export function synBelongs(s: FlowTables, slot: number, dir: number, l: Layers): boolean {
  const { u } = s;
  const u0 = slot * U_STRIDE;
  const state = u[u0 + U.state]!;
  const peer = 1 - dir;
  if (state & (FIRST_SEQUENCE_KNOWN2 << dir)) return u[u0 + U.firstSequence2 + dir] === l.tcpSequence;
  let next = 0;
  if (state & (ACKNOWLEDGED2 << peer)) next = u[u0 + U.acknowledged2 + peer]!;
  else if (state & (SEQUENCE_KNOWN2 << dir)) next = u[u0 + U.nextSequence2 + dir]!;
  else return true;
  const behind = (next - l.tcpSequence - 1) | 0;
  return behind >= 0 && behind <= NEAR;
}

/**
 * How far a segment's numbers lie from a connection's: 0 for what comes next, the smaller the more likely it belongs
 * there.
 */
export function misfit(s: FlowTables, slot: number, dir: number, l: Layers): number {
  const { u } = s;
  const u0 = slot * U_STRIDE;
  const state = u[u0 + U.state]!;
  const peer = 1 - dir;
  let far = UNKNOWN;
  if (state & (SEQUENCE_KNOWN2 << dir)) far = distance(l.tcpSequence, u[u0 + U.nextSequence2 + dir]!);
  if (state & (ACKNOWLEDGED2 << peer)) {
    const other = distance(l.tcpSequence, u[u0 + U.acknowledged2 + peer]!);
    far = state & (SEQUENCE_KNOWN2 << dir) ? Math.min(far, other) : other;
  }
  // A RST that answers a SYN has the number 0: only what it acknowledges counts.
  if (l.tcpFlags & TCP_RST && l.tcpFlags & TCP_ACK && l.tcpSequence === 0) far = UNKNOWN;
  if (!(l.tcpFlags & TCP_ACK)) return far + UNKNOWN;
  return (
    far +
    (state & (SEQUENCE_KNOWN2 << peer) ? distance(l.tcpAcknowledgement, u[u0 + U.nextSequence2 + peer]!) : UNKNOWN)
  );
}

function distance(a: number, b: number): number {
  return Math.abs((a - b) | 0);
}
