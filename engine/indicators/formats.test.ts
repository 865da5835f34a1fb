// Every form of a list, from a file made to its publisher's description: abuse.ch's CSV, MISP, STIX 2.1, OpenIOC, Zeek,
// files of hosts, plain lists.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loaded, MadeLists, refusedOf, valuesOf } from '../testing/lists.ts';
import type { IndicatorSet } from './index.ts';

const lists = new MadeLists();
after(() => lists.remove());

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function formatOf(set: IndicatorSet): string {
  return set.lists.map((list) => `${list.format} ${list.entries} ${list.refused}`).join();
}

test('SSLBL: certificates by SHA-1, JA3 fingerprints, addresses with ports', () => {
  const certificates = loaded(
    lists.put(
      'sslblacklist.csv',
      '################################################################',
      '# abuse.ch SSLBL SSL Certificate Blacklist (SHA1 Fingerprints) #',
      '# Last updated: 2024-05-01 10:05:07 UTC                        #',
      '################################################################',
      '#',
      '# Listingdate,SHA1,Listingreason',
      `2024-04-30 07:21:04,${SHA1},QuasarRAT C&C`,
      '2024-04-30 07:21:03,not-a-hash,AsyncRAT C&C',
    ),
  );
  assert.deepEqual(valuesOf(certificates), [`certificate-sha1 ${SHA1}`]);
  assert.equal(certificates.saidOf(0).note, 'QuasarRAT C&C');
  assert.equal(certificates.saidOf(0).last, Date.UTC(2024, 3, 30, 7, 21, 4) / 1000);
  assert.deepEqual(refusedOf(certificates), ["8: 'not-a-hash' is no certificate"]);
  assert.equal(formatOf(certificates), 'sslbl-certificates 1 1');
  const ja3 = loaded(
    lists.put(
      'ja3.csv',
      '# ja3_md5,Firstseen,Lastseen,Listingreason',
      `${MD5},2017-07-14 18:08:15,2019-07-27 20:42:54,Adware`,
    ),
  );
  assert.deepEqual([valuesOf(ja3), formatOf(ja3)], [[`ja3 ${MD5}`], 'sslbl-ja3 1 0']);
  assert.equal(ja3.saidOf(0).last, Date.UTC(2019, 6, 27, 20, 42, 54) / 1000);
  const ip = loaded(lists.put('sslip.csv', '# Firstseen,DstIP,DstPort', '2024-05-01 09:58:42,93.184.216.34,8808'));
  assert.deepEqual([valuesOf(ip), formatOf(ip)], [['port-pair 93.184.216.34:8808'], 'sslbl-addresses 1 0']);
});

test('Feodo Tracker: an address counts with its port; without one alone', () => {
  const set = loaded(
    lists.put(
      'feodo.csv',
      '# Feodo Tracker Botnet C2 Blocklist\r',
      '"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\r',
      '"2022-06-04 21:22:54","93.184.216.1","443","online","2024-05-01","QakBot"\r',
      '"2022-06-04 21:22:54","93.184.216.2","","offline","2024-05-01","Emotet"\r',
    ),
  );
  assert.deepEqual(valuesOf(set), ['port-pair 93.184.216.1:443', 'address 93.184.216.2']);
  assert.equal(set.saidOf(0).note, 'QakBot');
  assert.equal(set.saidOf(0).last, Date.UTC(2024, 4, 1) / 1000);
  assert.equal(formatOf(set), 'feodo 2 0');
});

