// TCP as a bystander sees it: who began, what was acknowledged, what came twice, when it is over (RFC 9293).
import { u16 } from '../../read/index.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type Layers } from '../../decode/index.ts';
import {
  ACKNOWLEDGED2,
  D,
  D_STRIDE,
  ESTABLISHED,
  FIN2,
  FIN_ACKED2,
  FIRST_SEQUENCE_KNOWN2,
  NEVER,
  OPTION_MSS,
  OPTION_SACK,
  OPTION_SCALE,
  OPTION_TIMESTAMPS,
  OPTIONS_SEEN,
  RECENT_GAP2,
  RESET,
  RESET_REVERSE,
  SEQUENCE_KNOWN2,
  SYN_ACK_SEEN,
  SYN_SEEN,
  U,
  U_STRIDE,
  type FlowState,
} from '../../flow/state.ts';

const REORDER_WINDOW = 3e6;

/** Follows one segment. @returns true when the connection is over (both FIN acknowledged, or RST) and should linger */
export function followTcp(s: FlowState, slot: number, dir: number, l: Layers, buf: Uint8Array, time: number): boolean {
  const { u, d } = s;
  const u0 = slot * U_STRIDE;
  const d0 = slot * D_STRIDE;
  const flags = l.tcpFlags;
  countFlags(u, u0 + U.flags16 + dir * 8, flags);
  let state = u[u0 + U.state]!;

  if (flags & TCP_SYN) {
    options(u, u0, dir, buf, l.tcpOptionsAt, l.tcpOptionsEnd);
    u[u0 + U.initialWindow2 + dir] = l.tcpWindow + 1;
    if (flags & TCP_ACK) {
      state |= SYN_ACK_SEEN;
      if (d[d0 + D.synAck] === NEVER) d[d0 + D.synAck] = time;
    } else {
      state |= SYN_SEEN;
      if (d[d0 + D.syn] === NEVER) d[d0 + D.syn] = time;
    }
    if (!(state & (FIRST_SEQUENCE_KNOWN2 << dir))) {
      u[u0 + U.firstSequence2 + dir] = l.tcpSequence;
      state |= FIRST_SEQUENCE_KNOWN2 << dir;
    }
  } else if (u[u0 + U.initialWindow2 + dir] === 0) {
    u[u0 + U.initialWindow2 + dir] = l.tcpWindow + 1;
  }
  if (!(flags & (TCP_SYN | TCP_RST)) && flags & TCP_ACK) {
    if (state & SYN_ACK_SEEN && d[d0 + D.handshake] === NEVER && dir === 0) d[d0 + D.handshake] = time;
    if (u[u0 + U.packets2 + (1 - dir)]! > 0) state |= ESTABLISHED;
  }
  if (l.tcpWindow === 0 && !(flags & (TCP_SYN | TCP_RST | TCP_FIN))) u[u0 + U.zeroWindows2 + dir]!++;

  if (flags & TCP_RST && !(state & RESET) && resetCounts(u, u0, dir, l, state))
    state |= dir === 0 ? RESET : RESET | RESET_REVERSE;
  state = sequenceNumbers(s, slot, dir, l, time, state);
  if (flags & TCP_ACK && !(flags & TCP_RST)) state = acknowledgement(u, u0, dir, l, state);

  // A side that resets a connection sends nothing new on it. Where more comes from that side, the RST was forged or
  // never arrived.
  if (state & RESET && l.ahead >= 0 && l.payloadWire > 0 && goesOn(state, dir, flags))
    state &= ~(RESET | RESET_REVERSE);
  if (flags & TCP_FIN) {
    state |= FIN2 << dir;
    u[u0 + U.finEnd2 + dir] = (l.tcpSequence + l.payloadWire + 1) >>> 0;
  }
  const peer = 1 - dir;
  if (flags & TCP_ACK && state & (FIN2 << peer) && ((l.tcpAcknowledgement - u[u0 + U.finEnd2 + peer]!) | 0) >= 0)
    state |= FIN_ACKED2 << peer;
  u[u0 + U.state] = state;
  return (state & RESET) !== 0 || (state & (FIN_ACKED2 * 3)) === FIN_ACKED2 * 3;
}

