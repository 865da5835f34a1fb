// Groups A to C: shape, payload lengths, times. The kernel writes their values.
import { D, U } from '../flow/index.ts';
import type { StateGroup } from './context.ts';
import { counted, extreme, packetsOf, payloadsOf } from './evidence.ts';
import { directed, eachWay, feature, rowsOf } from './rows.ts';

/** Quantiles of lengths and of gaps, in percent. */
export const QUANTILES = [10, 25, 50, 75, 90] as const;

const packets = rowsOf(packetsOf(2));
const sent = rowsOf(packetsOf(0));
const answered = rowsOf(packetsOf(1));
const sentPayload = rowsOf(payloadsOf(0));
const answeredPayload = rowsOf(payloadsOf(1));
const ends = rowsOf({ by: 'ends' });
const cut = rowsOf(counted(U.cutPackets), 'context');
const lossy = rowsOf(counted(U.sequenceGaps2), 'context');
const quoted = rowsOf(counted(U.icmpErrors));

const SHAPE = [
  packets('is_tcp', 'flag', 'transport is TCP', '传输层为 TCP'),
  packets('is_udp', 'flag', 'transport is UDP', '传输层为 UDP'),
  packets('is_icmp', 'flag', 'ICMP or ICMPv6', 'ICMP 或 ICMPv6'),
  ends('duration', 's', 'last packet minus first packet', '首末数据包间隔'),
  sent('packets_fwd', 'packets', 'packets from the initiator', '发起方的数据包数'),
  answered('packets_rev', 'packets', 'packets from the responder', '响应方的数据包数'),
  sent('bytes_fwd', 'B', 'frame bytes on the wire from the initiator', '发起方的帧字节数'),
  answered('bytes_rev', 'B', 'frame bytes on the wire from the responder', '响应方的帧字节数'),
  sentPayload('payload_fwd', 'B', 'payload bytes from the initiator', '发起方的载荷字节数'),
  answeredPayload('payload_rev', 'B', 'payload bytes from the responder', '响应方的载荷字节数'),
  sentPayload('payload_packets_fwd', 'packets', 'packets with payload from the initiator', '发起方有载荷的数据包数'),
  answeredPayload(
    'payload_packets_rev',
    'packets',
    'packets with payload from the responder',
    '响应方有载荷的数据包数',
  ),
  answered('bytes_rev_share', 'share', 'share of frame bytes that the responder sent', '响应方发送的帧字节占比'),
  answeredPayload(
    'payload_rev_share',
    'share',
    'share of payload bytes that the responder sent',
    '响应方发送的载荷占比',
  ),
  packets('packet_rate', 'packets/s', 'packets a second over the duration', '每秒数据包数'),
  packets('byte_rate', 'B/s', 'frame bytes a second over the duration', '每秒帧字节数'),
  ends('ended_fin', 'flag', 'ended by FIN', '以 FIN 结束'),
  ends('ended_rst', 'flag', 'ended by RST', '以 RST 结束'),
  ends('ended_idle', 'flag', 'ended by silence', '因静默结束'),
  cut('grade_cut', 'flag', 'packets were cut by the snap length', '数据包被截短'),
  lossy('grade_lossy', 'flag', 'the capture lost segments', '捕获丢失了报文段'),
  packets('one_way', 'flag', 'packets in one direction only', '只有一个方向的数据包'),
  quoted('icmp_errors', 'packets', 'ICMP errors that quote this flow', '引用该流的 ICMP 错误'),
];

export const shape: StateGroup = {
  letter: 'A',
  where: 'state',
  title: 'Shape',
  source: 'kernel/features-shape.ts',
  features: SHAPE,
};

/** Rows p10 to p90 stand one after another, in the order of QUANTILES. */
const LENGTHS = [
  directed('len_*_min', 'B', 'smallest payload {from}', '{side}的最小载荷', (i) => extreme(D.lengthMin2 + i)),
  directed('len_*_mean', 'B', 'mean payload of all packets {from}', '{side}的平均载荷', packetsOf),
  directed('len_*_max', 'B', 'largest payload {from}', '{side}的最大载荷', (i) => extreme(D.lengthMax2 + i)),
  directed('len_*_dev', 'B', 'standard deviation of payload {from}', '{side}载荷的标准差', packetsOf),
  ...QUANTILES.map((q) =>
    directed(
      `len_*_p${q}`,
      'B',
      `${q} % of payloads {from} are at most this (within 26 %)`,
      `{side}载荷的 ${q} % 分位数`,
      packetsOf,
    ),
  ),
  directed('len_*_empty_share', 'share', 'packets without payload {from}', '{side}无载荷的数据包', (i) =>
    counted(U.emptyPackets2 + i),
  ),
  directed(
    'len_*_full_share',
    'share',
    'payloads of 1,300 bytes and more {from}',
    '{side}不小于 1,300 字节的载荷',
    (i) => counted(U.fullPackets2 + i),
  ),
  directed('len_*_distinct', 'bins', 'how many of 49 length bins occur {from}', '{side}出现的长度区间数', (i) =>
    counted(U.lengthBins2 + i),
  ),
];

export const lengths: StateGroup = {
  letter: 'B',
  where: 'state',
  title: 'Payload lengths',
  source: 'kernel/features-shape.ts',
  features: eachWay([0, 1], LENGTHS),
};

/** Rows p10 to p90 stand one after another, in the order of QUANTILES. */
const GAPS = [
  directed('gap_*_min', 's', 'shortest gap between packets, {dir}', '最短间隔{way}', (i) =>
    extreme(D.gapMin3 + i, true),
  ),
  directed('gap_*_mean', 's', 'mean gap, {dir}', '平均间隔{way}', packetsOf),
  directed('gap_*_max', 's', 'longest gap, {dir}', '最长间隔{way}', (i) => extreme(D.gapMax3 + i, true)),
  directed('gap_*_dev', 's', 'standard deviation of gaps, {dir}', '间隔的标准差{way}', packetsOf),
  ...QUANTILES.map((q) =>
    directed(
      `gap_*_p${q}`,
      's',
      `${q} % of gaps are at most this (±50 %), {dir}`,
      `间隔的 ${q} % 分位数{way}`,
      packetsOf,
    ),
  ),
];

/** From the packet that set one time to the one that set the other. */
const turn = (from: number, to: number): ReturnType<typeof rowsOf> => rowsOf({ by: 'turn', from, to });

const MOMENTS = [
  feature('bursts', 'count', 'silences of more than 1 s inside the flow', '流内超过 1 秒的静默', counted(U.bursts)),
  turn(D.request, D.response)(
    'first_response',
    's',
    'first payload of the responder after the first of the initiator',
    '响应方首个载荷的延迟',
  ),
  turn(D.syn, D.synAck)('handshake_rtt', 's', 'SYN+ACK minus SYN', 'SYN 到 SYN+ACK 的时间'),
  turn(D.synAck, D.handshake)('client_rtt', 's', 'ACK of the initiator minus SYN+ACK', 'SYN+ACK 到 ACK 的时间'),
];

export const times: StateGroup = {
  letter: 'C',
  where: 'state',
  title: 'Times',
  source: 'kernel/features-shape.ts',
  features: [...eachWay([0, 1, 2], GAPS), ...MOMENTS],
};
