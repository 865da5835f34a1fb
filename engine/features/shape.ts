// Groups A to C: shape, payload lengths, times.
import { CAPTURE_GRADES, END_REASONS, type EndReason } from '../../contract/index.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../decode/index.ts';
import { D, D_STRIDE, GAP_BINS, H, H_STRIDE, LENGTH_BINS, NEVER, U, U_STRIDE } from '../flow/index.ts';
import type { StateGroup } from './context.ts';
import { counted, extreme, packetsOf, payloadsOf } from './evidence.ts';
import { gapQuantiles, lengthQuantiles, type Histogram } from './quantile.ts';
import { directed, eachWay, feature, places, rowsOf } from './rows.ts';

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
const AT = places(SHAPE);

/** As the state holds it (U.endReason): one more than the place in the list, 0 while the flow is open. */
const endedBy = (reason: EndReason): number => END_REASONS.indexOf(reason) + 1;
const ENDED_FIN = endedBy('fin');
const ENDED_RST = endedBy('rst');
const ENDED_IDLE = endedBy('idle');
const ENDED_NEW_SYN = endedBy('new-syn');
const GRADE_CUT = CAPTURE_GRADES.indexOf('cut');
const GRADE_LOSSY = CAPTURE_GRADES.indexOf('lossy');

export const shape: StateGroup = {
  letter: 'A',
  where: 'state',
  title: 'Shape',
  source: 'features/shape.ts',
  features: SHAPE,
  fill(v, out, at) {
    const { u, d } = v.state;
    const u0 = v.slot * U_STRIDE;
    const d0 = v.slot * D_STRIDE;
    const protocol = u[u0 + U.kind]! & 0xff;
    const duration = (d[d0 + D.last]! - d[d0 + D.first]!) * 1e-9;
    const packetsForward = u[u0 + U.packets2]!;
    const packetsReverse = u[u0 + U.packets2 + 1]!;
    const bytesForward = d[d0 + D.bytes2]!;
    const bytesReverse = d[d0 + D.bytes2 + 1]!;
    const payloadForward = d[d0 + D.payload2]!;
    const payloadReverse = d[d0 + D.payload2 + 1]!;
    const payload = payloadForward + payloadReverse;
    out[at + AT.is_tcp] = protocol === IPPROTO_TCP ? 1 : 0;
    out[at + AT.is_udp] = protocol === IPPROTO_UDP ? 1 : 0;
    out[at + AT.is_icmp] = protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6 ? 1 : 0;
    out[at + AT.duration] = duration;
    out[at + AT.packets_fwd] = packetsForward;
    out[at + AT.packets_rev] = packetsReverse;
    out[at + AT.bytes_fwd] = bytesForward;
    out[at + AT.bytes_rev] = bytesReverse;
    out[at + AT.payload_fwd] = payloadForward;
    out[at + AT.payload_rev] = payloadReverse;
    out[at + AT.payload_packets_fwd] = u[u0 + U.payloadPackets2]!;
    out[at + AT.payload_packets_rev] = u[u0 + U.payloadPackets2 + 1]!;
    out[at + AT.bytes_rev_share] = bytesReverse / (bytesForward + bytesReverse);
    if (payload > 0) out[at + AT.payload_rev_share] = payloadReverse / payload;
    if (duration > 0) {
      out[at + AT.packet_rate] = (packetsForward + packetsReverse) / duration;
      out[at + AT.byte_rate] = (bytesForward + bytesReverse) / duration;
    }
    const ended = u[u0 + U.endReason]!;
    const grade = u[u0 + U.grade]!;
    out[at + AT.ended_fin] = ended === ENDED_FIN ? 1 : 0;
    out[at + AT.ended_rst] = ended === ENDED_RST ? 1 : 0;
    out[at + AT.ended_idle] = ended === ENDED_IDLE || ended === ENDED_NEW_SYN ? 1 : 0;
    out[at + AT.grade_cut] = grade === GRADE_CUT ? 1 : 0;
    out[at + AT.grade_lossy] = grade === GRADE_LOSSY ? 1 : 0;
    out[at + AT.one_way] = packetsForward === 0 || packetsReverse === 0 ? 1 : 0;
    out[at + AT.icmp_errors] = u[u0 + U.icmpErrors]!;
  },
};

