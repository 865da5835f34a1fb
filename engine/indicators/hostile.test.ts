// Lists that somebody made to do harm, or that are broken: refused by line, the rest is read, and nothing takes long.
import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { english } from '../../contract/index.ts';
import { loaded, MadeLists, refusedOf, valuesOf } from '../testing/lists.ts';
import { testRandom } from '../testing/packets.ts';
import { loadIndicators } from './index.ts';
import { Lines } from './lines.ts';

const lists = new MadeLists();
after(() => lists.remove());

test('regular expressions, control characters, ranges, everything at once: each by its line', () => {
  const set = loaded(
    lists.put(
      'odd.txt',
      'good.example',
      '^evil\\d+\\.example$',
      '/evil.*/',
      'evil.(com|net)',
      '\u001b[31mred.example',
      'evil\u0000.example',
      '93.184.216.1-93.184.216.9',
      '0.0.0.0/0',
      '::/0',
      '93.184.216.256',
      '093.184.216.1',
      '93.184.216.34:70000',
      `${'a'.repeat(64)}.example`,
      `${'a.'.repeat(200)}example`,
      'com',
      'a..example',
      `http://evil.example/${'x'.repeat(3_000)}`,
      'f'.repeat(128),
      'serial,01',
      'last.example',
    ),
  );
  assert.deepEqual(valuesOf(set), ['domain good.example', 'domain last.example']);
  const lines = refusedOf(set);
  assert.deepEqual(
    lines.map((line) => Number(line.split(':')[0])),
    Array.from({ length: 18 }, (_, i) => i + 2),
  );
  assert.match(lines[0]!, /is a regular expression or a pattern/);
  assert.match(lines[3]!, /control characters/);
  assert.match(lines[5]!, /is a range/);
  assert.match(lines[6]!, /holds all addresses/);
  assert.match(lines[15]!, /longer than 2048 characters/);
  assert.match(lines[16]!, /a hash of 512 bits/);
  assert.match(lines[17]!, /too short to tell a certificate/);
  // Nothing that is said of a list can do anything to a terminal or a line of people's.
  for (const line of lines) assert.match(line, /^[^\u0000-\u001f\u007f-\u009f]*$/);
});

test('what a list calls a type can do nothing to a line; a line in three pieces is one', () => {
  const set = loaded(
    lists.put('odd.intel', '#fields\tindicator\tindicator_type', 'evil.example\tIntel\u001b[31m::\u0085DOMAIN'),
  );
  assert.match(refusedOf(set)[0]!, /^2: entries of the type 'Intel·\[31m::·DOMAIN' are not asked here$/);
  const heard: [string, boolean][] = [];
  const reader = new Lines(
    (line, _n, wide) => heard.push([line, wide]),
    () => undefined,
  );
  for (const piece of ['\u00c3', '\u00a9', '.example', '\nplain\n']) reader.push(piece);
  reader.end();
  assert.deepEqual(heard, [
    ['\u00c3\u00a9.example', true],
    ['plain', true],
  ]);
});

test('a line of a gigabyte is passed over, in any form, without being held', () => {
  const path = join(lists.folder, 'huge.txt');
  const fd = openSync(path, 'w');
  writeSync(fd, 'first.example\n');
  const piece = Buffer.alloc(1 << 24, 'a');
  for (let i = 0; i < 64; i++) writeSync(fd, piece);
  writeSync(fd, '\nlast.example\n');
  closeSync(fd);
  const before = process.memoryUsage().rss;
  const set = loaded(path);
  assert.deepEqual(valuesOf(set), ['domain first.example', 'domain last.example']);
  assert.deepEqual(refusedOf(set), ['2: the line is longer than 65536 bytes']);
  assert.ok(process.memoryUsage().rss - before < 300e6);
});

