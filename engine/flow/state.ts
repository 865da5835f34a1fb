// Layout of an open flow's state: four typed arrays, one stride each, indexed by slot. About 1.6 KiB an open flow.
// Names ending in 2 take two places, initiator first; names ending in 3 a third for both directions together.

let u = 0;
const u1 = (): number => u++;
const u2 = (): number => {
  const at = u;
  u += 2;
  return at;
};
const uN = (n: number): number => {
  const at = u;
  u += n;
  return at;
};

/**
 * Places in the Uint32 part, in the order of how often they are touched: a packet should meet few cache lines (16 words
 * each).
 */
export const U = {
  low4: uN(4),
  high4: uN(4),
  ports: u1(),
  tunnel: u1(),
  kind: u1(),
  hash: u1(),
  row: u1(),
  state: u1(),
  timeoutClass: u1(),
  lastPacket: u1(),
  packets2: u2(),
  payloadPackets2: u2(),
  emptyPackets2: u2(),
  fullPackets2: u2(),
  hopMin2: u2(),
  hopMax2: u2(),
  lengthBins2: u2(),
  sequenceLength: u1(),
  lastLengthBin: u1(),
  lastGapBin: u1(),
  bursts: u1(),
  nextSequence2: u2(),
  bytePool2: u2(),
  byteCount2: u2(),
  checkpoints: u1(),
  initialWindow2: u2(),
  cutPackets: u1(),
  flags16: uN(16),
  finEnd2: u2(),
  mss2: u2(),
  windowScale2: u2(),
  tcpOptions2: u2(),
  firstSequence2: u2(),
  retransmissions2: u2(),
  outOfOrder2: u2(),
  zeroWindows2: u2(),
  keepAlives2: u2(),
  sequenceGaps2: u2(),
  firstPacket: u1(),
  icmpErrors: u1(),
  damaged: u1(),
  firstByteClass2: u2(),
  /** For vectors made elsewhere: index into END_REASONS + 1 (0 while open), index into CAPTURE_GRADES. */
  endReason: u1(),
  grade: u1(),
  /**
   * What the direction last acknowledged, and the right edge of its receive window: the furthest that its peer may
   * send.
   */
  acknowledged2: u2(),
  windowEnd2: u2(),
} as const;
/** Whole cache lines. */
export const U_STRIDE = Math.ceil(u / 16) * 16;

let d = 0;
const d1 = (): number => d++;
const d2 = (): number => {
  const at = d;
  d += 2;
  return at;
};
const d3 = (): number => {
  const at = d;
  d += 3;
  return at;
};

/** Places in the Float64 part. Times are nanoseconds of capture time (`Ingest.baseSeconds`). */
export const D = {
  last: d1(),
  touched: d1(),
  nextTimedCheckpoint: d1(),
  lastPayload: d1(),
  last2: d2(),
  bytes2: d2(),
  payload2: d2(),
  lengthSquares2: d2(),
  lengthMin2: d2(),
  lengthMax2: d2(),
  gapSum3: d3(),
  gapSquares3: d3(),
  request: d1(),
  response: d1(),
  gapMin3: d3(),
  gapMax3: d3(),
  lastForward2: d2(),
  first: d1(),
  syn: d1(),
  synAck: d1(),
  handshake: d1(),
  entropy2: d2(),
  printable2: d2(),
} as const;
export const D_STRIDE = Math.ceil(d / 8) * 8;

/**
 * Stands for a time that has not come. Times may be negative: stamps need not ascend, and the first packet need not be
 * the earliest.
 */
export const NEVER = -Infinity;

export const LENGTH_BINS = 49;
export const GAP_BINS = 64;
export const MARKOV_LENGTHS = 8;
export const MARKOV_GAPS = 6;

/** Places in the Uint16 histogram part. */
export const H = {
  length2: 0,
  gap3: LENGTH_BINS * 2,
  markovLength: LENGTH_BINS * 2 + GAP_BINS * 3,
  markovGap: LENGTH_BINS * 2 + GAP_BINS * 3 + MARKOV_LENGTHS * MARKOV_LENGTHS,
} as const;
export const H_STRIDE = H.markovGap + MARKOV_GAPS * MARKOV_GAPS;

/** Packets with payload whose lengths and gaps are kept one by one. */
export const SEQUENCE = 20;

