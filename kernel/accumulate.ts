// Running statistics of an open flow: lengths, gaps, the first payload packets. Called once a packet.
import {
  D_BYTES2,
  D_FIRST,
  D_GAP_MAX3,
  D_GAP_MIN3,
  D_GAP_SQUARES3,
  D_GAP_SUM3,
  D_LAST,
  D_LAST2,
  D_LAST_PAYLOAD,
  D_LENGTH_MAX2,
  D_LENGTH_MIN2,
  D_LENGTH_SQUARES2,
  D_PAYLOAD2,
  D_REQUEST,
  D_RESPONSE,
  GAP_BINS,
  H_GAP3,
  H_LENGTH2,
  H_MARKOV_GAP,
  H_MARKOV_LENGTH,
  LENGTH_BINS,
  MARKOV_GAPS,
  MARKOV_LENGTHS,
  SEQUENCE,
  U_BURSTS,
  U_EMPTY_PACKETS2,
  U_FULL_PACKETS2,
  U_LAST_GAP_BIN,
  U_LAST_LENGTH_BIN,
  U_LENGTH_BINS2,
  U_PACKETS2,
  U_PAYLOAD_PACKETS2,
  U_SEQUENCE_LENGTH,
} from './generated/layout';
import { gapBin, gaps, histogramsOf, lengthBin, lengths, numbersOf, wordsOf } from './state';

const BURST_GAP: f64 = 1e9;
const MANY: u32 = 65_535;

function count(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** A histogram whose bin reaches 65,535 is halved; shares and quantiles stay the same. */
function halve(at: usize, bins: i32): void {
  for (let i: usize = 0; i < (<usize>bins) << 1; i += 2) store<u16>(at + i, (<u32>load<u16>(at + i) + 1) >> 1);
}

/** Counts in a histogram. @returns what the bin held before */
function tally(at: usize, bin: i32, bins: i32): u32 {
  const place = at + ((<usize>bin) << 1);
  const before = <u32>load<u16>(place);
  store<u16>(place, before + 1);
  if (before + 1 === MANY) halve(at, bins);
  return before;
}

/**
 * Adds one packet's lengths and times.
 * @param time nanoseconds of capture time
 * @param payload bytes of payload as sent
 */
export function accumulate(slot: i32, dir: i32, time: f64, wire: u32, payload: u32): void {
  const u = wordsOf(slot);
  const d = numbersOf(slot);
  const h = histogramsOf(slot);
  const u0 = u + ((<usize>dir) << 2);
  const d0 = d + ((<usize>dir) << 3);
  const packets = load<u32>(u0, U_PACKETS2);
  store<u32>(u0, packets + 1, U_PACKETS2);
  add(d0 + D_BYTES2, <f64>wire);
  const bytes = <f64>payload;
  if (tally(h + H_LENGTH2 + <usize>dir * ((<usize>LENGTH_BINS) << 1), lengthBin(bytes), LENGTH_BINS) === 0)
    count(u0 + U_LENGTH_BINS2);
  if (payload === 0) {
    count(u0 + U_EMPTY_PACKETS2);
  } else {
    count(u0 + U_PAYLOAD_PACKETS2);
    add(d0 + D_PAYLOAD2, bytes);
    add(d0 + D_LENGTH_SQUARES2, bytes * bytes);
    if (payload >= 1300) count(u0 + U_FULL_PACKETS2);
  }
  if (bytes < load<f64>(d0, D_LENGTH_MIN2)) store<f64>(d0, bytes, D_LENGTH_MIN2);
  if (bytes > load<f64>(d0, D_LENGTH_MAX2)) store<f64>(d0, bytes, D_LENGTH_MAX2);
  if (packets > 0) gap(d, h, dir, time - load<f64>(d0, D_LAST2));
  store<f64>(d0, time, D_LAST2);
  const last = load<f64>(d, D_LAST);
  if (load<u32>(u, U_PACKETS2) + load<u32>(u, U_PACKETS2 + 4) > 1) {
    const both = time - last;
    gap(d, h, 2, both);
    if (both > BURST_GAP) count(u + U_BURSTS);
  }
  if (time > last) store<f64>(d, time, D_LAST);
  if (time < load<f64>(d, D_FIRST)) store<f64>(d, time, D_FIRST);
  if (payload > 0) sequence(slot, u, d, h, dir, time, payload);
}

function gap(d: usize, h: usize, which: i32, nanoseconds: f64): void {
  const g = nanoseconds < 0 ? 0 : nanoseconds;
  const seconds = g * 1e-9;
  const d0 = d + ((<usize>which) << 3);
  add(d0 + D_GAP_SUM3, seconds);
  add(d0 + D_GAP_SQUARES3, seconds * seconds);
  if (seconds < load<f64>(d0, D_GAP_MIN3)) store<f64>(d0, seconds, D_GAP_MIN3);
  if (seconds > load<f64>(d0, D_GAP_MAX3)) store<f64>(d0, seconds, D_GAP_MAX3);
  tally(h + H_GAP3 + <usize>which * ((<usize>GAP_BINS) << 1), gapBin(g), GAP_BINS);
}

function sequence(slot: i32, u: usize, d: usize, h: usize, dir: i32, time: f64, payload: u32): void {
  const before = load<f64>(d, D_LAST_PAYLOAD);
  const since = before === -Infinity || time < before ? 0 : time - before;
  const n = load<u32>(u, U_SEQUENCE_LENGTH);
  if (n < <u32>SEQUENCE) {
    const at = (<usize>(slot * SEQUENCE + <i32>n)) << 2;
    store<i32>(lengths + at, dir === 0 ? <i32>payload : -(<i32>payload));
    store<f32>(gaps + at, <f32>(since * 1e-9));
    store<u32>(u, n + 1, U_SEQUENCE_LENGTH);
  }
  const bin = payload >= 8 * 190 ? 7 : <i32>(payload / 190);
  const last = load<u32>(u, U_LAST_LENGTH_BIN);
  if (last !== 255) {
    tally(h + H_MARKOV_LENGTH, <i32>last * MARKOV_LENGTHS + bin, MARKOV_LENGTHS * MARKOV_LENGTHS);
    const now = markovGapBin(since);
    const gapLast = load<u32>(u, U_LAST_GAP_BIN);
    if (gapLast !== 255) tally(h + H_MARKOV_GAP, <i32>gapLast * MARKOV_GAPS + now, MARKOV_GAPS * MARKOV_GAPS);
    store<u32>(u, now, U_LAST_GAP_BIN);
  }
  store<u32>(u, bin, U_LAST_LENGTH_BIN);
  store<f64>(d, time, D_LAST_PAYLOAD);
  if (dir === 0) {
    if (load<f64>(d, D_REQUEST) === -Infinity) store<f64>(d, time, D_REQUEST);
  } else if (load<f64>(d, D_RESPONSE) === -Infinity) store<f64>(d, time, D_RESPONSE);
}

function markovGapBin(nanoseconds: f64): i32 {
  if (nanoseconds < 1e6) return 0;
  if (nanoseconds < 1e7) return 1;
  if (nanoseconds < 1e8) return 2;
  if (nanoseconds < 1e9) return 3;
  return nanoseconds < 1e10 ? 4 : 5;
}
