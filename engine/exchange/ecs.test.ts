// Flows and incidents in the Elastic Common Schema: members by name, nothing that is not known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ecsFlow, ecsIncident } from './ecs.ts';

const ORIGIN = { product: 'Sightline', version: '0.1.0' };
const FLOW = {
  type: 'flow',
  file: 'a.pcap',
  id: 7,
  community_id: '1:x',
  start: '2023-11-14T22:13:20.000000001Z',
  end: '2023-11-14T22:13:21.500000000Z',
  src: '10.0.0.1',
  sport: 40_000,
  dst: '2001:db8::1',
  dport: 443,
  proto: 'TCP',
  vlan: [12],
  packets_fwd: 3,
  packets_rev: 2,
  bytes_fwd: 300,
  bytes_rev: 200,
  end_reason: 'fin',
  grade: 'complete',
  app: 'TLS',
  sni: 'a.test',
  ja3: null,
  ja3s: null,
  ja4: 't13',
  ja3_retry: null,
  ja4_retry: null,
  first_packet: 7,
  last_packet: 12,
  verdict: 'malicious',
  points: 5,
  label: 'benign',
} as const;

test('a flow: both ends twice, as the schema has them, and ours under our own name', () => {
  const e = ecsFlow(FLOW, ORIGIN);
  const event = e['event'] as Record<string, unknown>;
  assert.equal(e['@timestamp'], FLOW.end);
  assert.deepEqual(
    [event['kind'], event['duration'], event['severity'], event['risk_score']],
    ['event', 1_499_999_999, 73, 5],
  );
  assert.deepEqual(e['source'], e['client']);
  assert.deepEqual(e['destination'], {
    address: '2001:db8::1',
    ip: '2001:db8::1',
    port: 443,
    packets: 2,
    bytes: 200,
    domain: 'a.test',
  });
  assert.deepEqual(e['network'], {
    type: 'ipv4',
    transport: 'tcp',
    protocol: 'tls',
    community_id: '1:x',
    bytes: 500,
    packets: 5,
    vlan: { id: '12' },
  });
  assert.deepEqual(e['tls'], { client: { server_name: 'a.test' } });
  assert.equal((e['sightline'] as Record<string, unknown>)['label'], 'benign');
  assert.equal('rule' in JSON.parse(JSON.stringify(e)), false);
});

test('times beyond 64 bits have no duration, ends without an address no ip', () => {
  const e = ecsFlow(
    { ...FLOW, start: '+275760-01-01T00:00:00.000000000Z', src: '00:11:22:33:44:55', sport: null },
    ORIGIN,
  );
  assert.equal((e['event'] as Record<string, unknown>)['duration'], undefined);
  assert.deepEqual(e['source'], { address: '00:11:22:33:44:55', packets: 3, bytes: 300 });
});

test('an incident: an alert with its technique, hosts and reasons', () => {
  const e = ecsIncident(
    {
      type: 'incident',
      file: 'a.pcap',
      id: 2,
      initiator: '10.0.0.1',
      peer: 'evil.test',
      names: ['evil.test', 'b.test'],
      verdict: 'suspicious',
      points: 2,
      inherited: false,
      title: 'Beacon',
      first: '2023-11-14T22:13:20.000000000Z',
      last: '2023-11-14T22:13:22.000000000Z',
      flows: 3,
      evidence: [
        {
          rule: 'beacon',
          kind: 'c2',
          points: 2,
          counts: true,
          technique: 'T1071',
          text: 'every 60 s\n"x"',
          first: '',
          last: '',
          flows: [7],
          flow_count: 1,
          packets: [7],
        },
      ],
      corrections: [],
    },
    ORIGIN,
  );
  assert.deepEqual(e['threat'], { framework: 'MITRE ATT&CK', technique: { id: ['T1071'] } });
  assert.deepEqual(e['related'], { ip: ['10.0.0.1'], hosts: ['evil.test', 'b.test'] });
  assert.deepEqual(e['destination'], { address: 'evil.test', domain: 'evil.test' });
  assert.equal((e['event'] as Record<string, unknown>)['kind'], 'alert');
});