/** Whether a segment with data comes from the side whose RST was believed, and is none itself. */
function goesOn(state: number, dir: number, flags: number): boolean {
  return !(flags & TCP_RST) && dir === (state & RESET_REVERSE ? 1 : 0);
}

/** A window's shift where its SYN was not seen: more than most hosts ask for, less than would let any number pass. */
const UNSEEN_SCALE = 8;

/** How far a sequence number may lie from what is known where the receiver's window is not. */
const NEAR = 65_535;

/**
 * Whether a RST ends the connection at its receiver: its number must lie in the receiver's window (RFC 9293, 3.10.7.4;
 * RFC 5961, 3.2), and while the receiver waits for an answer to its SYN, the RST must acknowledge that SYN (RFC 9293,
 * 3.10.7.3). A bystander misses some acknowledgements: what the sender was seen to have sent counts as in the window,
 * too. Where the receiver was never heard, a RST counts that lies near its sender's own numbers, or where nothing is
 * known at all.
 */
function resetCounts(u: Uint32Array, u0: number, dir: number, l: Layers, state: number): boolean {
  const peer = 1 - dir;
  const own = u[u0 + U.nextSequence2 + dir]!;
  const ownKnown = (state & (SEQUENCE_KNOWN2 << dir)) !== 0;
  if (state & (ACKNOWLEDGED2 << peer)) {
    const edge = u[u0 + U.windowEnd2 + peer]!;
    const end = ownKnown && ((own - edge) | 0) > 0 ? own : edge;
    return ((l.tcpSequence - u[u0 + U.acknowledged2 + peer]!) | 0) >= 0 && ((end - l.tcpSequence) | 0) >= 0;
  }
  if (state & (FIRST_SEQUENCE_KNOWN2 << peer) && !ownKnown) {
    if ((l.tcpFlags & TCP_ACK) === 0) return false;
    const beyond = (l.tcpAcknowledgement - u[u0 + U.firstSequence2 + peer]!) | 0;
    return beyond > 0 && beyond <= ((u[u0 + U.nextSequence2 + peer]! - u[u0 + U.firstSequence2 + peer]!) | 0);
  }
  return !ownKnown || Math.abs((l.tcpSequence - own) | 0) <= NEAR;
}

/**
 * Notes what a segment acknowledges and how far its sender lets the peer send. Windows of SYNs are never scaled (RFC
 * 7323, 2.2).
 */
function acknowledgement(u: Uint32Array, u0: number, dir: number, l: Layers, state: number): number {
  const bit = ACKNOWLEDGED2 << dir;
  const at = u0 + U.acknowledged2 + dir;
  if (!(state & bit) || ((l.tcpAcknowledgement - u[at]!) | 0) > 0) u[at] = l.tcpAcknowledgement;
  const window = l.tcpFlags & TCP_SYN ? l.tcpWindow : l.tcpWindow << windowScale(u, u0, dir);
  const end = (l.tcpAcknowledgement + window) >>> 0;
  const edge = u0 + U.windowEnd2 + dir;
  if (!(state & bit) || ((end - u[edge]!) | 0) > 0) u[edge] = end;
  return state | bit;
}

/** Scaling is on where both SYNs ask for it; a SYN that was not seen may have. */
function windowScale(u: Uint32Array, u0: number, dir: number): number {
  const own = u[u0 + U.tcpOptions2 + dir]!;
  const peer = u[u0 + U.tcpOptions2 + 1 - dir]!;
  if ((own !== 0 && !(own & OPTION_SCALE)) || (peer !== 0 && !(peer & OPTION_SCALE))) return 0;
  return own === 0 ? UNSEEN_SCALE : Math.min(14, u[u0 + U.windowScale2 + dir]!);
}

