// Groups D to F: transport, bytes, the sequence of first payload packets.
import {
  type ByteFigures,
  H,
  H_STRIDE,
  MARKOV_GAPS,
  MARKOV_LENGTHS,
  measureBytes,
  OPTION_MSS,
  OPTION_SACK,
  OPTION_SCALE,
  OPTION_TIMESTAMPS,
  OPTIONS_SEEN,
  SEQUENCE,
  U,
  U_STRIDE,
} from '../flow/index.ts';
import { counted, DIRECTION_ZH, feature, type Feature, packetsOf, type StateGroup } from './context.ts';

const DIRECTIONS = [
  [0, 'fwd'],
  [1, 'rev'],
] as const;
const FLAGS = ['syn', 'fin', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'] as const;
/** Where each of FLAGS stands in the header's flag order (FIN first). */
const FLAG_AT = [1, 0, 2, 3, 4, 5, 6, 7];
const PER_DIRECTION = 20;

export const transport: StateGroup = {
  letter: 'D',
  where: 'state',
  title: 'Transport',
  source: 'features/transport.ts',
  features: DIRECTIONS.flatMap(([i, dir]): Feature[] => [
    ...FLAGS.map((flag, f) =>
      feature(
        `tcp_${dir}_${flag}`,
        'share',
        `share of segments with ${flag.toUpperCase()}, ${dir}`,
        `带 ${flag.toUpperCase()} 的报文段占比${DIRECTION_ZH[dir]}`,
        counted(U.flags16 + i * 8 + FLAG_AT[f]!, 'flags'),
        'conditional',
      ),
    ),
    feature(
      `tcp_${dir}_window`,
      'B',
      `window in the first segment, ${dir}`,
      `首个报文段的窗口${DIRECTION_ZH[dir]}`,
      counted(U.initialWindow2 + i, 'window'),
      'context',
    ),
    feature(
      `tcp_${dir}_mss`,
      'B',
      `maximum segment size offered, ${dir}`,
      `提供的 MSS${DIRECTION_ZH[dir]}`,
      counted(U.mss2 + i, 'options'),
      'context',
    ),
    feature(
      `tcp_${dir}_scale`,
      'bits',
      `window scale offered, ${dir}`,
      `提供的窗口扩大因子${DIRECTION_ZH[dir]}`,
      counted(U.tcpOptions2 + i, 'options'),
      'context',
    ),
    feature(
      `tcp_${dir}_sack`,
      'flag',
      `selective acknowledgement offered, ${dir}`,
      `提供 SACK${DIRECTION_ZH[dir]}`,
      counted(U.tcpOptions2 + i, 'options'),
      'context',
    ),
    feature(
      `tcp_${dir}_timestamps`,
      'flag',
      `time stamps offered, ${dir}`,
      `提供时间戳${DIRECTION_ZH[dir]}`,
      counted(U.tcpOptions2 + i, 'options'),
      'context',
    ),
    feature(
      `hop_limit_${dir}`,
      'hops',
      `smallest hop limit, ${dir}`,
      `最小跳数限制${DIRECTION_ZH[dir]}`,
      { by: 'extreme', in: 'u', at: U.hopMin2 + i, field: 'hop-limit' },
      'context',
    ),
    feature(
      `hop_spread_${dir}`,
      'hops',
      `largest minus smallest hop limit, ${dir}`,
      `跳数限制的跨度${DIRECTION_ZH[dir]}`,
      packetsOf(i, 'hop-limit'),
    ),
    feature(
      `tcp_${dir}_retransmissions`,
      'share',
      `segments sent again, ${dir}`,
      `重传${DIRECTION_ZH[dir]}`,
      counted(U.retransmissions2 + i),
      'conditional',
    ),
    feature(
      `tcp_${dir}_out_of_order`,
      'share',
      `segments out of order, ${dir}`,
      `乱序${DIRECTION_ZH[dir]}`,
      counted(U.outOfOrder2 + i),
      'conditional',
    ),
    feature(
      `tcp_${dir}_zero_windows`,
      'count',
      `zero windows, ${dir}`,
      `零窗口${DIRECTION_ZH[dir]}`,
      counted(U.zeroWindows2 + i, 'window'),
      'conditional',
    ),
    feature(
      `tcp_${dir}_keep_alives`,
      'count',
      `keep-alives, ${dir}`,
      `保活${DIRECTION_ZH[dir]}`,
      counted(U.keepAlives2 + i),
      'conditional',
    ),
    feature(
      `tcp_${dir}_gaps`,
      'count',
      `sequence gaps, ${dir}`,
      `序号缺口${DIRECTION_ZH[dir]}`,
      counted(U.sequenceGaps2 + i),
      'context',
    ),
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

const figures: ByteFigures = { entropy: NaN, printable: NaN };

export const byteGroup: StateGroup = {
  letter: 'E',
  where: 'state',
  title: 'Bytes',
  source: 'features/transport.ts',
  features: DIRECTIONS.flatMap(([i, dir]): Feature[] => [
    feature(
      `entropy_${dir}`,
      'bits/B',
      `entropy of the first 1 KiB of payload, ${dir}`,
      `前 1 KiB 载荷的熵${DIRECTION_ZH[dir]}`,
      { by: 'first-bytes', dir: i, limit: 1024 },
    ),
    feature(
      `printable_${dir}`,
      'share',
      `printable bytes in the first 1 KiB, ${dir}`,
      `前 1 KiB 的可打印字节占比${DIRECTION_ZH[dir]}`,
      { by: 'first-bytes', dir: i, limit: 1024 },
    ),
    feature(
      `first_byte_${dir}`,
      'class',
      `first payload byte: 1 control, 2 TLS record, 3 letter, 4 other printable, 5 high bit, 6 zero, ${dir}`,
      `首个载荷字节的类别${DIRECTION_ZH[dir]}`,
      { by: 'first-bytes', dir: i, limit: 1 },
    ),
  ]),
  fill(v, out, at) {
    for (let dir = 0; dir < 2; dir++) {
      measureBytes(v.state, v.samples, v.slot, dir, figures);
      out[at + dir * 3] = figures.entropy;
      out[at + dir * 3 + 1] = figures.printable;
      const kind = v.state.u[v.slot * U_STRIDE + U.firstByteClass2 + dir]!;
      out[at + dir * 3 + 2] = kind === 0 ? NaN : kind;
    }
  },
};

const LENGTH_EDGES = Array.from({ length: MARKOV_LENGTHS }, (_, i) =>
  i === MARKOV_LENGTHS - 1 ? '1330+' : `${i * 190}`,
);
const GAP_NAMES = ['1ms', '10ms', '100ms', '1s', '10s', 'longer'];

export const sequence: StateGroup = {
  letter: 'F',
  where: 'state',
  title: 'Sequence',
  source: 'features/transport.ts',
  features: [
    ...Array.from({ length: SEQUENCE }, (_, i) =>
      feature(
        `seq_len_${i + 1}`,
        'B',
        `payload packet ${i + 1}: length, negative from the responder`,
        `第 ${i + 1} 个载荷包的长度（响应方为负）`,
        { by: 'sequence', index: i },
      ),
    ),
    ...Array.from({ length: SEQUENCE }, (_, i) =>
      feature(
        `seq_gap_${i + 1}`,
        's',
        `payload packet ${i + 1}: time since the payload packet before`,
        `第 ${i + 1} 个载荷包与前一个的间隔`,
        { by: 'sequence', index: i, pair: true },
      ),
    ),
    ...LENGTH_EDGES.flatMap((from) =>
      LENGTH_EDGES.map((to) =>
        feature(
          `markov_len_${from}_${to}`,
          'share',
          `payloads from ${from} B followed by from ${to} B`,
          `载荷长度转移：${from} B 起 → ${to} B 起`,
          { by: 'packets', dir: 2, payload: true },
        ),
      ),
    ),
    ...GAP_NAMES.flatMap((from) =>
      GAP_NAMES.map((to) =>
        feature(
          `markov_gap_${from}_${to}`,
          'share',
          `gaps up to ${from} followed by up to ${to}`,
          `间隔转移：至 ${from} → 至 ${to}`,
          { by: 'packets', dir: 2, payload: true },
        ),
      ),
    ),
  ],
  fill(v, out, at) {
    const n = v.state.u[v.slot * U_STRIDE + U.sequenceLength]!;
    const from = v.slot * SEQUENCE;
    // Most flows have few payloads: what is missing is written at once.
    out.fill(NaN, at, at + 2 * SEQUENCE + (n < 2 ? MARKOV_LENGTHS * MARKOV_LENGTHS + MARKOV_GAPS * MARKOV_GAPS : 0));
    for (let i = 0; i < n; i++) {
      out[at + i] = v.state.sequenceLengths[from + i]!;
      if (i > 0) out[at + SEQUENCE + i] = v.state.sequenceGaps[from + i]!;
    }
    if (n < 2) return;
    const h0 = v.slot * H_STRIDE;
    shares(v.state.h, h0 + H.markovLength, MARKOV_LENGTHS * MARKOV_LENGTHS, out, at + 2 * SEQUENCE);
    shares(
      v.state.h,
      h0 + H.markovGap,
      MARKOV_GAPS * MARKOV_GAPS,
      out,
      at + 2 * SEQUENCE + MARKOV_LENGTHS * MARKOV_LENGTHS,
    );
  },
};

function shares(h: Uint16Array, from: number, count: number, out: Float32Array, at: number): void {
  let total = 0;
  for (let i = from; i < from + count; i++) total += h[i]!;
  if (total === 0) {
    out.fill(NaN, at, at + count);
    return;
  }
  for (let i = 0; i < count; i++) out[at + i] = h[from + i]! / total;
}