/** Bits of U.state. */
export const INITIATOR_LOW = 1;
export const ESTABLISHED = 2;
export const LINGERING = 4;
export const FIN2 = 8; // and 16
export const FIN_ACKED2 = 32; // and 64
export const SEQUENCE_KNOWN2 = 128; // and 256
export const RESET = 512;
export const SYN_SEEN = 1024;
export const SYN_ACK_SEEN = 2048;
export const RECENT_GAP2 = 4096; // and 8192
export const FIRST_SEQUENCE_KNOWN2 = 16384; // and 32768
/** `acknowledged2` and `windowEnd2` are known. */
export const ACKNOWLEDGED2 = 1 << 16; // and 1 << 17
/** Another connection of the same addresses and ports has replaced this one. */
export const REPLACED = 1 << 18;
/** Other open flows have, or had, the same key: segments are told apart by their numbers. */
export const SHARED = 1 << 19;
/** The RST that ended it came from the responder. */
export const RESET_REVERSE = 1 << 20;
/** Its first captured packet was no SYN. */
export const MIDSTREAM = 1 << 21;

/** Bits of U.tcpOptions2. */
export const OPTION_SACK = 1;
export const OPTION_TIMESTAMPS = 2;
export const OPTION_MSS = 4;
export const OPTION_SCALE = 8;
export const OPTIONS_SEEN = 16;

export const NO_FACT = 0xffffffff;

/** Nanoseconds after which an open flow is told of again: besides at 8, 32 and 128 packets. */
export const CHECKPOINT_EVERY = 60e9;

/**
 * Open flows at once: a flood of half a million that nobody answers costs no more than 1.5 GB. Beyond them the flow ends
 * early that was idle longest.
 */
export const MOST_OPEN = 2 ** 19;

const LENGTHS = 65_536;

/** Bin of each payload length: the range of each bin is filled at once. */
export const lengthBins = new Uint8Array(LENGTHS);
for (let bin = 1, from = 1; from < LENGTHS; bin++) {
  const next = Math.ceil(2 ** (bin / 3) - 1e-6);
  lengthBins.fill(bin, from, next);
  from = next;
}

/** Range of a length bin, inclusive. */
export function lengthBinRange(bin: number): readonly [number, number] {
  if (bin === 0) return [0, 0];
  return [
    Math.ceil(2 ** ((bin - 1) / 3) - 1e-6),
    Math.max(Math.ceil(2 ** (bin / 3) - 1e-6) - 1, Math.ceil(2 ** ((bin - 1) / 3) - 1e-6)),
  ];
}

/** Range of a gap bin in nanoseconds. */
export function gapBinRange(bin: number): readonly [number, number] {
  if (bin === 0) return [0, 1000];
  const octave = (bin - 1) >>> 1;
  const half = (bin - 1) & 1;
  const base = 2 ** octave * 1000;
  return octave === 0 ? [base, base * 2] : [base * (1 + half / 2), base * (1 + (half + 1) / 2)];
}

/** What is kept of open flows, by slot. */
export type FlowTables = Readonly<Pick<FlowState, 'u' | 'd' | 'h' | 'sequenceLengths' | 'sequenceGaps'>>;

/** Open-flow state for up to `capacity` slots. */
export class FlowState {
  u: Uint32Array;
  d: Float64Array;
  h: Uint16Array;
  sequenceLengths: Int32Array;
  sequenceGaps: Float32Array;
  capacity: number;

  constructor(capacity = 256) {
    this.capacity = capacity;
    this.u = new Uint32Array(capacity * U_STRIDE);
    this.d = new Float64Array(capacity * D_STRIDE);
    this.h = new Uint16Array(capacity * H_STRIDE);
    this.sequenceLengths = new Int32Array(capacity * SEQUENCE);
    this.sequenceGaps = new Float32Array(capacity * SEQUENCE);
  }

  /** Makes a slot ready for a new flow. Histograms were cleaned when the slot was given back. */
  clear(slot: number): void {
    this.u.fill(0, slot * U_STRIDE, (slot + 1) * U_STRIDE);
    this.d.fill(0, slot * D_STRIDE, (slot + 1) * D_STRIDE);
    const u0 = slot * U_STRIDE;
    const d0 = slot * D_STRIDE;
    this.u[u0 + U.hopMin2] = this.u[u0 + U.hopMin2 + 1] = 255;
    this.u[u0 + U.lastLengthBin] = this.u[u0 + U.lastGapBin] = 255;
    for (let i = 0; i < 2; i++) {
      this.d[d0 + D.lengthMin2 + i] = Infinity;
      this.d[d0 + D.last2 + i] = -1;
      this.d[d0 + D.entropy2 + i] = this.d[d0 + D.printable2 + i] = -1;
    }
    for (let i = 0; i < 3; i++) this.d[d0 + D.gapMin3 + i] = Infinity;
    this.d[d0 + D.syn] =
      this.d[d0 + D.synAck] =
      this.d[d0 + D.handshake] =
      this.d[d0 + D.request] =
      this.d[d0 + D.response] =
      this.d[d0 + D.lastPayload] =
        NEVER;
  }
}
