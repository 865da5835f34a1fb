// Group K: what else this capture held when the flow began. Worked out by `flow/surroundings.ts`; it depends on the
// capture, so it enters no default model.
import { AROUND, SURROUNDINGS } from '../flow/index.ts';
import type { FactsGroup } from './context.ts';
import { places, rowsOf } from './rows.ts';

type Same = 'source' | 'pair' | 'responder' | 'ja4';
const others = (same: Same, seconds: number): ReturnType<typeof rowsOf> =>
  rowsOf({ by: 'other-flows', same, seconds }, 'context');
const recent = others('source', 600);
const pair = others('pair', 3600);

const FEATURES = [
  others('source', 60)(
    'around_flows_minute',
    'count',
    'flows that the initiator began in the last 60 s, this one included',
    '发起方近 60 秒开始的流数（含本流）',
  ),
  recent('around_flows', 'count', 'flows that the initiator began in the last 10 min', '发起方近 10 分钟开始的流数'),
  recent('around_peers', 'count', 'distinct peers of the initiator in the last 10 min', '发起方近 10 分钟的不同对端数'),
  recent(
    'around_failed',
    'count',
    'connections of the initiator that failed in the last 10 min',
    '发起方近 10 分钟失败的连接数',
  ),
  others('pair', 600)(
    'around_pair_flows',
    'count',
    'flows between the same two in the last 10 min',
    '同一对主机近 10 分钟的流数',
  ),
  pair('around_pair_gap', 's', 'time since the flow before between the same two', '与同一对主机上一个流的间隔'),
  pair(
    'around_regularity',
    'ratio',
    'deviation of the last gaps between starts from their mean, as a share of it: 0 is a clock',
    '相邻开始间隔的相对偏差（0 为等间隔）',
  ),
  others('responder', 600)(
    'around_responder',
    'count',
    'flows that other hosts and this one began to the responder in the last 10 min',
    '近 10 分钟发往响应方的流数',
  ),
  others('ja4', 600)(
    'around_ja4_peers',
    'count',
    'other peers that the same client fingerprint went to in the last 10 min (exact up to 64)',
    '同一客户端指纹近 10 分钟访问的其他对端数（至多 64）',
  ),
];
const AT = places(FEATURES);

export const surroundings: FactsGroup = {
  letter: 'K',
  where: 'facts',
  title: 'Surroundings',
  source: 'engine/flow/surroundings.ts',
  features: FEATURES,
  fill(v, out, at) {
    const known = v.columns.surroundings;
    const from = v.row * SURROUNDINGS;
    out[at + AT.around_flows_minute] = known[from + AROUND.flowsMinute]!;
    out[at + AT.around_flows] = known[from + AROUND.flows]!;
    out[at + AT.around_peers] = known[from + AROUND.peers]!;
    out[at + AT.around_failed] = known[from + AROUND.failed]!;
    out[at + AT.around_pair_flows] = known[from + AROUND.pairFlows]!;
    out[at + AT.around_pair_gap] = known[from + AROUND.pairGap]!;
    out[at + AT.around_regularity] = known[from + AROUND.regularity]!;
    out[at + AT.around_responder] = known[from + AROUND.responder]!;
    out[at + AT.around_ja4_peers] = known[from + AROUND.fingerprintPeers]!;
  },
};
