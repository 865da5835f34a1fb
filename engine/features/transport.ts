// Groups D to F: transport, bytes, the sequence of first payload packets.
import { H, H_STRIDE, MARKOV_GAPS, MARKOV_LENGTHS, OPTION_MSS, OPTION_SACK, OPTION_SCALE, OPTION_TIMESTAMPS, OPTIONS_SEEN, SEQUENCE, U, U_STRIDE } from '../flow/index.ts';
import { feature, type Feature, type IngestGroup, type StateGroup } from './context.ts';

const DIRECTIONS = ['fwd', 'rev'] as const;
const FLAGS = ['syn', 'fin', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'] as const;
/** Where each of FLAGS stands in the header's flag order (FIN first). */
const FLAG_AT = [1, 0, 2, 3, 4, 5, 6, 7];
const PER_DIRECTION = 20;

export const transport: StateGroup = {
  letter: 'D', where: 'state', title: 'Transport', source: 'features/transport.ts',
  features: DIRECTIONS.flatMap((dir): Feature[] => [
    ...FLAGS.map((flag) => feature(`tcp_${dir}_${flag}`, 'share', `share of segments with ${flag.toUpperCase()}, ${dir}`, 'conditional')),
    feature(`tcp_${dir}_window`, 'B', `window in the first segment, ${dir}`, 'context'), feature(`tcp_${dir}_mss`, 'B', `maximum segment size offered, ${dir}`, 'context'),
    feature(`tcp_${dir}_scale`, 'bits', `window scale offered, ${dir}`, 'context'), feature(`tcp_${dir}_sack`, 'flag', `selective acknowledgement offered, ${dir}`, 'context'), feature(`tcp_${dir}_timestamps`, 'flag', `time stamps offered, ${dir}`, 'context'),
    feature(`hop_limit_${dir}`, 'hops', `smallest hop limit, ${dir}`, 'context'), feature(`hop_spread_${dir}`, 'hops', `largest minus smallest hop limit, ${dir}`),
    feature(`tcp_${dir}_retransmissions`, 'share', `segments sent again, ${dir}`, 'conditional'), feature(`tcp_${dir}_out_of_order`, 'share', `segments out of order, ${dir}`, 'conditional'), feature(`tcp_${dir}_zero_windows`, 'count', `zero windows, ${dir}`, 'conditional'),
    feature(`tcp_${dir}_keep_alives`, 'count', `keep-alives, ${dir}`, 'conditional'), feature(`tcp_${dir}_gaps`, 'count', `sequence gaps, ${dir}`, 'context'),
  ]),
  fill(v, out, at) {
    const { u } = v.state;
    const u0 = v.slot * U_STRIDE;
    const tcp = (u[u0 + U.kind]! & 0xff) === 6;
    for (let dir = 0; dir < 2; dir++) {
      const o = at + dir * PER_DIRECTION;
      const n = u[u0 + U.packets2 + dir]!;
      out.fill(NaN, o, o + PER_DIRECTION);
      if (n === 0) continue;
      out[o + 13] = u[u0 + U.hopMin2 + dir]!;
      out[o + 14] = u[u0 + U.hopMax2 + dir]! - u[u0 + U.hopMin2 + dir]!;
      if (!tcp) continue;
      for (let f = 0; f < 8; f++) out[o + f] = u[u0 + U.flags16 + dir * 8 + FLAG_AT[f]!]! / n;
      const window = u[u0 + U.initialWindow2 + dir]!;
      if (window > 0) out[o + 8] = window - 1;
      const options = u[u0 + U.tcpOptions2 + dir]!;
      if (options & OPTIONS_SEEN) {
        if (options & OPTION_MSS) out[o + 9] = u[u0 + U.mss2 + dir]!;
        if (options & OPTION_SCALE) out[o + 10] = u[u0 + U.windowScale2 + dir]!;
        out[o + 11] = options & OPTION_SACK ? 1 : 0;
        out[o + 12] = options & OPTION_TIMESTAMPS ? 1 : 0;
      }
      out[o + 15] = u[u0 + U.retransmissions2 + dir]! / n;
      out[o + 16] = u[u0 + U.outOfOrder2 + dir]! / n;
      out[o + 17] = u[u0 + U.zeroWindows2 + dir]!;
      out[o + 18] = u[u0 + U.keepAlives2 + dir]!;
      out[o + 19] = u[u0 + U.sequenceGaps2 + dir]!;
    }
  },
};

export const byteGroup: IngestGroup = {
  letter: 'E', where: 'ingest', title: 'Bytes', source: 'features/transport.ts',
  features: DIRECTIONS.flatMap((dir): Feature[] => [
    feature(`entropy_${dir}`, 'bits/B', `entropy of the first 1 KiB of payload, ${dir}`), feature(`printable_${dir}`, 'share', `printable bytes in the first 1 KiB, ${dir}`),
    feature(`first_byte_${dir}`, 'class', `first payload byte: 1 control, 2 TLS record, 3 letter, 4 other printable, 5 high bit, 6 zero, ${dir}`),
  ]),
  fill(v, out, at) {
    for (let dir = 0; dir < 2; dir++) {
      v.bytes.look(v.state, v.slot, dir);
      out[at + dir * 3] = v.bytes.entropy;
      out[at + dir * 3 + 1] = v.bytes.printable;
      const kind = v.state.u[v.slot * U_STRIDE + U.firstByteClass2 + dir]!;
      out[at + dir * 3 + 2] = kind === 0 ? NaN : kind;
    }
  },
};

const LENGTH_EDGES = Array.from({ length: MARKOV_LENGTHS }, (_, i) => (i === MARKOV_LENGTHS - 1 ? '1330+' : `${i * 190}`));
const GAP_NAMES = ['1ms', '10ms', '100ms', '1s', '10s', 'longer'];

export const sequence: StateGroup = {
  letter: 'F', where: 'state', title: 'Sequence', source: 'features/transport.ts',
  features: [
    ...Array.from({ length: SEQUENCE }, (_, i) => feature(`seq_len_${i + 1}`, 'B', `payload packet ${i + 1}: length, negative from the responder`)),
    ...Array.from({ length: SEQUENCE }, (_, i) => feature(`seq_gap_${i + 1}`, 's', `payload packet ${i + 1}: time since the payload packet before`)),
    ...LENGTH_EDGES.flatMap((from) => LENGTH_EDGES.map((to) => feature(`markov_len_${from}_${to}`, 'share', `payloads from ${from} B followed by from ${to} B`))),
    ...GAP_NAMES.flatMap((from) => GAP_NAMES.map((to) => feature(`markov_gap_${from}_${to}`, 'share', `gaps up to ${from} followed by up to ${to}`))),
  ],
  fill(v, out, at) {
    const n = v.state.u[v.slot * U_STRIDE + U.sequenceLength]!;
    const from = v.slot * SEQUENCE;
    for (let i = 0; i < SEQUENCE; i++) {
      out[at + i] = i < n ? v.state.sequenceLengths[from + i]! : NaN;
      out[at + SEQUENCE + i] = i < n && i > 0 ? v.state.sequenceGaps[from + i]! : NaN;
    }
    if (n < 2) {
      out.fill(NaN, at + 2 * SEQUENCE, at + 2 * SEQUENCE + MARKOV_LENGTHS * MARKOV_LENGTHS + MARKOV_GAPS * MARKOV_GAPS);
      return;
    }
    const h0 = v.slot * H_STRIDE;
    shares(v.state.h, h0 + H.markovLength, MARKOV_LENGTHS * MARKOV_LENGTHS, out, at + 2 * SEQUENCE);
    shares(v.state.h, h0 + H.markovGap, MARKOV_GAPS * MARKOV_GAPS, out, at + 2 * SEQUENCE + MARKOV_LENGTHS * MARKOV_LENGTHS);
  },
};

function shares(h: Uint16Array, from: number, count: number, out: Float32Array, at: number): void {
  let total = 0;
  for (let i = from; i < from + count; i++) total += h[i]!;
  if (total === 0) { out.fill(NaN, at, at + count); return; }
  for (let i = 0; i < count; i++) out[at + i] = h[from + i]! / total;
}
