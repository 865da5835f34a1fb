// 流的分组、标签与连接图所说的话：contract/graph-messages-en.ts 的键，花括号中的位置相同。
export const GRAPH_ZH = {
  'groups-several': '有多个值的流在每个值的分组中各计一次。',
  'groups-rest': '不同的值或分组超过 {most} 个：其余的合并计为“…”。',
  'values-rest': '不同的值超过 {most} 个的项，其余的值合并计为一个。',
  'field-flow-host': '流任一端的地址',
  'field-flow-transport': '流的传输协议：TCP、UDP、ICMP 等',
  'field-flow-tag': '您给流加的标签',
  'field-tls-version': '服务器选定的 TLS 版本',
  'field-tls-suite': '服务器选定的密码套件',
  'field-alpn': 'TLS 服务器选定的应用协议',
  'field-ssh-client': 'SSH 客户端的标识行',
  'field-ssh-server': 'SSH 服务器的标识行',
  'field-hassh': 'SSH 客户端的 HASSH',
  'field-hassh-server': 'SSH 服务器的 HASSH',
  'field-country': '任一端所在的国家或地区，据您的位置数据库',
  'field-asn': '任一端所在网络的编号，例如 AS15169，据您的网络数据库',
  'field-as-org': '任一端所在网络的机构，据您的网络数据库',
} as const;
