// Lists of indicators, in each publisher's form and as entries that never hit: whatever a file says is read or refused
// by line with a sentence, in whatever pieces it comes; what was read is found again and printed in clean characters.
import type * as Contract from '../../contract/index.ts';
import type * as IntakeModule from '../../engine/indicators/intake.ts';
import type * as KeyModule from '../../engine/indicators/key.ts';
import type * as Load from '../../engine/indicators/load.ts';
import type * as SetModule from '../../engine/indicators/set.ts';
import type * as StoreModule from '../../engine/indicators/store.ts';
import { latin } from './conversations.ts';
import { type Load as Loading, type Target, words } from './target.ts';

/** Seconds since the epoch at which lists of the fuzzer are read. */
const NOW = 1_700_000_000;
const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const LINE_END = 10;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const VALUES = ['93.184.216.34', '2a00:1450:4001::1', '93.184.216.0/24', '93.184.216.34:8080', 'evil.example']
  .concat(['*.evil.example', 'http://Evil.example:80/a%2e?b#c', 'hxxp://evil[.]example', MD5, SHA1, SHA256])
  .concat(['xn--nxasmq6b.example', '^evil.*$', '/e(vi)+l/', '\u001b[31m', '0.0.0.0/0', '00:de:ad:be:ef:00:11:22']);

interface Form {
  readonly name: string;
  readonly allow?: boolean;
  readonly seeds: readonly string[];
  readonly words: readonly string[];
}

const STIX = (pattern: string, more = ''): string =>
  `{"type":"bundle","objects":[{"type":"identity"},{"type":"indicator","id":"indicator--1","pattern":"${pattern}",` +
  `"pattern_type":"stix","name":"n","confidence":30,"valid_until":"2024-06-01T00:00:00.000Z"${more}}]}`;
const MISP = (type: string, value: string): string =>
  `{"Event":{"info":"a","Orgc":{"name":"o"},"Attribute":[{"type":"${type}","value":"${value}","to_ids":true,` +
  `"comment":"c","timestamp":"1600000000"}],"Object":[{"Attribute":[{"type":"md5","value":"${MD5}"}]}]}}`;
const IOC = (search: string, value: string): string =>
  '<?xml version="1.0"?>\n<ioc id="1"><short_description>d</short_description><definition>\n' +
  `<Indicator operator="OR"><IndicatorItem condition="is"><Context search="${search}"/>` +
  `<Content type="x">${value}</Content></IndicatorItem>\n<Indicator operator="AND"></Indicator></Indicator>` +
  '</definition></ioc>';

const FORMS: readonly Form[] = [
  {
    name: 'list-csv',
    seeds: [
      `# Listingdate,SHA1,Listingreason\n2024-04-30 07:21:04,${SHA1},Quasar\n2024-04-30 07:21:03,x,y\n`,
      `# ja3_md5,Firstseen,Lastseen,Listingreason\n${MD5},2017-07-14 18:08:15,2019-07-27 20:42:54,Adware\n`,
      '"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\r\n' +
        '"2022-06-04 21:22:54","93.184.216.1","443","online","2024-05-01","QakBot"\r\n',
      '# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n' +
        '"1","2024-05-01 10:05:07","http://93.184.216.34:40831/b","online","","x","a,b","","l"\n',
      '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","confidence_level"\n' +
        '"2024-05-01 10:00:00", "1", "93.184.216.34:8848", "ip:port", "botnet_cc", "100"\n',
      'indicator;type;confidence\nevil.example;domain;49\n"a""b";url;x\n',
    ],
    words: [
      '# ',
      '"',
      '""',
      ',',
      ';',
      '\t',
      '\n',
      '\r\n',
      'ioc_value',
      'ioc_type',
      'url',
      'dst_ip',
      'dst_port',
      'sha256',
    ],
  },
  {
    name: 'list-misp',
    seeds: [
      MISP('ip-dst|port', '93.184.216.35|8080'),
      MISP('domain|ip', 'evil.example|93.184.216.36'),
      MISP('filename|sha256', `a.exe|${SHA256}`),
      MISP('yara', 'rule x {}'),
      `[${MISP('url', 'hxxp://evil[.]example/x')},${MISP('hassh-md5', MD5)}]`,
    ],
    words: [
      '"Event":',
      '"Attribute":[',
      '"Object":[',
      '"to_ids":false',
      '"deleted":true',
      '"type":"',
      '"value":"',
      '|',
    ],
  },
  {
    name: 'list-stix',
    seeds: [
      STIX("[ipv4-addr:value ISSUBSET '93.184.216.0/24' OR ipv6-addr:value = '2a00:1450:4001::1']"),
      STIX("[domain-name:value = 'evil.example'] OR [domain-name:value LIKE '%.bad.example']"),
      STIX(`[file:hashes.'SHA-256' = '${SHA256}' AND file:hashes.MD5 = '${MD5}']`, ',"revoked":true'),
      STIX("[network-traffic:dst_ref.value = '93.184.216.40' AND network-traffic:dst_port = 4444]"),
      STIX("[domain-name:value IN ('a.example', 'b.example')] FOLLOWEDBY [file:name MATCHES '^a.*']"),
    ],
    words: [' AND ', ' OR ', ' IN (', ' LIKE ', ' MATCHES ', ' WITHIN 5 SECONDS', '[', ']', "'", '\\\\', ':value = '],
  },
  {
    name: 'list-openioc',
    seeds: [
      IOC('Network/DNS', 'evil.example'),
      IOC('FileItem/Md5sum', MD5),
      IOC('PortItem/remoteIP', '93.184.216.34 &amp; &#65;'),
      '<!DOCTYPE ioc [<!ENTITY a "aaaa">]>\n<ioc>&a;</ioc>',
      '<!-- c --><OpenIOC><criteria><Indicator operator="OR"><![CDATA[x]]></Indicator></criteria></OpenIOC>',
    ],
    words: [
      '<Indicator',
      '</Indicator>',
      '<Context search="',
      '<Content',
      '<![CDATA[',
      ']]>',
      '&#x',
      '<!--',
      '-->',
      '/>',
    ],
  },
  {
    name: 'list-zeek',
    seeds: [
      '#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\nevil.example\tIntel::DOMAIN\ts\td\n',
      '#separator \\x09\n#fields\tindicator\tindicator_type\n93.184.216.0/24\tIntel::SUBNET\n1.2.3.4\tIntel::ADDR\n',
      `#fields\tindicator\tindicator_type\nevil.example/x\tIntel::URL\n${MD5}\tIntel::FILE_HASH\n\\x41\tIntel::ADDR\n`,
    ],
    words: ['#fields\t', '\t', '\n', 'Intel::', 'Intel::CERT_HASH', 'Intel::EMAIL', 'meta.source', '\\x09', '-'],
  },
  {
    name: 'list-plain',
    seeds: [
      VALUES.join('\n'),
      `# SHA256\n; x\n// y\n${SHA256}\n93.184.216.34 # note\n`,
      '0.0.0.0 evil.example\n127.0.0.1\tlocalhost\n::1 bad.example # c\n',
      'serial,00deadbeef001122\nhassh,d41d8cd98f00b204e9800998ecf8427e\n',
    ],
    words: ['\n', '#', ';', '0.0.0.0 ', '/24', ':443', '[.]', 'hxxp', '://', '%', '\u00e9', '\u0000'],
  },
  {
    name: 'list-allow',
    allow: true,
    seeds: [VALUES.join('\n'), 'evil.example\n93.184.216.0/25\n2a00:1450::/32\n# c\nhttp://evil.example/a\n'],
    words: ['\n', '/8', '/0', '::', '*.', ':80', '?', 'example'],
  },
];

