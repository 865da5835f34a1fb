// The twin of what the kernel writes of a flow's state into its vector (`OpenFlows.fillState`): the same figures out of
// the same tables, feature by feature, by their names, and to the last bit.
import { CAPTURE_GRADES, END_REASONS } from '../../contract/index.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../decode/index.ts';
import { FEATURE_COUNT, featureIndex } from '../features/index.ts';
import {
  D,
  D_STRIDE,
  GAP_BINS,
  H,
  H_STRIDE,
  LENGTH_BINS,
  NEVER,
  type OpenFlows,
  OPTION_MSS,
  OPTION_SACK,
  OPTION_SCALE,
  OPTION_TIMESTAMPS,
  OPTIONS_SEEN,
  SEQUENCE,
  U,
  U_STRIDE,
} from '../flow/index.ts';
import { measureBytes } from './flow-twin/byte-pool.ts';
import { gapQuantiles, lengthQuantiles } from './quantile.ts';

const WAYS = ['fwd', 'rev', 'both'] as const;
const PERCENT = [10, 25, 50, 75, 90];
/** In the order of the header's bits. */
const FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'];
const LENGTH_STEPS = ['0', '190', '380', '570', '760', '950', '1140', '1330+'];
const GAP_STEPS = ['1ms', '10ms', '100ms', '1s', '10s', 'longer'];

/** @returns a whole vector; what the state does not tell is NaN */
export function stateTwin(flows: OpenFlows, slot: number): Float32Array {
  return new StateTwin(flows, slot).vector;
}

class StateTwin {
  readonly vector = new Float32Array(FEATURE_COUNT).fill(NaN);
  private readonly flows: OpenFlows;
  private readonly slot: number;

  constructor(flows: OpenFlows, slot: number) {
    this.flows = flows;
    this.slot = slot;
    this.shape();
    for (const dir of [0, 1]) {
      this.lengths(dir);
      this.transport(dir);
      this.bytes(dir);
    }
    for (const set of [0, 1, 2]) this.gaps(set);
    this.moments();
    this.sequence();
  }

  private put(name: string, value: number): void {
    const at = featureIndex(name);
    if (at < 0) throw new Error(`no feature ${name}`);
    this.vector[at] = value;
  }

  private u(place: number): number {
    return this.flows.state.u[this.slot * U_STRIDE + place]!;
  }

  private d(place: number): number {
    return this.flows.state.d[this.slot * D_STRIDE + place]!;
  }

  private shape(): void {
    const protocol = this.u(U.kind) & 0xff;
    this.put('is_tcp', protocol === IPPROTO_TCP ? 1 : 0);
    this.put('is_udp', protocol === IPPROTO_UDP ? 1 : 0);
    this.put('is_icmp', protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6 ? 1 : 0);
    const [forward, reverse] = [this.u(U.packets2), this.u(U.packets2 + 1)];
    const bytes = this.d(D.bytes2) + this.d(D.bytes2 + 1);
    const payload = this.d(D.payload2) + this.d(D.payload2 + 1);
    const duration = (this.d(D.last) - this.d(D.first)) * 1e-9;
    this.put('duration', duration);
    this.put('packets_fwd', forward);
    this.put('packets_rev', reverse);
    this.put('bytes_fwd', this.d(D.bytes2));
    this.put('bytes_rev', this.d(D.bytes2 + 1));
    this.put('payload_fwd', this.d(D.payload2));
    this.put('payload_rev', this.d(D.payload2 + 1));
    this.put('payload_packets_fwd', this.u(U.payloadPackets2));
    this.put('payload_packets_rev', this.u(U.payloadPackets2 + 1));
    this.put('bytes_rev_share', bytes > 0 ? this.d(D.bytes2 + 1) / bytes : NaN);
    this.put('payload_rev_share', payload > 0 ? this.d(D.payload2 + 1) / payload : NaN);
    this.put('packet_rate', duration > 0 ? (forward + reverse) / duration : NaN);
    this.put('byte_rate', duration > 0 ? bytes / duration : NaN);
    // 0 while the flow is open.
    const ended = END_REASONS[this.u(U.endReason) - 1];
    const grade = CAPTURE_GRADES[this.u(U.grade)];
    this.put('ended_fin', ended === 'fin' ? 1 : 0);
    this.put('ended_rst', ended === 'rst' ? 1 : 0);
    this.put('ended_idle', ended === 'idle' || ended === 'new-syn' ? 1 : 0);
    this.put('grade_cut', grade === 'cut' ? 1 : 0);
    this.put('grade_lossy', grade === 'lossy' ? 1 : 0);
    this.put('one_way', forward === 0 || reverse === 0 ? 1 : 0);
    this.put('icmp_errors', this.u(U.icmpErrors));
  }

  private lengths(dir: number): void {
    const n = this.u(U.packets2 + dir);
    if (n === 0) return;
    const name = `len_${WAYS[dir]}`;
    const [min, max] = [this.d(D.lengthMin2 + dir), this.d(D.lengthMax2 + dir)];
    const mean = this.d(D.payload2 + dir) / n;
    this.put(`${name}_min`, min);
    this.put(`${name}_mean`, mean);
    this.put(`${name}_max`, max);
    this.put(`${name}_dev`, deviation(this.d(D.lengthSquares2 + dir), n, mean));
    const from = this.slot * H_STRIDE + H.length2 + dir * LENGTH_BINS;
    for (const [i, value] of lengthQuantiles({ counts: this.flows.state.h, from, min, max }).entries())
      this.put(`${name}_p${PERCENT[i]!}`, value);
    this.put(`${name}_empty_share`, this.u(U.emptyPackets2 + dir) / n);
    this.put(`${name}_full_share`, this.u(U.fullPackets2 + dir) / n);
    this.put(`${name}_distinct`, this.u(U.lengthBins2 + dir));
  }

