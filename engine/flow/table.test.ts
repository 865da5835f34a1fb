import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow } from '../../contract/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, flowRecord } from '../session/index.ts';
import { ethernet, ip4, pcap, tcp, udp, type TestPacket } from '../testing/packets.ts';
import { communityId } from './community-id.ts';
import { U, U_STRIDE } from './state.ts';

type Step = readonly [seconds: number, frame: readonly number[]];

function flowsOf(steps: readonly Step[]): ReturnType<typeof flowRecord>[] {
  const analysis = new Analysis({ completed: () => undefined });
  const stream = new CaptureStream(analysis);
  stream.push(
    pcap(steps.map(([time, frame]): TestPacket => ({ time: 1_700_000_000 + time, bytes: Uint8Array.from(frame) }))),
  );
  analysis.finish();
  return Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRecord(analysis, 'test', flowRow(row)));
}

const A = '10.0.0.1:40000';
const B = '10.0.0.2:80';
const handshake = (at: number, seq = 100): Step[] => [
  [at, tcp(A, B, { flags: 'S', seq })],
  [at + 0.01, tcp(B, A, { flags: 'SA', seq: 500, ack: seq + 1 })],
  [at + 0.02, tcp(A, B, { flags: 'A', seq: seq + 1, ack: 501 })],
];
const closing = (at: number, seq = 101): Step[] => [
  [at, tcp(A, B, { flags: 'FA', seq, ack: 501 })],
  [at + 0.01, tcp(B, A, { flags: 'FA', seq: 501, ack: seq + 1 })],
  [at + 0.02, tcp(A, B, { flags: 'A', seq: seq + 1, ack: 502 })],
];

test('a connection is one flow, and late ACKs within the linger belong to it', () => {
  const flows = flowsOf([...handshake(0), ...closing(1), [2, tcp(B, A, { flags: 'A', seq: 502, ack: 102 })]]);
  assert.equal(flows.length, 1);
  assert.deepEqual(
    [flows[0]!.src, flows[0]!.packets_fwd, flows[0]!.packets_rev, flows[0]!.end_reason],
    ['10.0.0.1', 4, 3, 'fin'],
  );
});

test('a new SYN on a lingering key starts a new flow at once', () => {
  const flows = flowsOf([...handshake(0), ...closing(1), ...handshake(1.5, 9000)]);
  assert.deepEqual(
    flows.map((f) => f.end_reason),
    ['fin', 'capture-end'],
  );
});

test('a SYN sent again is the same flow; one with a new number after a long silence is not', () => {
  assert.equal(
    flowsOf([
      [0, tcp(A, B, { flags: 'S', seq: 5 })],
      [1, tcp(A, B, { flags: 'S', seq: 5 })],
      [30, tcp(A, B, { flags: 'S', seq: 5 })],
    ]).length,
    1,
  );
  assert.deepEqual(
    flowsOf([
      [0, tcp(A, B, { flags: 'S', seq: 5 })],
      [20, tcp(A, B, { flags: 'S', seq: 77 })],
    ]).map((f) => f.end_reason),
    ['new-syn', 'capture-end'],
  );
});

test('after the linger, a packet that does not fit the closed connection is a flow of its own', () => {
  assert.equal(
    flowsOf([...handshake(0), ...closing(1), [10, tcp(B, A, { flags: 'A', seq: 502_000_000, ack: 102 })]]).length,
    2,
  );
});

test('RST ends a flow', () => {
  assert.equal(flowsOf([...handshake(0), [1, tcp(B, A, { flags: 'R', seq: 501 })]])[0]!.end_reason, 'rst');
});

test('the initiator is who sent the SYN, also when the capture begins with the answer', () => {
  const flows = flowsOf([
    [0, tcp(B, A, { flags: 'SA', seq: 500, ack: 101 })],
    [0.1, tcp(A, B, { flags: 'A', seq: 101, ack: 501 })],
  ]);
  assert.deepEqual([flows[0]!.src, flows[0]!.packets_fwd, flows[0]!.packets_rev], ['10.0.0.1', 1, 1]);
});

test('idle ends: 60 s for UDP, 120 s for half-open TCP, 300 s for established TCP', () => {
  const u = (at: number): Step => [at, udp('10.0.0.1:5', '10.0.0.2:6', 'x')];
  assert.equal(flowsOf([u(0), u(59), u(118)]).length, 1);
  assert.deepEqual(
    flowsOf([u(0), u(61)]).map((f) => f.end_reason),
    ['idle', 'capture-end'],
  );
  const data = (at: number): Step => [at, tcp(A, B, { flags: 'A', seq: 101, ack: 501 })];
  assert.equal(flowsOf([...handshake(0), data(290)]).length, 1);
  assert.equal(flowsOf([...handshake(0), data(310)]).length, 2);
  assert.equal(
    flowsOf([
      [0, tcp(A, B, { flags: 'A' })],
      [121, tcp(A, B, { flags: 'A' })],
    ]).length,
    2,
  );
});

