// Group K: what else this capture held when the flow began. Worked out by `flow/surroundings.ts`; depends on the capture, so it enters no default model.
import { SURROUNDINGS } from '../flow/index.ts';
import { type Evidence, feature, type FactsGroup } from './context.ts';

const others = (same: 'source' | 'pair' | 'responder' | 'ja4', seconds: number): Evidence => ({
  by: 'other-flows',
  same,
  seconds,
});

export const surroundings: FactsGroup = {
  letter: 'K',
  where: 'facts',
  title: 'Surroundings',
  source: 'flow/surroundings.ts',
  features: [
    feature(
      'around_flows_minute',
      'count',
      'flows that the initiator began in the last 60 s, this one included',
      '发起方近 60 秒开始的流数（含本流）',
      others('source', 60),
      'context',
    ),
    feature(
      'around_flows',
      'count',
      'flows that the initiator began in the last 10 min',
      '发起方近 10 分钟开始的流数',
      others('source', 600),
      'context',
    ),
    feature(
      'around_peers',
      'count',
      'distinct peers of the initiator in the last 10 min',
      '发起方近 10 分钟的不同对端数',
      others('source', 600),
      'context',
    ),
    feature(
      'around_failed',
      'count',
      'connections of the initiator that failed in the last 10 min',
      '发起方近 10 分钟失败的连接数',
      others('source', 600),
      'context',
    ),
    feature(
      'around_pair_flows',
      'count',
      'flows between the same two in the last 10 min',
      '同一对主机近 10 分钟的流数',
      others('pair', 600),
      'context',
    ),
    feature(
      'around_pair_gap',
      's',
      'time since the flow before between the same two',
      '与同一对主机上一个流的间隔',
      others('pair', 3600),
      'context',
    ),
    feature(
      'around_regularity',
      'ratio',
      'deviation of the last gaps between starts from their mean, as a share of it: 0 is a clock',
      '相邻开始间隔的相对偏差（0 为等间隔）',
      others('pair', 3600),
      'context',
    ),
    feature(
      'around_responder',
      'count',
      'flows that other hosts and this one began to the responder in the last 10 min',
      '近 10 分钟发往响应方的流数',
      others('responder', 600),
      'context',
    ),
    feature(
      'around_ja4_peers',
      'count',
      'other peers that the same client fingerprint went to in the last 10 min (exact up to 64)',
      '同一客户端指纹近 10 分钟访问的其他对端数（至多 64）',
      others('ja4', 600),
      'context',
    ),
  ],
  fill(v, out, at) {
    const from = v.row * SURROUNDINGS;
    for (let i = 0; i < SURROUNDINGS; i++) out[at + i] = v.columns.surroundings[from + i]!;
  },
};
