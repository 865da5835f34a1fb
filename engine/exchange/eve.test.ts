// Alerts as EVE: every member by name, flows told apart, what a packet does not have left out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { communityId } from '../flow/index.ts';
import { factsOf } from '../rules/index.ts';
import { askFrames } from '../testing/asked-rules.ts';
import { ethernet, ip4, udp } from '../testing/packets.ts';
import { httpAnswer, talk } from '../testing/talk.ts';
import { type EveAlert, eveAlert, eveLine } from './eve.ts';

function eve(rules: string, frames: readonly (readonly number[])[]): EveAlert[] {
  return askFrames(rules, frames).map((hit) => eveAlert(hit, factsOf(hit.rule)));
}

const GET = 'GET /secret HTTP/1.1\r\nHost: one.test\r\n\r\n';
const TALK = talk('10.0.0.1:40000', '192.0.2.5:8080', [
  [0, GET],
  [1, httpAnswer([], Buffer.from('body'))],
]);
const RULE =
  'alert http any any -> any any (msg:"a secret"; http.uri; content:"/secret"; classtype:web-application-attack; ' +
  'metadata:created_at 2024_01_02, tag one, tag two; sid:11; rev:3;)';
const ANSWER = 'reject http any any -> any any (msg:"an answer"; http.stat_code; content:"200"; sid:12; gid:7;)';

describe('EVE', () => {
  test('an alert has Suricata’s members in its order', () => {
    const [alert] = eve(RULE, TALK);
    const { flow_id, ...rest } = alert!;
    assert.ok(Number.isSafeInteger(flow_id) && flow_id! > 0);
    assert.deepEqual(rest, {
      timestamp: '2023-11-14T22:13:20.050000+0000',
      pcap_cnt: 6,
      event_type: 'alert',
      src_ip: '10.0.0.1',
      src_port: 40_000,
      dest_ip: '192.0.2.5',
      dest_port: 8080,
      proto: 'TCP',
      community_id: communityId({
        source: Uint8Array.of(10, 0, 0, 1),
        destination: Uint8Array.of(192, 0, 2, 5),
        sourcePort: 40_000,
        destinationPort: 8080,
        hasPorts: true,
        ipProtocol: 6,
      }),
      tx_id: 0,
      alert: {
        action: 'allowed',
        gid: 1,
        signature_id: 11,
        rev: 3,
        signature: 'a secret',
        category: 'Web Application Attack',
        severity: 1,
        metadata: { created_at: ['2024_01_02'], tag: ['one', 'two'] },
      },
      app_proto: 'http',
      direction: 'to_server',
    });
    assert.equal(
      Object.keys(alert!).join(' '),
      'timestamp flow_id pcap_cnt event_type src_ip src_port dest_ip dest_port proto community_id tx_id alert ' +
        'app_proto direction',
    );
  });

  test('both directions of a flow have one id and one community id, another flow has others', () => {
    const again = talk('10.0.0.1:40001', '192.0.2.5:8080', [[0, GET]]);
    const [there, back, other] = eve(`${RULE}\n${ANSWER}`, [...TALK, ...again]).toSorted(
      (a, b) => a.pcap_cnt - b.pcap_cnt,
    );
    assert.deepEqual([there!.direction, back!.direction], ['to_server', 'to_client']);
    assert.equal(back!.src_ip, '192.0.2.5');
    assert.equal(there!.flow_id, back!.flow_id);
    assert.equal(there!.community_id, back!.community_id);
    assert.notEqual(there!.flow_id, other!.flow_id);
    assert.notEqual(there!.community_id, other!.community_id);
    assert.deepEqual([back!.alert.action, back!.alert.category, back!.alert.severity], ['blocked', '', 3]);
    assert.equal('metadata' in back!.alert, false);
  });

  test('the same ends a second time are another flow of the same community', () => {
    const [one, two] = eve(RULE, [...TALK, ...TALK]);
    assert.equal(one!.community_id, two!.community_id);
    assert.notEqual(one!.flow_id, two!.flow_id);
  });

  test('ICMP has type and code and no ports, what is not IP neither addresses nor flow', () => {
    const ping = ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 1, [8, 0, 0, 0, 0, 1, 0, 1]));
    const [icmp] = eve('alert icmp any any -> any any (msg:"a ping"; itype:8; sid:21;)', [ping]);
    assert.deepEqual([icmp!.proto, icmp!.icmp_type, icmp!.icmp_code, icmp!.src_port], ['ICMP', 8, 0, undefined]);
    assert.match(icmp!.community_id!, /^1:/);
    const arp = ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...new Array<number>(20).fill(1)]);
    const [bare] = eve('alert arp any any -> any any (msg:"arp"; sid:22;)', [arp]);
    assert.deepEqual(Object.keys(bare!), ['timestamp', 'pcap_cnt', 'event_type', 'alert']);
  });

  test('a line is one line, whatever a rule says', () => {
    const rule = 'alert udp any any -> any 53 (msg:"a\u0007b\u202ec"; metadata:x \u001b[31m, __proto__ y; sid:31;)';
    const [hit] = askFrames(rule, [udp('10.0.0.1:1000', '10.0.0.2:53', 'x')]);
    const line = eveLine(hit!, factsOf(hit!.rule), 'a\nb.pcap');
    assert.doesNotMatch(line, /[\u0000-\u001f\u202e]/);
    const { alert, pcap_filename } = JSON.parse(line) as EveAlert;
    assert.equal(pcap_filename, 'a\nb.pcap');
    assert.deepEqual(Object.keys(alert.metadata!), ['x', '__proto__']);
  });
});
