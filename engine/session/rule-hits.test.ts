// Threat rules beside the judgement: the same records with any number of threads, and evidence of what matched.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FlowRecord, IncidentRecord, OutputRecord, RuleAlertRecord } from '../../contract/index.ts';
import { foreignBaseline } from '../detect/index.ts';
import { ruleVariables } from '../rules/index.ts';
import { testModel } from '../testing/models.ts';
import { clientHello, packetsOf, pcap, testRandom, type TestPacket, udp } from '../testing/packets.ts';
import { RandomTraffic } from '../testing/random-traffic.ts';
import { httpAnswer, talk } from '../testing/talk.ts';
import { type RuleFeed, readRuleFiles, RulesHere, RuleThread } from '../workers/index.ts';
import { recordListener } from './record-maker.ts';
import { scoreFile } from './score-file.ts';

const model = testModel();
const folder = mkdtempSync(join(tmpdir(), 'sightline-hits-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const CAPTURE = join(folder, 'hits.pcap');
const RULES = join(folder, 'some.rules');

/** A question for a name, in the form of DNS (RFC 1035, section 4). */
function question(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  const head = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
}

const BEACON = talk('10.0.0.7:41000', '192.0.2.66:8080', [
  [0, 'GET /gate.php?id=7 HTTP/1.1\r\nHost: bad.example\r\n\r\n'],
  [1, httpAnswer(['Server: odd'], Buffer.from('task'))],
]);
const HELLO = talk('10.0.0.7:41001', '192.0.2.67:443', [[0, clientHello('c2.example')]]);
const ASKED = udp('10.0.0.7:5353', '10.0.0.1:53', question('c2.evil-example.org'));

function* traffic(): Generator<TestPacket> {
  const random = testRandom(11);
  const many = new RandomTraffic(random);
  let time = 1_700_000_000;
  for (let i = 0; i < 12_000; i++) {
    if (i % 3_000 === 1_000) {
      for (const { bytes } of packetsOf([...BEACON, ...HELLO, ASKED])) {
        time += 0.001;
        yield { bytes, time };
      }
    }
    const p = many.next();
    time += p.nsec % 3 === 0 ? 0.2 : 0.001;
    yield { bytes: p.buf.slice(p.off, p.off + p.cap), time, wire: p.wire };
  }
}
writeFileSync(CAPTURE, pcap([...traffic()]));
writeFileSync(
  RULES,
  [
    'alert http any any -> any any (msg:"gate"; http.uri; content:"/gate.php"; classtype:trojan-activity; sid:11; rev:3;)',
    'alert tls any any -> any any (msg:"name"; tls.sni; content:"c2.example"; classtype:domain-c2; sid:12;)',
    'alert dns any any -> any any (msg:"asked"; dns.query; content:"evil-example"; classtype:bad-unknown; sid:13;)',
    'alert tcp any any -> any any (msg:"syn"; flags:S; dsize:0; sid:14; priority:4; classtype:misc-activity;)',
  ].join('\n'),
);

function here(): RuleFeed {
  const variables = ruleVariables([]);
  assert.ok(!('why' in variables));
  return new RulesHere(readRuleFiles([RULES], variables).ready);
}

async function records(rules: RuleFeed, threads: number, readAhead: boolean): Promise<readonly OutputRecord[]> {
  const baseline = foreignBaseline(model);
  const found: OutputRecord[] = [];
  const listed = recordListener(model, baseline, { file: 'x', records: 'full', reasons: 5 }, (r) => found.push(r));
  const options = { model, baseline, threads, cacheFolder: folder, readAhead, rules };
  const result = await scoreFile(CAPTURE, options, listed);
  listed.finish(result.scorer);
  assert.equal(result.ending.kind, 'ok');
  return found;
}

const matches = (all: readonly OutputRecord[]): RuleAlertRecord[] =>
  all.filter((r): r is RuleAlertRecord => r.type === 'alert' && r.by === 'rule');

test('records are the same whether rules are asked here or in a thread, with one thread or three', async () => {
  const expected = await records(here(), 1, false);
  assert.ok(matches(expected).length > 100, `${matches(expected).length} matches`);
  const thread = new RuleThread({ paths: [RULES], variables: [] });
  try {
    for (const [threads, readAhead] of [
      [1, false],
      [2, true],
      [3, true],
      [2, true],
    ] as const) {
      const found = await records(thread.run({ path: CAPTURE, cacheFolder: folder }), threads, readAhead);
      assert.equal(found.length, expected.length);
      for (const [i, r] of expected.entries())
        assert.equal(JSON.stringify(found[i]), JSON.stringify(r), `${threads} threads, record ${i}`);
    }
  } finally {
    await thread.close();
  }
});

test('a match names its packet, its flow and what is told of the rule', async () => {
  const all = await records(here(), 1, false);
  const [gate] = matches(all).filter((r) => r.sid === 11);
  assert.ok(gate !== undefined);
  assert.deepEqual([gate.gid, gate.rev, gate.msg, gate.priority], [1, 3, 'gate', 1]);
  const flow = all.find((r): r is FlowRecord => r.type === 'flow' && r.id === gate.flow);
  assert.ok(flow !== undefined);
  assert.equal(flow.dst, '192.0.2.66');
  assert.ok(gate.packet >= flow.first_packet && gate.packet <= flow.last_packet);
});

test('rules of malware make an incident suspicious, with other evidence more; of a name that is asked, with that name', async () => {
  const all = await records(here(), 1, false);
  const incidents = all.filter((r): r is IncidentRecord => r.type === 'incident');
  const gate = incidents.find((i) => i.peer === '192.0.2.66');
  assert.ok(gate !== undefined);
  const piece = gate.evidence.find((e) => e.rule === 'sid:1:11');
  assert.deepEqual([piece?.kind, piece?.points, piece?.counts], ['signature-malware', 2, true]);
  assert.match(piece!.text, /gate/);
  assert.match(gate.title, /gate/);
  const flows = all.filter((r): r is FlowRecord => r.type === 'flow');
  const asking = flows.filter((f) => f.dst === '10.0.0.1' && f.dport === 53);
  assert.ok(asking.length > 0 && asking.every((f) => f.rules!.includes('sid:1:13')), 'the flow that asks');
  assert.equal(
    incidents.some((i) => i.peer === '10.0.0.1'),
    false,
    'a resolver is not what is wrong',
  );
});

test('what harms nobody counts nothing', async () => {
  const all = await records(here(), 1, false);
  for (const i of all.filter((r): r is IncidentRecord => r.type === 'incident')) {
    const syn = i.evidence.find((e) => e.rule === 'sid:1:14');
    assert.ok(syn === undefined || (syn.points === 0 && !syn.counts));
  }
});