  private gaps(set: number): void {
    const [forward, reverse] = [this.u(U.packets2), this.u(U.packets2 + 1)];
    const n = [forward, reverse, forward + reverse][set]! - 1;
    if (n < 1) return;
    const name = `gap_${WAYS[set]}`;
    const [min, max] = [this.d(D.gapMin3 + set), this.d(D.gapMax3 + set)];
    const mean = this.d(D.gapSum3 + set) / n;
    this.put(`${name}_min`, min);
    this.put(`${name}_mean`, mean);
    this.put(`${name}_max`, max);
    this.put(`${name}_dev`, deviation(this.d(D.gapSquares3 + set), n, mean));
    const from = this.slot * H_STRIDE + H.gap3 + set * GAP_BINS;
    for (const [i, value] of gapQuantiles({ counts: this.flows.state.h, from, min, max }).entries())
      this.put(`${name}_p${PERCENT[i]!}`, value);
  }

  private moments(): void {
    this.put('bursts', this.u(U.bursts));
    this.put('first_response', between(this.d(D.request), this.d(D.response)));
    this.put('handshake_rtt', between(this.d(D.syn), this.d(D.synAck)));
    this.put('client_rtt', between(this.d(D.synAck), this.d(D.handshake)));
  }

  private transport(dir: number): void {
    const n = this.u(U.packets2 + dir);
    if (n === 0) return;
    const way = WAYS[dir]!;
    this.put(`hop_limit_${way}`, this.u(U.hopMin2 + dir));
    this.put(`hop_spread_${way}`, this.u(U.hopMax2 + dir) - this.u(U.hopMin2 + dir));
    if ((this.u(U.kind) & 0xff) !== IPPROTO_TCP) return;
    for (const [bit, flag] of FLAGS.entries()) this.put(`tcp_${way}_${flag}`, this.u(U.flags16 + dir * 8 + bit) / n);
    const window = this.u(U.initialWindow2 + dir);
    this.put(`tcp_${way}_window`, window > 0 ? window - 1 : NaN);
    this.options(dir);
    this.put(`tcp_${way}_retransmissions`, this.u(U.retransmissions2 + dir) / n);
    this.put(`tcp_${way}_out_of_order`, this.u(U.outOfOrder2 + dir) / n);
    this.put(`tcp_${way}_zero_windows`, this.u(U.zeroWindows2 + dir));
    this.put(`tcp_${way}_keep_alives`, this.u(U.keepAlives2 + dir));
    this.put(`tcp_${way}_gaps`, this.u(U.sequenceGaps2 + dir));
  }

  private options(dir: number): void {
    const seen = this.u(U.tcpOptions2 + dir);
    if (!(seen & OPTIONS_SEEN)) return;
    const way = WAYS[dir]!;
    this.put(`tcp_${way}_mss`, seen & OPTION_MSS ? this.u(U.mss2 + dir) : NaN);
    this.put(`tcp_${way}_scale`, seen & OPTION_SCALE ? this.u(U.windowScale2 + dir) : NaN);
    this.put(`tcp_${way}_sack`, seen & OPTION_SACK ? 1 : 0);
    this.put(`tcp_${way}_timestamps`, seen & OPTION_TIMESTAMPS ? 1 : 0);
  }

  private bytes(dir: number): void {
    const way = WAYS[dir]!;
    const figures = { entropy: NaN, printable: NaN };
    measureBytes(this.flows.state, this.flows.samples, this.slot, dir, figures);
    this.put(`entropy_${way}`, figures.entropy);
    this.put(`printable_${way}`, figures.printable);
    const kind = this.u(U.firstByteClass2 + dir);
    this.put(`first_byte_${way}`, kind === 0 ? NaN : kind);
  }

  private sequence(): void {
    const n = this.u(U.sequenceLength);
    const { sequenceLengths, sequenceGaps } = this.flows.state;
    for (let i = 0; i < n; i++) {
      this.put(`seq_len_${i + 1}`, sequenceLengths[this.slot * SEQUENCE + i]!);
      if (i > 0) this.put(`seq_gap_${i + 1}`, sequenceGaps[this.slot * SEQUENCE + i]!);
    }
    if (n < 2) return;
    this.shares('markov_len', LENGTH_STEPS, H.markovLength);
    this.shares('markov_gap', GAP_STEPS, H.markovGap);
  }

  /** Each count's share of their sum; nothing where there are none. */
  private shares(series: string, steps: readonly string[], at: number): void {
    const from = this.slot * H_STRIDE + at;
    const counts = this.flows.state.h.subarray(from, from + steps.length ** 2);
    const total = counts.reduce((a, b) => a + b, 0);
    if (total === 0) return;
    for (const [i, a] of steps.entries())
      for (const [j, b] of steps.entries()) this.put(`${series}_${a}_${b}`, counts[i * steps.length + j]! / total);
  }
}

/** Standard deviation. @param squares the sum of squares of `n` values */
function deviation(squares: number, n: number, mean: number): number {
  return Math.sqrt(Math.max(0, squares / n - mean * mean));
}

/** Seconds between two times of the state; NaN where one has not come or they stand the other way round. */
function between(a: number, b: number): number {
  return a === NEVER || b === NEVER || b < a ? NaN : (b - a) * 1e-9;
}
