// Rules of Emerging Threats' shape, as many as are wanted and always the same ones: what its open set asks for in the
// shares in which it does, with names and bytes that nobody uses.
import { testRandom } from '../../engine/testing/packets.ts';

const SYLLABLES = 'ba ce di fo gu ka le mi no pu ra se ti vo xu ya zer lan mor pek quin stra vel dro gim fas'.split(
  ' ',
);
const ENDINGS = [
  'com',
  'net',
  'org',
  'top',
  'xyz',
  'ru',
  'cn',
  'info',
  'cloud',
  'site',
  'club',
  'co.uk',
  'duckdns.org',
];
const FOLDERS = ['wp-content', 'wp-admin', 'api', 'images', 'admin', 'cgi-bin', 'panel', 'gate', 'js', 'includes'];
const SUFFIXES = ['php', 'asp', 'exe', 'bin', 'jsp', 'aspx', 'cgi', 'dll', 'txt', 'zip'];
const FIELDS = [
  'Accept',
  'Accept-Language',
  'Content-Type',
  'X-Requested-With',
  'Cache-Control',
  'Referer',
  'Connection',
];
const AGENTS = ['Mozilla/4.0 (compatible', 'Mozilla/5.0 (Windows NT', 'curl/', 'python-requests/', 'Go-http-client/'];
const PORTS = [
  '21',
  '22',
  '23',
  '25',
  '80',
  '[135,139,445]',
  '443',
  '1433',
  '3306',
  '3389',
  '5060',
  '8080',
  '1024:',
  '!80',
];
const CLASSES = [
  'trojan-activity',
  'domain-c2',
  'attempted-admin',
  'web-application-attack',
  'bad-unknown',
  'misc-activity',
];

/** Draws of one generator. */
class Draw {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = testRandom(seed);
  }

  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  /** @param share from 0 to 1 */
  chance(share: number): boolean {
    return this.random() < share;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  word(syllables = 2 + this.below(3)): string {
    let text = '';
    for (let i = 0; i < syllables; i++) text += this.of(SYLLABLES);
    return text;
  }

  domain(): string {
    const name = this.chance(0.2) ? `${this.word()}-${this.word(2)}` : this.word(3 + this.below(3));
    return `${name}${this.chance(0.15) ? String(this.below(100)) : ''}.${this.of(ENDINGS)}`;
  }

  hex(bytes: number): string {
    return Array.from({ length: bytes }, () => this.below(256).toString(16).padStart(2, '0')).join(' ');
  }

  address(): string {
    return `${1 + this.below(222)}.${this.below(256)}.${this.below(256)}.${this.below(256)}`;
  }
}

type Options = readonly string[];
type Made = readonly [header: string, what: string, options: Options];

const toServer = 'flow:established,to_server';
const toClient = 'flow:established,to_client';

function dnsRule(d: Draw): Made {
  const domain = d.domain();
  const asked: Options = d.chance(0.7)
    ? ['dns.query', 'dotprefix', `content:".${domain}"`, 'nocase', 'endswith']
    : ['dns.query', `content:"${domain}"`, 'nocase', `bsize:${domain.length}`];
  return ['dns $HOME_NET any -> any any', `CnC Domain in DNS Lookup (${domain.replaceAll('.', ' .')})`, asked];
}

function tlsRule(d: Draw): Made {
  const domain = d.domain();
  if (d.chance(0.12)) {
    const fingerprint = Array.from({ length: 20 }, () => d.below(256).toString(16).padStart(2, '0')).join(':');
    return [
      'tls $EXTERNAL_NET any -> $HOME_NET any',
      'Malicious SSL Certificate detected',
      [toClient, 'tls.cert_fingerprint', `content:"${fingerprint}"`],
    ];
  }
  if (d.chance(0.1))
    return [
      'tls $EXTERNAL_NET any -> $HOME_NET any',
      'Malicious SSL Certificate subject',
      [toClient, 'tls.cert_subject', `content:"CN=${domain}"`, 'nocase', 'endswith'],
    ];
  const asked: Options = d.chance(0.5)
    ? ['tls.sni', `content:"${domain}"`, `bsize:${domain.length}`, 'fast_pattern']
    : ['tls.sni', 'dotprefix', `content:".${domain}"`, 'endswith', 'fast_pattern'];
  return ['tls $HOME_NET any -> $EXTERNAL_NET any', `Domain (${domain}) in TLS SNI`, [toServer, ...asked]];
}

