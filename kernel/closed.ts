// Connections that are over. Late packets of them (a FIN that is sent again, a late ACK) belong to them and begin no
// flow. Places are of fixed number; of those that a key may have, the one untouched longest is given up.
import {
  INITIATOR_LOW,
  KEY_WORDS,
  SEQUENCE_KNOWN2,
  TCP_ACK,
  TCP_RST,
  TCP_SYN,
  U_HASH,
  U_NEXT_SEQUENCE2,
  U_ROW,
  U_STATE,
} from './generated/layout';
import { key, KEY, sameWords } from './key';
import { l } from './layers';
import { take } from './memory';
import { wordsOf } from './state';

const WAYS: i32 = 4;
/** Key, row, the next numbers of both directions, and what of them is known: 16 words with one to spare. */
const PLACE: usize = 64;
const ROW: usize = 44;
const NEXT2: usize = 48;
const FLAGS: usize = 56;
/** TIME-WAIT of two minutes (RFC 9293, 3.4.2). */
const KEEP: f64 = 120e9;
/** Bytes behind the connection's last number that a segment sent again may begin. */
const BEHIND: i32 = 1 << 20;
/** Bits of the flags; 2 and 4: the next number of that direction is known. */
const LOW: u32 = 1;
const KNOWN: u32 = 2;

let places: usize = 0;
let touched: usize = 0;
let size: i32 = 0;
/** Set by `findClosed`: 0 when the packet comes from the initiator. */
export let closedDirection: i32 = 0;

/** @param count connections remembered, a power of two; memory is taken with the first one */
export function rememberAtMost(count: i32): void {
  size = count;
}

function bucket(hash: u32): i32 {
  return (<i32>hash & (size / WAYS - 1)) * WAYS;
}

export function rememberClosed(slot: i32, now: f64): void {
  if (places === 0) {
    places = take(<usize>size * PLACE);
    touched = take((<usize>size) << 3);
    for (let i = 0; i < size; i++) store<f64>(touched + ((<usize>i) << 3), -Infinity);
  }
  const u = wordsOf(slot);
  const from = bucket(load<u32>(u, U_HASH));
  let place = from;
  for (let i = from; i < from + WAYS; i++) {
    if (load<f64>(touched + ((<usize>i) << 3)) < load<f64>(touched + ((<usize>place) << 3))) place = i;
  }
  store<f64>(touched + ((<usize>place) << 3), now);
  const at = places + <usize>place * PLACE;
  memory.copy(at, u, (<usize>KEY_WORDS) << 2);
  const state = load<u32>(u, U_STATE);
  store<u32>(at, load<u32>(u, U_ROW), ROW);
  store<u32>(at, load<u32>(u, U_NEXT_SEQUENCE2), NEXT2);
  store<u32>(at, load<u32>(u, U_NEXT_SEQUENCE2 + 4), NEXT2 + 4);
  const known = (state & SEQUENCE_KNOWN2 ? KNOWN : 0) | (state & (SEQUENCE_KNOWN2 << 1) ? KNOWN << 1 : 0);
  store<u32>(at, (state & INITIATOR_LOW ? LOW : 0) | known, FLAGS);
}

/** The closed connection that a segment without SYN belongs to by its numbers. @returns its row, -1 without one */
export function findClosed(now: f64): i64 {
  if (places === 0 || l.tcpFlags & TCP_SYN) return -1;
  const from = bucket(key.hash);
  for (let i = from; i < from + WAYS; i++) {
    const touch = touched + ((<usize>i) << 3);
    if (now - load<f64>(touch) > KEEP) continue;
    const at = places + <usize>i * PLACE;
    if (!sameWords(at, KEY)) continue;
    const flags = load<u32>(at, FLAGS);
    const dir = (key.sourceLow !== 0) === ((flags & LOW) !== 0) ? 0 : 1;
    if (!fits(at, flags, dir)) continue;
    store<f64>(touch, now);
    closedDirection = dir;
    return <i64>load<u32>(at, ROW);
  }
  return -1;
}

function fits(at: usize, flags: u32, dir: i32): bool {
  const ownKnown = (flags & (KNOWN << dir)) !== 0;
  const peerKnown = (flags & (KNOWN << (1 - dir))) !== 0;
  if (!ownKnown && !peerKnown) return false;
  // New data does not belong to a closed connection: after both FINs there is none, and a side that sends data after a
  // RST did not accept it.
  const end = l.tcpSequence + l.payloadWire;
  if (ownKnown) {
    const next = load<u32>(at + ((<usize>dir) << 2), NEXT2);
    if (!behind(next, l.tcpFlags & TCP_RST ? l.tcpSequence : end)) return false;
  } else if (l.payloadWire > 0) return false;
  return (
    !peerKnown ||
    !(l.tcpFlags & TCP_ACK) ||
    behind(load<u32>(at + ((<usize>(1 - dir)) << 2), NEXT2) + 1, l.tcpAcknowledgement)
  );
}

function behind(next: u32, number: u32): bool {
  const far = <i32>(next - number);
  return far >= 0 && far <= BEHIND;
}
