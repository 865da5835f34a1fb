// Who began a flow whose first captured packet is an answer, or comes from the middle of a connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow } from '../../contract/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, flowRecord } from '../session/index.ts';
import { ethernet, ip4, ip6, pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { communityId } from './community-id.ts';

type Step = readonly [seconds: number, frame: readonly number[]];

function flowsOf(steps: readonly Step[]): ReturnType<typeof flowRecord>[] {
  const analysis = new Analysis({ completed: () => undefined });
  new CaptureStream(analysis).push(
    pcap(steps.map(([time, frame]) => ({ time: 1_700_000_000 + time, bytes: Uint8Array.from(frame) }))),
  );
  analysis.finish();
  return Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRecord(analysis, 'test', flowRow(row)));
}

const told = (steps: readonly Step[]): unknown =>
  flowsOf(steps).map((f) => [f.src, f.packets_fwd, f.packets_rev, f.grade]);
const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];

function echo(type: number, from: readonly number[], to: readonly number[]): number[] {
  return ethernet(0x0800, ip4(from, to, 1, [type, 0, 0, 0, 0, 1, 0, 1]));
}

test('ICMP: who asks is told by the type, whatever was captured first', () => {
  for (const [ask, answer] of [
    [8, 0],
    [13, 14],
    [15, 16],
    [17, 18],
  ] as const) {
    assert.deepEqual(
      told([
        [0, echo(answer, SERVER, CLIENT)],
        [1, echo(ask, CLIENT, SERVER)],
      ]),
      [['10.0.0.1', 1, 1, 'complete']],
    );
    assert.deepEqual(
      told([
        [0, echo(ask, CLIENT, SERVER)],
        [1, echo(answer, SERVER, CLIENT)],
      ]),
      [['10.0.0.1', 1, 1, 'complete']],
    );
  }
  const id = communityId({
    source: Uint8Array.from(CLIENT),
    destination: Uint8Array.from(SERVER),
    sourcePort: 8,
    destinationPort: 0,
    hasPorts: false,
    ipProtocol: 1,
  });
  assert.equal(flowsOf([[0, echo(0, SERVER, CLIENT)]])[0]!.community_id, id);
});

test('ICMPv6: echo and solicited advertisements have an asker; what is announced to a group has none', () => {
  const host = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const router = [...host.slice(0, 15), 2];
  const all = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const message = (type: number, from: readonly number[], to: readonly number[]): number[] =>
    ethernet(0x86dd, ip6(from, to, 58, [type, 0, 0, 0, 0, 1, 0, 1]));
  for (const answer of [129, 134, 136]) {
    assert.deepEqual(told([[0, message(answer, router, host)]]), [['fe80::1', 0, 1, 'complete']]);
    assert.deepEqual(told([[0, message(answer, router, all)]]), [['fe80::2', 1, 0, 'complete']]);
  }
});

function dns(answer: boolean): Uint8Array {
  return Uint8Array.from([1, 2, answer ? 0x81 : 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1]);
}

test('DNS: who asks is told by the QR bit; an announcement by mDNS was not asked for', () => {
  for (const port of [53, 137, 5355]) {
    const answer = udp(`10.0.0.2:${port}`, '10.0.0.1:40000', dns(true));
    const query = udp('10.0.0.1:40000', `10.0.0.2:${port}`, dns(false));
    assert.deepEqual(
      told([
        [0, answer],
        [0.1, query],
      ]),
      [['10.0.0.1', 1, 1, 'complete']],
    );
    assert.deepEqual(
      told([
        [0, query],
        [0.1, answer],
      ]),
      [['10.0.0.1', 1, 1, 'complete']],
    );
  }
  assert.deepEqual(told([[0, udp('10.0.0.2:5353', '224.0.0.251:5353', dns(true))]]), [['10.0.0.2', 1, 0, 'complete']]);
  assert.deepEqual(told([[0, udp('10.0.0.2:53', '10.0.0.1:40000', 'short')]]), [['10.0.0.2', 1, 0, 'complete']]);
});

test('the middle of a connection: the server has the well-known or registered port, and the grade says midstream', () => {
  for (const port of [22, 443, 1433, 3389, 8080]) {
    const server = `10.0.0.2:${port}`;
    const steps: Step[] = [
      [0, tcp(server, '10.0.0.1:50000', { flags: 'PA', seq: 9, ack: 5, data: 'answer' })],
      [0.1, tcp('10.0.0.1:50000', server, { flags: 'A', seq: 5, ack: 15 })],
    ];
    assert.deepEqual(told(steps), [['10.0.0.1', 1, 1, 'midstream']], String(port));
  }
  const unknown = [[0, tcp('10.0.0.2:50001', '10.0.0.1:50000', { flags: 'A', seq: 9, ack: 5 })]] as const;
  assert.deepEqual(told(unknown), [['10.0.0.2', 1, 0, 'midstream']]);
});

test('a connection that was silent until it ended as idle goes on midstream, with the same initiator', () => {
  const A = '10.0.0.1:50000';
  const B = '10.0.0.2:22';
  const flows = flowsOf([
    [0, tcp(A, B, { flags: 'S', seq: 1 })],
    [0.1, tcp(B, A, { flags: 'SA', seq: 7, ack: 2 })],
    [0.2, tcp(A, B, { flags: 'A', seq: 2, ack: 8 })],
    [900, tcp(B, A, { flags: 'PA', seq: 8, ack: 2, data: 'late' })],
    [900.1, tcp(A, B, { flags: 'A', seq: 2, ack: 12 })],
  ]);
  assert.deepEqual(
    flows.map((f) => [f.src, f.end_reason, f.grade]),
    [
      ['10.0.0.1', 'idle', 'complete'],
      ['10.0.0.1', 'capture-end', 'midstream'],
    ],
  );
});

test('a SYN that comes out of order is no middle', () => {
  const A = '10.0.0.1:50000';
  const B = '10.0.0.2:443';
  const steps: Step[] = [
    [0, tcp(A, B, { flags: 'A', seq: 2, ack: 8 })],
    [0.001, tcp(A, B, { flags: 'S', seq: 1 })],
    [0.002, tcp(B, A, { flags: 'SA', seq: 7, ack: 2 })],
  ];
  const flows = flowsOf(steps);
  assert.ok(flows.every((f) => f.src === '10.0.0.1'));
  assert.ok(flows.some((f) => f.grade === 'complete'));
});

test('random order: whichever packet of an exchange comes first, the asker is the initiator', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = testRandom(seed);
    const port = [22, 53, 80, 443, 3306, 8443][Math.floor(random() * 6)]!;
    const client = `10.0.0.1:${32_768 + Math.floor(random() * 28_000)}`;
    const server = `10.0.0.2:${port}`;
    const exchange: number[][] = [];
    for (let i = 0; i < 6; i++) {
      exchange.push(tcp(client, server, { flags: 'PA', seq: 100 + i * 10, ack: 500 + i * 10, data: 'q'.repeat(10) }));
      exchange.push(tcp(server, client, { flags: 'PA', seq: 500 + i * 10, ack: 110 + i * 10, data: 'a'.repeat(10) }));
    }
    const from = Math.floor(random() * exchange.length);
    const flows = flowsOf(exchange.slice(from).map((frame, i) => [i / 100, frame] as const));
    assert.deepEqual(
      flows.map((f) => f.src),
      ['10.0.0.1'],
      `seed ${seed}`,
    );
  }
});
