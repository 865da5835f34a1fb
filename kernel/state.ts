// Open flows: five tables of one stride each, indexed by slot (engine/flow/state.ts says what stands where), and the
// stamps of rows, which the host has as columns.
import { moved } from './host';
import {
  D_BYTES,
  D_ENTROPY2,
  D_GAP_MAX3,
  D_GAP_MIN3,
  D_HANDSHAKE,
  D_LAST2,
  D_LAST_PAYLOAD,
  D_LENGTH_MAX2,
  D_LENGTH_MIN2,
  D_PRINTABLE2,
  D_REQUEST,
  D_RESPONSE,
  D_SYN,
  D_SYN_ACK,
  GAP_BINS,
  H_BYTES,
  H_GAP3,
  H_LENGTH2,
  H_MARKOV_LENGTH,
  LENGTH_BINS,
  SEQUENCE,
  U_BYTES,
  U_HOP_MIN2,
  U_LAST_GAP_BIN,
  U_LAST_LENGTH_BIN,
  U_PACKETS2,
  U_ROW,
  U_SEQUENCE_LENGTH,
} from './generated/layout';
import { move, take } from './memory';

const SEQUENCE_BYTES: usize = <usize>SEQUENCE * 4;

export let words: usize = 0;
export let numbers: usize = 0;
export let histograms: usize = 0;
export let lengths: usize = 0;
export let gaps: usize = 0;
/** Slots that there is room for. */
export let capacity: i32 = 0;
/** Next slot of the same bucket, or -1; next and previous of the same idle list. */
export let chain: usize = 0;
export let nexts: usize = 0;
export let previous: usize = 0;

/** Bin of each payload length up to 65,535. Filled by the host. */
export const LENGTH_BIN_OF: usize = memory.data(65_536, 16);

export function wordsOf(slot: i32): usize {
  return words + <usize>slot * U_BYTES;
}

export function numbersOf(slot: i32): usize {
  return numbers + <usize>slot * D_BYTES;
}

export function histogramsOf(slot: i32): usize {
  return histograms + <usize>slot * H_BYTES;
}

export function rowOf(slot: i32): u32 {
  return load<u32>(wordsOf(slot), U_ROW);
}

export function makeRoom(slots: i32): void {
  const n = <usize>slots;
  words = take(n * U_BYTES);
  numbers = take(n * D_BYTES);
  histograms = take(n * H_BYTES);
  lengths = take(n * SEQUENCE_BYTES);
  gaps = take(n * SEQUENCE_BYTES);
  chain = take(n * 4);
  nexts = take(n * 4);
  previous = take(n * 4);
  capacity = slots;
}

export function grow(): void {
  const n = <usize>capacity;
  const m = n * 2;
  words = move(words, n * U_BYTES, m * U_BYTES);
  numbers = move(numbers, n * D_BYTES, m * D_BYTES);
  histograms = move(histograms, n * H_BYTES, m * H_BYTES);
  lengths = move(lengths, n * SEQUENCE_BYTES, m * SEQUENCE_BYTES);
  gaps = move(gaps, n * SEQUENCE_BYTES, m * SEQUENCE_BYTES);
  chain = move(chain, n * 4, m * 4);
  nexts = move(nexts, n * 4, m * 4);
  previous = move(previous, n * 4, m * 4);
  capacity <<= 1;
  moved();
}

/** Makes a slot ready for a new flow. Histograms were cleaned when the slot was given back. */
export function clear(slot: i32): void {
  const u = wordsOf(slot);
  const d = numbersOf(slot);
  memory.fill(u, 0, U_BYTES);
  memory.fill(d, 0, D_BYTES);
  store<u32>(u, 255, U_HOP_MIN2);
  store<u32>(u, 255, U_HOP_MIN2 + 4);
  store<u32>(u, 255, U_LAST_LENGTH_BIN);
  store<u32>(u, 255, U_LAST_GAP_BIN);
  for (let i: usize = 0; i < 16; i += 8) {
    store<f64>(d + i, Infinity, D_LENGTH_MIN2);
    store<f64>(d + i, -1, D_LAST2);
    store<f64>(d + i, -1, D_ENTROPY2);
    store<f64>(d + i, -1, D_PRINTABLE2);
  }
  for (let i: usize = 0; i < 24; i += 8) store<f64>(d + i, Infinity, D_GAP_MIN3);
  store<f64>(d, -Infinity, D_SYN);
  store<f64>(d, -Infinity, D_SYN_ACK);
  store<f64>(d, -Infinity, D_HANDSHAKE);
  store<f64>(d, -Infinity, D_REQUEST);
  store<f64>(d, -Infinity, D_RESPONSE);
  store<f64>(d, -Infinity, D_LAST_PAYLOAD);
}

