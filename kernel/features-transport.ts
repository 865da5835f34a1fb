// Groups D to F of a vector: transport, bytes, the sequence of first payload packets.
import {
  D_ENTROPY2,
  D_PRINTABLE2,
  F_ENTROPY_FWD,
  F_ENTROPY_REV,
  F_FIRST_BYTE_FWD,
  F_HOP_LIMIT_FWD,
  F_HOP_SPREAD_FWD,
  F_MARKOV_GAP_1MS_1MS,
  F_MARKOV_LEN_0_0,
  F_PRINTABLE_FWD,
  F_SEQ_GAP_1,
  F_SEQ_LEN_1,
  F_TCP_FWD_ACK,
  F_TCP_FWD_CWR,
  F_TCP_FWD_ECE,
  F_TCP_FWD_FIN,
  F_TCP_FWD_GAPS,
  F_TCP_FWD_KEEP_ALIVES,
  F_TCP_FWD_MSS,
  F_TCP_FWD_OUT_OF_ORDER,
  F_TCP_FWD_PSH,
  F_TCP_FWD_RETRANSMISSIONS,
  F_TCP_FWD_RST,
  F_TCP_FWD_SACK,
  F_TCP_FWD_SCALE,
  F_TCP_FWD_SYN,
  F_TCP_FWD_TIMESTAMPS,
  F_TCP_FWD_URG,
  F_TCP_FWD_WINDOW,
  F_TCP_FWD_ZERO_WINDOWS,
  F_TCP_REV_SYN,
  H_MARKOV_GAP,
  H_MARKOV_LENGTH,
  IPPROTO_TCP,
  MARKOV_GAPS,
  MARKOV_LENGTHS,
  OPTION_MSS,
  OPTION_SACK,
  OPTION_SCALE,
  OPTION_TIMESTAMPS,
  OPTIONS_SEEN,
  SEQUENCE,
  U_BYTE_COUNT2,
  U_FIRST_BYTE_CLASS2,
  U_FLAGS16,
  U_HOP_MAX2,
  U_HOP_MIN2,
  U_INITIAL_WINDOW2,
  U_KEEP_ALIVES2,
  U_KIND,
  U_MSS2,
  U_OUT_OF_ORDER2,
  U_PACKETS2,
  U_RETRANSMISSIONS2,
  U_SEQUENCE_GAPS2,
  U_SEQUENCE_LENGTH,
  U_TCP_OPTIONS2,
  U_WINDOW_SCALE2,
  U_ZERO_WINDOWS2,
} from './generated/layout';
import { entropy, measure, printable, sampleOf } from './samples';
import { gaps, histogramsOf, lengths, numbersOf, wordsOf } from './state';

/** Bytes between the features of a direction and those of the next. */
const TRANSPORT_APART: usize = F_TCP_REV_SYN - F_TCP_FWD_SYN;
const BYTES_APART: usize = F_ENTROPY_REV - F_ENTROPY_FWD;

export function transportFeatures(slot: i32, at: usize): void {
  const tcp = <i32>load<u8>(wordsOf(slot), U_KIND) === IPPROTO_TCP;
  for (let dir: usize = 0; dir < 2; dir++) {
    const u = wordsOf(slot) + (dir << 2);
    const n = <f64>load<u32>(u, U_PACKETS2);
    if (n === 0) continue;
    const to = at + dir * TRANSPORT_APART;
    put(to + F_HOP_LIMIT_FWD, <f64>load<u32>(u, U_HOP_MIN2));
    put(to + F_HOP_SPREAD_FWD, <f64>load<u32>(u, U_HOP_MAX2) - <f64>load<u32>(u, U_HOP_MIN2));
    if (!tcp) continue;
    flagShares(wordsOf(slot) + U_FLAGS16 + (dir << 5), n, to);
    const window = load<u32>(u, U_INITIAL_WINDOW2);
    if (window > 0) put(to + F_TCP_FWD_WINDOW, <f64>(window - 1));
    const seen = load<u32>(u, U_TCP_OPTIONS2);
    if (seen & OPTIONS_SEEN) {
      if (seen & OPTION_MSS) put(to + F_TCP_FWD_MSS, <f64>load<u32>(u, U_MSS2));
      if (seen & OPTION_SCALE) put(to + F_TCP_FWD_SCALE, <f64>load<u32>(u, U_WINDOW_SCALE2));
      put(to + F_TCP_FWD_SACK, seen & OPTION_SACK ? 1 : 0);
      put(to + F_TCP_FWD_TIMESTAMPS, seen & OPTION_TIMESTAMPS ? 1 : 0);
    }
    share(to + F_TCP_FWD_RETRANSMISSIONS, u + U_RETRANSMISSIONS2, n);
    share(to + F_TCP_FWD_OUT_OF_ORDER, u + U_OUT_OF_ORDER2, n);
    put(to + F_TCP_FWD_ZERO_WINDOWS, <f64>load<u32>(u, U_ZERO_WINDOWS2));
    put(to + F_TCP_FWD_KEEP_ALIVES, <f64>load<u32>(u, U_KEEP_ALIVES2));
    put(to + F_TCP_FWD_GAPS, <f64>load<u32>(u, U_SEQUENCE_GAPS2));
  }
}

