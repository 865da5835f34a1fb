// Chinese for the words of features: their groups, units and the few words among values. Sentences of the host are in
// messages-zh.ts.
import type { ValueWords } from '../../contract/index.ts';

export const GROUPS: Record<string, string> = {
  Shape: '形状',
  'Payload lengths': '载荷长度',
  Times: '时间',
  Transport: '传输层',
  Bytes: '字节',
  Sequence: '序列',
  TLS: 'TLS',
  DNS: 'DNS',
  'HTTP, SSH, QUIC': 'HTTP、SSH、QUIC',
  Surroundings: '周围',
  Endpoints: '端点',
  Evidence: '证据',
};

export const VALUES: ValueWords = {
  missing: '缺失',
  yes: '是',
  no: '否',
  units: {
    class: '',
    version: '',
    count: '',
    ratio: '',
    packets: '个',
    'packets/s': '个/秒',
    B: 'B',
    'B/s': 'B/s',
    s: 's',
    days: '天',
    bits: '位',
    'bits/B': 'bits/B',
    bins: '个',
    hops: '跳',
    characters: '字符',
  },
};