/** Rows p10 to p90 stand one after another, in the order of QUANTILES. */
const LENGTHS = [
  directed('len_*_min', 'B', 'smallest payload {from}', '{side}的最小载荷', (i) => extreme(D.lengthMin2 + i)),
  directed('len_*_mean', 'B', 'mean payload of all packets {from}', '{side}的平均载荷', packetsOf),
  directed('len_*_max', 'B', 'largest payload {from}', '{side}的最大载荷', (i) => extreme(D.lengthMax2 + i)),
  directed('len_*_dev', 'B', 'standard deviation of payload {from}', '{side}载荷的标准差', packetsOf),
  ...([10, 25, 50, 75, 90] as const).map((q) =>
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
const LENGTH_AT = places(LENGTHS);
const lengthHistogram: Histogram = { counts: new Uint16Array(0), from: 0, min: 0, max: 0 };

export const lengths: StateGroup = {
  letter: 'B',
  where: 'state',
  title: 'Payload lengths',
  source: 'features/shape.ts',
  features: eachWay([0, 1], LENGTHS),
  fill(v, out, at) {
    const { u, d, h } = v.state;
    const u0 = v.slot * U_STRIDE;
    const d0 = v.slot * D_STRIDE;
    for (let dir = 0; dir < 2; dir++) {
      const n = u[u0 + U.packets2 + dir]!;
      if (n === 0) continue;
      const o = at + dir * LENGTHS.length;
      const mean = d[d0 + D.payload2 + dir]! / n;
      const min = d[d0 + D.lengthMin2 + dir]!;
      const max = d[d0 + D.lengthMax2 + dir]!;
      out[o + LENGTH_AT.len_min] = min;
      out[o + LENGTH_AT.len_mean] = mean;
      out[o + LENGTH_AT.len_max] = max;
      out[o + LENGTH_AT.len_dev] = deviation(d[d0 + D.lengthSquares2 + dir]!, n, mean);
      lengthHistogram.counts = h;
      lengthHistogram.from = v.slot * H_STRIDE + H.length2 + dir * LENGTH_BINS;
      lengthHistogram.min = min;
      lengthHistogram.max = max;
      lengthQuantiles(lengthHistogram, out, o + LENGTH_AT.len_p10);
      out[o + LENGTH_AT.len_empty_share] = u[u0 + U.emptyPackets2 + dir]! / n;
      out[o + LENGTH_AT.len_full_share] = u[u0 + U.fullPackets2 + dir]! / n;
      out[o + LENGTH_AT.len_distinct] = u[u0 + U.lengthBins2 + dir]!;
    }
  },
};

/** Standard deviation. @param squares the sum of squares of `n` values */
function deviation(squares: number, n: number, mean: number): number {
  return Math.sqrt(Math.max(0, squares / n - mean * mean));
}

/** Rows p10 to p90 stand one after another, in the order of QUANTILES. */
const GAPS = [
  directed('gap_*_min', 's', 'shortest gap between packets, {dir}', '最短间隔{way}', (i) =>
    extreme(D.gapMin3 + i, true),
  ),
  directed('gap_*_mean', 's', 'mean gap, {dir}', '平均间隔{way}', packetsOf),
  directed('gap_*_max', 's', 'longest gap, {dir}', '最长间隔{way}', (i) => extreme(D.gapMax3 + i, true)),
  directed('gap_*_dev', 's', 'standard deviation of gaps, {dir}', '间隔的标准差{way}', packetsOf),
  ...([10, 25, 50, 75, 90] as const).map((q) =>
    directed(
      `gap_*_p${q}`,
      's',
      `${q} % of gaps are at most this (±50 %), {dir}`,
      `间隔的 ${q} % 分位数{way}`,
      packetsOf,
    ),
  ),
];
const GAP_AT = places(GAPS);
const gapHistogram: Histogram = { counts: new Uint16Array(0), from: 0, min: 0, max: 0 };

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
const MOMENT_AT = places(MOMENTS);

export const times: StateGroup = {
  letter: 'C',
  where: 'state',
  title: 'Times',
  source: 'features/shape.ts',
  features: [...eachWay([0, 1, 2], GAPS), ...MOMENTS],
  fill(v, out, at) {
    const { u, d, h } = v.state;
    const u0 = v.slot * U_STRIDE;
    const d0 = v.slot * D_STRIDE;
    const forward = u[u0 + U.packets2]!;
    const reverse = u[u0 + U.packets2 + 1]!;
    for (let set = 0; set < 3; set++) {
      const n = (set === 2 ? forward + reverse : u[u0 + U.packets2 + set]!) - 1;
      if (n < 1) continue;
      const o = at + set * GAPS.length;
      const mean = d[d0 + D.gapSum3 + set]! / n;
      const min = d[d0 + D.gapMin3 + set]!;
      const max = d[d0 + D.gapMax3 + set]!;
      out[o + GAP_AT.gap_min] = min;
      out[o + GAP_AT.gap_mean] = mean;
      out[o + GAP_AT.gap_max] = max;
      out[o + GAP_AT.gap_dev] = deviation(d[d0 + D.gapSquares3 + set]!, n, mean);
      gapHistogram.counts = h;
      gapHistogram.from = v.slot * H_STRIDE + H.gap3 + set * GAP_BINS;
      gapHistogram.min = min;
      gapHistogram.max = max;
      gapQuantiles(gapHistogram, out, o + GAP_AT.gap_p10);
    }
    const o = at + 3 * GAPS.length;
    out[o + MOMENT_AT.bursts] = u[u0 + U.bursts]!;
    out[o + MOMENT_AT.first_response] = between(d[d0 + D.request]!, d[d0 + D.response]!);
    out[o + MOMENT_AT.handshake_rtt] = between(d[d0 + D.syn]!, d[d0 + D.synAck]!);
    out[o + MOMENT_AT.client_rtt] = between(d[d0 + D.synAck]!, d[d0 + D.handshake]!);
  },
};

/** Seconds between two times of the state; NaN where one has not come or they stand the other way round. */
function between(a: number, b: number): number {
  return a === NEVER || b === NEVER || b < a ? NaN : (b - a) * 1e-9;
}
