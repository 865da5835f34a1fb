// Groups D to F: transport, bytes, the sequence of first payload packets. The kernel writes their values.
import { MARKOV_LENGTHS, SEQUENCE, U } from '../flow/index.ts';
import type { StateGroup } from './context.ts';
import { counted, type Direction, type Evidence, packetsOf, payloadsOf } from './evidence.ts';
import { classes, directed, eachWay, type Feature, feature } from './rows.ts';

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

export const transport: StateGroup = {
  letter: 'D',
  where: 'state',
  title: 'Transport',
  source: 'kernel/features-transport.ts',
  features: eachWay([0, 1], TRANSPORT),
};

/** `byteClass` of kernel/samples.ts tells it. */
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

export const byteGroup: StateGroup = {
  letter: 'E',
  where: 'state',
  title: 'Bytes',
  source: 'kernel/features-transport.ts',
  features: eachWay([0, 1], BYTES),
};

/** From how many bytes on. */
const LENGTH_STEPS = Array.from({ length: MARKOV_LENGTHS }, (_, i) =>
  i === MARKOV_LENGTHS - 1 ? '1330+' : `${i * 190}`,
);
const GAP_STEPS = ['1ms', '10ms', '100ms', '1s', '10s', 'longer'];
/** The first payload packets are 1, 2, … in names and meanings. */
const ORDINALS = Array.from({ length: SEQUENCE }, (_, i) => i + 1);

/** Series, one after another. */
const SERIES = [
  ...ORDINALS.map((n) =>
    feature(
      `seq_len_${n}`,
      'B',
      `payload packet ${n}: length, negative from the responder`,
      `第 ${n} 个载荷包的长度（响应方为负）`,
      { by: 'sequence', index: n - 1 },
    ),
  ),
  ...ORDINALS.map((n) =>
    feature(
      `seq_gap_${n}`,
      's',
      `payload packet ${n}: time since the payload packet before`,
      `第 ${n} 个载荷包与前一个的间隔`,
      { by: 'sequence', index: n - 1, pair: true },
    ),
  ),
  ...eachPair(LENGTH_STEPS, (from, to) =>
    feature(
      `markov_len_${from}_${to}`,
      'share',
      `payloads from ${from} B followed by from ${to} B`,
      `载荷长度转移：${from} B 起 → ${to} B 起`,
      payloadsOf(2),
    ),
  ),
  ...eachPair(GAP_STEPS, (from, to) =>
    feature(
      `markov_gap_${from}_${to}`,
      'share',
      `gaps up to ${from} followed by up to ${to}`,
      `间隔转移：至 ${from} → 至 ${to}`,
      payloadsOf(2),
    ),
  ),
];

function eachPair(steps: readonly string[], row: (from: string, to: string) => Feature): Feature[] {
  return steps.flatMap((from) => steps.map((to) => row(from, to)));
}

export const sequence: StateGroup = {
  letter: 'F',
  where: 'state',
  title: 'Sequence',
  source: 'kernel/features-transport.ts',
  features: SERIES,
};
