// Running statistics of an open flow: lengths, gaps, the first payload packets, bytes. Called once a packet; allocates
// nothing.
import {
  D,
  D_STRIDE,
  GAP_BINS,
  H,
  H_STRIDE,
  LENGTH_BINS,
  MARKOV_GAPS,
  MARKOV_LENGTHS,
  NEVER,
  SEQUENCE,
  U,
  U_STRIDE,
  type FlowState,
} from '../../flow/state.ts';
import { lengthBin, gapBin, markovGapBin, markovLengthBin } from './bins.ts';

const BURST_GAP = 1e9;

/**
 * Adds one packet's lengths and times.
 * @param time nanoseconds of capture time
 * @param payload bytes of payload as sent
 */
export function accumulate(s: FlowState, slot: number, dir: number, time: number, wire: number, payload: number): void {
  const { u, d, h } = s;
  const u0 = slot * U_STRIDE;
  const d0 = slot * D_STRIDE;
  const h0 = slot * H_STRIDE;
  const packets = u[u0 + U.packets2 + dir]!++;
  d[d0 + D.bytes2 + dir] = d[d0 + D.bytes2 + dir]! + wire;

  const lengthAt = h0 + H.length2 + dir * LENGTH_BINS + lengthBin(payload);
  if (h[lengthAt]! === 0) u[u0 + U.lengthBins2 + dir]!++;
  if (++h[lengthAt]! === 65_535) halve(h, h0 + H.length2 + dir * LENGTH_BINS, LENGTH_BINS);
  if (payload === 0) {
    u[u0 + U.emptyPackets2 + dir]!++;
  } else {
    u[u0 + U.payloadPackets2 + dir]!++;
    d[d0 + D.payload2 + dir] = d[d0 + D.payload2 + dir]! + payload;
    d[d0 + D.lengthSquares2 + dir] = d[d0 + D.lengthSquares2 + dir]! + payload * payload;
    if (payload >= 1300) u[u0 + U.fullPackets2 + dir]!++;
  }
  if (payload < d[d0 + D.lengthMin2 + dir]!) d[d0 + D.lengthMin2 + dir] = payload;
  if (payload > d[d0 + D.lengthMax2 + dir]!) d[d0 + D.lengthMax2 + dir] = payload;

  if (packets > 0) gap(d, h, d0, h0, dir, time - d[d0 + D.last2 + dir]!);
  d[d0 + D.last2 + dir] = time;
  if (u[u0 + U.packets2]! + u[u0 + U.packets2 + 1]! > 1) {
    const both = time - d[d0 + D.last]!;
    gap(d, h, d0, h0, 2, both);
    if (both > BURST_GAP) u[u0 + U.bursts]!++;
  }
  if (time > d[d0 + D.last]!) d[d0 + D.last] = time;
  if (time < d[d0 + D.first]!) d[d0 + D.first] = time;
  if (payload > 0) sequence(s, slot, dir, time, payload);
}

function gap(d: Float64Array, h: Uint16Array, d0: number, h0: number, which: number, gapNs: number): void {
  const g = gapNs < 0 ? 0 : gapNs;
  const seconds = g * 1e-9;
  d[d0 + D.gapSum3 + which] = d[d0 + D.gapSum3 + which]! + seconds;
  d[d0 + D.gapSquares3 + which] = d[d0 + D.gapSquares3 + which]! + seconds * seconds;
  if (seconds < d[d0 + D.gapMin3 + which]!) d[d0 + D.gapMin3 + which] = seconds;
  if (seconds > d[d0 + D.gapMax3 + which]!) d[d0 + D.gapMax3 + which] = seconds;
  const at = h0 + H.gap3 + which * GAP_BINS;
  if (++h[at + gapBin(g)]! === 65_535) halve(h, at, GAP_BINS);
}

/** A histogram whose bin reaches 65,535 is halved; shares and quantiles stay the same. */
function halve(h: Uint16Array, from: number, bins: number): void {
  for (let i = from; i < from + bins; i++) h[i] = (h[i]! + 1) >>> 1;
}

function sequence(s: FlowState, slot: number, dir: number, time: number, payload: number): void {
  const { u, d, h } = s;
  const u0 = slot * U_STRIDE;
  const d0 = slot * D_STRIDE;
  const h0 = slot * H_STRIDE;
  const before = d[d0 + D.lastPayload]!;
  const gapNs = before === NEVER ? 0 : Math.max(0, time - before);
  const n = u[u0 + U.sequenceLength]!;
  if (n < SEQUENCE) {
    s.sequenceLengths[slot * SEQUENCE + n] = dir === 0 ? payload : -payload;
    s.sequenceGaps[slot * SEQUENCE + n] = gapNs * 1e-9;
    u[u0 + U.sequenceLength] = n + 1;
  }
  const bin = markovLengthBin(payload);
  const last = u[u0 + U.lastLengthBin]!;
  if (last !== 255) {
    const at = h0 + H.markovLength;
    if (++h[at + last * MARKOV_LENGTHS + bin]! === 65_535) halve(h, at, MARKOV_LENGTHS * MARKOV_LENGTHS);
    const gapNow = markovGapBin(gapNs);
    const gapLast = u[u0 + U.lastGapBin]!;
    if (gapLast !== 255) {
      const gapAt = h0 + H.markovGap;
      if (++h[gapAt + gapLast * MARKOV_GAPS + gapNow]! === 65_535) halve(h, gapAt, MARKOV_GAPS * MARKOV_GAPS);
    }
    u[u0 + U.lastGapBin] = gapNow;
  }
  u[u0 + U.lastLengthBin] = bin;
  d[d0 + D.lastPayload] = time;
  if (dir === 0 && d[d0 + D.request] === NEVER) d[d0 + D.request] = time;
  if (dir === 1 && d[d0 + D.response] === NEVER) d[d0 + D.response] = time;
}

/** Class of a first payload byte: 1 control, 2 TLS record, 3 letter, 4 other printable, 5 high bit set, 6 zero. */
export function byteClass(byte: number): number {
  if (byte === 0) return 6;
  if (byte >= 0x14 && byte <= 0x17) return 2;
  if (byte < 32) return 1;
  if ((byte | 32) >= 97 && (byte | 32) <= 122) return 3;
  return byte < 127 ? 4 : 5;
}