function httpRequest(d: Draw): Made {
  const out: string[] = [toServer];
  if (d.chance(0.7)) out.push('http.method', `content:"${d.chance(0.6) ? 'GET' : 'POST'}"`);
  const file = `/${d.chance(0.5) ? `${d.of(FOLDERS)}/` : ''}${d.word(2)}.${d.of(SUFFIXES)}`;
  out.push('http.uri', `content:"${file}"`);
  if (d.chance(0.4)) out.push('startswith');
  if (d.chance(0.5)) out.push('fast_pattern');
  if (d.chance(0.45)) out.push(`content:"?${d.word(1)}="`, 'distance:0');
  if (d.chance(0.2)) out.push(`pcre:"/[?&]${d.word(1)}=[a-f0-9]{${4 + d.below(28)}}(?:&|$)/U"`);
  if (d.chance(0.35)) out.push('http.user_agent', `content:"${d.of(AGENTS)}${d.chance(0.6) ? d.word(2) : ''}"`);
  if (d.chance(0.25)) out.push('http.host', `content:"${d.domain()}"`, 'endswith');
  if (d.chance(0.3)) out.push('http.header', `content:"${d.of(FIELDS)}|3a 20|${d.word(2)}"`, 'nocase');
  if (d.chance(0.25)) out.push('http.header_names', `content:!"${d.of(FIELDS)}|0d 0a|"`);
  if (d.chance(0.15)) out.push('http.request_body', `content:"${d.word(2)}="`, `pcre:"/^[a-z]+=[A-Za-z0-9+/]{20,}/P"`);
  return [
    `http $HOME_NET any -> ${d.chance(0.75) ? '$EXTERNAL_NET' : '$HTTP_SERVERS'} any`,
    `${d.word(3)} CnC Activity`,
    out,
  ];
}

function httpAnswer(d: Draw): Made {
  const out: string[] = [toClient];
  if (d.chance(0.4)) out.push('http.stat_code', 'content:"200"');
  if (d.chance(0.3)) out.push('http.server', `content:"${d.word(3)}"`, 'nocase');
  if (d.chance(0.2)) out.push('http.header', `content:"${d.word(2)}|3a|"`);
  if (d.chance(0.25)) out.push('flowbits:isset,ET.http.binary');
  out.push('file.data', `content:"${d.word(2 + d.below(4))}"`);
  if (d.chance(0.5)) out.push('fast_pattern');
  for (let i = d.below(4); i > 0; i--) out.push(`content:"${d.word(1 + d.below(2))}"`, `within:${20 + d.below(200)}`);
  if (d.chance(0.2)) out.push(`pcre:"/var\\s+${d.word(1)}\\s*=\\s*[\\x22\\x27][^\\x22\\x27]{10,80}/"`);
  return ['http $EXTERNAL_NET any -> $HOME_NET any', `${d.word(3)} Landing`, out];
}

