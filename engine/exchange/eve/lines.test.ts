// EVE beside alerts: events of small captures by their members, one flow's under one id, hostile texts.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Analysis } from '../../session/index.ts';
import { askFrames } from '../../testing/asked-rules.ts';
import { feed } from '../../testing/captures.ts';
import { clientHello, packetsOf, pcap, udp } from '../../testing/packets.ts';
import { httpAnswer, talk } from '../../testing/talk.ts';
import { factsOf } from '../../rules/index.ts';
import { eveAlert } from '../eve.ts';
import { EveLines } from './lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-eve-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

type Event = Record<string, unknown> & { readonly event_type: string };

async function events(frames: readonly (readonly number[])[]): Promise<Event[]> {
  const path = join(folder, `${count++}.pcap`);
  writeFileSync(path, pcap(packetsOf(frames)));
  const analysis = new Analysis({ completed: () => undefined });
  await feed(path, analysis);
  analysis.finish();
  const to = `${path}.json`;
  const lines = new EveLines(to);
  const walk = lines.walk(analysis, 'a\u202eb.pcap');
  await feed(path, walk);
  walk.finish();
  await lines.close();
  return readFileSync(to, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

const WEB = talk('10.0.0.1:40000', '192.0.2.5:8080', [
  [0, 'GET /x/evil\xff.exe HTTP/1.1\r\nHost: one.test:8080\r\nUser-Agent: =cmd|x\t\r\n\r\n'],
  [1, httpAnswer(['Content-Type: text/html; charset=x'], Buffer.from('MZbody'))],
]);

describe('EVE beside alerts', () => {
  test('a request, its file and its flow are one flow’s, and the alerts’ too', async () => {
    const all = await events(WEB);
    assert.deepEqual(
      all.map((e) => e.event_type),
      ['http', 'fileinfo', 'flow'],
    );
    const [http, file, flow] = all;
    assert.deepEqual(http!['http'], {
      hostname: 'one.test',
      http_port: 8080,
      url: '/x/evil\\xff.exe',
      http_user_agent: '=cmd|x',
      http_content_type: 'text/html',
      http_method: 'GET',
      protocol: 'HTTP/1.1',
      status: 200,
      length: 6,
    });
    assert.deepEqual([http!['src_ip'], http!['dest_port'], http!['tx_id']], ['10.0.0.1', 8080, 0]);
    const info = file!['fileinfo'] as Record<string, unknown>;
    assert.deepEqual([info['filename'], info['state'], info['size']], ['evil\\xff.exe', 'CLOSED', 6]);
    const told = flow!['flow'] as Record<string, unknown>;
    assert.deepEqual([told['pkts_toserver'], told['state'], told['reason']], [4, 'closed', 'shutdown']);
    assert.deepEqual((flow!['tcp'] as Record<string, unknown>)['tcp_flags'], '1b');
    assert.equal(new Set(all.map((e) => e['flow_id'])).size, 1);
    const [hit] = askFrames('alert http any any -> any any (msg:"m"; http.method; content:"GET"; sid:1;)', WEB);
    assert.equal(eveAlert(hit!, factsOf(hit!.rule)).flow_id, http!['flow_id']);
    assert.equal(http!['community_id'], flow!['community_id']);
  });

  test('DNS: question and answer are an event each; names keep their letters', async () => {
    const name = [3, ...Buffer.from('WwW'), 1, 0x2c, 0];
    const asked = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 16, 0, 1];
    const answer = [...asked, 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 5, 1, 97, 2, 98, 10];
    answer[2] = 0x81;
    answer[7] = 1;
    const all = await events([
      udp('10.0.0.1:5000', '10.0.0.53:53', asked),
      udp('10.0.0.53:53', '10.0.0.1:5000', answer),
    ]);
    const dns = all.filter((e) => e.event_type === 'dns').map((e) => e['dns'] as Record<string, unknown>);
    assert.deepEqual(
      dns.map((d) => d['type']),
      ['request', 'response'],
    );
    assert.deepEqual(dns[0]!['queries'], [{ rrname: 'WwW.,', rrtype: 'TXT' }]);
    assert.deepEqual(dns[1]!['answers'], [
      { rrname: 'WwW.,', rrtype: 'TXT', ttl: 60, rdata: 'a' },
      { rrname: 'WwW.,', rrtype: 'TXT', ttl: 60, rdata: 'b\n' },
    ]);
    assert.equal(dns[1]!['rcode'], 'NOERROR');
  });

  test('TLS: a hello alone is told, with its fingerprints', async () => {
    const all = await events(talk('10.0.0.1:40001', '192.0.2.6:443', [[0, clientHello('a.test')]]));
    const tls = all.find((e) => e.event_type === 'tls')!['tls'] as Record<string, unknown>;
    assert.equal(tls['sni'], 'a.test');
    assert.match(tls['ja4'] as string, /^t\d\dd/);
    assert.equal('subject' in tls, false);
  });
});
