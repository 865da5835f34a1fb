// Chinese for the words of features: their groups, units and the few words among values. Sentences of the host are in
// messages-zh.ts.

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

/** Units and the few words among values. */
export const VALUES: Record<string, string> = {
  missing: '缺失',
  yes: '是',
  no: '否',
  packets: '个',
  'packets/s': '个/秒',
  bins: '个',
  characters: '字符',
  days: '天',
  ratio: '',
  hops: '跳',
  bits: '位',
};
