// Groups A to C: shape, payload lengths, times.
import { D, D_STRIDE, GAP_BINS, H, H_STRIDE, LENGTH_BINS, NEVER, U, U_STRIDE } from '../flow/index.ts';
import {
  counted,
  DIRECTION_ZH,
  type Evidence,
  extreme,
  feature,
  type Feature,
  packetsOf,
  payloadsOf,
  SIDE_ZH,
  type StateGroup,
} from './context.ts';
import { gapQuantiles, lengthQuantiles } from './quantile.ts';

const FROM = { fwd: 'from the initiator', rev: 'from the responder' } as const;

export const shape: StateGroup = {
  letter: 'A',
  where: 'state',
  title: 'Shape',
  source: 'features/shape.ts',
  features: [
    feature('is_tcp', 'flag', 'transport is TCP', '传输层为 TCP', packetsOf(2)),
    feature('is_udp', 'flag', 'transport is UDP', '传输层为 UDP', packetsOf(2)),
    feature('is_icmp', 'flag', 'ICMP or ICMPv6', 'ICMP 或 ICMPv6', packetsOf(2)),
    feature('duration', 's', 'last packet minus first packet', '首末数据包间隔', { by: 'ends' }),
    feature('packets_fwd', 'packets', 'packets from the initiator', '发起方的数据包数', packetsOf(0)),
    feature('packets_rev', 'packets', 'packets from the responder', '响应方的数据包数', packetsOf(1)),
    feature('bytes_fwd', 'B', 'frame bytes on the wire from the initiator', '发起方的帧字节数', packetsOf(0)),
    feature('bytes_rev', 'B', 'frame bytes on the wire from the responder', '响应方的帧字节数', packetsOf(1)),
    feature('payload_fwd', 'B', 'payload bytes from the initiator', '发起方的载荷字节数', payloadsOf(0)),
    feature('payload_rev', 'B', 'payload bytes from the responder', '响应方的载荷字节数', payloadsOf(1)),
    feature(
      'payload_packets_fwd',
      'packets',
      'packets with payload from the initiator',
      '发起方有载荷的数据包数',
      payloadsOf(0),
    ),
    feature(
      'payload_packets_rev',
      'packets',
      'packets with payload from the responder',
      '响应方有载荷的数据包数',
      payloadsOf(1),
    ),
    feature(
      'bytes_rev_share',
      'share',
      'share of frame bytes that the responder sent',
      '响应方发送的帧字节占比',
      packetsOf(1),
    ),
    feature(
      'payload_rev_share',
      'share',
      'share of payload bytes that the responder sent',
      '响应方发送的载荷占比',
      payloadsOf(1),
    ),
    feature('packet_rate', 'packets/s', 'packets a second over the duration', '每秒数据包数', packetsOf(2)),
    feature('byte_rate', 'B/s', 'frame bytes a second over the duration', '每秒帧字节数', packetsOf(2)),
    feature('ended_fin', 'flag', 'ended by FIN', '以 FIN 结束', { by: 'ends' }),
    feature('ended_rst', 'flag', 'ended by RST', '以 RST 结束', { by: 'ends' }),
    feature('ended_idle', 'flag', 'ended by silence', '因静默结束', { by: 'ends' }),
    feature(
      'grade_cut',
      'flag',
      'packets were cut by the snap length',
      '数据包被截短',
      counted(U.cutPackets),
      'context',
    ),
    feature(
      'grade_lossy',
      'flag',
      'the capture lost segments',
      '捕获丢失了报文段',
      counted(U.sequenceGaps2),
      'context',
    ),
    feature('one_way', 'flag', 'packets in one direction only', '只有一个方向的数据包', packetsOf(2)),
    feature(
      'icmp_errors',
      'packets',
      'ICMP errors that quote this flow',
      '引用该流的 ICMP 错误',
      counted(U.icmpErrors),
    ),
  ],
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
    out[at] = protocol === 6 ? 1 : 0;
    out[at + 1] = protocol === 17 ? 1 : 0;
    out[at + 2] = protocol === 1 || protocol === 58 ? 1 : 0;
    out[at + 3] = duration;
    out[at + 4] = packetsForward;
    out[at + 5] = packetsReverse;
    out[at + 6] = bytesForward;
    out[at + 7] = bytesReverse;
    out[at + 8] = payloadForward;
    out[at + 9] = payloadReverse;
    out[at + 10] = u[u0 + U.payloadPackets2]!;
    out[at + 11] = u[u0 + U.payloadPackets2 + 1]!;
    out[at + 12] = bytesReverse / (bytesForward + bytesReverse);
    out[at + 13] = payloadForward + payloadReverse > 0 ? payloadReverse / (payloadForward + payloadReverse) : NaN;
    out[at + 14] = duration > 0 ? (packetsForward + packetsReverse) / duration : NaN;
    out[at + 15] = duration > 0 ? (bytesForward + bytesReverse) / duration : NaN;
    const ended = u[u0 + U.endReason]! - 1;
    const grade = u[u0 + U.grade]!;
    out[at + 16] = ended === 0 ? 1 : 0;
    out[at + 17] = ended === 1 ? 1 : 0;
    out[at + 18] = ended === 2 || ended === 3 ? 1 : 0;
    out[at + 19] = grade === 1 ? 1 : 0;
    out[at + 20] = grade === 2 ? 1 : 0;
    out[at + 21] = packetsForward === 0 || packetsReverse === 0 ? 1 : 0;
    out[at + 22] = u[u0 + U.icmpErrors]!;
  },
};

