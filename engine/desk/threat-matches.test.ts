// Threat rules in an open capture: what matched, where it stands in the list, what is judged by it, and how all of it
// goes when the rule is switched off.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { flowRow, packetRow, PLACE_RULE, type RuleRow, textAt } from '../../contract/index.ts';
import { askDesk, type AskedDesk } from '../testing/asking.ts';
import { clientHello, packetsOf, pcap, udp } from '../testing/packets.ts';
import { httpAnswer, talk } from '../testing/talk.ts';
import { TimeSlices } from '../view/index.ts';
import { wrongParts } from './allowing.ts';
import { reportData } from './report-data.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-matches-'));
const open: AskedDesk[] = [];
after(async () => {
  for (const asked of open) await asked.close();
  rmSync(home, { recursive: true, force: true });
});

/** A question of DNS for a name. */
function question(name: string): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
}

/** SSH_MSG_KEXINIT (RFC 4253, section 7.1) as a record. */
function keyExchange(method: string): Uint8Array {
  const lists = [
    method,
    'ssh-ed25519',
    'aes128-ctr',
    'aes128-ctr',
    'hmac-sha2-256',
    'hmac-sha2-256',
    'none',
    'none',
    '',
    '',
  ];
  const body = Buffer.concat([
    Buffer.from([20]),
    Buffer.alloc(16, 7),
    ...lists.flatMap((list) => [Buffer.from([0, 0, 0, list.length]), Buffer.from(list)]),
    Buffer.alloc(5),
  ]);
  const padding = 8 - ((body.length + 5) % 8) + 8;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length + 1 + padding);
  head[4] = padding;
  return Buffer.concat([head, body, Buffer.alloc(padding)]);
}

const CAPTURE = join(home, 'talk.pcap');
const RULES = join(home, 'some.rules');
writeFileSync(
  CAPTURE,
  pcap(
    packetsOf([
      ...talk('10.0.0.7:41000', '192.0.2.66:8080', [
        [0, 'GET /gate.php?id=7 HTTP/1.1\r\nHost: bad.example\r\n\r\n'],
        [1, httpAnswer(['Server: odd'], Buffer.from('task'))],
      ]),
      ...talk('10.0.0.7:41001', '192.0.2.67:443', [[0, clientHello('c2.example')]]),
      udp('10.0.0.7:5000', '192.0.2.68:5001', 'a strange; "thing": with |signs| \\ in it'),
      ...talk('10.0.0.7:41002', '192.0.2.69:80', [
        [0, 'GET /a%20b//c?d=%2e%2e HTTP/1.1\r\nHost: odd.example:80\r\n\r\n'],
        [1, httpAnswer([], Buffer.from('x'))],
      ]),
      udp('10.0.0.7:5002', '192.0.2.53:53', question('www.Odd.example')),
      ...talk('10.0.0.7:41003', '192.0.2.70:22', [
        [0, 'SSH-2.0-client\r\n'],
        [1, 'SSH-2.0-server\r\n'],
        [0, keyExchange('curve25519-sha256')],
        [1, keyExchange('diffie-hellman-group14-sha256')],
      ]),
    ]),
  ),
);
writeFileSync(
  RULES,
  [
    'alert http any any -> any any (msg:"gate"; http.uri; content:"/gate.php"; classtype:trojan-activity; sid:11; rev:3;)',
    'alert udp any any -> any 5001 (msg:"strange"; content:"strange"; sid:12;)',
  ].join('\n'),
);

async function opened(place: string, rules: readonly string[]): Promise<AskedDesk> {
  const asked = askDesk(mkdtempSync(join(home, place)));
  open.push(asked);
  await asked.ask('setThreat', { wish: { rules, indicators: [], allow: [], variables: [] } });
  await asked.ask('open', { path: CAPTURE });
  await quiet(asked);
  return asked;
}

