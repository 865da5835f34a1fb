import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow, packetRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, flowRecord } from '../session/index.ts';
import { ethernet, ip4, packetsOf, pcap, tcp, testRandom, udp } from '../testing/packets.ts';

type Wrap = (id: number, up: boolean, inner: readonly number[]) => number[];
const OUT = '10.9.0.1';
const IN = '10.9.0.2';
const word = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const outer = (up: boolean, port: number, data: readonly number[], gateway = OUT): number[] =>
  udp(`${up ? gateway : IN}:${port}`, `${up ? IN : gateway}:${port}`, data);

const gtp: Wrap = (id, up, inner) =>
  outer(up, 2152, [0x30, 0xff, (inner.length - 14) >> 8, (inner.length - 14) & 255, ...word(id), ...inner.slice(14)]);
const WRAPS: Record<string, Wrap> = {
  gtp,
  l2tp: (id, up, inner) =>
    outer(up, 1701, [0, 2, 0, id >> 8, id & 255, id & 255, 0xff, 3, 0, 0x21, ...inner.slice(14)]),
  vxlan: (id, up, inner) => outer(up, 4789, [8, 0, 0, 0, ...word(id << 8), ...inner]),
  geneve: (id, up, inner) => outer(up, 6081, [0, 0, 0x65, 0x58, ...word(id << 8), ...inner]),
  gre: (id, up, inner) =>
    ethernet(
      0x0800,
      ip4(up ? [10, 9, 0, 1] : [10, 9, 0, 2], up ? [10, 9, 0, 2] : [10, 9, 0, 1], 47, [
        0x20,
        0,
        8,
        0,
        ...word(id),
        ...inner.slice(14),
      ]),
    ),
};

function follow(frames: readonly (readonly number[])[]): { flows: ReturnType<typeof flowRecord>[]; owners: number[] } {
  const analysis = new Analysis({ completed: () => undefined });
  new CaptureStream(analysis).push(pcap(packetsOf(frames)));
  analysis.finish();
  return {
    flows: Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRecord(analysis, 'test', flowRow(row))),
    owners: frames.map((_, row) => analysis.packets.chunk(packetRow(row)).owner[inChunk(packetRow(row))]!),
  };
}

const A = '172.16.0.1:40000';
const B = '172.16.0.2:443';
interface Step {
  readonly up: boolean;
  readonly frame: number[];
}

function talk(own: number, peer: number): Step[] {
  const up = (flags: string, seq: number, ack: number, data = ''): Step => ({
    up: true,
    frame: tcp(A, B, { flags, seq: seq >>> 0, ack: ack >>> 0, data }),
  });
  const down = (flags: string, seq: number, ack: number, data = ''): Step => ({
    up: false,
    frame: tcp(B, A, { flags, seq: seq >>> 0, ack: ack >>> 0, data }),
  });
  return [
    up('S', own, 0),
    down('SA', peer, own + 1),
    up('A', own + 1, peer + 1),
    up('PA', own + 1, peer + 1, 'hello'),
    down('PA', peer + 1, own + 6, 'answer'),
    up('A', own + 6, peer + 7),
    up('FA', own + 6, peer + 7),
    down('FA', peer + 7, own + 7),
    up('A', own + 7, peer + 8),
  ];
}

test('a tunnel whose directions have ids of their own is one flow, whoever is seen first', () => {
  for (const [name, wrap] of Object.entries(WRAPS)) {
    for (const [one, two] of [
      [7, 9],
      [9, 7],
      [5, 5],
    ] as const) {
      const frames = talk(1000, 9000).map((s) => wrap(s.up ? one : two, s.up, s.frame));
      const { flows } = follow(frames);
      assert.deepEqual(
        flows.map((f) => [f.packets_fwd, f.packets_rev, f.end_reason]),
        [[6, 3, 'fin']],
        `${name} ${one} ${two}`,
      );
      const turned = [frames[1]!, frames[0]!, ...frames.slice(2)];
      assert.deepEqual(
        follow(turned).flows.map((f) => [f.src, f.packets_fwd, f.packets_rev]),
        [['172.16.0.1', 6, 3]],
        `${name}, answer first`,
      );
    }
    const ask = wrap(7, true, udp('172.16.0.1:5353', '172.16.0.2:5300', 'q'));
    const answer = wrap(9, false, udp('172.16.0.2:5300', '172.16.0.1:5353', 'a'));
    assert.deepEqual(
      follow([ask, answer, ask, answer]).flows.map((f) => [f.packets_fwd, f.packets_rev]),
      [[2, 2]],
      `${name}, UDP`,
    );
  }
});

