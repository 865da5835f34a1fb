// Running statistics of an open flow: lengths, gaps, the first payload packets, bytes. Called once a packet; allocates nothing.
import { D, D_STRIDE, gapBin, GAP_BINS, H, H_STRIDE, LENGTH_BINS, lengthBin, MARKOV_GAPS, MARKOV_LENGTHS, markovGapBin, markovLengthBin, NEVER, SEQUENCE, U, U_STRIDE, type FlowState } from './state.ts';

const BURST_GAP = 1e9;
export const BYTE_SAMPLE = 1024;

/** Adds one packet's lengths and times. @param time nanoseconds since the first packet of the capture @param payload bytes of payload as sent */
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

/** A histogram that reaches 65,535 is halved: shares stay, quantiles stay. */
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

const countLog = new Float64Array(BYTE_SAMPLE + 1);
for (let n = 2; n <= BYTE_SAMPLE; n++) countLog[n] = n * Math.log2(n);

/** Byte counts of the first 1 KiB a direction; only flows that are still collecting hold 512 bytes here. */
export class BytePool {
  /** Results of `look`. */
  entropy = NaN;
  printable = NaN;
  private counts = new Uint16Array(256 * 64);
  private readonly free: number[] = [];
  private next = 1;

  /** Adds captured payload bytes until 1 KiB of the direction was seen; then the entropy is fixed and the counts are given back. */
  add(s: FlowState, slot: number, dir: number, buf: Uint8Array, at: number, length: number): void {
    const { u, d } = s;
    const u0 = slot * U_STRIDE;
    const seen = u[u0 + U.byteCount2 + dir]!;
    if (seen >= BYTE_SAMPLE || length === 0) return;
    let pool = u[u0 + U.bytePool2 + dir]!;
    if (pool === 0) {
      pool = this.take();
      u[u0 + U.bytePool2 + dir] = pool;
      u[u0 + U.firstByteClass2 + dir] = byteClass(buf[at]!);
    }
    const count = length < BYTE_SAMPLE - seen ? length : BYTE_SAMPLE - seen;
    const base = pool * 256;
    const counts = this.counts;
    for (let i = at, end = at + count; i < end; i++) counts[base + buf[i]!]!++;
    u[u0 + U.byteCount2 + dir] = seen + count;
    if (seen + count >= BYTE_SAMPLE) {
      const d0 = slot * D_STRIDE;
      this.measure(pool, BYTE_SAMPLE);
      d[d0 + D.entropy2 + dir] = this.entropy;
      d[d0 + D.printable2 + dir] = this.printable;
      this.give(s, slot, dir);
    }
  }

  /** Entropy in bits a byte and printable share of what was seen, into `entropy` and `printable`; NaN before any byte. */
  look(s: FlowState, slot: number, dir: number): void {
    const fixed = s.d[slot * D_STRIDE + D.entropy2 + dir]!;
    if (fixed >= 0) {
      this.entropy = fixed;
      this.printable = s.d[slot * D_STRIDE + D.printable2 + dir]!;
      return;
    }
    const pool = s.u[slot * U_STRIDE + U.bytePool2 + dir]!;
    this.measure(pool, pool === 0 ? 0 : s.u[slot * U_STRIDE + U.byteCount2 + dir]!);
  }

  give(s: FlowState, slot: number, dir: number): void {
    const at = slot * U_STRIDE + U.bytePool2 + dir;
    const pool = s.u[at]!;
    if (pool === 0) return;
    this.counts.fill(0, pool * 256, pool * 256 + 256);
    this.free.push(pool);
    s.u[at] = 0;
  }

  private take(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    if ((this.next + 1) * 256 > this.counts.length) {
      const larger = new Uint16Array(this.counts.length * 2);
      larger.set(this.counts);
      this.counts = larger;
    }
    return this.next++;
  }

  /** Entropy and printable share of counts, in one pass that ends with the last byte counted. */
  private measure(pool: number, total: number): void {
    let sum = 0;
    let printable = 0;
    const { counts } = this;
    for (let i = 0, at = pool * 256, left = total; left > 0 && i < 256; i++, at++) {
      const n = counts[at]!;
      if (n === 0) continue;
      sum += countLog[n]!;
      if ((i >= 32 && i < 127) || i === 9 || i === 10 || i === 13) printable += n;
      left -= n;
    }
    this.entropy = total === 0 ? NaN : Math.max(0, Math.log2(total) - sum / total);
    this.printable = total === 0 ? NaN : printable / total;
  }
}

/** Class of a first payload byte: 1 control, 2 TLS record, 3 letter, 4 other printable, 5 high bit set, 6 zero. */
export function byteClass(byte: number): number {
  if (byte === 0) return 6;
  if (byte >= 0x14 && byte <= 0x17) return 2;
  if (byte < 32) return 1;
  if ((byte | 32) >= 97 && (byte | 32) <= 122) return 3;
  return byte < 127 ? 4 : 5;
}
