// `sightline packets -Y` with threat rules, lists of indicators, verdicts and features: the same packets as `score` and
// `rules test` tell of.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FlowRecord, OutputRecord, RuleAlertRecord } from '../contract/index.ts';
import { packetsOf, pcap } from '../engine/testing/packets.ts';
import { httpAnswer, talk, talks } from '../engine/testing/talk.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-cli-judged-'));
after(() => rmSync(home, { recursive: true, force: true }));

const capture = join(home, 'talk.pcap');
const body = Buffer.from('MZ a program');
const said = [
  [0, 'GET /a.exe HTTP/1.1\r\nHost: evil.test\r\nUser-Agent: Mozilla/5.0\r\n\r\n'],
  [1, httpAnswer([], body)],
] as const;
writeFileSync(
  capture,
  talks(
    talk('10.0.0.1:40000', '203.0.113.5:80', said),
    talk('10.0.0.2:40001', '203.0.113.6:80', [[0, 'GET / HTTP/1.1\r\nHost: plain.test\r\n\r\n']]),
  ),
);
const rules = join(home, 'local.rules');
writeFileSync(
  rules,
  [
    'alert http any any -> any any (msg:"a program"; http.uri; content:".exe"; endswith; sid:51; priority:1;)',
    'alert tcp any any -> any any (msg:"a GET"; content:"GET "; depth:4; sid:52; priority:3;)',
    '',
  ].join('\n'),
);
const list = join(home, 'list.txt');
writeFileSync(list, 'evil.test\n');

function sightline(...args: string[]): { readonly out: string; readonly said: string; readonly code: number | null } {
  const env = { ...process.env, SIGHTLINE_CACHE: join(home, 'cache'), SIGHTLINE_DATA_HOME: join(home, 'data') };
  const done = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env });
  return { out: done.stdout, said: done.stderr, code: done.status };
}

function records(out: string): OutputRecord[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OutputRecord);
}

/** Numbers of the packets that a filter lets through. */
function numbers(filter: string, ...options: string[]): number[] {
  const { out, said: told, code } = sightline('packets', '-Y', filter, '-e', 'frame.number', ...options, capture);
  assert.deepEqual([told, code], ['', 0], filter);
  return out.split('\n').filter(Boolean).map(Number);
}

test('packets at which a rule matched are those of rules test', () => {
  const told = records(sightline('rules', 'test', rules, '--capture', capture, '--json').out).filter(
    (r): r is RuleAlertRecord => r.type === 'alert' && r.by === 'rule',
  );
  const of = (sid: number): number[] =>
    [...new Set(told.filter((r) => r.sid === sid).map((r) => r.packet))].sort((x, y) => x - y);
  assert.ok(of(51).length === 1 && of(52).length > 1);
  assert.deepEqual(numbers('rule.sid == 51', '--rules', rules), of(51));
  assert.deepEqual(numbers('rule.sid == 52', '--rules', rules), of(52));
  assert.deepEqual(numbers('rule.msg contains "program" and tcp', '--rules', rules), of(51));
  const fields = ['-e', 'frame.number', '-e', 'rule.sid', '-e', 'rule.msg'];
  const { out } = sightline('packets', '--rules', rules, '-Y', 'rule.sid', ...fields, capture);
  const lines = out.trimEnd().split('\n');
  assert.equal(lines.length, new Set(told.map((r) => r.packet)).size);
  const first = lines.find((line) => line.startsWith(`${of(51)[0]}\t`))!.split('\t');
  assert.deepEqual([first[1]!.split(',').includes('51'), first[2]!.split(',').includes('a program')], [true, true]);
});

test('packets at which an entry of a list was met', () => {
  const [first] = numbers('indicator.value == "evil.test"', '--indicators', list);
  assert.ok(first !== undefined);
  assert.deepEqual(numbers('http.host == "evil.test"'), [first]);
  assert.deepEqual(numbers('indicator.list contains "list"', '--indicators', list), [first]);
});

test('verdicts, points and features are those of score', () => {
  const flows = records(sightline('score', capture, '--json').out).filter((r): r is FlowRecord => r.type === 'flow');
  assert.equal(flows.length, 2);
  for (const { id, verdict, points, packets_fwd, packets_rev } of flows) {
    const all = numbers(`flow.id == ${id}`);
    assert.equal(all.length, packets_fwd + packets_rev);
    assert.deepEqual(numbers(`flow.id == ${id} and flow.verdict == "${verdict}" and flow.points == ${points}`), all);
    const fields = ['-e', 'flow.verdict', '-e', 'feature.packets_fwd'];
    const { out } = sightline('packets', '-Y', `frame.number == ${all[0]}`, ...fields, capture);
    assert.equal(out, `${verdict}\t${packets_fwd}\n`);
  }
});

test('what nobody is asked about, and what comes once, is told', () => {
  const wrong = (pattern: RegExp, ...args: string[]): void => {
    const { out, said: told, code } = sightline('packets', ...args, capture);
    assert.deepEqual([out, code], ['', 2], told);
    assert.match(told, pattern);
  };
  wrong(/rule\.sid is of threat rules: --rules FILE/, '-Y', 'rule.sid == 1');
  wrong(/indicator\.value is of lists of indicators/, '-e', 'indicator.value');
  wrong(/--rules is for a filter or fields of rule\.sid/, '--rules', rules, '-Y', 'tcp');
  wrong(/--allow is for --indicators/, '--allow', list, '-Y', 'tcp');
  wrong(/flow\.label is what people say in the window/, '-Y', 'flow.label == benign');
  const env = { ...process.env, SIGHTLINE_CACHE: join(home, 'cache'), SIGHTLINE_DATA_HOME: join(home, 'data') };
  const piped = spawnSync(process.execPath, [PROGRAM, 'packets', '-Y', 'flow.points > 0', '-'], {
    encoding: 'utf8',
    env,
    input: pcap(packetsOf([])),
  });
  assert.equal(piped.status, 2);
  assert.match(piped.stderr, /comes through a pipe once/);
});