const LENGTH_FEATURES = 12;

export const lengths: StateGroup = {
  letter: 'B',
  where: 'state',
  title: 'Payload lengths',
  source: 'features/shape.ts',
  features: (
    [
      [0, 'fwd'],
      [1, 'rev'],
    ] as const
  ).flatMap(([i, dir]): Feature[] => [
    feature(
      `len_${dir}_min`,
      'B',
      `smallest payload ${FROM[dir]}`,
      `${SIDE_ZH[dir]}的最小载荷`,
      extreme(D.lengthMin2 + i),
    ),
    feature(
      `len_${dir}_mean`,
      'B',
      `mean payload of all packets ${FROM[dir]}`,
      `${SIDE_ZH[dir]}的平均载荷`,
      packetsOf(i),
    ),
    feature(
      `len_${dir}_max`,
      'B',
      `largest payload ${FROM[dir]}`,
      `${SIDE_ZH[dir]}的最大载荷`,
      extreme(D.lengthMax2 + i),
    ),
    feature(
      `len_${dir}_dev`,
      'B',
      `standard deviation of payload ${FROM[dir]}`,
      `${SIDE_ZH[dir]}载荷的标准差`,
      packetsOf(i),
    ),
    ...[10, 25, 50, 75, 90].map((q) =>
      feature(
        `len_${dir}_p${q}`,
        'B',
        `${q} % of payloads ${FROM[dir]} are at most this (within 26 %)`,
        `${SIDE_ZH[dir]}载荷的 ${q} % 分位数`,
        packetsOf(i),
      ),
    ),
    feature(
      `len_${dir}_empty_share`,
      'share',
      `packets without payload ${FROM[dir]}`,
      `${SIDE_ZH[dir]}无载荷的数据包`,
      counted(U.emptyPackets2 + i),
    ),
    feature(
      `len_${dir}_full_share`,
      'share',
      `payloads of 1,300 bytes and more ${FROM[dir]}`,
      `${SIDE_ZH[dir]}不小于 1,300 字节的载荷`,
      counted(U.fullPackets2 + i),
    ),
    feature(
      `len_${dir}_distinct`,
      'bins',
      `how many of 49 length bins occur ${FROM[dir]}`,
      `${SIDE_ZH[dir]}出现的长度区间数`,
      counted(U.lengthBins2 + i),
    ),
  ]),
  fill(v, out, at) {
    const { u, d, h } = v.state;
    const u0 = v.slot * U_STRIDE;
    const d0 = v.slot * D_STRIDE;
    for (let dir = 0; dir < 2; dir++) {
      const o = at + dir * LENGTH_FEATURES;
      const n = u[u0 + U.packets2 + dir]!;
      if (n === 0) {
        out.fill(NaN, o, o + LENGTH_FEATURES);
        continue;
      }
      const mean = d[d0 + D.payload2 + dir]! / n;
      const min = d[d0 + D.lengthMin2 + dir]!;
      const max = d[d0 + D.lengthMax2 + dir]!;
      out[o] = min;
      out[o + 1] = mean;
      out[o + 2] = max;
      out[o + 3] = Math.sqrt(Math.max(0, d[d0 + D.lengthSquares2 + dir]! / n - mean * mean));
      lengthQuantiles(h, v.slot * H_STRIDE + H.length2 + dir * LENGTH_BINS, min, max, out, o + 4);
      out[o + 9] = u[u0 + U.emptyPackets2 + dir]! / n;
      out[o + 10] = u[u0 + U.fullPackets2 + dir]! / n;
      out[o + 11] = u[u0 + U.lengthBins2 + dir]!;
    }
  },
};

