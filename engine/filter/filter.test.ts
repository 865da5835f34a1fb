// The display filter: its answers against tshark's on the same capture, its mistakes at their places, and what must not
// run away.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { Desk } from '../desk/desk.ts';
import { compileFilter } from './compile.ts';
import { complete } from './complete.ts';
import { FilterError } from './lexer.ts';
import { patternOf } from './pattern.ts';
import { testDesk } from '../testing/desks.ts';

/** What a window that stays fluent can bear, ms. */
const LONGEST = 50;
const ROOT = new URL('../..', import.meta.url).pathname;
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const tshark = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed';

/** Filters that mean the same here and there. */
const SAME = [
  'tcp',
  'udp',
  'arp',
  'ip',
  'ipv6',
  'icmpv6',
  'not ip',
  'tcp or udp',
  'ip.addr == 192.0.2.90',
  'ip.src == 192.0.2.10',
  'ip.dst == 192.0.2.0/24',
  'ip.addr != 192.0.2.10',
  '!(ip.addr == 192.0.2.10)',
  'ipv6.addr == fe80::/10',
  'tcp.port == 443',
  'tcp.port != 443',
  'tcp.dstport == 8443',
  'tcp.srcport in {443, 8443}',
  'tcp.port in {80..90, 8443}',
  'udp.port == 53',
  'frame.len > 1000',
  'frame.len >= 74 and frame.len <= 98',
  'frame.number == 7',
  'frame.number < 20',
  'frame.len == 66 && tcp || arp',
  'frame.len == 66 && (tcp || arp)',
  'tcp.flags.syn == 1',
  'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  'tcp.flags.reset == 1',
  'tcp.flags.fin == 1 and ip.src == 192.0.2.10',
  'tcp.len > 0',
  'tcp.window_size_value < 100',
  'frame contains "GET "',
  'frame contains 16:03:01',
  'frame.time_relative > 10',
  'not (tcp or arp or udp)',
  'icmp',
  'icmp.type == 8',
  'ip.dst in {192.0.2.0/24, 203.0.113.0/24}',
  'ip.src in {192.0.2.10}',
  'ipv6.addr in {fe80::/10}',
  '!(ip.addr in {10.0.0.0/8})',
  'tcp.port ~= 443',
  'tcp.port !== 443',
  'ip.addr === 192.0.2.10',
  'tcp.port any_eq 80',
  'tcp.port == 010',
  'tcp.port == 0b1010000',
  'tcp.flags.syn',
  'tcp.flags.syn == 2',
  'tcp.flags == 0x012',
  'eth.addr == ff:ff:ff:ff:ff:ff',
  'eth.src != 02:00:00:00:00:01',
  'frame.time_relative == 1.760073347',
  'frame.time_relative in {1.5..2}',
  'frame contains 1603',
  'frame contains 16-03',
  'frame contains "\\x16\\x03"',
  'frame contains "é"',
  'frame matches "\\\\xe9"',
  'frame matches r"\\d{3}$"',
  'frame matches "(?i)get"',
];

describe('against tshark', { skip: tshark }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-filter-'));
  let desk: Desk;
  before(async () => {
    desk = testDesk({ dataFolder: folder, cacheFolder: folder });
    await desk.openFile(SAMPLE, 'file');
    await desk.session!.done;
  });
  after(async () => {
    await desk?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const filter of SAME) {
    test(filter, () => {
      const theirs = spawnSync('tshark', ['-n', '-r', SAMPLE, '-Y', filter, '-T', 'fields', '-e', 'frame.number'], {
        encoding: 'utf8',
      })
        .stdout.trim()
        .split('\n')
        .filter(Boolean)
        .map(Number);
      const predicate = compileFilter(filter, 'packets')!.bind(desk.session!);
      const ours = Array.from({ length: desk.session!.analysis.packets.count }, (_, row) => row)
        .filter((row) => predicate(packetRow(row)))
        .map((row) => row + 1);
      assert.deepEqual(ours, theirs);
    });
  }
});

