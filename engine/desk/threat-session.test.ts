// Threat rules asked of a capture in the window's engine: matches, and other rules while it is open. After a change all is
// as if the capture had been opened with the rules that are asked then.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { flowRow } from '../../contract/index.ts';
import { askDesk, type AskedDesk } from '../testing/asking.ts';
import { httpAnswer, talk, talks } from '../testing/talk.ts';
import { until } from '../testing/waiting.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'sightline-threats-'));
const open: AskedDesk[] = [];
after(async () => {
  for (const asked of open) await asked.close();
  rmSync(home, { recursive: true, force: true });
});
let folders = 0;

const MALWARE =
  'alert tcp any any -> any any (msg:"a connection"; flow:established,to_server; classtype:trojan-activity; sid:1;)';
const DNS =
  'alert dns any any -> any any (msg:"a name"; dns.query; content:"."; classtype:trojan-activity; sid:2; rev:3;)';
const HTTP =
  'alert http any any -> any any (msg:"a request"; http.method; content:"GET"; classtype:attempted-admin; sid:3;)';
const NOTHING = 'alert tcp any any -> any any (msg:"nothing"; content:"there is no such thing anywhere"; sid:4;)';
const UDP = 'alert udp any any -> any any (msg:"a datagram"; sid:5; gid:2; classtype:misc-activity;)';

interface Opened extends AskedDesk {
  readonly file: string;
  rules(...rules: readonly string[]): Promise<void>;
}

/** A desk in a folder of its own, with rules in a file. */
async function withRules(capture: string | null, ...rules: readonly string[]): Promise<Opened> {
  const place = join(home, String(++folders));
  mkdirSync(place);
  const file = join(place, 'asked.rules');
  writeFileSync(file, rules.join('\n'));
  const asked = askDesk(place);
  open.push(asked);
  await asked.ask('setThreat', { wish: { rules: [file], indicators: [], allow: [], variables: [] } });
  if (capture !== null) {
    await asked.ask('open', { path: capture });
    await asked.desk.session!.done;
    await asked.desk.session!.standing.quiet();
  }
  return {
    ...asked,
    file,
    rules: async (...others) => {
      writeFileSync(file, others.join('\n'));
      await asked.ask('reloadThreat', {});
      await until(() => !asked.desk.session!.standing.isBusy, 20_000);
    },
  };
}

/** All that follows from what was judged. */
function judged({ desk }: AskedDesk): unknown {
  const s = desk.session!;
  const { columns } = s.analysis.flows;
  return {
    alerts: s.alerts.map(({ of, number, flow, packet, seconds, nanoseconds }) => [
      [number, flow, packet, seconds, nanoseconds],
      [of.key, of.points, of.counting, of.corrections, of.first, of.last, of.packet, of.evidence.values()],
    ]),
    flows: Array.from({ length: columns.count }, (_, i) => {
      const row = flowRow(i);
      return [s.verdict[i], s.points(row), s.rules(row), s.checkpoints.get(row) ?? null];
    }),
    matched: s.hits.matched(1_000, () => false).rules.map((rule) => ({ ...rule, file: '' })),
    rows: s.hits.rows().map(({ number }) => s.hits.row(number)),
  };
}

const HTTP_TALK = talk('10.0.0.1:40000', '192.0.2.5:80', [
  [0, 'GET /secret HTTP/1.1\r\nHost: one.test\r\n\r\n'],
  [1, httpAnswer([], Buffer.from('body'))],
]);

function madeCapture(): string {
  const path = join(home, `made-${++folders}.pcap`);
  writeFileSync(path, talks(HTTP_TALK));
  return path;
}