/** Waits until the capture has been read and all rules were asked. */
async function quiet({ desk }: AskedDesk): Promise<void> {
  for (;;) {
    const s = desk.session;
    await s?.done;
    await s?.standing.quiet();
    await new Promise((resolve) => {
      setTimeout(resolve, 60);
    });
    if (s !== null && s === desk.session && !s.standing.isBusy && !desk.shared.threats.busy && s.phase === 'done')
      return;
  }
}

async function packetsShown(asked: AskedDesk, filter: string): Promise<readonly number[]> {
  const { problem, view } = await asked.ask('view', { which: 'packets', filter, sort: null });
  assert.equal(problem, null);
  const page = await asked.ask('packets', { from: 0, count: 100, generation: view.generation });
  return [...page.row].filter((_, i) => page.kind[i] !== PLACE_RULE).map((row) => row + 1);
}

async function ruleRows(asked: AskedDesk): Promise<readonly RuleRow[]> {
  const { view } = await asked.ask('view', { which: 'packets', filter: '', sort: null });
  const page = await asked.ask('packets', { from: 0, count: 100, generation: view.generation });
  return [...page.kind].flatMap((kind, i) =>
    kind === PLACE_RULE ? [JSON.parse(textAt(page.info, i)) as RuleRow] : [],
  );
}

test('matches are counted, stand in the list after their packets, and are found by filters of packets and flows', async () => {
  const asked = await opened('list-', [RULES]);
  const state = await asked.ask('threat', {});
  assert.deepEqual(state.matched.map(({ sid, matches, flows }) => [sid, matches, flows]).sort(), [
    [11, 1, 1],
    [12, 1, 1],
  ]);
  const rows = await ruleRows(asked);
  assert.deepEqual(rows.map(({ sid }) => sid).sort(), [11, 12]);
  const strange = rows.find(({ sid }) => sid === 12)!;
  assert.deepEqual(await packetsShown(asked, 'rule.sid == 12'), [strange.packet + 1]);
  assert.deepEqual(await packetsShown(asked, 'rule.msg contains "STRANGE" and udp'), [strange.packet + 1]);
  assert.deepEqual(await packetsShown(asked, 'rule.sid == 13'), []);
  const { problem, view } = await asked.ask('view', { which: 'flows', filter: 'rule.priority == 1', sort: null });
  assert.equal(problem, null);
  assert.equal((await asked.ask('flows', { from: 0, count: 10, generation: view.generation })).row.length, 1);
});

test('a rule that is switched off is gone from the past too, as in a capture that is opened without it', async () => {
  const asked = await opened('off-', [RULES]);
  assert.ok(asked.desk.session!.alerts.length > 0, 'a rule on malware is an incident');
  await asked.ask('switchRule', { gid: 1, sid: 11, on: false });
  await quiet(asked);
  assert.deepEqual(
    (await ruleRows(asked)).map(({ sid }) => sid),
    [12],
  );
  assert.deepEqual(await packetsShown(asked, 'rule.sid == 11'), []);
  const other = join(home, 'other.rules');
  writeFileSync(other, 'alert udp any any -> any 5001 (msg:"strange"; content:"strange"; sid:12;)');
  const fresh = await opened('fresh-', [other]);
  const verdicts = (a: AskedDesk): readonly number[] => [...a.desk.session!.verdict];
  assert.deepEqual(verdicts(asked), verdicts(fresh));
  assert.equal(asked.desk.session!.alerts.length, fresh.desk.session!.alerts.length);
  await asked.ask('switchRule', { gid: 1, sid: 11, on: true });
  await quiet(asked);
  assert.deepEqual((await ruleRows(asked)).map(({ sid }) => sid).sort(), [11, 12]);
});