test('fragments join the flow of the first one; without it they form a portless flow', () => {
  const part = (id: number, fragment: number, data: number[]): number[] =>
    ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 17, data, { id, fragment }));
  const first = [0x03, 0xe8, 0x07, 0xd0, 0, 40, 0, 0, ...new Array<number>(16).fill(1)];
  const joined = flowsOf([
    [0, part(7, 0x2000, first)],
    [0.1, part(7, 3, [1, 2, 3, 4, 5, 6, 7, 8])],
  ]);
  assert.deepEqual(
    joined.map((f) => [f.sport, f.packets_fwd]),
    [[1000, 2]],
  );
  const lone = flowsOf([[0, part(8, 3, [1, 2, 3, 4, 5, 6, 7, 8])]]);
  assert.deepEqual(
    lone.map((f) => [f.sport, f.proto]),
    [[null, 'UDP']],
  );
});

test('an ICMP error is a fact of the flow that it quotes, and a flow of its own', () => {
  const analysis = new Analysis({
    completed: (a, slot, row) => {
      if (row === 0) errors = a.flows.state.u[slot * U_STRIDE + U.icmpErrors]!;
    },
  });
  let errors = -1;
  const quotedFrame = udp('10.0.0.1:1000', '10.0.0.2:2000', 'abcdefgh');
  const icmp = ethernet(
    0x0800,
    ip4([10, 0, 0, 2], [10, 0, 0, 1], 1, [3, 3, 0, 0, 0, 0, 0, 0, ...quotedFrame.slice(14)]),
  );
  new CaptureStream(analysis).push(
    pcap([
      { time: 1, bytes: Uint8Array.from(quotedFrame) },
      { time: 1.1, bytes: Uint8Array.from(icmp) },
    ]),
  );
  analysis.finish();
  assert.equal(errors, 1);
  assert.equal(analysis.flows.columns.count, 2);
});

test('echo request and reply are one flow', () => {
  const echo = (type: number, s: number[], d: number[]): number[] =>
    ethernet(0x0800, ip4(s, d, 1, [type, 0, 0, 0, 0, 1, 0, 1]));
  const flows = flowsOf([
    [0, echo(8, [10, 0, 0, 1], [10, 0, 0, 2])],
    [0.1, echo(0, [10, 0, 0, 2], [10, 0, 0, 1])],
  ]);
  assert.deepEqual(
    flows.map((f) => [f.packets_fwd, f.packets_rev]),
    [[1, 1]],
  );
});

test('VXLAN: the inner flow counts, and its id keeps networks apart', () => {
  const tunnelled = (vni: number): number[] =>
    udp('192.168.0.1:5000', '192.168.0.2:4789', [8, 0, 0, 0, 0, 0, vni, 0, ...tcp(A, B, { flags: 'S' })]);
  const flows = flowsOf([
    [0, tunnelled(1)],
    [0.1, tunnelled(2)],
  ]);
  assert.deepEqual(
    flows.map((f) => [f.src, f.dport, f.proto]),
    [
      ['10.0.0.1', 80, 'TCP'],
      ['10.0.0.1', 80, 'TCP'],
    ],
  );
});

test('retransmissions and gaps are told apart, and a gap makes the flow lossy', () => {
  const data = (at: number, seq: number, n = 10): Step => [
    at,
    tcp(A, B, { flags: 'PA', seq, ack: 501, data: 'd'.repeat(n) }),
  ];
  assert.equal(flowsOf([...handshake(0), data(1, 101), data(2, 101)])[0]!.grade, 'complete');
  assert.equal(flowsOf([...handshake(0), data(1, 101), data(2, 131)])[0]!.grade, 'lossy');
  assert.equal(flowsOf([...handshake(0), data(1, 101), data(1.001, 121), data(1.002, 111)])[0]!.grade, 'complete');
});

