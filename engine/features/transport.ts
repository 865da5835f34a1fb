// Groups D to F: transport, bytes, the sequence of first payload packets.
import { IPPROTO_TCP } from '../decode/index.ts';
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
import type { StateGroup } from './context.ts';
import { counted, type Direction, type Evidence, packetsOf, payloadsOf } from './evidence.ts';
import { classes, directed, eachWay, type Feature, feature, places, starts } from './rows.ts';

/** In the order of the header's bits, from FIN on; the state counts them so. */
const HEADER_FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'] as const;
/** In the order of the rows. */
const FLAGS = ['syn', 'fin', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'] as const;

const options = (i: Direction): Evidence => counted(U.tcpOptions2 + i, 'options');
const c = 'conditional' as const;

const TRANSPORT = [
  ...FLAGS.map((flag) =>
    directed(
      `tcp_*_${flag}`,
      'share',
      `share of segments with ${flag.toUpperCase()}, {dir}`,
      `带 ${flag.toUpperCase()} 的报文段占比{way}`,
      (i) => counted(U.flags16 + i * 8 + HEADER_FLAGS.indexOf(flag), 'flags'),
      c,
    ),
  ),
  directed(
    'tcp_*_window',
    'B',
    'window in the first segment, {dir}',
    '首个报文段的窗口{way}',
    (i) => counted(U.initialWindow2 + i, 'window'),
    'context',
  ),
  directed(
    'tcp_*_mss',
    'B',
    'maximum segment size offered, {dir}',
    '提供的 MSS{way}',
    (i) => counted(U.mss2 + i, 'options'),
    'context',
  ),
  directed('tcp_*_scale', 'bits', 'window scale offered, {dir}', '提供的窗口扩大因子{way}', options, 'context'),
  directed('tcp_*_sack', 'flag', 'selective acknowledgement offered, {dir}', '提供 SACK{way}', options, 'context'),
  directed('tcp_*_timestamps', 'flag', 'time stamps offered, {dir}', '提供时间戳{way}', options, 'context'),
  directed(
    'hop_limit_*',
    'hops',
    'smallest hop limit, {dir}',
    '最小跳数限制{way}',
    (i) => ({ by: 'extreme', in: 'u', at: U.hopMin2 + i, field: 'hop-limit' }),
    'context',
  ),
  directed('hop_spread_*', 'hops', 'largest minus smallest hop limit, {dir}', '跳数限制的跨度{way}', (i) =>
    packetsOf(i, 'hop-limit'),
  ),
  directed(
    'tcp_*_retransmissions',
    'share',
    'segments sent again, {dir}',
    '重传{way}',
    (i) => counted(U.retransmissions2 + i),
    c,
  ),
  directed(
    'tcp_*_out_of_order',
    'share',
    'segments out of order, {dir}',
    '乱序{way}',
    (i) => counted(U.outOfOrder2 + i),
    c,
  ),
  directed(
    'tcp_*_zero_windows',
    'count',
    'zero windows, {dir}',
    '零窗口{way}',
    (i) => counted(U.zeroWindows2 + i, 'window'),
    c,
  ),
  directed('tcp_*_keep_alives', 'count', 'keep-alives, {dir}', '保活{way}', (i) => counted(U.keepAlives2 + i), c),
  directed(
    'tcp_*_gaps',
    'count',
    'sequence gaps, {dir}',
    '序号缺口{way}',
    (i) => counted(U.sequenceGaps2 + i),
    'context',
  ),
];
const AT = places(TRANSPORT);
/** By the header's bit. */
const FLAG_AT = HEADER_FLAGS.map((flag) => AT[`tcp_${flag}`]);

export const transport: StateGroup = {
  letter: 'D',
  where: 'state',
  title: 'Transport',
  source: 'features/transport.ts',
  features: eachWay([0, 1], TRANSPORT),
  fill(v, out, at) {
    const { u } = v.state;
    const u0 = v.slot * U_STRIDE;
    const tcp = (u[u0 + U.kind]! & 0xff) === IPPROTO_TCP;
    for (let dir = 0; dir < 2; dir++) {
      const n = u[u0 + U.packets2 + dir]!;
      if (n === 0) continue;
      const o = at + dir * TRANSPORT.length;
      out[o + AT.hop_limit] = u[u0 + U.hopMin2 + dir]!;
      out[o + AT.hop_spread] = u[u0 + U.hopMax2 + dir]! - u[u0 + U.hopMin2 + dir]!;
      if (!tcp) continue;
      for (let f = 0; f < 8; f++) out[o + FLAG_AT[f]!] = u[u0 + U.flags16 + dir * 8 + f]! / n;
      const window = u[u0 + U.initialWindow2 + dir]!;
      if (window > 0) out[o + AT.tcp_window] = window - 1;
      const seen = u[u0 + U.tcpOptions2 + dir]!;
      if (seen & OPTIONS_SEEN) {
        if (seen & OPTION_MSS) out[o + AT.tcp_mss] = u[u0 + U.mss2 + dir]!;
        if (seen & OPTION_SCALE) out[o + AT.tcp_scale] = u[u0 + U.windowScale2 + dir]!;
        out[o + AT.tcp_sack] = seen & OPTION_SACK ? 1 : 0;
        out[o + AT.tcp_timestamps] = seen & OPTION_TIMESTAMPS ? 1 : 0;
      }
      out[o + AT.tcp_retransmissions] = u[u0 + U.retransmissions2 + dir]! / n;
      out[o + AT.tcp_out_of_order] = u[u0 + U.outOfOrder2 + dir]! / n;
      out[o + AT.tcp_zero_windows] = u[u0 + U.zeroWindows2 + dir]!;
      out[o + AT.tcp_keep_alives] = u[u0 + U.keepAlives2 + dir]!;
      out[o + AT.tcp_gaps] = u[u0 + U.sequenceGaps2 + dir]!;
    }
  },
};

/** `byteClass` of the flow room tells it. */
const FIRST_BYTES = classes(
  1,
  ['control', '控制字符'],
  ['TLS record', 'TLS 记录'],
  ['letter', '字母'],
  ['other printable', '其他可打印'],
  ['high bit', '高位'],
  ['zero', '零'],
);
const firstBytes =
  (limit: number) =>
  (dir: Direction): Evidence => ({ by: 'first-bytes', dir: dir === 1 ? 1 : 0, limit });

const BYTES = [
  directed(
    'entropy_*',
    'bits/B',
    'entropy of the first 1 KiB of payload, {dir}',
    '前 1 KiB 载荷的熵{way}',
    firstBytes(1024),
  ),
  directed(
    'printable_*',
    'share',
    'printable bytes in the first 1 KiB, {dir}',
    '前 1 KiB 的可打印字节占比{way}',
    firstBytes(1024),
  ),
  directed('first_byte_*', FIRST_BYTES, 'first payload byte: #, {dir}', '首个载荷字节的类别{way}', firstBytes(1)),
];
const BYTE_AT = places(BYTES);
const figures: ByteFigures = { entropy: NaN, printable: NaN };

export const byteGroup: StateGroup = {
  letter: 'E',
  where: 'state',
  title: 'Bytes',
  source: 'features/transport.ts',
  features: eachWay([0, 1], BYTES),
  fill(v, out, at) {
    for (let dir = 0; dir < 2; dir++) {
      const o = at + dir * BYTES.length;
      measureBytes(v.state, v.samples, v.slot, dir, figures);
      out[o + BYTE_AT.entropy] = figures.entropy;
      out[o + BYTE_AT.printable] = figures.printable;
      const kind = v.state.u[v.slot * U_STRIDE + U.firstByteClass2 + dir]!;
      if (kind !== 0) out[o + BYTE_AT.first_byte] = kind;
    }
  },
};

/** From how many bytes on. */
const LENGTH_STEPS = Array.from({ length: MARKOV_LENGTHS }, (_, i) =>
  i === MARKOV_LENGTHS - 1 ? '1330+' : `${i * 190}`,
);
const GAP_STEPS = ['1ms', '10ms', '100ms', '1s', '10s', 'longer'];
/** The first payload packets are 1, 2, … in names and meanings. */
const ORDINALS = Array.from({ length: SEQUENCE }, (_, i) => i + 1);

/** Series of features that are written as series. */
const SERIES = {
  seq_len: ORDINALS.map((n) =>
    feature(
      `seq_len_${n}`,
      'B',
      `payload packet ${n}: length, negative from the responder`,
      `第 ${n} 个载荷包的长度（响应方为负）`,
      { by: 'sequence', index: n - 1 },
    ),
  ),
  seq_gap: ORDINALS.map((n) =>
    feature(
      `seq_gap_${n}`,
      's',
      `payload packet ${n}: time since the payload packet before`,
      `第 ${n} 个载荷包与前一个的间隔`,
      { by: 'sequence', index: n - 1, pair: true },
    ),
  ),
  markov_len: eachPair(LENGTH_STEPS, (from, to) =>
    feature(
      `markov_len_${from}_${to}`,
      'share',
      `payloads from ${from} B followed by from ${to} B`,
      `载荷长度转移：${from} B 起 → ${to} B 起`,
      payloadsOf(2),
    ),
  ),
  markov_gap: eachPair(GAP_STEPS, (from, to) =>
    feature(
      `markov_gap_${from}_${to}`,
      'share',
      `gaps up to ${from} followed by up to ${to}`,
      `间隔转移：至 ${from} → 至 ${to}`,
      payloadsOf(2),
    ),
  ),
} satisfies Record<string, readonly Feature[]>;
const SERIES_AT = starts(SERIES);

function eachPair(steps: readonly string[], row: (from: string, to: string) => Feature): Feature[] {
  return steps.flatMap((from) => steps.map((to) => row(from, to)));
}

export const sequence: StateGroup = {
  letter: 'F',
  where: 'state',
  title: 'Sequence',
  source: 'features/transport.ts',
  features: Object.values(SERIES).flat(),
  fill(v, out, at) {
    const { u, h, sequenceLengths, sequenceGaps } = v.state;
    const n = u[v.slot * U_STRIDE + U.sequenceLength]!;
    const from = v.slot * SEQUENCE;
    for (let i = 0; i < n; i++) {
      out[at + SERIES_AT.seq_len + i] = sequenceLengths[from + i]!;
      if (i > 0) out[at + SERIES_AT.seq_gap + i] = sequenceGaps[from + i]!;
    }
    if (n < 2) return;
    const h0 = v.slot * H_STRIDE;
    shares(h, h0 + H.markovLength, MARKOV_LENGTHS * MARKOV_LENGTHS, out, at + SERIES_AT.markov_len);
    shares(h, h0 + H.markovGap, MARKOV_GAPS * MARKOV_GAPS, out, at + SERIES_AT.markov_gap);
  },
};

/** Writes each count's share of their sum; nothing where there are none. */
function shares(h: Uint16Array, from: number, count: number, out: Float32Array, at: number): void {
  let total = 0;
  for (let i = from; i < from + count; i++) total += h[i]!;
  if (total === 0) return;
  for (let i = 0; i < count; i++) out[at + i] = h[from + i]! / total;
}
