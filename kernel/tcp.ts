// TCP as a bystander sees it: who began, what was acknowledged, what came twice, when it is over (RFC 9293).
import { u16at, u8at } from './bytes';
import {
  ACKNOWLEDGED2,
  D_HANDSHAKE,
  D_LAST_FORWARD2,
  D_SYN,
  D_SYN_ACK,
  ESTABLISHED,
  FIN2,
  FIN_ACKED2,
  FIRST_SEQUENCE_KNOWN2,
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
  TCP_ACK,
  TCP_FIN,
  TCP_RST,
  TCP_SYN,
  U_ACKNOWLEDGED2,
  U_FIN_END2,
  U_FIRST_SEQUENCE2,
  U_FLAGS16,
  U_INITIAL_WINDOW2,
  U_KEEP_ALIVES2,
  U_MSS2,
  U_NEXT_SEQUENCE2,
  U_OUT_OF_ORDER2,
  U_PACKETS2,
  U_RETRANSMISSIONS2,
  U_SEQUENCE_GAPS2,
  U_STATE,
  U_TCP_OPTIONS2,
  U_WINDOW_END2,
  U_WINDOW_SCALE2,
  U_ZERO_WINDOWS2,
} from './generated/layout';
import { l } from './layers';
import { numbersOf, wordsOf } from './state';

const REORDER_WINDOW: f64 = 3e6;
/** A window's shift where its SYN was not seen: more than most hosts ask for, less than would let any number pass. */
const UNSEEN_SCALE: u32 = 8;
/** How far a sequence number may lie from what is known where the receiver's window is not. */
const NEAR: i32 = 65_535;

/** Places of the flow whose segment is followed: its own, of its direction, of the other one. */
let u: usize = 0;
let own: usize = 0;
let peer: usize = 0;

