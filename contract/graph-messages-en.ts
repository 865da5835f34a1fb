// What groups of flows, their tags and their graph say, beside contract/messages-en.ts.
export const GRAPH_ENGLISH = {
  'groups-several': 'A flow that has several values is counted in the group of each.',
  'groups-rest': 'There are more than {most} different values or groups: the others are counted together as “…”.',
  'values-rest': 'Of facts with more than {most} different values, the others are counted as one.',
  'field-flow-host': 'address of either end of the flow',
  'field-flow-transport': 'transport of the flow: TCP, UDP, ICMP, …',
  'field-flow-tag': 'a tag that you gave the flow',
  'field-tls-version': 'version of TLS that the server chose',
  'field-tls-suite': 'cipher suite that the server chose',
  'field-alpn': 'application protocol that the TLS server chose',
  'field-ssh-client': 'banner of the SSH client',
  'field-ssh-server': 'banner of the SSH server',
  'field-hassh': 'HASSH of the SSH client',
  'field-hassh-server': 'HASSH of the SSH server',
  'field-country': 'country of either end, as your database of places says',
  'field-asn': 'number of the network of either end, such as AS15169, as your database of networks says',
  'field-as-org': 'organisation of the network of either end, as your database of networks says',
} as const;
