// Why two versions of Wireshark answer a filter otherwise: grammar and dissectors changed between 4.0 and 4.4. A class
// names filters, and how many differences it may stand for on the captures of the comparison.
export interface Class {
  readonly why: string;
  readonly filters: RegExp;
  readonly most: number;
}

export const CLASSES: readonly Class[] = [
  {
    why: '4.0 takes `a not in {}` as `not (a in {})`, so that packets without `a` pass',
    filters: /not in \{/,
    most: 90,
  },
  {
    why: '4.0 reads a number that is compared with bytes as hexadecimal, 4.4 as decimal',
    filters: /^ip\[8\] == 40$|\] == 22 and/,
    most: 75,
  },
  {
    why: 'expert items were added, taken away or given another group or severity',
    filters: /_ws\.(?:expert|malformed)|tcp\.analysis\.flags/,
    most: 90,
  },
  { why: '4.4 has the URI of the request in its answer too', filters: /http\.request\.(?:full_)?uri/, most: 50 },
  {
    why: 'TCP: when a conversation is a new one, and what is put together for the layer above',
    filters: /^tcp\.(?!port|srcport|dstport|len\b|flags\b(?!\s*$))/,
    most: 45,
  },
  {
    why: 'TLS and DTLS: what heuristics take, and QUIC that 4.0 cannot decrypt',
    filters: /\b(?:tls|ssl|dtls)\b|^x509/,
    most: 25,
  },
  {
    why: 'HTTP: messages that are put together otherwise',
    filters: /\bhttp\b|^data\b|^data-text|^frame\.protocols/,
    most: 45,
  },
  { why: 'PostgreSQL and NetBIOS sessions: heuristics', filters: /^(?:pgsql|nbss)$/, most: 3 },
];

export function classOf(filter: string): Class | null {
  return CLASSES.find((c) => c.filters.test(filter)) ?? null;
}