test('mistakes are told where they are', () => {
  const wrong: readonly (readonly [string, number, number])[] = [
    ['tcp.prt == 1', 0, 7],
    ['tcp.port == ', 12, 1],
    ['tcp.port == abc', 12, 3],
    ['tcp.port == 80 udp', 15, 3],
    ['(tcp', 4, 1],
    ['ip.addr == 1.2.3', 11, 5],
    ['ip.addr == 10.0.0.0/40', 11, 11],
    ['frame.len contains 3', 19, 1],
    ['flow.verdict == evil', 16, 4],
    ['tcp.port in 80', 12, 2],
    ['tcp.port in {80', 15, 1],
    ['"text', 0, 5],
    ['flow.http.host matches "("', 23, 3],
    ['tcp = 3', 4, 1],
    ['feature.nothing > 1', 0, 15],
    ['ip.addr > 1.2.3.4', 10, 7],
    // Wireshark knows its words in small letters only. Taken in any, a skeleton that knows them in small ones made
    // '!(a and b)' of this.
    ['!flow.label And flow.label', 12, 3],
    ['flow.label AND flow.label', 11, 3],
    ['Not flow.label', 4, 10],
    ['flow.server_name CONTAINS "a"', 17, 8],
    ['frame.len IN {1}', 10, 2],
  ];
  for (const [filter, at, length] of wrong) {
    assert.throws(
      () => compileFilter(filter, 'packets'),
      (e) => e instanceof FilterError && e.at === at && e.length === length,
      `${filter}: ${(() => {
        try {
          compileFilter(filter, 'packets');
          return 'no mistake';
        } catch (e) {
          return `${(e as FilterError).at} ${(e as FilterError).length} ${(e as Error).message}`;
        }
      })()}`,
    );
  }
  assert.throws(() => compileFilter('frame.len > 3', 'flows'), /belongs to packets/);
  assert.throws(() => compileFilter('!'.repeat(5000), 'packets'), FilterError);
  assert.throws(() => compileFilter('('.repeat(5000), 'packets'), FilterError);
});

/** From state.md: each ran for seconds to years on an engine that goes back. */
const RUNAWAY = [
  '(a+)+b',
  '(a|aa)*b',
  '(.*)*b',
  '(a*)*$',
  '([a-z]+)*x',
  '.*a.*b.*c.*d',
  '(a?){40}b',
  `${'(a|aa)'.repeat(24)}b`,
  '(?:a?a?a?){12}b',
  '.*.*.*b',
  '\\\\w+\\\\w+\\\\w+$',
  `${'a?'.repeat(30)}${'a'.repeat(30)}`,
];

test('regular expressions run in linear time, or are refused where they branch too much', () => {
  const text = 'a'.repeat(65_536);
  let ran = 0;
  for (const pattern of RUNAWAY) {
    let bytes: (bytes: Uint8Array) => boolean;
    try {
      ({ bytes } = patternOf({ text: pattern.replaceAll('\\\\', '\\'), quoted: true, at: 0, length: 1 }));
    } catch (error) {
      assert.match(String(error), /branches too much/, pattern);
      continue;
    }
    ran++;
    bytes(Buffer.from('aab'));
    const from = performance.now();
    bytes(Buffer.from(text));
    const took = performance.now() - from;
    assert.ok(took < LONGEST, `${pattern}: ${took} ms on 64 KB`);
  }
  assert.ok(ran >= 6 && ran < RUNAWAY.length, `${ran} ran`);
});

test('what cannot be matched in bounded time is refused by name', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['(a)\\\\1', /a backreference/],
    ['(?=a)b', /a lookaround/],
    ['(?<!a)b', /a lookaround/],
    ['(?>a)', /an atomic group/],
    ['a++', /a possessive repetition/],
    ['(?R)', /recursive/],
    ['(?x)a b', /an option other than i and s/],
    ['a$b', /'\$' may only stand/],
    ['(((a{30}){30}){30})', /repeats or branches too much|invalid repeat/],
    ['a'.repeat(1_001), /at most 1000 characters/],
  ];
  for (const [pattern, message] of refused)
    assert.throws(() => compileFilter(`frame matches "${pattern}"`, 'packets'), message, pattern);
});