describe('threat rules of an open capture', () => {
  test('a rule matches, at its packet and in its flow', async () => {
    const a = await withRules(madeCapture(), HTTP, NOTHING);
    const { matched, matchedCount, rules } = await a.ask('threat', {});
    assert.deepEqual([rules, matchedCount], [2, 1]);
    const [rule] = matched;
    assert.deepEqual([rule!.sid, rule!.msg, rule!.matches, rule!.flows, rule!.line], [3, 'a request', 1, 1, 1]);
    assert.equal(a.desk.session!.alerts.length, 1);
    assert.equal(a.desk.session!.hits.ofPacket(rule!.first).length, 1);
  });

  test('rules that change while a capture is open leave it as if it had been opened with them', async () => {
    const sets = [[MALWARE, DNS], [], [HTTP, UDP, NOTHING], [DNS], [MALWARE, DNS, HTTP, UDP]];
    const one = await withRules(SAMPLE, ...sets[0]!);
    for (const set of sets.slice(1)) {
      await one.rules(...set);
      const fresh = await withRules(SAMPLE, ...set);
      assert.deepEqual(judged(one), judged(fresh), set.join('\n'));
      await fresh.close();
    }
    assert.ok(one.desk.session!.hits.rows().length > 0);
  });

  test('rules that change while a file is read, too', async () => {
    const one = await withRules(null, MALWARE);
    await one.ask('open', { path: SAMPLE });
    await one.rules(DNS, UDP);
    await one.desk.session!.done;
    await until(() => !one.desk.session!.standing.isBusy, 20_000);
    const fresh = await withRules(SAMPLE, DNS, UDP);
    assert.deepEqual(judged(one), judged(fresh));
  });

  test('a rule that is switched off is gone from the past too, and comes back', async () => {
    const a = await withRules(madeCapture(), HTTP);
    const before = judged(a);
    await a.ask('switchRule', { gid: 1, sid: 3, on: false });
    await until(() => !a.desk.session!.standing.isBusy, 20_000);
    const without = await a.ask('threat', {});
    assert.deepEqual([without.matchedCount, a.desk.session!.alerts.length, without.off.length], [0, 0, 1]);
    assert.equal(a.desk.session!.points(flowRow(0)), 0);
    await a.ask('switchRule', { gid: 1, sid: 3, on: true });
    await until(() => !a.desk.session!.standing.isBusy, 20_000);
    assert.deepEqual(judged(a), before);
  });

  test('a hostile file of rules stops neither the capture nor the other rules', async () => {
    const a = await withRules(SAMPLE, HTTP);
    const pcre = `/${'(a+)+'.repeat(50)}$/`;
    await a.rules(
      `alert tcp any any -> any any (msg:"x\u0007"; pcre:"${pcre}"; sid:9;)`,
      'alert tcp any any -> any any (msg:"\u001b[2J"; content:"',
      '\u0001'.repeat(100_000),
      DNS,
    );
    const state = await a.ask('threat', {});
    assert.ok(state.matched.some(({ sid }) => sid === 2));
    assert.equal(a.desk.session!.phase, 'done');
  });
});

test('a compressed capture is asked as well', async () => {
  const { gzipSync } = await import('node:zlib');
  const path = join(home, 'packed.pcap.gz');
  writeFileSync(path, gzipSync(talks(HTTP_TALK)));
  const a = await withRules(path, HTTP);
  assert.equal((await a.ask('threat', {})).matchedCount, 1);
  await a.rules(NOTHING, HTTP);
  assert.equal((await a.ask('threat', {})).matchedCount, 1);
});

test('a file that is gone by then is said, and nothing hangs', async () => {
  const path = join(home, 'goes.pcap');
  copyFileSync(madeCapture(), path);
  const a = await withRules(path, HTTP);
  rmSync(path);
  await a.rules(HTTP, NOTHING);
  assert.equal(a.desk.session!.analysis.packetCount, HTTP_TALK.length);
  assert.equal(a.desk.session!.message?.say, 'threat-rules-lost');
});