function tcpRule(d: Draw): Made {
  const back = d.chance(0.3);
  const out: string[] = [back ? toClient : toServer];
  if (d.chance(0.25)) out.push(`dsize:${d.of(['<', '<', '>', '', ''])}${8 + d.below(400)}`);
  if (d.chance(0.5)) {
    // What stands anywhere is longer than what stands at a place.
    const isAtPlace = d.chance(0.75);
    const bytes = isAtPlace ? 2 + d.below(7) : 4 + d.below(8);
    out.push(`content:"|${d.hex(bytes)}|"`);
    if (isAtPlace) out.push(...(d.chance(0.4) ? [`offset:${d.below(16)}`] : []), `depth:${bytes}`);
  } else out.push(`content:"${d.word(2)}|20|"`, ...(d.chance(0.5) ? ['nocase'] : []));
  for (let i = d.below(3); i > 0; i--) {
    const bytes = 2 + d.below(9);
    out.push(
      `content:"|${d.hex(bytes)}|"`,
      d.chance(0.5) ? `distance:${d.below(20)}` : `within:${bytes + d.below(60)}`,
    );
  }
  if (d.chance(0.5)) out.push(`content:"${d.word(2 + d.below(3))}"`, 'fast_pattern');
  if (d.chance(0.2)) out.push(`pcre:"/${d.word(1)}[^\\r\\n]{4,100}\\x0d\\x0a/i"`);
  if (d.chance(0.1)) out.push(`byte_test:2,>,${d.below(2000)},${d.below(10)}`);
  if (d.chance(0.1)) out.push(`flowbits:${d.chance(0.5) ? 'set' : 'isset'},ET.${d.word(1)}`);
  const port = d.of(['any', 'any', ...PORTS]);
  return back
    ? [`tcp $EXTERNAL_NET ${port} -> $HOME_NET any`, `${d.word(3)} Response`, out]
    : [`tcp ${d.chance(0.5) ? '$HOME_NET' : 'any'} any -> $EXTERNAL_NET ${port}`, `${d.word(3)} Checkin`, out];
}

function udpRule(d: Draw): Made {
  const out: string[] = [];
  if (d.chance(0.3)) out.push(`dsize:${d.of(['<', '<', '>', '', ''])}${8 + d.below(400)}`);
  const bytes = 3 + d.below(6);
  out.push(`content:"|${d.hex(bytes)}|"`, ...(d.chance(0.7) ? [`depth:${bytes}`] : []));
  if (d.chance(0.5)) out.push(`content:"${d.word(2 + d.below(3))}"`, ...(d.chance(0.5) ? ['nocase'] : ['distance:0']));
  if (d.chance(0.15)) out.push(`threshold:type limit, track by_src, seconds 60, count 1`);
  return [`udp ${d.chance(0.5) ? '$HOME_NET' : 'any'} any -> any ${d.of(['any', ...PORTS])}`, `${d.word(3)} UDP`, out];
}

function scanRule(d: Draw): Made {
  return [
    `tcp $EXTERNAL_NET any -> $HOME_NET ${1 + d.below(9000)}`,
    'Suspicious inbound connection',
    ['flow:to_server', 'flags:S', 'threshold:type limit, count 5, seconds 60, track by_src'],
  ];
}

function addressRule(d: Draw): Made {
  const list = Array.from({ length: 25 + d.below(30) }, () => d.address()).join(',');
  return [
    `ip [${list}] any -> $HOME_NET any`,
    'Known hostile host',
    ['threshold:type limit, track by_src, seconds 3600, count 1', 'flowbits:set,ET.Evil'],
  ];
}

/** Shares of the kinds, as the open set of 2025 has them. */
const KINDS: readonly (readonly [share: number, make: (d: Draw) => Made])[] = [
  [0.2, dnsRule],
  [0.14, tlsRule],
  [0.25, httpRequest],
  [0.08, httpAnswer],
  [0.23, tcpRule],
  [0.08, udpRule],
  [0.005, scanRule],
  [0.015, addressRule],
];

/** @returns lines of a rule file; a longer list begins with the shorter one's rules */
export function rulesOfShape(count: number, seed = 27): string {
  const d = new Draw(seed);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    let at = d.below(1_000) / 1_000;
    const [, make] = KINDS.find(([share]) => (at -= share) < 0) ?? KINDS[0]!;
    const [header, what, options] = make(d);
    const said = [
      `msg:"ET ${d.of(['MALWARE', 'EXPLOIT', 'INFO', 'WEB_SERVER', 'PHISHING'])} ${what}"`,
      ...options,
      `reference:url,example.test/${d.word(3)}`,
      `classtype:${d.of(CLASSES)}`,
      `sid:${2_000_000 + i}`,
      `rev:${1 + d.below(8)}`,
      'metadata:affected_product Any, attack_target Client_Endpoint, created_at 2024_05_17, deployment Perimeter, ' +
        `performance_impact Low, signature_severity Major, updated_at 2024_05_${10 + d.below(20)}`,
    ];
    lines.push(`alert ${header} (${said.join('; ')};)`);
  }
  return `${lines.join('\n')}\n`;
}