/** From the packet that set one time to the one that set the other. */
function turn(from: number, to: number): Evidence {
  return { by: 'turn', from, to };
}

const GAP_FEATURES = 9;

export const times: StateGroup = {
  letter: 'C',
  where: 'state',
  title: 'Times',
  source: 'features/shape.ts',
  features: [
    ...(
      [
        [0, 'fwd'],
        [1, 'rev'],
        [2, 'both'],
      ] as const
    ).flatMap(([i, set]): Feature[] => [
      feature(
        `gap_${set}_min`,
        's',
        `shortest gap between packets, ${set}`,
        `最短间隔${DIRECTION_ZH[set]}`,
        extreme(D.gapMin3 + i, true),
      ),
      feature(`gap_${set}_mean`, 's', `mean gap, ${set}`, `平均间隔${DIRECTION_ZH[set]}`, packetsOf(i)),
      feature(
        `gap_${set}_max`,
        's',
        `longest gap, ${set}`,
        `最长间隔${DIRECTION_ZH[set]}`,
        extreme(D.gapMax3 + i, true),
      ),
      feature(
        `gap_${set}_dev`,
        's',
        `standard deviation of gaps, ${set}`,
        `间隔的标准差${DIRECTION_ZH[set]}`,
        packetsOf(i),
      ),
      ...[10, 25, 50, 75, 90].map((q) =>
        feature(
          `gap_${set}_p${q}`,
          's',
          `${q} % of gaps are at most this (within 50 %), ${set}`,
          `间隔的 ${q} % 分位数${DIRECTION_ZH[set]}`,
          packetsOf(i),
        ),
      ),
    ]),
    feature('bursts', 'count', 'silences of more than 1 s inside the flow', '流内超过 1 秒的静默', counted(U.bursts)),
    feature(
      'first_response',
      's',
      'first payload of the responder after the first of the initiator',
      '响应方首个载荷的延迟',
      turn(D.request, D.response),
    ),
    feature('handshake_rtt', 's', 'SYN+ACK minus SYN', 'SYN 到 SYN+ACK 的时间', turn(D.syn, D.synAck)),
    feature(
      'client_rtt',
      's',
      'ACK of the initiator minus SYN+ACK',
      'SYN+ACK 到 ACK 的时间',
      turn(D.synAck, D.handshake),
    ),
  ],
  fill(v, out, at) {
    const { u, d, h } = v.state;
    const u0 = v.slot * U_STRIDE;
    const d0 = v.slot * D_STRIDE;
    const forward = u[u0 + U.packets2]!;
    const reverse = u[u0 + U.packets2 + 1]!;
    for (let set = 0; set < 3; set++) {
      const o = at + set * GAP_FEATURES;
      const n = (set === 0 ? forward : set === 1 ? reverse : forward + reverse) - 1;
      if (n < 1) {
        out.fill(NaN, o, o + GAP_FEATURES);
        continue;
      }
      const mean = d[d0 + D.gapSum3 + set]! / n;
      const min = d[d0 + D.gapMin3 + set]!;
      const max = d[d0 + D.gapMax3 + set]!;
      out[o] = min;
      out[o + 1] = mean;
      out[o + 2] = max;
      out[o + 3] = Math.sqrt(Math.max(0, d[d0 + D.gapSquares3 + set]! / n - mean * mean));
      gapQuantiles(h, v.slot * H_STRIDE + H.gap3 + set * GAP_BINS, min, max, out, o + 4);
    }
    const o = at + 3 * GAP_FEATURES;
    const between = (a: number, b: number): number => (a === NEVER || b === NEVER || b < a ? NaN : (b - a) * 1e-9);
    out[o] = u[u0 + U.bursts]!;
    out[o + 1] = between(d[d0 + D.request]!, d[d0 + D.response]!);
    out[o + 2] = between(d[d0 + D.syn]!, d[d0 + D.synAck]!);
    out[o + 3] = between(d[d0 + D.synAck]!, d[d0 + D.handshake]!);
  },
};