function count(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** Follows one segment. @returns true when the connection is over (both FIN acknowledged, or RST) and should linger */
export function followTcp(slot: i32, dir: i32, time: f64): bool {
  u = wordsOf(slot);
  own = u + ((<usize>dir) << 2);
  peer = u + ((<usize>(1 - dir)) << 2);
  const d = numbersOf(slot);
  const flags = l.tcpFlags;
  countFlags(u + ((<usize>dir) << 5), flags);
  let state = load<u32>(u, U_STATE);

  if (flags & TCP_SYN) {
    options(l.tcpOptionsAt, l.tcpOptionsEnd);
    store<u32>(own, l.tcpWindow + 1, U_INITIAL_WINDOW2);
    if (flags & TCP_ACK) {
      state |= SYN_ACK_SEEN;
      if (load<f64>(d, D_SYN_ACK) === -Infinity) store<f64>(d, time, D_SYN_ACK);
    } else {
      state |= SYN_SEEN;
      if (load<f64>(d, D_SYN) === -Infinity) store<f64>(d, time, D_SYN);
    }
    if (!(state & (FIRST_SEQUENCE_KNOWN2 << dir))) {
      store<u32>(own, l.tcpSequence, U_FIRST_SEQUENCE2);
      state |= FIRST_SEQUENCE_KNOWN2 << dir;
    }
  } else if (load<u32>(own, U_INITIAL_WINDOW2) === 0) {
    store<u32>(own, l.tcpWindow + 1, U_INITIAL_WINDOW2);
  }
  if (!(flags & (TCP_SYN | TCP_RST)) && flags & TCP_ACK) {
    if (state & SYN_ACK_SEEN && dir === 0 && load<f64>(d, D_HANDSHAKE) === -Infinity) store<f64>(d, time, D_HANDSHAKE);
    if (load<u32>(peer, U_PACKETS2) > 0) state |= ESTABLISHED;
  }
  if (l.tcpWindow === 0 && !(flags & (TCP_SYN | TCP_RST | TCP_FIN))) count(own + U_ZERO_WINDOWS2);

  if (flags & TCP_RST && !(state & RESET) && resetCounts(dir, state))
    state |= dir === 0 ? RESET : RESET | RESET_REVERSE;
  state = sequenceNumbers(d, dir, time, state);
  if (flags & TCP_ACK && !(flags & TCP_RST)) state = acknowledgement(dir, state);

  // A side that resets a connection sends nothing new on it. Where more comes from that side, the RST was forged or
  // never arrived.
  if (state & RESET && l.ahead >= 0 && l.payloadWire > 0 && goesOn(state, dir, flags))
    state &= ~(RESET | RESET_REVERSE);
  if (flags & TCP_FIN) {
    state |= FIN2 << dir;
    store<u32>(own, l.tcpSequence + l.payloadWire + 1, U_FIN_END2);
  }
  if (flags & TCP_ACK && state & (FIN2 << (1 - dir)) && <i32>(l.tcpAcknowledgement - load<u32>(peer, U_FIN_END2)) >= 0)
    state |= FIN_ACKED2 << (1 - dir);
  store<u32>(u, state, U_STATE);
  return (state & RESET) !== 0 || (state & (FIN_ACKED2 * 3)) === FIN_ACKED2 * 3;
}

/** Whether a segment with data comes from the side whose RST was believed, and is none itself. */
function goesOn(state: u32, dir: i32, flags: i32): bool {
  return !(flags & TCP_RST) && dir === (state & RESET_REVERSE ? 1 : 0);
}

/**
 * Whether a RST ends the connection at its receiver: its number must lie in the receiver's window (RFC 9293, 3.10.7.4;
 * RFC 5961, 3.2), and while the receiver waits for an answer to its SYN, the RST must acknowledge that SYN (RFC 9293,
 * 3.10.7.3). A bystander misses some acknowledgements: what the sender was seen to have sent counts as in the window,
 * too. Where the receiver was never heard, a RST counts that lies near its sender's own numbers, or where nothing is
 * known at all.
 */
function resetCounts(dir: i32, state: u32): bool {
  const next = load<u32>(own, U_NEXT_SEQUENCE2);
  const ownKnown = (state & (SEQUENCE_KNOWN2 << dir)) !== 0;
  if (state & (ACKNOWLEDGED2 << (1 - dir))) {
    const edge = load<u32>(peer, U_WINDOW_END2);
    const end = ownKnown && <i32>(next - edge) > 0 ? next : edge;
    return <i32>(l.tcpSequence - load<u32>(peer, U_ACKNOWLEDGED2)) >= 0 && <i32>(end - l.tcpSequence) >= 0;
  }
  if (state & (FIRST_SEQUENCE_KNOWN2 << (1 - dir)) && !ownKnown) {
    if ((l.tcpFlags & TCP_ACK) === 0) return false;
    const first = load<u32>(peer, U_FIRST_SEQUENCE2);
    const beyond = <i32>(l.tcpAcknowledgement - first);
    return beyond > 0 && beyond <= <i32>(load<u32>(peer, U_NEXT_SEQUENCE2) - first);
  }
  if (!ownKnown) return true;
  const far = <i32>(l.tcpSequence - next);
  return far >= -NEAR && far <= NEAR;
}

/** Notes what a segment acknowledges and how far its sender lets the peer send. */
function acknowledgement(dir: i32, state: u32): u32 {
  const bit = ACKNOWLEDGED2 << dir;
  const known = (state & bit) !== 0;
  const number = l.tcpAcknowledgement;
  if (!known || <i32>(number - load<u32>(own, U_ACKNOWLEDGED2)) > 0) store<u32>(own, number, U_ACKNOWLEDGED2);
  // Windows of SYNs are never scaled (RFC 7323, 2.2).
  const window = l.tcpFlags & TCP_SYN ? l.tcpWindow : l.tcpWindow << windowScale();
  const end = number + window;
  if (!known || <i32>(end - load<u32>(own, U_WINDOW_END2)) > 0) store<u32>(own, end, U_WINDOW_END2);
  return state | bit;
}

/** Scaling is on where both SYNs ask for it; a SYN that was not seen may have. */
function windowScale(): u32 {
  const mine = load<u32>(own, U_TCP_OPTIONS2);
  const its = load<u32>(peer, U_TCP_OPTIONS2);
  if ((mine !== 0 && !(mine & OPTION_SCALE)) || (its !== 0 && !(its & OPTION_SCALE))) return 0;
  return mine === 0 ? UNSEEN_SCALE : min<u32>(14, load<u32>(own, U_WINDOW_SCALE2));
}

function sequenceNumbers(d: usize, dir: i32, time: f64, before: u32): u32 {
  let state = before;
  l.ahead = 0;
  const flags = l.tcpFlags;
  const length = l.payloadWire + (flags & TCP_SYN ? 1 : 0) + (flags & TCP_FIN ? 1 : 0);
  const end = l.tcpSequence + length;
  const d0 = d + ((<usize>dir) << 3);
  const recent = RECENT_GAP2 << dir;
  if (!(state & (SEQUENCE_KNOWN2 << dir))) {
    if (flags & TCP_RST) return state;
    store<u32>(own, end, U_NEXT_SEQUENCE2);
    store<f64>(d0, time, D_LAST_FORWARD2);
    return state | (SEQUENCE_KNOWN2 << dir);
  }
  const next = load<u32>(own, U_NEXT_SEQUENCE2);
  const ahead = <i32>(l.tcpSequence - next);
  if (l.payloadWire <= 1 && ahead === -1 && !(flags & (TCP_SYN | TCP_FIN | TCP_RST))) {
    count(own + U_KEEP_ALIVES2);
    l.ahead = -1;
    return state;
  }
  if (length === 0 || flags & TCP_RST) return state;
  l.ahead = ahead;
  if (ahead > 0) {
    count(own + U_SEQUENCE_GAPS2);
    state |= recent;
  } else if (ahead < 0) {
    const missing = load<u32>(own, U_SEQUENCE_GAPS2);
    if (state & recent && time - load<f64>(d0, D_LAST_FORWARD2) < REORDER_WINDOW) {
      count(own + U_OUT_OF_ORDER2);
      if (missing > 0) store<u32>(own, missing - 1, U_SEQUENCE_GAPS2);
    } else {
      count(own + U_RETRANSMISSIONS2);
      if (state & recent && missing > 0) store<u32>(own, missing - 1, U_SEQUENCE_GAPS2);
    }
    state &= ~recent;
  }
  if (<i32>(end - next) > 0) {
    store<u32>(own, end, U_NEXT_SEQUENCE2);
    store<f64>(d0, time, D_LAST_FORWARD2);
  }
  return state;
}

function countFlags(at: usize, flags: i32): void {
  for (let bit = 0; bit < 5; bit++) {
    if ((flags >> bit) & 1) count(at + ((<usize>bit) << 2) + U_FLAGS16);
  }
  if (flags & 0xe0) {
    for (let bit = 5; bit < 8; bit++) {
      if ((flags >> bit) & 1) count(at + ((<usize>bit) << 2) + U_FLAGS16);
    }
  }
}

function options(from: i32, end: i32): void {
  let bits: u32 = OPTIONS_SEEN;
  let at = from;
  while (at < end) {
    const kind = u8at(at);
    if (kind === 0) break;
    if (kind === 1) {
      at++;
      continue;
    }
    const size = at + 1 < end ? u8at(at + 1) : 0;
    if (size < 2 || at + size > end) break;
    if (kind === 2 && size === 4) {
      bits |= OPTION_MSS;
      store<u32>(own, u16at(at + 2), U_MSS2);
    } else if (kind === 3 && size === 3) {
      bits |= OPTION_SCALE;
      store<u32>(own, u8at(at + 2), U_WINDOW_SCALE2);
    } else if (kind === 4) bits |= OPTION_SACK;
    else if (kind === 8) bits |= OPTION_TIMESTAMPS;
    at += size;
  }
  store<u32>(own, bits, U_TCP_OPTIONS2);
}
