// Fragments in any order join the flow of their datagram.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow, packetRow } from '../../contract/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, endpoints, flowRecord } from '../session/index.ts';
import { ethernet, ip4, pcap, testRandom } from '../testing/packets.ts';

const A = [10, 0, 0, 1];
const B = [10, 0, 0, 2];

interface Step {
  readonly time: number;
  readonly frame: readonly number[];
}

function analysed(steps: readonly Step[]): Analysis {
  const analysis = new Analysis({ completed: () => undefined });
  new CaptureStream(analysis).push(
    pcap(steps.map((s) => ({ time: 1_700_000_000 + s.time, bytes: Uint8Array.from(s.frame) }))),
  );
  analysis.finish();
  return analysis;
}

function flowsOf(a: Analysis): ReturnType<typeof flowRecord>[] {
  return Array.from({ length: a.flows.columns.count }, (_, row) => flowRecord(a, 'test', flowRow(row)));
}

const u16 = (n: number): number[] => [n >> 8, n & 255];

/** A datagram in pieces of 16 bytes of payload, the first with the transport header. */
function pieces(
  id: number,
  protocol: number,
  header: readonly number[],
  size: number,
  source = A,
  destination = B,
): number[][] {
  const datagram = [...header, ...new Array<number>(size - header.length).fill(0x61)];
  const frames: number[][] = [];
  for (let at = 0; at < datagram.length; at += 16) {
    const more = at + 16 < datagram.length ? 0x2000 : 0;
    frames.push(
      ethernet(
        0x0800,
        ip4(source, destination, protocol, datagram.slice(at, at + 16), { id, fragment: more | (at / 8) }),
      ),
    );
  }
  return frames;
}

const udpHeader = (port: number, size: number): number[] => [...u16(port), ...u16(53), ...u16(size), 0, 0];

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const left = [...list];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(Math.floor(random() * left.length), 1));
  return out;
}

test('the first fragment may come last: one flow with its ports, every packet in it, stamps from the earliest to the latest', () => {
  const frames = pieces(7, 17, udpHeader(4000, 64), 64).reverse();
  const a = analysed(frames.map((frame, i) => ({ time: i, frame })));
  const flows = flowsOf(a);
  assert.deepEqual(
    flows.map((f) => [f.sport, f.dport, f.packets_fwd, f.packets_rev, f.first_packet, f.last_packet]),
    [[4000, 53, 4, 0, 1, 4]],
  );
  assert.equal(Date.parse(flows[0]!.end) - Date.parse(flows[0]!.start), 3_000);
  for (let row = 0; row < 4; row++)
    assert.deepEqual(endpoints(a, packetRow(row)).slice(0, 2), ['10.0.0.1', '10.0.0.2']);
});

test('an answer in reversed fragments belongs to the flow of its question', () => {
  const question = ethernet(0x0800, ip4(A, B, 17, [...u16(4000), ...u16(53), 0, 12, 0, 0, 1, 2, 3, 4]));
  const header = [...u16(53), ...u16(4000), ...u16(48), 0, 0];
  const answer = pieces(9, 17, header, 48, B, A).reverse();
  const flows = flowsOf(analysed([question, ...answer].map((frame, i) => ({ time: i / 10, frame }))));
  assert.deepEqual(
    flows.map((f) => [f.src, f.sport, f.packets_fwd, f.packets_rev]),
    [['10.0.0.1', 4000, 1, 3]],
  );
});

test('a first fragment that never comes: a flow without ports, after half a minute or at the end', () => {
  const late = pieces(7, 17, udpHeader(4000, 64), 64).slice(1);
  const steps = late.map((frame, i) => ({ time: i, frame }));
  assert.deepEqual(
    flowsOf(analysed(steps)).map((f) => [f.sport, f.packets_fwd]),
    [[null, 3]],
  );
  const other = ethernet(0x0800, ip4(A, B, 17, [...u16(1), ...u16(2), 0, 8, 0, 0]));
  const flows = flowsOf(
    analysed([...steps, { time: 45, frame: other }, { time: 46, frame: pieces(7, 17, udpHeader(4000, 64), 64)[0]! }]),
  );
  assert.deepEqual(
    flows.map((f) => [f.sport, f.packets_fwd]),
    [
      [null, 3],
      [1, 1],
      [4000, 1],
    ],
  );
});

test('fragments of an ICMP message are one flow, in any order', () => {
  const frames = pieces(3, 1, [8, 0, 0, 0, 0, 1, 0, 1], 64);
  for (const order of [frames, [...frames].reverse()]) {
    const flows = flowsOf(analysed(order.map((frame, i) => ({ time: i / 10, frame }))));
    assert.deepEqual(
      flows.map((f) => [f.proto, f.packets_fwd]),
      [['ICMP', 4]],
    );
  }
});

test('IPv6: fragments in reversed order', () => {
  const source = [...new Array<number>(15).fill(0), 1];
  const destination = [...new Array<number>(15).fill(0), 2];
  const datagram = [...udpHeader(4000, 48), ...new Array<number>(40).fill(0x61)];
  const frames = [32, 16, 0].map((at) => {
    const part = datagram.slice(at, at + 16);
    const fragment = [17, 0, ...u16(at | (at < 32 ? 1 : 0)), 0, 0, 0, 5];
    return ethernet(0x86dd, [
      0x60,
      0,
      0,
      0,
      ...u16(8 + part.length),
      44,
      64,
      ...source,
      ...destination,
      ...fragment,
      ...part,
    ]);
  });
  const flows = flowsOf(analysed(frames.map((frame, i) => ({ time: i / 10, frame }))));
  assert.deepEqual(
    flows.map((f) => [f.sport, f.packets_fwd]),
    [[4000, 3]],
  );
});

test('random datagrams in random order are the flows that they are in order', () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = testRandom(seed);
    const all: number[][] = [];
    for (let id = 1; id <= 12; id++) {
      const size = 16 + 8 * Math.floor(random() * 12);
      all.push(...pieces(id, 17, udpHeader(4000 + (id % 5), size), size));
    }
    const told = (frames: readonly number[][]): string[] =>
      flowsOf(analysed(frames.map((frame, i) => ({ time: i / 100, frame }))))
        .map((f) => `${f.sport} ${f.packets_fwd} ${f.packets_rev} ${f.bytes_fwd}`)
        .sort();
    assert.deepEqual(told(shuffled(all, random)), told(all), `seed ${seed}`);
  }
});

test('what waits is bounded: later fragments alone, of twenty thousand datagrams', () => {
  const steps: Step[] = [];
  for (let id = 0; id < 20_000; id++) {
    steps.push({
      time: id / 1e5,
      frame: ethernet(0x0800, ip4([10, 0, id >> 8, id & 255], B, 17, [1, 2, 3, 4, 5, 6, 7, 8], { id: 1, fragment: 3 })),
    });
  }
  const flows = flowsOf(analysed(steps));
  assert.equal(flows.length, 20_000);
  assert.ok(flows.every((f) => f.packets_fwd === 1));
});