test('community ids equal the specification’s examples', () => {
  const v4 = (text: string): Uint8Array => Uint8Array.from(text.split('.').map(Number));
  assert.equal(
    communityId({
      source: v4('128.232.110.120'),
      destination: v4('66.35.250.204'),
      sourcePort: 34855,
      destinationPort: 80,
      hasPorts: true,
      ipProtocol: 6,
    }),
    '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  );
  assert.equal(
    communityId({
      source: v4('66.35.250.204'),
      destination: v4('128.232.110.120'),
      sourcePort: 80,
      destinationPort: 34855,
      hasPorts: true,
      ipProtocol: 6,
    }),
    '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  );
  assert.equal(
    communityId({
      source: v4('192.168.0.89'),
      destination: v4('192.168.0.1'),
      sourcePort: 8,
      destinationPort: 0,
      hasPorts: false,
      ipProtocol: 1,
    }),
    '1:X0snYXpgwiv9TZtqg64sgzUn6Dk=',
  );
});

test('a VLAN is a fact of the packet, not part of the key: the same connection through two of them is one flow', () => {
  const tagged = (vlan: number, frame: readonly number[]): number[] => [
    ...frame.slice(0, 12),
    0x81,
    0,
    0,
    vlan,
    ...frame.slice(12),
  ];
  assert.deepEqual(
    flowsOf([
      [0, tagged(5, tcp(A, B, { flags: 'S', seq: 1 }))],
      [0.1, tagged(6, tcp(B, A, { flags: 'SA', seq: 9, ack: 2 }))],
    ]).map((f) => [f.packets_fwd, f.packets_rev]),
    [[1, 1]],
  );
});

test('GRE keys and GTP tunnel ids keep networks apart that use the same addresses', () => {
  const inner = tcp(A, B, { flags: 'S' }).slice(14);
  const gre = (key: number): number[] =>
    ethernet(0x0800, ip4([192, 168, 0, 1], [192, 168, 0, 2], 47, [0x20, 0, 8, 0, 0, 0, 0, key, ...inner]));
  assert.equal(
    flowsOf([
      [0, gre(1)],
      [0.1, gre(2)],
      [0.2, gre(1)],
    ]).length,
    2,
  );
  const gtp = (teid: number): number[] =>
    udp('192.168.0.1:2152', '192.168.0.2:2152', [0x30, 0xff, 0, inner.length, 0, 0, 0, teid, ...inner]);
  assert.equal(
    flowsOf([
      [0, gtp(1)],
      [0.1, gtp(2)],
      [0.2, gtp(1)],
    ]).length,
    2,
  );
});

// Mistakes of other flow meters that are known and written down (CICFlowMeter's ends and directions: Engelen et al.
// 2021, Lanvin et al. 2022).
test('a FIN of one side does not end a flow: data may go on the other way', () => {
  const flows = flowsOf([
    ...handshake(0),
    [1, tcp(A, B, { flags: 'FA', seq: 101, ack: 501 })],
    [1.1, tcp(B, A, { flags: 'A', seq: 501, ack: 102 })],
    [40, tcp(B, A, { flags: 'PA', seq: 501, ack: 102, data: 'late' })],
    [41, tcp(B, A, { flags: 'FA', seq: 505, ack: 102 })],
    [41.1, tcp(A, B, { flags: 'A', seq: 102, ack: 506 })],
  ]);
  assert.deepEqual(
    flows.map((f) => [f.end_reason, f.packets_fwd, f.packets_rev]),
    [['fin', 4, 4]],
  );
});

test('a long flow is not cut into pieces by its length, only by silence', () => {
  const steps: Step[] = [...handshake(0)];
  for (let t = 1; t < 1200; t += 60) steps.push([t, tcp(A, B, { flags: 'PA', seq: 101, ack: 501, data: 'k' })]);
  assert.equal(flowsOf(steps).length, 1);
});

test('who begins is who sent the SYN, though its answer was stamped first', () => {
  const flows = flowsOf([
    [0, tcp(B, A, { flags: 'SA', seq: 500, ack: 101 })],
    [0.001, tcp(A, B, { flags: 'S', seq: 100 })],
    [0.002, tcp(A, B, { flags: 'A', seq: 101, ack: 501 })],
  ]);
  assert.deepEqual(
    flows.map((f) => [f.src, f.packets_fwd, f.packets_rev]),
    [['10.0.0.1', 2, 1]],
  );
});

test('padding of short Ethernet frames is no payload', () => {
  const padded = [...tcp(A, B, { flags: 'A' }), 0, 0, 0, 0, 0, 0];
  const analysis = new Analysis({
    completed: (a, slot) => {
      payload = a.flows.state.u[slot * U_STRIDE + U.payloadPackets2]!;
    },
  });
  let payload = -1;
  new CaptureStream(analysis).push(pcap([{ time: 1, bytes: Uint8Array.from(padded) }]));
  analysis.finish();
  assert.equal(payload, 0);
});

test('stamps that go back make no negative durations and end no flow', () => {
  const flows = flowsOf([
    [10, udp('10.0.0.1:5', '10.0.0.2:6', 'x')],
    [-200, udp('10.0.0.1:5', '10.0.0.2:6', 'x')],
    [11, udp('10.0.0.1:5', '10.0.0.2:6', 'x')],
  ]);
  assert.deepEqual(
    flows.map((f) => f.packets_fwd),
    [3],
  );
});