test('two tenants with the same addresses stay two, also where one’s id is the other’s in the other direction', () => {
  for (const [name, wrap] of Object.entries(WRAPS)) {
    const one = talk(1000, 9000);
    const two = talk(3_000_000_000, 4_000_000_000);
    for (const ids of [
      [1, 2, 3, 4],
      [1, 2, 2, 1],
    ] as const) {
      const frames = one.flatMap((s, i) => [
        wrap(s.up ? ids[0] : ids[1], s.up, s.frame),
        wrap(two[i]!.up ? ids[2] : ids[3], two[i]!.up, two[i]!.frame),
      ]);
      const { flows, owners } = follow(frames);
      assert.deepEqual(
        flows.map((f) => [f.packets_fwd, f.packets_rev, f.end_reason]),
        [
          [6, 3, 'fin'],
          [6, 3, 'fin'],
        ],
        `${name} ${ids}`,
      );
      assert.deepEqual(
        owners,
        frames.map((_, i) => i % 2),
        `${name} ${ids}`,
      );
    }
    const same = [
      wrap(1, true, udp('172.16.0.1:9', '172.16.0.2:7', 'q')),
      wrap(2, true, udp('172.16.0.1:9', '172.16.0.2:7', 'q')),
    ];
    assert.equal(follow(same).flows.length, 2, `${name}, UDP`);
  }
});

test('networks whose id is the same both ways keep answers apart without numbers to tell them by', () => {
  const vxlan = WRAPS['vxlan']!;
  const ask = (id: number): number[] => vxlan(id, true, udp('172.16.0.1:9000', '172.16.0.2:7', 'q'));
  const answer = (id: number): number[] => vxlan(id, false, udp('172.16.0.2:7', '172.16.0.1:9000', 'a'));
  assert.deepEqual(follow([ask(1), ask(2), answer(2), answer(1)]).owners, [0, 1, 1, 0]);
});

test('a pair of ids that a connection showed tells whose answer a datagram is', () => {
  const query = (id: number): number[] => gtp(id, true, udp('172.16.0.1:9000', '172.16.0.2:53', 'q'));
  const reply = (id: number): number[] => gtp(id, false, udp('172.16.0.2:53', '172.16.0.1:9000', 'a'));
  const one = talk(1000, 9000).map((s) => gtp(s.up ? 1 : 2, s.up, s.frame));
  const two = talk(5e8, 6e8).map((s) => gtp(s.up ? 3 : 4, s.up, s.frame));
  const { owners } = follow([...one.slice(0, 3), ...two.slice(0, 3), query(1), query(3), reply(4), reply(2)]);
  assert.deepEqual(owners.slice(6), [2, 3, 3, 2]);
});

test('a handover: new ids midway, in either direction and through another gateway, go on in the flow', () => {
  const steps = talk(1000, 9000);
  const frames = steps.map((s, i) => gtp((s.up ? 10 : 20) + (i >= 4 ? 100 : 0), s.up, s.frame));
  assert.deepEqual(
    follow(frames).flows.map((f) => [f.packets_fwd, f.packets_rev, f.end_reason]),
    [[6, 3, 'fin']],
  );
});

test('random tenants over the same outer endpoints, interleaved, with ids by direction: each packet goes to its own', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = testRandom(seed);
    const number = (): number => Math.floor(random() * 4294967296);
    const names = Object.keys(WRAPS);
    const wrap = WRAPS[names[Math.floor(random() * names.length)]!]!;
    const tenants = Array.from({ length: 2 + Math.floor(random() * 6) }, (_, n) => ({
      steps: talk(number(), number()),
      up: 1 + n,
      down: 1 + ((n + seed) % 9),
      at: 0,
      row: -1,
    }));
    const frames: number[][] = [];
    const truth: number[] = [];
    let rows = 0;
    for (let left = tenants.length * 9; left > 0; left--) {
      const open = tenants.filter((t) => t.at < 9);
      const t = open[Math.floor(random() * open.length)]!;
      const s = t.steps[t.at++]!;
      if (t.row < 0) t.row = rows++;
      frames.push(wrap(s.up ? t.up : t.down, s.up, s.frame));
      truth.push(t.row);
    }
    assert.deepEqual(follow(frames).owners, truth, `seed ${seed}`);
  }
});

test('thousands of tunnels with the same addresses cost no more each: pairing looks at a bounded number', () => {
  const vxlan = WRAPS['vxlan']!;
  const began = performance.now();
  const { flows } = follow(
    Array.from({ length: 6000 }, (_, i) => vxlan(1 + (i % 3000), true, udp('0.0.0.0:68', '255.255.255.255:67', 'd'))),
  );
  assert.equal(flows.length, 3000);
  assert.ok(performance.now() - began < 5000);
});