test('JSON: nested without end, cut, of other things, an object of megabytes; the other objects are read', () => {
  const good = '{"type":"indicator","id":"i","pattern":"[domain-name:value = \'good.example\']","pattern_type":"stix"}';
  const deep = loaded(lists.put('deep.json', `{"objects":[${good},\n${'['.repeat(1_000_000)}`));
  assert.deepEqual(valuesOf(deep), ['exact-domain good.example']);
  assert.deepEqual(refusedOf(deep), ['2: the JSON is nested deeper than 64: the rest of the file is not read']);
  const cut = loaded(lists.put('cut.json', `{"type":"bundle","objects":[${good},\n{"type":"indica`));
  assert.deepEqual([valuesOf(cut).length, refusedOf(cut)], [1, ['2: the JSON ends in the middle']]);
  const broken = loaded(lists.put('broken.json', `{"objects":[{"type":indicator},\n${good}]}`));
  assert.deepEqual([valuesOf(broken).length, refusedOf(broken)], [1, ['1: what stands here is no JSON']]);
  const large = loaded(lists.put('large.json', `{"objects":[{"a":"${'x'.repeat(5_000_000)}"},\n${good}]}`));
  assert.deepEqual([valuesOf(large).length, refusedOf(large)], [1, ['1: an object of more than 4,194,304 bytes']]);
  const other = loaded(lists.put('other.json', '{"name":"package","version":"1"}'));
  assert.equal(english(other.lists[0]!.wrong!), 'it holds no entry');
  const wrong = loaded(lists.put('wrong.json', '{"objects":[{"type":"indicator","pattern":7,"id":null}, 5, null]}}'));
  assert.equal(valuesOf(wrong).length, 0);
});

test('XML: entities are refused, tags that do not close, depth', () => {
  const bomb = loaded(
    lists.put('bomb.ioc', '<?xml version="1.0"?>', '<!DOCTYPE ioc [<!ENTITY a "aaaa">]>', '<ioc>&a;</ioc>'),
  );
  assert.deepEqual(refusedOf(bomb), ['2: the XML declares a document type or entities: such files are not read']);
  const open = loaded(lists.put('open.ioc', '<ioc><definition>', '<Indicator operator="OR">'));
  assert.deepEqual(refusedOf(open), ["2: the XML cannot be read at '<Indicator>'"]);
  const deep = loaded(lists.put('deep.ioc', `<ioc>${'<a>'.repeat(200_000)}`));
  assert.deepEqual(refusedOf(deep), ['1: the XML is nested deeper than 64']);
});

test('what is no text is said to be so: packed, wide, binary, a pipe, nothing, no file', () => {
  const wrong = (path: string): string => english(loaded(path).lists[0]!.wrong!);
  assert.equal(
    wrong(lists.put('a.gz', new Uint8Array(gzipSync('evil.example')))),
    'it is packed (gzip): unpack it first',
  );
  assert.match(wrong(lists.put('a.wide', Uint8Array.of(0xff, 0xfe, 65, 0))), /UTF-16/);
  assert.match(wrong(lists.put('a.bin', Uint8Array.of(65, 0, 66))), /no text/);
  assert.equal(wrong(lists.put('a.empty', '# nothing\n')), 'it holds no entry');
  assert.match(wrong(join(lists.folder, 'none')), /no such file/);
  if (process.platform !== 'win32') {
    const pipe = join(lists.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    assert.match(wrong(pipe), /pipe/);
  }
});

test('a table whose columns nobody names is said to be one, once', () => {
  const set = loaded(lists.put('bare.csv', '2024-05-01,evil.example,x', '2024-05-02,bad.example,y'));
  assert.match(refusedOf(set)[0]!, /^1: nothing says what its columns are/);
  assert.equal(valuesOf(set).length, 0);
});

test('bytes at random, and lists that are cut and changed at random, throw nothing and take no time', async () => {
  const random = testRandom(3);
  const seeds = [
    '# id,dateadded,url,url_status\n"1","2024-05-01 10:00:00","http://a.example/x","online"\n',
    '{"type":"bundle","objects":[{"type":"indicator","id":"i","pattern":"[a:b = \'c\' AND (d:e IN (\'f\'))]"}]}',
    '{"Event":{"info":"x","Attribute":[{"type":"ip-dst|port","value":"1.2.3.4|5","to_ids":true}]}}',
    '<ioc><short_description>x</short_description><Indicator operator="OR"><IndicatorItem><Context search="Network/DNS"/>' +
      '<Content>a.example</Content></IndicatorItem></Indicator></ioc>',
    '#fields\tindicator\tindicator_type\n1.2.3.4\tIntel::ADDR\n',
    'hxxp://a[.]example/x\n[2001:db8::1]:80\n1.2.3.0/24\nja3,d41d8cd98f00b204e9800998ecf8427e\n',
  ];
  const began = performance.now();
  for (let round = 0; round < 600; round++) {
    const bytes = Buffer.from(seeds[round % seeds.length]!);
    for (let n = Math.floor(random() * 8); n > 0; n--)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const cut = random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length;
    const path = lists.put('random', new Uint8Array(bytes.subarray(0, cut)));
    const set = round % 10 === 0 ? (await loadIndicators([path]))! : loaded(path);
    assert.ok(set.entries + set.refusedCount < 20);
  }
  assert.ok(performance.now() - began < 20_000);
});
