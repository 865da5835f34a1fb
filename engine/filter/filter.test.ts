// The display filter: its answers against tshark's on the same capture, its mistakes at their places, and what must not run away.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Desk } from '../desk/desk.ts';
import { compileFilter } from './compile.ts';
import { complete } from './complete.ts';
import { FilterError } from './lexer.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const tshark = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed';

/** Filters that mean the same here and there. */
const SAME = [
  'tcp', 'udp', 'arp', 'dns', 'ip', 'ipv6', 'icmpv6', 'not ip', 'tcp or udp', 'ip.addr == 192.0.2.90', 'ip.src == 192.0.2.10', 'ip.dst == 192.0.2.0/24', 'ip.addr != 192.0.2.10', '!(ip.addr == 192.0.2.10)', 'ipv6.addr == fe80::/10',
  'tcp.port == 443', 'tcp.port != 443', 'tcp.dstport == 8443', 'tcp.srcport in {443, 8443}', 'tcp.port in {80..90, 8443}', 'udp.port == 53', 'frame.len > 1000', 'frame.len >= 74 and frame.len <= 98', 'frame.number == 7', 'frame.number < 20', 'frame.len == 66 && tcp || arp', 'frame.len == 66 && (tcp || arp)',
  'tcp.flags.syn == 1', 'tcp.flags.syn == 1 && tcp.flags.ack == 0', 'tcp.flags.reset == 1', 'tcp.flags.fin == 1 and ip.src == 192.0.2.10', 'tcp.len > 0', 'tcp.window_size_value < 100', 'frame contains "GET "', 'frame contains 16:03:01', 'frame.time_relative > 10', 'not (tcp or arp or udp)', 'icmp', 'icmp.type == 8',
];

describe('against tshark', { skip: tshark }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-filter-'));
  let desk: Desk;
  before(async () => {
    desk = new Desk({ product: 'Sightline', version: 'test', root: ROOT, cacheFolder: folder, dataFolder: folder, helper: '/nowhere', native: true });
    await desk.openFile(SAMPLE, 'file');
    await desk.session!.done;
  });
  after(async () => {
    await desk?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const filter of SAME) {
    test(filter, () => {
      const theirs = spawnSync('tshark', ['-n', '-r', SAMPLE, '-Y', filter, '-T', 'fields', '-e', 'frame.number'], { encoding: 'utf8' }).stdout.trim().split('\n').filter(Boolean).map(Number);
      const predicate = compileFilter(filter, 'packets')!.bind(desk.session!);
      const ours = Array.from({ length: desk.session!.analysis.packets.count }, (_, row) => row).filter((row) => predicate(row)).map((row) => row + 1);
      assert.deepEqual(ours, theirs);
    });
  }
});

test('mistakes are told where they are', () => {
  const wrong: readonly (readonly [string, number, number])[] = [
    ['tcp.prt == 1', 0, 7], ['tcp.port == ', 12, 1], ['tcp.port == abc', 12, 3], ['tcp.port == 80 udp', 15, 3], ['(tcp', 4, 1], ['ip.addr == 1.2.3', 11, 5], ['ip.addr == 10.0.0.0/40', 11, 11], ['frame.len contains 3', 19, 1], ['flow.verdict == evil', 16, 4], ['tcp.port in 80', 12, 2], ['tcp.port in {80', 15, 1], ['"text', 0, 5], ['http.host matches "("', 18, 3], ['tcp = 3', 4, 1], ['feature.nothing > 1', 0, 15], ['ip.addr > 1.2.3.4', 10, 7],
  ];
  for (const [filter, at, length] of wrong) {
    assert.throws(() => compileFilter(filter, 'packets'), (e) => e instanceof FilterError && e.at === at && e.length === length, `${filter}: ${(() => { try { compileFilter(filter, 'packets'); return 'no mistake'; } catch (e) { return `${(e as FilterError).at} ${(e as FilterError).length} ${(e as Error).message}`; } })()}`);
  }
  assert.throws(() => compileFilter('frame.len > 3', 'flows'), /belongs to packets/);
  assert.throws(() => compileFilter('!'.repeat(5000), 'packets'), FilterError);
  assert.throws(() => compileFilter('('.repeat(5000), 'packets'), FilterError);
});

test('a regular expression that could run for years is refused', () => {
  for (const pattern of ['(a+)+b', '(a|aa)*b', '(.*)*', '(a*)*$', '([a-z]+)*x', '.*a.*b.*c.*d', '(a)\\\\1+']) assert.throws(() => compileFilter(`http.host matches "${pattern}"`, 'packets'), FilterError, pattern);
  for (const pattern of ['^www\\\\.', '[a-z]+\\\\.test$', '(foo|bar)\\\\.com', 'a{3}']) compileFilter(`http.host matches "${pattern}"`, 'packets');
});

test('random text never throws anything but a mistake with a place inside', () => {
  const parts = ['tcp', 'ip.addr', '==', '!=', '(', ')', '{', '}', 'in', 'and', 'or', 'not', '"a"', '80', '..', ',', 'contains', 'matches', '10.0.0.0/8', 'flow.score', '0.5', '::1', '\\', '"', 'é', '>'];
  let seed = 11;
  const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + random(8) }, () => parts[random(parts.length)]).join(random(2) === 0 ? ' ' : '');
    try {
      compileFilter(text, random(2) === 0 ? 'packets' : 'flows');
    } catch (error) {
      assert.ok(error instanceof FilterError, `${text}: ${String(error)}`);
      assert.ok(error.at >= 0 && error.at <= text.length, text);
    }
    complete(text, random(text.length + 1), 'packets');
  }
});