/** @param counts address of a direction's counts of flags, in the order of the header's bits */
function flagShares(counts: usize, n: f64, to: usize): void {
  share(to + F_TCP_FWD_FIN, counts, n);
  share(to + F_TCP_FWD_SYN, counts + 4, n);
  share(to + F_TCP_FWD_RST, counts + 8, n);
  share(to + F_TCP_FWD_PSH, counts + 12, n);
  share(to + F_TCP_FWD_ACK, counts + 16, n);
  share(to + F_TCP_FWD_URG, counts + 20, n);
  share(to + F_TCP_FWD_ECE, counts + 24, n);
  share(to + F_TCP_FWD_CWR, counts + 28, n);
}

export function byteFeatures(slot: i32, at: usize): void {
  for (let dir = 0; dir < 2; dir++) {
    const u = wordsOf(slot) + ((<usize>dir) << 2);
    const d = numbersOf(slot) + ((<usize>dir) << 3);
    const to = at + <usize>dir * BYTES_APART;
    const fixed = load<f64>(d, D_ENTROPY2);
    const sample = fixed >= 0 ? <usize>0 : sampleOf(slot, dir);
    if (fixed >= 0) {
      put(to + F_ENTROPY_FWD, fixed);
      put(to + F_PRINTABLE_FWD, load<f64>(d, D_PRINTABLE2));
    } else if (sample !== 0) {
      measure(sample, <i32>load<u32>(u, U_BYTE_COUNT2));
      put(to + F_ENTROPY_FWD, entropy);
      put(to + F_PRINTABLE_FWD, printable);
    }
    const kind = load<u32>(u, U_FIRST_BYTE_CLASS2);
    if (kind !== 0) put(to + F_FIRST_BYTE_FWD, <f64>kind);
  }
}

export function sequenceFeatures(slot: i32, at: usize): void {
  const n = <usize>load<u32>(wordsOf(slot), U_SEQUENCE_LENGTH);
  const from = (<usize>(slot * SEQUENCE)) << 2;
  for (let i: usize = 0; i < n << 2; i += 4) {
    store<f32>(at + i, <f32>load<i32>(lengths + from + i), F_SEQ_LEN_1);
    if (i > 0) store<f32>(at + i, load<f32>(gaps + from + i), F_SEQ_GAP_1);
  }
  if (n < 2) return;
  const h = histogramsOf(slot);
  shares(h + H_MARKOV_LENGTH, MARKOV_LENGTHS * MARKOV_LENGTHS, at + F_MARKOV_LEN_0_0);
  shares(h + H_MARKOV_GAP, MARKOV_GAPS * MARKOV_GAPS, at + F_MARKOV_GAP_1MS_1MS);
}

/** Writes each count's share of their sum; nothing where there are none. */
function shares(counts: usize, count: i32, to: usize): void {
  let total: i32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) total += load<u16>(counts + (i << 1));
  if (total === 0) return;
  for (let i: usize = 0; i < <usize>count; i++)
    store<f32>(to + (i << 2), <f32>(<f64>load<u16>(counts + (i << 1)) / <f64>total));
}

/** @param count address of a counter @param n what it is a share of */
function share(to: usize, count: usize, n: f64): void {
  put(to, <f64>load<u32>(count) / n);
}

function put(to: usize, value: f64): void {
  store<f32>(to, <f32>value);
}