test('URLhaus: URLs in one way of writing, quotes and commas within', () => {
  const row = (url: string): string =>
    `"2816538","2024-05-01 10:05:07","${url}","online","2024-05-01 10:05:07","malware_download","32-bit,elf,mirai",` +
    '"https://urlhaus.abuse.ch/url/2816538/","lrz_urlhaus"';
  const set = loaded(
    lists.put(
      'urlhaus.csv',
      '# URLhaus Database Dump (CSV - recent URLs only)',
      '# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter',
      row('http://93.184.216.34:40831/bin.sh'),
      row('https://User@Evil.Example:443/a,b/%2e?x=""1""#part'),
      row('no url'),
    ),
  );
  assert.deepEqual(valuesOf(set), ['url 93.184.216.34:40831/bin.sh', 'url evil.example/a,b/%2E?x="1"']);
  assert.deepEqual(set.saidOf(0), {
    lists: ['urlhaus.csv'],
    note: 'malware_download, 32-bit,elf,mirai',
    source: 'lrz_urlhaus',
    confidence: 75,
    last: Date.UTC(2024, 4, 1, 10, 5, 7) / 1000,
  });
  assert.deepEqual(refusedOf(set), ['5: it holds control characters']);
});

test('ThreatFox: each type of its IOCs, and its confidence', () => {
  const head =
    '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias",' +
    '"malware_printable","last_seen_utc","confidence_level","is_compromised","reference","tags","anonymous","reporter"';
  const row = (value: string, type: string, confidence: number): string =>
    `"2024-05-01 10:00:00", "1269473", "${value}", "${type}", "botnet_cc", "win.dcrat", "None", "DCRat", "", ` +
    `"${confidence}", "False", "None", "DCRat,rat", "0", "abuse_ch"`;
  const set = loaded(
    lists.put(
      'threatfox.csv',
      head,
      row('93.184.216.34:8848', 'ip:port', 100),
      row('c2.evil.example', 'domain', 49),
      row('http://evil.example/gate.php', 'url', 75),
      row(MD5, 'md5_hash', 100),
      row(SHA1, 'sha1_hash', 100),
      row(SHA256, 'sha256_hash', 100),
      row('abcd', 'sha3_384_hash', 100),
      row('a@evil.example', 'envelope_from', 100),
    ),
  );
  assert.deepEqual(valuesOf(set), [
    'port-pair 93.184.216.34:8848',
    'domain c2.evil.example',
    'url evil.example/gate.php',
    `md5 ${MD5}`,
    `sha1 ${SHA1}`,
    `sha256 ${SHA256}`,
  ]);
  assert.equal(set.saidOf(1).confidence, 49);
  assert.equal(set.saidOf(1).note, 'botnet_cc, DCRat, DCRat,rat');
  assert.deepEqual(refusedOf(set), [
    "8: entries of the type 'sha3_384_hash' are not asked here",
    "9: entries of the type 'envelope_from' are not asked here",
  ]);
});

const event = (uuid: string, info: string, attributes: readonly object[]): string =>
  JSON.stringify(
    { Event: { uuid, info, Orgc: { name: 'CIRCL' }, Attribute: attributes, Object: [], Tag: [] } },
    null,
    1,
  );
const ONE = '5c4ad6f1-1d9c-4a5b-9b3a-0a1b2c3d4e5f';
const TWO = '6c4ad6f1-1d9c-4a5b-9b3a-0a1b2c3d4e5f';
const attribute = (type: string, value: string, more: object = {}): object => ({ type, value, to_ids: true, ...more });

test('MISP: an event of its own, with objects, and what is not to be looked for', () => {
  const text = JSON.stringify({
    Event: {
      info: 'Wave of mail',
      Orgc: { name: 'CIRCL', uuid: ONE },
      Attribute: [
        attribute('ip-dst', '93.184.216.34'),
        attribute('ip-src', '93.184.216.0/24'),
        attribute('ip-dst|port', '93.184.216.35|8080', { comment: 'panel' }),
        attribute('domain|ip', 'evil.example|93.184.216.36'),
        attribute('hostname', 'host.evil.example'),
        attribute('url', 'hxxp://evil[.]example/x', { timestamp: '1600000000' }),
        attribute('ja3-fingerprint-md5', MD5),
        attribute('hassh-md5', MD5),
        attribute('x509-fingerprint-sha1', SHA1),
        attribute('sha256', SHA256),
        attribute('domain', 'not.evil.example', { to_ids: false }),
        attribute('yara', 'rule x {}'),
      ],
      Object: [{ name: 'file', Attribute: [attribute('filename|md5', `a.exe|${MD5}`)] }],
    },
  });
  const set = loaded(lists.put('event.json', text));
  assert.deepEqual(valuesOf(set), [
    'address 93.184.216.34',
    'network 93.184.216.0/24',
    'port-pair 93.184.216.35:8080',
    'domain evil.example',
    'address 93.184.216.36',
    'exact-domain host.evil.example',
    'url evil.example/x',
    `ja3 ${MD5}`,
    `hassh ${MD5}`,
    `certificate-sha1 ${SHA1}`,
    `sha256 ${SHA256}`,
    `md5 ${MD5}`,
  ]);
  assert.deepEqual([set.saidOf(2).note, set.saidOf(2).source], ['Wave of mail: panel', 'CIRCL']);
  assert.equal(set.saidOf(6).last, 1_600_000_000);
  assert.deepEqual(refusedOf(set), ["1: entries of the type 'yara' are not asked here"]);
});

