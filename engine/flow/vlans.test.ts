// VLAN ids are a fact of a flow, and with the option they keep flows apart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow } from '../../contract/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, flowRecord } from '../session/index.ts';
import { pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { DEFAULT_TIMEOUTS } from './index.ts';

/** A frame with tags, the outer one first. @param first EtherType of the outer tag, 0x88a8 for QinQ */
function tagged(ids: readonly number[], frame: readonly number[], first = 0x8100): number[] {
  const tags = ids.flatMap((id, i) => {
    const type = i === 0 ? first : 0x8100;
    return [type >> 8, type & 255, 0xe0 | (id >> 8), id & 255];
  });
  return [...frame.slice(0, 12), ...tags, ...frame.slice(12)];
}

function flowsOf(frames: readonly (readonly number[])[], vlan: boolean): ReturnType<typeof flowRecord>[] {
  const analysis = new Analysis({ completed: () => undefined }, { timeouts: { ...DEFAULT_TIMEOUTS, vlan } });
  new CaptureStream(analysis).push(
    pcap(frames.map((f, i) => ({ bytes: Uint8Array.from(f), time: 1_700_000_000 + i / 100 }))),
  );
  analysis.finish();
  const rows = analysis.flows.columns.count;
  return Array.from({ length: rows }, (_, row) => flowRecord(analysis, 'test', flowRow(row)));
}

const A = '10.0.0.1:40000';
const B = '10.0.0.2:80';
const tenant = (ids: readonly number[], seq: number, first?: number): number[][] => [
  tagged(ids, tcp(A, B, { flags: 'S', seq }), first),
  tagged(ids, tcp(B, A, { flags: 'SA', seq: 7, ack: seq + 1 }), first),
];

test('the ids of a flow are in its record: none, one, two tags, a direction with another id, at most four', () => {
  assert.equal(flowsOf([tcp(A, B, { flags: 'S' })], false)[0]!.vlan, null);
  assert.deepEqual(flowsOf(tenant([100], 1), false)[0]!.vlan, [100]);
  assert.deepEqual(flowsOf(tenant([200, 4095], 1, 0x88a8), false)[0]!.vlan, [200, 4095]);
  assert.deepEqual(flowsOf([tagged([0], udp('10.0.0.1:5', '10.0.0.2:6'))], false)[0]!.vlan, [0]);
  const both = [
    tagged([5], tcp(A, B, { flags: 'S', seq: 1 })),
    tagged([6], tcp(B, A, { flags: 'SA', seq: 9, ack: 2 })),
  ];
  assert.deepEqual(
    flowsOf(both, false).map((f) => [f.packets_fwd, f.packets_rev, f.vlan]),
    [[1, 1, [5, 6]]],
  );
  const many = [1, 2, 3, 4, 5, 6].map((id) => tagged([id], udp('10.0.0.1:5', '10.0.0.2:6')));
  assert.deepEqual(flowsOf(many, false)[0]!.vlan, [1, 2, 3, 4]);
});

test('two tenants with the same addresses: one flow by default, two with the option, in one tag or in two', () => {
  for (const [one, two] of [
    [[100], [200]],
    [
      [10, 7],
      [11, 7],
    ],
    [
      [10, 7],
      [10, 8],
    ],
    [[10], [10, 10]],
  ] as const) {
    const frames = [...tenant(one, 1), ...tenant(two, 1)];
    assert.equal(flowsOf(frames, false).length, 1);
    assert.deepEqual(
      flowsOf(frames, true).map((f) => [f.packets_fwd, f.packets_rev, f.vlan]),
      [
        [1, 1, [...new Set(one)]],
        [1, 1, [...new Set(two)]],
      ],
    );
  }
});

test('random tenants: as many flows as pairs of stack and connection, and each flow has its own stack only', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = testRandom(seed);
    const expected = new Map<string, number>();
    const frames: number[][] = [];
    for (let i = 0; i < 120; i++) {
      const stack = Array.from({ length: Math.floor(random() * 3) }, () => Math.floor(random() * 3));
      const port = 1000 + Math.floor(random() * 3);
      const key = `${stack.join('.')} ${port}`;
      expected.set(key, (expected.get(key) ?? 0) + 1);
      frames.push(tagged(stack, udp(`10.0.0.1:${port}`, '10.0.0.2:6')));
    }
    const flows = flowsOf(frames, true);
    const got = flows.map((f) => f.packets_fwd + f.packets_rev).sort();
    assert.deepEqual(got, [...expected.values()].sort(), `seed ${seed}`);
    assert.ok(flowsOf(frames, false).length <= 3);
  }
});