/** What came of one reading, to be compared. */
interface Reading {
  readonly set: SetModule.IndicatorSet;
  readonly values: string;
  readonly refused: string;
}

export async function listTargets(load: Loading): Promise<Target[]> {
  const { readerOf } = await load<typeof Load>('indicators/load');
  const { Intake } = await load<typeof IntakeModule>('indicators/intake');
  const { IndicatorSet } = await load<typeof SetModule>('indicators/set');
  const { Key } = await load<typeof KeyModule>('indicators/key');
  const { english } = await load<typeof Contract>('../contract/index');
  const key = new Key();

  const read = (text: string, allow: boolean, cuts: readonly number[]): Reading => {
    const intake = new Intake(NOW);
    const counts = { entries: 0, again: 0, refused: 0, warned: 0, expired: 0 };
    const list = { path: 'f', name: 'f', given: 'f', allow, format: null, byType: {}, wrong: null, ...counts };
    intake.begin(list);
    const reader = readerOf(text, intake, list);
    let at = 0;
    for (const cut of [...cuts, text.length]) {
      reader.push(text.slice(at, cut));
      at = cut;
    }
    reader.end();
    const set = IndicatorSet.of(intake, NOW);
    const { store } = allow ? { store: intake.allow } : set;
    const values = allow
      ? [`${store.count} ${String(store.listings)}`]
      : Array.from({ length: store.count }, (_, entry) => `${store.typeOf(entry)} ${set.valueOf(entry)}`);
    holds(store, values);
    const refused = set.refused.map(({ line, why }) => `${line}: ${english(why)}`);
    return { set, values: values.join('\n'), refused: refused.join('\n') };
  };

  /** Every value is found where it is, and can be shown. */
  const holds = (store: StoreModule.IndicatorStore, values: readonly string[]): void => {
    for (let entry = 0; entry < store.count; entry++) {
      const bytes = store.valueOf(entry);
      key.type = store.parts().types[entry]!;
      key.length = bytes.length;
      key.bytes.set(bytes);
      if (store.find(key) !== entry) throw new Error(`entry ${entry} is not found`);
      for (const listing of store.listingsOf(entry))
        if (listing.confidence > 100) throw new Error(`as sure as ${listing.confidence}`);
    }
    const odd = values.find((value) => CONTROL.test(value));
    if (odd !== undefined) throw new Error(`a value with control characters: ${JSON.stringify(odd)}`);
  };

  return FORMS.map(({ name, allow = false, seeds, words: own }) => ({
    name,
    limit: 1_500,
    seeds: seeds.map(latin),
    words: words(...own, ...VALUES),
    run: (data): void => {
      const text = Buffer.from(data).toString('latin1');
      const lines = data.filter((byte) => byte === LINE_END).length + 1;
      const whole = read(text, allow, []);
      for (const { line, why } of [...whole.set.refused, ...whole.set.warnings]) {
        const said = english(why);
        if (said === '' || CONTROL.test(said)) throw new Error(`a sentence that is none: ${JSON.stringify(said)}`);
        if (line < 0 || line > lines) throw new Error(`line ${line} of ${lines}`);
      }
      const third = Math.floor(text.length / 3);
      for (const cuts of [[third, 2 * third], Array.from({ length: Math.min(40, text.length) }, (_, i) => i + 1)]) {
        const pieces = read(text, allow, cuts);
        if (pieces.values !== whole.values) throw new Error(`in pieces ${pieces.values}, whole ${whole.values}`);
        if (pieces.refused !== whole.refused) throw new Error(`in pieces ${pieces.refused}, whole ${whole.refused}`);
      }
    },
  }));
}
