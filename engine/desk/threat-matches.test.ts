// Threat rules in an open capture: what matched, where it stands in the list, what is judged by it, and how all of it
// goes when the rule is switched off.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { flowRow, packetRow, PLACE_RULE, type RuleRow, textAt } from '../../contract/index.ts';
import { askDesk, type AskedDesk } from '../testing/asking.ts';
import { clientHello, packetsOf, pcap, udp } from '../testing/packets.ts';
import { httpAnswer, talk } from '../testing/talk.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-matches-'));
const open: AskedDesk[] = [];
after(async () => {
  for (const asked of open) await asked.close();
  rmSync(home, { recursive: true, force: true });
});

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
  await asked.ask('setThreat', { wish: { rules, indicators: [], variables: [] } });
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
  const { packets } = asked.desk.session!.analysis;
  const last = packetRow(packets.count - 1);
  const bytes = asked.desk.session!.bytes(last);
  const sources = [
    { of: 'bytes', packet: last, flow: null, offset: 42, length: bytes.length - 42 },
    { of: 'url', packet: null, flow: flowRow(0), offset: 0, length: 0 },
    { of: 'host', packet: null, flow: flowRow(0), offset: 0, length: 0 },
    { of: 'server-name', packet: null, flow: flowRow(1), offset: 0, length: 0 },
    { of: 'ja3', packet: null, flow: flowRow(1), offset: 0, length: 0 },
    { of: 'ja4', packet: null, flow: flowRow(1), offset: 0, length: 0 },
    { of: 'address', packet: null, flow: flowRow(2), offset: 0, length: 0 },
  ] as const;
  for (const source of sources) {
    const made = await asked.ask('makeRule', { source });
    assert.equal(made.wrong, null, made.text);
    const kept = await asked.ask('keepRule', { text: made.text });
    assert.equal(kept.wrong, null, made.text);
    await quiet(asked);
    const state = await asked.ask('threat', {});
    assert.ok(
      state.matched.some(({ sid, own }) => sid === kept.sid && own),
      `${source.of}: ${made.text}`,
    );
  }
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
