// Groups A to C of a vector: shape, payload lengths, times.
import {
  D_BYTES2,
  D_FIRST,
  D_GAP_MAX3,
  D_GAP_MIN3,
  D_GAP_SQUARES3,
  D_GAP_SUM3,
  D_HANDSHAKE,
  D_LAST,
  D_LENGTH_MAX2,
  D_LENGTH_MIN2,
  D_LENGTH_SQUARES2,
  D_PAYLOAD2,
  D_REQUEST,
  D_RESPONSE,
  D_SYN,
  D_SYN_ACK,
  END_FIN,
  END_IDLE,
  END_NEW_SYN,
  END_RST,
  F_BURSTS,
  F_BYTE_RATE,
  F_BYTES_FWD,
  F_BYTES_REV,
  F_BYTES_REV_SHARE,
  F_CLIENT_RTT,
  F_DURATION,
  F_ENDED_FIN,
  F_ENDED_IDLE,
  F_ENDED_RST,
  F_FIRST_RESPONSE,
  F_GAP_FWD_DEV,
  F_GAP_FWD_MAX,
  F_GAP_FWD_MEAN,
  F_GAP_FWD_MIN,
  F_GAP_FWD_P10,
  F_GAP_REV_MIN,
  F_GRADE_CUT,
  F_GRADE_LOSSY,
  F_HANDSHAKE_RTT,
  F_ICMP_ERRORS,
  F_IS_ICMP,
  F_IS_TCP,
  F_IS_UDP,
  F_LEN_FWD_DEV,
  F_LEN_FWD_DISTINCT,
  F_LEN_FWD_EMPTY_SHARE,
  F_LEN_FWD_FULL_SHARE,
  F_LEN_FWD_MAX,
  F_LEN_FWD_MEAN,
  F_LEN_FWD_MIN,
  F_LEN_FWD_P10,
  F_LEN_REV_MIN,
  F_ONE_WAY,
  F_PACKET_RATE,
  F_PACKETS_FWD,
  F_PACKETS_REV,
  F_PAYLOAD_FWD,
  F_PAYLOAD_PACKETS_FWD,
  F_PAYLOAD_PACKETS_REV,
  F_PAYLOAD_REV,
  F_PAYLOAD_REV_SHARE,
  GAP_BINS,
  GAP_RANGES,
  GRADE_CUT,
  GRADE_LOSSY,
  H_GAP3,
  H_LENGTH2,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  LENGTH_BINS,
  LENGTH_RANGES,
  U_BURSTS,
  U_EMPTY_PACKETS2,
  U_END_REASON,
  U_FULL_PACKETS2,
  U_GRADE,
  U_ICMP_ERRORS,
  U_KIND,
  U_LENGTH_BINS2,
  U_PACKETS2,
  U_PAYLOAD_PACKETS2,
} from './generated/layout';
import { quantiles } from './quantile';
import { gapBin, histogramsOf, lengthBin, numbersOf, wordsOf } from './state';

/** Bytes between the features of a direction and those of the next. */
const LENGTHS_APART: usize = F_LEN_REV_MIN - F_LEN_FWD_MIN;
const GAPS_APART: usize = F_GAP_REV_MIN - F_GAP_FWD_MIN;

export function shapeFeatures(slot: i32, at: usize): void {
  const u = wordsOf(slot);
  const d = numbersOf(slot);
  const protocol = <i32>load<u8>(u, U_KIND);
  const duration = (load<f64>(d, D_LAST) - load<f64>(d, D_FIRST)) * 1e-9;
  const packetsForward = <f64>load<u32>(u, U_PACKETS2);
  const packetsReverse = <f64>load<u32>(u, U_PACKETS2 + 4);
  const bytesForward = load<f64>(d, D_BYTES2);
  const bytesReverse = load<f64>(d, D_BYTES2 + 8);
  const payloadForward = load<f64>(d, D_PAYLOAD2);
  const payloadReverse = load<f64>(d, D_PAYLOAD2 + 8);
  const bytes = bytesForward + bytesReverse;
  const payload = payloadForward + payloadReverse;
  flag(at + F_IS_TCP, protocol === IPPROTO_TCP);
  flag(at + F_IS_UDP, protocol === IPPROTO_UDP);
  flag(at + F_IS_ICMP, protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6);
  put(at + F_DURATION, duration);
  put(at + F_PACKETS_FWD, packetsForward);
  put(at + F_PACKETS_REV, packetsReverse);
  put(at + F_BYTES_FWD, bytesForward);
  put(at + F_BYTES_REV, bytesReverse);
  put(at + F_PAYLOAD_FWD, payloadForward);
  put(at + F_PAYLOAD_REV, payloadReverse);
  put(at + F_PAYLOAD_PACKETS_FWD, <f64>load<u32>(u, U_PAYLOAD_PACKETS2));
  put(at + F_PAYLOAD_PACKETS_REV, <f64>load<u32>(u, U_PAYLOAD_PACKETS2 + 4));
  if (bytes > 0) put(at + F_BYTES_REV_SHARE, bytesReverse / bytes);
  if (payload > 0) put(at + F_PAYLOAD_REV_SHARE, payloadReverse / payload);
  if (duration > 0) {
    put(at + F_PACKET_RATE, (packetsForward + packetsReverse) / duration);
    put(at + F_BYTE_RATE, bytes / duration);
  }
  // One more than the place in the list of reasons, 0 while the flow is open.
  const ended = <i32>load<u32>(u, U_END_REASON) - 1;
  const grade = load<u32>(u, U_GRADE);
  flag(at + F_ENDED_FIN, ended === END_FIN);
  flag(at + F_ENDED_RST, ended === END_RST);
  flag(at + F_ENDED_IDLE, ended === END_IDLE || ended === END_NEW_SYN);
  flag(at + F_GRADE_CUT, grade === GRADE_CUT);
  flag(at + F_GRADE_LOSSY, grade === GRADE_LOSSY);
  flag(at + F_ONE_WAY, packetsForward === 0 || packetsReverse === 0);
  put(at + F_ICMP_ERRORS, <f64>load<u32>(u, U_ICMP_ERRORS));
}