function sequenceNumbers(
  s: FlowState,
  slot: number,
  dir: number,
  l: Layers,
  time: number,
  stateBefore: number,
): number {
  const { u, d } = s;
  const u0 = slot * U_STRIDE;
  const d0 = slot * D_STRIDE;
  let state = stateBefore;
  l.ahead = 0;
  const length = l.payloadWire + (l.tcpFlags & TCP_SYN ? 1 : 0) + (l.tcpFlags & TCP_FIN ? 1 : 0);
  const end = (l.tcpSequence + length) >>> 0;
  if (!(state & (SEQUENCE_KNOWN2 << dir))) {
    if (l.tcpFlags & TCP_RST) return state;
    u[u0 + U.nextSequence2 + dir] = end;
    d[d0 + D.lastForward2 + dir] = time;
    return state | (SEQUENCE_KNOWN2 << dir);
  }
  const next = u[u0 + U.nextSequence2 + dir]!;
  const ahead = (l.tcpSequence - next) | 0;
  if (l.payloadWire <= 1 && ahead === -1 && !(l.tcpFlags & (TCP_SYN | TCP_FIN | TCP_RST))) {
    u[u0 + U.keepAlives2 + dir]!++;
    l.ahead = -1;
    return state;
  }
  if (length === 0 || l.tcpFlags & TCP_RST) return state;
  l.ahead = ahead;
  if (ahead > 0) {
    u[u0 + U.sequenceGaps2 + dir]!++;
    state |= RECENT_GAP2 << dir;
  } else if (ahead < 0) {
    if (state & (RECENT_GAP2 << dir) && time - d[d0 + D.lastForward2 + dir]! < REORDER_WINDOW) {
      u[u0 + U.outOfOrder2 + dir]!++;
      if (u[u0 + U.sequenceGaps2 + dir]! > 0) u[u0 + U.sequenceGaps2 + dir]!--;
      state &= ~(RECENT_GAP2 << dir);
    } else {
      u[u0 + U.retransmissions2 + dir]!++;
      if (state & (RECENT_GAP2 << dir) && u[u0 + U.sequenceGaps2 + dir]! > 0) u[u0 + U.sequenceGaps2 + dir]!--;
      state &= ~(RECENT_GAP2 << dir);
    }
  }
  if (((end - next) | 0) > 0) {
    u[u0 + U.nextSequence2 + dir] = end;
    d[d0 + D.lastForward2 + dir] = time;
  }
  return state;
}

function countFlags(u: Uint32Array, at: number, flags: number): void {
  if (flags & 1) u[at]!++;
  if (flags & 2) u[at + 1]!++;
  if (flags & 4) u[at + 2]!++;
  if (flags & 8) u[at + 3]!++;
  if (flags & 16) u[at + 4]!++;
  if (flags & 0xe0) {
    if (flags & 32) u[at + 5]!++;
    if (flags & 64) u[at + 6]!++;
    if (flags & 128) u[at + 7]!++;
  }
}

function options(u: Uint32Array, u0: number, dir: number, buf: Uint8Array, from: number, end: number): void {
  let bits = OPTIONS_SEEN;
  for (let at = from; at < end;) {
    const kind = buf[at]!;
    if (kind === 0) break;
    if (kind === 1) {
      at++;
      continue;
    }
    const size = at + 1 < end ? buf[at + 1]! : 0;
    if (size < 2 || at + size > end) break;
    if (kind === 2 && size === 4) {
      bits |= OPTION_MSS;
      u[u0 + U.mss2 + dir] = u16(buf, at + 2);
    } else if (kind === 3 && size === 3) {
      bits |= OPTION_SCALE;
      u[u0 + U.windowScale2 + dir] = buf[at + 2]!;
    } else if (kind === 4) bits |= OPTION_SACK;
    else if (kind === 8) bits |= OPTION_TIMESTAMPS;
    at += size;
  }
  u[u0 + U.tcpOptions2 + dir] = bits;
}