test('MISP: a feed is its manifest and the events that it names, and nothing else beside them', () => {
  lists.put(`feed/${ONE}.json`, event(ONE, 'First', [attribute('domain', 'one.example')]));
  lists.put('feed/old.json', event(TWO, 'Gone', [attribute('domain', 'gone.example')]));
  lists.put('feed/hashes.csv', `${MD5},${ONE}`);
  const manifest = lists.put(
    'feed/manifest.json',
    JSON.stringify({ [ONE]: { info: 'First' }, [TWO]: { info: 'Second' } }),
  );
  for (const given of [manifest, manifest.replace('/manifest.json', '')]) {
    const set = loaded(given);
    assert.deepEqual(valuesOf(set), ['domain one.example']);
    assert.equal(set.saidOf(0).note, 'First');
    assert.deepEqual(refusedOf(set), [`0: the manifest names ${TWO}.json, and it is not there or no event`]);
    assert.equal(set.lists.length, 1);
  }
});

test('STIX 2.1: patterns that are entries, one or several; what says more is refused by its id', () => {
  let n = 0;
  const indicator = (pattern: string, more: object = {}): object => ({
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${++n}`,
    pattern,
    pattern_type: 'stix',
    valid_from: '2024-01-01T00:00:00Z',
    ...more,
  });
  const bundle = {
    type: 'bundle',
    id: 'bundle--1',
    objects: [
      { type: 'identity', id: 'identity--1', name: 'Somebody' },
      indicator("[ipv4-addr:value = '93.184.216.34']", {
        name: 'C2',
        confidence: 30,
        valid_until: '2024-06-01T00:00:00.000Z',
      }),
      indicator("[ipv4-addr:value ISSUBSET '93.184.216.0/24' OR ipv6-addr:value = '2a00:1450:4001::1']"),
      indicator("[domain-name:value = 'evil.example'] OR [domain-name:value LIKE '%.bad.example']"),
      indicator("[url:value = 'http://evil.example/it\\'s']"),
      indicator(`[file:hashes.'SHA-256' = '${SHA256}' AND file:hashes.MD5 = '${MD5}']`),
      indicator(`[x509-certificate:hashes.'SHA-1' = '${SHA1}']`),
      indicator("[x509-certificate:serial_number = '00:de:ad:be:ef:00:11:22']"),
      indicator(
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '93.184.216.40' AND " +
          'network-traffic:dst_port = 4444]',
      ),
      indicator("[domain-name:value IN ('a.example', 'b.example')]"),
      indicator("[ipv4-addr:value = '93.184.216.99']", { revoked: true }),
      indicator("[file:name MATCHES '^a.*']"),
      indicator("[file:name = 'a.exe']"),
      indicator("[domain-name:value = 'c.example'] FOLLOWEDBY [ipv4-addr:value = '93.184.216.41']"),
      indicator("[domain-name:value = 'd.example' AND domain-name:resolves_to_refs[*].value = '93.184.216.42']"),
      indicator("[domain-name:value = 'e.example'] WITHIN 300 SECONDS"),
      indicator("[domain-name:value = 'f.example'"),
      indicator('rule x {}', { pattern_type: 'yara' }),
    ],
  };
  const set = loaded(lists.put('bundle.json', JSON.stringify(bundle, null, 2)));
  assert.deepEqual(valuesOf(set), [
    'address 93.184.216.34',
    'network 93.184.216.0/24',
    'address 2a00:1450:4001::1',
    'exact-domain evil.example',
    'domain bad.example',
    "url evil.example/it's",
    `sha256 ${SHA256}`,
    `certificate-sha1 ${SHA1}`,
    'serial deadbeef001122',
    'port-pair 93.184.216.40:4444',
    'exact-domain a.example',
    'exact-domain b.example',
  ]);
  assert.deepEqual(
    [set.saidOf(0).note, set.saidOf(0).confidence, set.store.isValid(0, Date.UTC(2024, 5, 2) / 1000)],
    ['C2', 30, false],
  );
  assert.deepEqual(
    refusedOf(set).map((line) => line.replace(/^\d+: /, '')),
    [
      "indicator--11: the pattern compares by 'MATCHES'",
      "indicator--12: the pattern asks for 'file:name', which is not looked at",
      'indicator--13: the pattern wants several things at once, of which an entry tells one',
      "indicator--14: the pattern asks for 'domain-name:resolves_to_refs[*].value', which is not looked at",
      "indicator--15: the pattern says 'WITHIN': when and how often is not asked",
      "indicator--16: the pattern cannot be read at ''",
      "indicator--17: a pattern of the type 'yara': STIX's own are read",
    ],
  );
  assert.ok(set.refused.every(({ line }) => line > 80));
});

test('OpenIOC 1.0 and 1.1: items with OR between them; of AND one alone', () => {
  const item = (search: string, content: string, condition = 'is'): string =>
    `<IndicatorItem id="1" condition="${condition}">\n<Context document="D" search="${search}" type="mir" />\n` +
    `<Content type="string">${content}</Content>\n</IndicatorItem>`;
  const ioc = lists.put(
    'one.ioc',
    '<?xml version="1.0" encoding="us-ascii"?>',
    '<ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="x"><short_description>A &amp; B</short_description>',
    '<!-- a comment --><definition><Indicator operator="OR" id="1">',
    item('FileItem/Md5sum', MD5),
    item('Network/DNS', 'evil.example', 'contains'),
    item('PortItem/remoteIP', '93.184.216.34'),
    item('RegistryItem/Path', 'HKLM'),
    item('UrlHistoryItem/URL', 'evil', 'contains'),
    '<Indicator operator="AND" id="2">',
    item('Network/DNS', 'a.example'),
    item('PortItem/remotePort', '80'),
    '</Indicator><Indicator operator="AND" id="3">',
    item('FileItem/Sha256sum', SHA256),
    '</Indicator></Indicator></definition></ioc>',
  );
  const set = loaded(ioc);
  assert.deepEqual(valuesOf(set), [`md5 ${MD5}`, 'domain evil.example', 'address 93.184.216.34', `sha256 ${SHA256}`]);
  assert.equal(set.saidOf(0).note, 'A & B');
  assert.deepEqual(refusedOf(set), [
    "16: items that search 'RegistryItem/Path' are not asked here",
    "20: items that compare by 'contains' are not asked here",
    '25: several items that are wanted together, of which an entry tells one',
    '29: several items that are wanted together, of which an entry tells one',
  ]);
});

test('Zeek: a file of its intelligence framework', () => {
  const set = loaded(
    lists.put(
      'intel.dat',
      '#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.do_notice',
      '93.184.216.34\tIntel::ADDR\tours\tScanner\tT',
      '93.184.216.0/24\tIntel::SUBNET\tours\t-\tF',
      'evil.example\tIntel::DOMAIN\tours\t-\tF',
      'evil.example/x.php\tIntel::URL\tours\t-\tF',
      `${SHA1}\tIntel::CERT_HASH\tours\t-\tF`,
      `${MD5}\tIntel::FILE_HASH\tours\t-\tF`,
      'a@evil.example\tIntel::EMAIL\tours\t-\tF',
    ),
  );
  assert.deepEqual(valuesOf(set), [
    'address 93.184.216.34',
    'network 93.184.216.0/24',
    'domain evil.example',
    'url evil.example/x.php',
    `certificate-sha1 ${SHA1}`,
    `md5 ${MD5}`,
  ]);
  assert.deepEqual([set.saidOf(0).note, set.saidOf(0).source, set.saidOf(1).note], ['Scanner', 'ours', '']);
  assert.deepEqual(refusedOf(set), ["8: entries of the type 'Intel::EMAIL' are not asked here"]);
});

test('plain lists: types by their shape, comments, `value,comment`, `type,value`, files of hosts', () => {
  const set = loaded(
    lists.put(
      'plain.txt',
      '\ufeff# what we know',
      '// and more',
      '93.184.216.34',
      '93.184.216.0/24 # all of them',
      '93.184.216.34:443,with a port',
      '2a00:1450:4001::1',
      '[2a00:1450:4001::1]:443',
      'Evil.Example.; a name',
      '=exact.example',
      '*.wild.example',
      'bücher.example',
      'http://evil.example/a,b c',
      'evil.example/x?y=1',
      MD5,
      't13d1516h2_8daaf6152771_e5627efa2ab1',
      `ja3,${'ab'.repeat(16)},Tofsee`,
      'serial,00DEADBEEF001122',
      '"quoted.example","a, comment"',
      '0.0.0.0 hosts.example',
      '127.0.0.1 localhost',
    ),
  );
  assert.deepEqual(valuesOf(set), [
    'address 93.184.216.34',
    'network 93.184.216.0/24',
    'port-pair 93.184.216.34:443',
    'address 2a00:1450:4001::1',
    'port-pair [2a00:1450:4001::1]:443',
    'domain evil.example',
    'exact-domain exact.example',
    'domain wild.example',
    'domain xn--bcher-kva.example',
    'url evil.example/a,b',
    'url evil.example/x?y=1',
    `digest ${MD5}`,
    'ja4 t13d1516h2_8daaf6152771_e5627efa2ab1',
    `ja3 ${'ab'.repeat(16)}`,
    'serial deadbeef001122',
    'domain quoted.example',
    'exact-domain hosts.example',
  ]);
  const notes = Array.from({ length: set.entries }, (_, i) => set.saidOf(i).note).filter((note) => note !== '');
  assert.deepEqual(notes, ['all of them', 'with a port', 'a name', 'c', 'Tofsee', 'a, comment']);
  assert.deepEqual(refusedOf(set), []);
});

test('a list of `type,value` is one from its first line on, and a line of names alone still names columns', () => {
  const typed = loaded(
    lists.put('typed.txt', 'domain,one.example', 'address,93.184.216.34', 'url,http://evil.example/a,b'),
  );
  assert.deepEqual(valuesOf(typed), ['domain one.example', 'address 93.184.216.34', 'url evil.example/a,b']);
  assert.deepEqual(refusedOf(typed), []);
  const table = loaded(lists.put('table.csv', 'domain,md5,url', `one.example,${MD5},http://evil.example/a`));
  assert.deepEqual(valuesOf(table), ['domain one.example', `md5 ${MD5}`, 'url evil.example/a']);
});

test('a table that names its columns: type and value, dates, confidence, what it is', () => {
  const set = loaded(
    lists.put(
      'own.csv',
      'Type;Value;Description;Valid_Until;Confidence',
      'domain;one.example;first;2023-01-01;high',
      'ip;93.184.216.34;second;2099-01-01T00:00:00+02:00;10 %',
      'ja4;t13d1516h2_8daaf6152771_e5627efa2ab1;;;',
    ),
  );
  assert.deepEqual(valuesOf(set), [
    'domain one.example',
    'address 93.184.216.34',
    'ja4 t13d1516h2_8daaf6152771_e5627efa2ab1',
  ]);
  assert.deepEqual([set.saidOf(0).note, set.saidOf(0).confidence], ['first', 90]);
  assert.deepEqual([set.expired, set.lists[0]!.expired], [1, 1]);
});