export function lengthFeatures(slot: i32, at: usize): void {
  for (let dir: usize = 0; dir < 2; dir++) {
    const u = wordsOf(slot) + (dir << 2);
    const d = numbersOf(slot) + (dir << 3);
    const n = <f64>load<u32>(u, U_PACKETS2);
    if (n === 0) continue;
    const to = at + dir * LENGTHS_APART;
    const mean = load<f64>(d, D_PAYLOAD2) / n;
    const least = load<f64>(d, D_LENGTH_MIN2);
    const most = load<f64>(d, D_LENGTH_MAX2);
    put(to + F_LEN_FWD_MIN, least);
    put(to + F_LEN_FWD_MEAN, mean);
    put(to + F_LEN_FWD_MAX, most);
    put(to + F_LEN_FWD_DEV, deviation(load<f64>(d, D_LENGTH_SQUARES2), n, mean));
    const counts = histogramsOf(slot) + H_LENGTH2 + dir * ((<usize>LENGTH_BINS) << 1);
    quantiles(counts, lengthBin(least), lengthBin(most), LENGTH_RANGES, least, most, to + F_LEN_FWD_P10);
    put(to + F_LEN_FWD_EMPTY_SHARE, <f64>load<u32>(u, U_EMPTY_PACKETS2) / n);
    put(to + F_LEN_FWD_FULL_SHARE, <f64>load<u32>(u, U_FULL_PACKETS2) / n);
    put(to + F_LEN_FWD_DISTINCT, <f64>load<u32>(u, U_LENGTH_BINS2));
  }
}

export function timeFeatures(slot: i32, at: usize): void {
  const u = wordsOf(slot);
  const d = numbersOf(slot);
  const forward = <f64>load<u32>(u, U_PACKETS2);
  const reverse = <f64>load<u32>(u, U_PACKETS2 + 4);
  gapFeatures(slot, 0, forward - 1, at);
  gapFeatures(slot, 1, reverse - 1, at);
  gapFeatures(slot, 2, forward + reverse - 1, at);
  put(at + F_BURSTS, <f64>load<u32>(u, U_BURSTS));
  between(at + F_FIRST_RESPONSE, load<f64>(d, D_REQUEST), load<f64>(d, D_RESPONSE));
  between(at + F_HANDSHAKE_RTT, load<f64>(d, D_SYN), load<f64>(d, D_SYN_ACK));
  between(at + F_CLIENT_RTT, load<f64>(d, D_SYN_ACK), load<f64>(d, D_HANDSHAKE));
}

/** @param set direction, 2 for both together @param n gaps of it */
function gapFeatures(slot: i32, set: usize, n: f64, at: usize): void {
  if (n < 1) return;
  const d = numbersOf(slot) + (set << 3);
  const to = at + set * GAPS_APART;
  const mean = load<f64>(d, D_GAP_SUM3) / n;
  const least = load<f64>(d, D_GAP_MIN3);
  const most = load<f64>(d, D_GAP_MAX3);
  put(to + F_GAP_FWD_MIN, least);
  put(to + F_GAP_FWD_MEAN, mean);
  put(to + F_GAP_FWD_MAX, most);
  put(to + F_GAP_FWD_DEV, deviation(load<f64>(d, D_GAP_SQUARES3), n, mean));
  const counts = histogramsOf(slot) + H_GAP3 + set * ((<usize>GAP_BINS) << 1);
  // Gaps were binned in nanoseconds: rounding seconds back may miss by one bin.
  const first = max(0, gapBin(least * 1e9) - 1);
  const last = min(GAP_BINS - 1, gapBin(most * 1e9) + 1);
  quantiles(counts, first, last, GAP_RANGES, least, most, to + F_GAP_FWD_P10);
}

/** Standard deviation. @param squares the sum of squares of `n` values */
function deviation(squares: f64, n: f64, mean: f64): f64 {
  return sqrt<f64>(max<f64>(0, squares / n - mean * mean));
}

/** Seconds between two times; nothing where one has not come or they stand the other way round. */
function between(to: usize, a: f64, b: f64): void {
  if (a !== -Infinity && b !== -Infinity && b >= a) put(to, (b - a) * 1e-9);
}

function put(to: usize, value: f64): void {
  store<f32>(to, <f32>value);
}

function flag(to: usize, holds: bool): void {
  store<f32>(to, holds ? 1 : 0);
}