test('a pattern means what PCRE2 means by it, on bytes', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['GET', 'get', true],
    ['(?i)é', 'Ã©', true],
    ['é', 'Ã\x89', false],
    ['\\xe9', '\xc9', false],
    ['[\\xe0-\\xff]', '\xc9', false],
    ['[^\\x00-\\x7f]', '\x80', true],
    ['a$', 'a\n', true],
    ['a$', 'a\nb', false],
    ['a.b', 'a\nb', false],
    ['(?s)a.b', 'a\nb', true],
    ['\\s', '\x0b', true],
    ['[^\\S]', '\x0b', true],
    ['[]a]', ']', true],
    ['\\Qa.\\E', 'ab', false],
    ['\\Qa.\\E', 'xa.', true],
    ['\\012', '\n', true],
    ['[[:alpha:]]', '\xe4', false],
    ['k', '\xe2\x84\xaa', false],
  ];
  for (const [pattern, bytes, is] of cases) {
    assert.equal(
      patternOf({ text: pattern, quoted: true, at: 0, length: 1 }).bytes(Buffer.from(bytes, 'latin1')),
      is,
      `${pattern} on ${JSON.stringify(bytes)}`,
    );
  }
});

test('random text never throws anything but a mistake with a place inside', () => {
  const parts = [
    'tcp',
    'ip.addr',
    '==',
    '!=',
    '(',
    ')',
    '{',
    '}',
    'in',
    'and',
    'or',
    'not',
    '"a"',
    '80',
    '..',
    ',',
    'contains',
    'matches',
    '10.0.0.0/8',
    'flow.score',
    '0.5',
    '::1',
    '\\',
    '"',
    'é',
    '>',
  ];
  let seed = 11;
  const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + random(8) }, () => parts[random(parts.length)]).join(
      random(2) === 0 ? ' ' : '',
    );
    try {
      compileFilter(text, random(2) === 0 ? 'packets' : 'flows');
    } catch (error) {
      assert.ok(error instanceof FilterError, `${text}: ${String(error)}`);
      assert.ok(error.at >= 0 && error.at <= text.length, text);
    }
    complete(text, random(text.length + 1), 'packets');
  }
});

test('names of Wireshark’s that mean packets are refused with the name that exists', () => {
  const names: readonly (readonly [string, string])[] = [
    ['tls.handshake.extensions_server_name == "a"', 'flow.server_name'],
    ['http.host contains "x"', 'flow.http.host'],
    ['dns.qry.name', 'flow.dns.name'],
    ['http.response.code >= 400', 'flow.http.status'],
    ['tls.handshake.ja3 == "x"', 'flow.ja3'],
    ['http.request.method', 'flow.http.method'],
    ['dns', 'flow.app == "dns"'],
    ['http', '_ws.col.protocol == "HTTP"'],
    ['tls', 'flow.app == "tls"'],
    ['bootp', 'flow.app'],
    ['frame.protocols', '_ws.col.protocol'],
  ];
  for (const over of ['packets', 'flows'] as const) {
    for (const [filter, instead] of names) {
      assert.throws(
        () => compileFilter(filter, over),
        (e) => e instanceof FilterError && e.message.includes(instead),
        filter,
      );
    }
  }
  for (const [, instead] of names)
    if (/^(flow|_ws)/.test(instead) && !instead.includes('==')) compileFilter(instead, 'packets');
});

test('words that every object has are fields of nothing', () => {
  for (const word of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']) {
    for (const filter of [
      word,
      `${word} == 1`,
      `frame.len == ${word}`,
      `frame.marked == ${word}`,
      `flow.verdict == ${word}`,
      `ip.addr == ${word}`,
      `frame.len ${word} 3`,
      `feature.${word} > 1`,
      `flow.${word}`,
      `frame contains ${word}`,
    ]) {
      assert.throws(() => compileFilter(filter, 'packets'), FilterError, filter);
      complete(filter, filter.length, 'packets');
      complete(`${filter} `, filter.length + 1, 'packets');
    }
  }
});

test('values that Wireshark refuses are refused', () => {
  for (const filter of [
    'tcp.port == 80.0',
    'tcp.port == 70000',
    'tcp.port == -1',
    'tcp.port == 089',
    'frame.len == 1e3',
    'ip.addr == ::1',
    'ipv6.addr == 1.2.3.4',
    'ipv6.addr == fe80::1%eth0',
    'frame contains GET',
    'frame contains ab:c',
    'frame contains "\\q"',
    'frame matches "\\d"',
    'frame.time_relative == 1.0000000001',
    'icmp.type == 300',
    'frame.marked',
    'tcp == 1',
    'vlan.id == 65536',
    'eth.addr == 1.2.3.4',
  ]) {
    assert.throws(() => compileFilter(filter, 'packets'), FilterError, filter);
  }
});