test('a rule that is made of something matches it, and tells where', async () => {
  const asked = await opened('make-', [RULES]);
  const strangeFlow = flowRow(2);
  const last = packetRow(asked.desk.session!.analysis.flows.columns.firstPacket[strangeFlow]!);
  const bytes = asked.desk.session!.bytes(last);
  const sources = [
    { of: 'bytes', packet: last, flow: null, offset: 42, length: bytes.length - 42 },
    { of: 'url', packet: null, flow: flowRow(0), offset: 0, length: 0 },
    { of: 'host', packet: null, flow: flowRow(0), offset: 0, length: 0 },
    { of: 'server-name', packet: null, flow: flowRow(1), offset: 0, length: 0 },
    { of: 'ja3', packet: null, flow: flowRow(1), offset: 0, length: 0 },
    { of: 'ja4', packet: null, flow: flowRow(1), offset: 0, length: 0 },
    { of: 'address', packet: null, flow: flowRow(2), offset: 0, length: 0 },
    { of: 'url', packet: null, flow: flowRow(3), offset: 0, length: 0 },
    { of: 'dns-name', packet: null, flow: flowRow(4), offset: 0, length: 0 },
    { of: 'hassh', packet: null, flow: flowRow(5), offset: 0, length: 0 },
    { of: 'bytes', packet: packetRow(3), flow: null, offset: 54, length: 20 },
  ] as const;
  const made: [number, string][] = [];
  for (const source of sources) {
    const { text, wrong } = await asked.ask('makeRule', { source });
    assert.equal(wrong, null, text);
    const kept = await asked.ask('keepRule', { text });
    assert.equal(kept.wrong, null, text);
    made.push([kept.sid, source.of]);
  }
  await quiet(asked);
  const { matched } = await asked.ask('threat', {});
  for (const [sid, of] of made)
    assert.ok(
      matched.some((rule) => rule.sid === sid && rule.own),
      of,
    );
  const { threats } = await asked.ask('packetThreats', { packet: last });
  const strange = threats.find(({ sid }) => sid === 12)!;
  const [place] = strange.bytes;
  assert.equal(Buffer.from(bytes.subarray(place!.offset, place!.offset + place!.length)).toString(), 'strange');
  const explained = await asked.ask('explainRule', { gid: 1, sid: 12, packet: last });
  assert.equal(explained.matched, true);
  const not = await asked.ask('explainRule', { gid: 1, sid: 11, packet: last });
  assert.equal(not.matched, false);
  assert.ok(not.steps.some(({ passed }) => !passed));
});

test('matches are written as EVE, and a selection that no rule can match is told', async () => {
  const asked = await opened('eve-', [RULES]);
  const path = join(home, 'eve.json');
  const { file } = await asked.ask('exportEve', { path });
  assert.equal(file.path, path);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const alerts = lines.map((line) => JSON.parse(line) as { alert: { signature_id: number }; pcap_cnt: number });
  assert.deepEqual(alerts.map(({ alert }) => alert.signature_id).sort(), [11, 12]);
  const header = { of: 'bytes', packet: packetRow(0), flow: null, offset: 0, length: 12 } as const;
  assert.equal((await asked.ask('makeRule', { source: header })).wrong?.say, 'threat-made-silent');
});

test('a report names the rule with its text, and evidence of a rule can be allowed', async () => {
  const { desk } = await opened('report-', [RULES]);
  const s = desk.session!;
  const { incidents } = await reportData(desk, s, s.alerts, new TimeSlices());
  const [rule] = incidents.flatMap(({ rules = [] }) => rules);
  assert.deepEqual([rule!.sid, rule!.rev, rule!.msg, rule!.line], [11, 3, 'gate', 1]);
  assert.match(rule!.text!, /^alert http .*sid:11; rev:3;\)$/);
  const said = { initiator: '', peer: '', gravity: 'any', until: null, why: '' } as const;
  assert.deepEqual(wrongParts({ ...said, rule: 'sid:1:11' }), []);
  assert.deepEqual(wrongParts({ ...said, rule: 'sid:1:x' }), ['rule']);
});