/** Cleans what a flow left in its histograms: only the bins between its smallest and largest values were touched. */
export function cleanHistograms(slot: i32): void {
  const u = wordsOf(slot);
  const d = numbersOf(slot);
  const h = histogramsOf(slot);
  for (let dir: usize = 0; dir < 2; dir++) {
    if (load<u32>(u + (dir << 2), U_PACKETS2) === 0) continue;
    const at = h + H_LENGTH2 + dir * ((<usize>LENGTH_BINS) << 1);
    const from = <usize>lengthBin(load<f64>(d + (dir << 3), D_LENGTH_MIN2));
    const to = <usize>lengthBin(load<f64>(d + (dir << 3), D_LENGTH_MAX2)) + 1;
    memory.fill(at + (from << 1), 0, (to - from) << 1);
  }
  for (let set: usize = 0; set < 3; set++) {
    const least = load<f64>(d + (set << 3), D_GAP_MIN3);
    if (least === Infinity) continue;
    const at = h + H_GAP3 + set * ((<usize>GAP_BINS) << 1);
    const low = gapBin(least * 1e9) - 1;
    const high = gapBin(load<f64>(d + (set << 3), D_GAP_MAX3) * 1e9) + 2;
    const from = <usize>(low < 0 ? 0 : low);
    const to = <usize>(high > GAP_BINS ? GAP_BINS : high);
    memory.fill(at + (from << 1), 0, (to - from) << 1);
  }
  if (load<u32>(u, U_SEQUENCE_LENGTH) >= 2) memory.fill(h + H_MARKOV_LENGTH, 0, H_BYTES - H_MARKOV_LENGTH);
}

export function lengthBin(length: f64): i32 {
  return load<u8>(LENGTH_BIN_OF + (length > 65_535 ? 65_535 : <usize>length));
}

/** Bin of a gap in nanoseconds: 0 below a microsecond, then two to the octave of microseconds. */
export function gapBin(nanoseconds: f64): i32 {
  const micro: i32 = nanoseconds >= 2147483647000 ? 2147483647 : <i32>(nanoseconds / 1000);
  if (micro < 1) return 0;
  const octave = 31 - clz(micro);
  return 1 + 2 * octave + (octave > 0 ? (micro >> (octave - 1)) & 1 : 0);
}

/** Stamps of rows: first and last, seconds since 1970 and nanoseconds. */
export let startSeconds: usize = 0;
export let endSeconds: usize = 0;
export let startNanoseconds: usize = 0;
export let endNanoseconds: usize = 0;
let rows: usize = 0;

/**
 * Makes room for the stamps of so many rows.
 * @param watched another thread may look at the places before until it hears of the new ones: they are not given back
 */
export function rowsFor(count: u32, watched: bool): void {
  const more = <usize>count;
  startSeconds = moveStamps(startSeconds, rows << 3, more << 3, watched);
  endSeconds = moveStamps(endSeconds, rows << 3, more << 3, watched);
  startNanoseconds = moveStamps(startNanoseconds, rows << 2, more << 2, watched);
  endNanoseconds = moveStamps(endNanoseconds, rows << 2, more << 2, watched);
  rows = more;
}

function moveStamps(at: usize, bytes: usize, more: usize, watched: bool): usize {
  if (bytes > 0 && !watched) return move(at, bytes, more);
  const to = take(more);
  memory.copy(to, at, bytes);
  return to;
}

/** Moves the start and end of a flow to a stamp that lies outside of them: stamps need not ascend. */
export function stamp(row: u32, seconds: f64, nanoseconds: u32): void {
  const at8 = (<usize>row) << 3;
  const at4 = (<usize>row) << 2;
  const end = load<f64>(endSeconds + at8);
  if (seconds > end || (seconds === end && nanoseconds > load<u32>(endNanoseconds + at4))) {
    store<f64>(endSeconds + at8, seconds);
    store<u32>(endNanoseconds + at4, nanoseconds);
  }
  const start = load<f64>(startSeconds + at8);
  if (seconds < start || (seconds === start && nanoseconds < load<u32>(startNanoseconds + at4))) {
    store<f64>(startSeconds + at8, seconds);
    store<u32>(startNanoseconds + at4, nanoseconds);
  }
}
