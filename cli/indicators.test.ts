// Lists of indicators from the command line: what is read and refused, what is met in a capture, and calls that cannot
// be.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { IndicatorAlertRecord } from '../contract/index.ts';
import { type Done, recordsOf, runSightline } from '../engine/testing/command-line.ts';
import { packetsOf, pcap } from '../engine/testing/packets.ts';
import { httpAnswer, talk } from '../engine/testing/talk.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-indicators-'));
after(() => rmSync(home, { recursive: true, force: true }));

function sightline(...args: readonly string[]): Done {
  return runSightline(home, args);
}

function file(name: string, ...lines: readonly string[]): string {
  writeFileSync(join(home, name), `${lines.join('\n')}\n`);
  return name;
}

const BODY = Buffer.from('MZ a program');
const CAPTURE = 'talk.pcap';
writeFileSync(
  join(home, CAPTURE),
  pcap(
    packetsOf(
      talk('10.0.0.1:40000', '203.0.113.5:80', [
        [0, 'GET /a.exe HTTP/1.1\r\nHost: evil.test\r\nUser-Agent: Mozilla/5.0\r\n\r\n'],
        [1, httpAnswer([], BODY)],
      ]),
    ),
  ),
);
mkdirSync(join(home, 'folder'));
file('folder/names.txt', 'evil.test,a panel', '^evil.*');
file('folder/own.allow', 'good.test');

test('check tells each list, each line that is refused, what somebody should look at, and sums', () => {
  const lists = file(
    'lists.txt',
    'evil.test',
    'evil.test',
    '8.8.8.8',
    'ftp://[',
    'ja3,d41d8cd98f00b204e9800998ecf8427e',
  );
  const text = sightline('indicators', 'check', lists, 'folder', '--summary');
  assert.equal(text.code, 1);
  assert.deepEqual(text.out.trimEnd().split('\n'), [
    "lists.txt:4: 'ftp://[' is no URL",
    "folder/names.txt:2: '^evil.*' is a regular expression or a pattern: entries are compared as they are",
    'lists.txt:3: note: 8.8.8.8 is a public resolver of names: flows of anybody will hit it',
    'lists.txt: plain, 3 entries, 1 refused, 1 said again.',
    'folder/names.txt: plain, 1 entry, 1 refused.',
    'folder/own.allow: plain, 1 entry, allowed, 0 refused.',
    '3 entries of 3 lists: 1 address, 1 domain, 1 ja3.',
    '2 refused, 0 expired, 0 allowed.',
  ]);
  const all = recordsOf(sightline('indicators', 'check', lists, '--json').out);
  assert.deepEqual(
    all.map((r) => r.type),
    ['indicator-refused', 'indicator-warning', 'indicator-list', 'indicators'],
  );
  assert.deepEqual(all.at(-1), {
    type: 'indicators',
    lists: 1,
    entries: 3,
    refused: 1,
    warned: 1,
    expired: 0,
    allowed: 0,
    by_type: { address: 1, domain: 1, ja3: 1 },
  });
  assert.equal(sightline('indicators', 'check', file('good.txt', 'evil.test')).code, 0);
  const none = sightline('indicators', 'check', 'none.txt', '--summary');
  assert.deepEqual([none.code, none.out.split('\n')[0]], [2, 'none.txt: there is no such file or folder.']);
});

test('a score tells what was met: records, a line each in the table, evidence of the incident; with any threads', () => {
  const hash = file('hash.txt', createHash('sha256').update(BODY).digest('hex'));
  const args = ['score', CAPTURE, '--indicators', 'folder', '--indicators', hash, '--foreign'];
  const one = sightline(...args, '--json', '--threads', '1');
  const met = recordsOf(one.out).filter((r): r is IndicatorAlertRecord => r.type === 'alert' && r.by === 'indicator');
  assert.deepEqual(
    met.map((m) => [m.kind, m.value, m.list, m.note, m.packet, m.flow, m.file, m.points]),
    [
      ['domain', 'evil.test', 'names.txt', 'a panel', 4, 1, CAPTURE, 2],
      ['file', createHash('sha256').update(BODY).digest('hex'), 'hash.txt', '', 6, 1, CAPTURE, 3],
    ],
  );
  assert.match(one.err, /1 line is refused and not asked, beside 2 entries: indicators check names them\./);
  assert.equal(sightline(...args, '--json', '--threads', '2').out, one.out);
  const table = sightline(...args, '--summary');
  assert.match(table.out, /Indicator domain evil\.test, of names\.txt: a panel \(packet 4\)/);
  assert.match(table.out, /\+3 a\.exe was met; hash\.txt has it as file [0-9a-f]{64}\./);
  assert.equal(table.code, 1);
  const allowed = sightline(...args, '--allow', file('mine.txt', 'evil.test'), '--json');
  assert.equal(recordsOf(allowed.out).filter((r) => r.type === 'alert' && r.by === 'indicator').length, 1);
});

test('calls that cannot be are refused: no list, no entry, a list that is not there, --allow alone', () => {
  for (const [args, why] of [
    [['indicators'], /indicators takes check/],
    [['indicators', 'check'], /takes files or folders of lists/],
    [['score', CAPTURE, '--indicators', 'none.txt'], /--indicators none\.txt: there is no such file or folder/],
    [['score', CAPTURE, '--indicators', file('odd.txt', '^x')], /holds no entry that can be asked, and 1 refused/],
    [['score', CAPTURE, '--indicators', 'good.txt', '--allow', 'none.txt'], /--allow none\.txt: there is no such file/],
    [['score', CAPTURE, '--allow', 'good.txt'], /--allow is for --indicators/],
  ] as const) {
    const done = sightline(...args);
    assert.deepEqual([done.code, done.out], [2, ''], args.join(' '));
    assert.match(done.err, why);
  }
});