test('what rules cost is measured beside the judgement, and which of them matched nothing', async () => {
  const more = join(home, 'more.rules');
  writeFileSync(
    more,
    [
      'alert udp any any -> any any (msg:"dear"; pcre:"/(q+w)*z/"; sid:21;)',
      'alert tcp any any -> any any (msg:"never"; content:"nobody says this"; classtype:bad-unknown; sid:22;)',
    ].join('\n'),
  );
  const asked = await opened('cost-', [RULES, more]);
  assert.deepEqual([(await asked.ask('ruleCosts', {})).costs, (await asked.ask('threat', {})).slow], [null, null]);
  const { costs } = await asked.ask('measureRules', {});
  assert.deepEqual([costs.rules, costs.packets, costs.isOld], [4, asked.desk.session!.analysis.packetCount, false]);
  const of = (sid: number) => costs.costs.find((cost) => cost.sid === sid)!;
  assert.deepEqual([of(11).matches, of(12).matches, of(21).matches, of(22).asked], [1, 1, 0, 0]);
  assert.ok(
    of(21).asked > 0 && of(21).nanoseconds > 0 && of(21).failsAt === 'pcre:"/(q+w)*z/"',
    JSON.stringify(of(21)),
  );
  assert.equal(costs.neverMatched, 2);
  assert.ok(Math.abs(costs.costs.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  assert.equal((await asked.ask('threat', {})).slow, costs.slow);
  // Matches are those of before: whoever measures adds none.
  assert.deepEqual(
    (await asked.ask('threat', {})).matched.map(({ matches }) => matches),
    [1, 1],
  );
  const never = async (find: string) => (await asked.ask('neverMatched', { find })).rules.map(({ sid }) => sid);
  assert.deepEqual(
    [await never(''), await never('NEVER'), await never('bad-unk'), await never('21')],
    [[21, 22], [22], [22], [21]],
  );
  await asked.ask('switchRule', { gid: 1, sid: 21, on: false });
  await quiet(asked);
  assert.equal((await asked.ask('ruleCosts', {})).costs!.isOld, true);
  await asked.ask('setThreat', { wish: { rules: [], indicators: [], allow: [], variables: [] } });
  await assert.rejects(asked.ask('measureRules', {}), /threat-no-rules/);
});

test('buffers of a match are told, also where another rule had to match before; so is why it did', async () => {
  const bits = join(home, 'bits.rules');
  writeFileSync(
    bits,
    [
      'alert http any any -> any any (msg:"first"; flow:to_server; http.uri; content:"gate"; flowbits:set,seen.gate; noalert; sid:31;)',
      'alert http any any -> any any (msg:"then"; flow:to_client; flowbits:isset,seen.gate; http.server; content:"odd"; sid:32;)',
      'alert tls any any -> any any (msg:"name"; tls.sni; content:"c2"; startswith; sid:33;)',
    ].join('\n'),
  );
  const asked = await opened('held-', [RULES, bits]);
  const { matched } = await asked.ask('threat', {});
  const held = async (sid: number): Promise<readonly string[]> => {
    const { first } = matched.find((rule) => rule.sid === sid)!;
    const { threats } = await asked.ask('packetThreats', { packet: first });
    return threats
      .find((threat) => threat.sid === sid)!
      .buffers.map(
        ({ name, held: text, marks }) => `${name} ${text}: ${marks.map((m) => text.slice(m.from, m.to)).join()}`,
      );
  };
  assert.deepEqual(await held(11), ['http.uri /gate.php?id=7: /gate.php']);
  assert.deepEqual(await held(32), ['http.server odd: odd']);
  assert.deepEqual(await held(33), ['tls.sni c2.example: c2']);
  assert.deepEqual(await held(12), ['payload a strange; "thing": with |signs| \\ in it: strange']);
  // What is left of a flow whose handshake was never answered is asked when the capture is over.
  const name = matched.find(({ sid }) => sid === 33)!;
  assert.equal((await asked.ask('explainRule', { gid: 1, sid: 33, packet: name.first })).matched, true);
  const then = matched.find(({ sid }) => sid === 32)!;
  const { matched: isSo } = await asked.ask('explainRule', { gid: 1, sid: 32, packet: then.first });
  assert.equal(isSo, true);
  const { threats } = await asked.ask('flowThreats', { flow: flowRow(0) });
  assert.deepEqual(threats.map(({ sid, buffers }) => [sid, buffers.length]).sort(), [
    [11, 1],
    [32, 1],
  ]);
});