test('lists are met, found by filters, and other ones are held against what came before', async () => {
  const a = await withRules(madeCapture(), HTTP);
  const list = join(home, 'bad-hosts.txt');
  // The hash is that of the answer's body.
  writeFileSync(list, `one.test\n192.0.2.5\n${createHash('sha256').update('body').digest('hex')}\n`);
  const before = judged(a);
  const wish = (indicators: readonly string[]) =>
    a.ask('setThreat', { wish: { rules: [a.file], indicators, allow: [], variables: [] } });
  const state = await wish([list]);
  assert.deepEqual([state.entries, state.lists[0]!.used], [3, 3]);
  await until(() => !a.desk.session!.standing.isBusy && a.desk.session!.met.told(9).length > 2, 20_000);
  const { met } = await a.ask('threat', {});
  assert.deepEqual(met.map(({ kind, value, flows }) => [kind, value, flows]).sort(), [
    ['address', '192.0.2.5', 1],
    ['domain', 'one.test', 1],
    ['file', createHash('sha256').update('body').digest('hex'), 1],
  ]);
  const shown = async (filter: string): Promise<number> => {
    const { problem, view } = await a.ask('view', { which: 'flows', filter, sort: null });
    assert.equal(problem, null, filter);
    return view.matched;
  };
  assert.equal(await shown('indicator.list contains "bad-hosts" and rule.sid == 3'), 1);
  assert.equal(await shown('indicator.value == "one.test"'), 1);
  assert.equal(await shown('indicator.value == "two.test"'), 0);
  const fresh = await withRules(null, HTTP);
  await fresh.ask('setThreat', { wish: { rules: [fresh.file], indicators: [list], allow: [], variables: [] } });
  await fresh.ask('open', { path: a.desk.session!.options.path });
  await fresh.desk.session!.done;
  await fresh.desk.session!.standing.quiet();
  assert.deepEqual(judged(a), judged(fresh));
  await wish([]);
  await until(() => !a.desk.session!.standing.isBusy && a.desk.session!.met.told(9).length === 0, 20_000);
  assert.deepEqual(judged(a), before);
});

test('what an allow list holds is met no more, in a capture that is open too, and again when the list goes', async () => {
  const a = await withRules(madeCapture(), HTTP);
  const list = join(home, 'bad.txt');
  const allow = join(home, 'good.txt');
  writeFileSync(list, 'one.test\n192.0.2.5\n');
  writeFileSync(allow, '192.0.2.0/24\n');
  const wish = (lists: readonly string[]) =>
    a.ask('setThreat', { wish: { rules: [a.file], indicators: [list], allow: lists, variables: [] } });
  const met = async (...values: readonly string[]): Promise<void> => {
    const now = (): string =>
      a.desk
        .session!.met.told(9)
        .map(({ value }) => value)
        .sort()
        .join(' ');
    await until(() => !a.desk.session!.standing.isBusy && now() === values.join(' '), 20_000);
  };
  await wish([]);
  await met('192.0.2.5', 'one.test');
  const state = await wish([allow, join(home, 'none.txt')]);
  assert.deepEqual([state.entries, state.allowed, state.lists[0]!.used], [2, 1, 2]);
  assert.deepEqual(
    state.allows.map(({ used, wrong }) => [used, wrong?.say ?? null]),
    [
      [1, null],
      [0, 'indicators-no-file'],
    ],
  );
  await met('one.test');
  // One value, by hand.
  const own = await a.ask('allowIndicator', { kind: 'domain', value: 'one.test', on: true });
  assert.deepEqual([own.allowed, own.ownAllowed], [2, [{ kind: 'domain', value: 'one.test' }]]);
  assert.equal(own.allows.at(-1)!.path, own.ownAllowFile);
  await met();
  await a.ask('allowIndicator', { kind: 'domain', value: 'one.test', on: false });
  await met('one.test');
  await wish([]);
  await met('192.0.2.5', 'one.test');
  await assert.rejects(
    a.ask('setThreat', { wish: { rules: [], indicators: [], allow: ['x'], variables: [] } }),
    /relative/,
  );
});
