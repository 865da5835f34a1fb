import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow, packetRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { FEATURE_COUNT, featureIndex } from '../features/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, flowRecord, VectorMaker } from '../session/index.ts';
import { pcap, tcp, testRandom, udp } from '../testing/packets.ts';

interface Stamped {
  readonly time: number;
  readonly frame: readonly number[];
  readonly truly?: number;
}
interface Followed {
  readonly flows: ReturnType<typeof flowRecord>[];
  readonly owners: number[];
  readonly durations: Map<number, number>;
}

const START = 1_700_000_000;

function follow(packets: readonly Stamped[], ticks = false): Followed {
  const durations = new Map<number, number>();
  const analysis = new Analysis({
    completed: (a, slot, row) => {
      const vector = new Float32Array(FEATURE_COUNT);
      new VectorMaker(a).fill(slot, row, vector, 0);
      durations.set(row, vector[featureIndex('duration')]!);
    },
  });
  const stream = new CaptureStream(analysis);
  stream.push(pcap([]));
  packets.forEach((p, i) => {
    stream.push(pcap([{ time: START + p.time, bytes: Uint8Array.from(p.frame) }]).subarray(24));
    const now = p.truly ?? p.time;
    const next = packets[i + 1]?.truly ?? now;
    if (ticks) for (let at = now + 0.5; at < next; at += 5) analysis.tick(START + at);
  });
  analysis.finish();
  return {
    flows: Array.from({ length: analysis.flows.columns.count }, (_, row) => flowRecord(analysis, 'test', flowRow(row))),
    owners: packets.map((_, row) => analysis.packets.chunk(packetRow(row)).owner[inChunk(packetRow(row))]!),
    durations,
  };
}

const u = (port: number, time: number): Stamped => ({ time, frame: udp(`10.0.0.1:${port}`, '10.0.0.2:6000', 'x') });
const t = (time: number, flags: string, seq: number, ack: number, data = ''): Stamped => ({
  time,
  frame: tcp('10.0.0.1:40000', '10.0.0.2:443', { flags, seq, ack, data }),
});
const a = (time: number, flags: string, seq: number, ack: number): Stamped => ({
  time,
  frame: tcp('10.0.0.2:443', '10.0.0.1:40000', { flags, seq, ack }),
});

/** Polls of one pair of ports 200 s apart, which are flows of their own, and a connection that is open all the time. */
function scene(): Stamped[] {
  const polls = [100, 300, 500, 700].map((at) => u(42_000, at));
  const open = [t(20, 'S', 0, 0), a(20.01, 'SA', 0, 1), t(20.02, 'A', 1, 1)];
  const going = Array.from({ length: 10 }, (_, i) => t(60 + i * 70, 'PA', 1 + i, 1, 'k'));
  return [...polls, ...open, ...going].sort((x, y) => x.time - y.time);
}

const counts = (f: Followed): string =>
  f.flows
    .map((x) => `${x.sport} ${x.packets_fwd + x.packets_rev} ${x.end_reason}`)
    .sort()
    .join(', ');

test('one wrong stamp, ahead or behind by any time, ends no other flow and stops no time-out', () => {
  const right = counts(follow(scene()));
  assert.equal(right, '40000 13 capture-end, 42000 1 capture-end, 42000 1 idle, 42000 1 idle, 42000 1 idle');
  for (const wrong of [410_184_005, 86_400 * 365, 7200, -30, -3600, -1_700_000_000]) {
    for (let at = 1; at < scene().length; at++) {
      const packets = scene();
      packets.splice(at, 0, u(41_000, packets[at - 1]!.time + wrong));
      assert.equal(counts(follow(packets)).replace(/41000 1 (idle|capture-end), /, ''), right, `${wrong} s at ${at}`);
    }
  }
});

test('a wrong stamp in a connection does not cut it', () => {
  for (const wrong of [410_184_005, -3600, -1_700_000_000]) {
    const packets = scene().map((p, i) => (i === 6 ? { ...p, time: p.time + wrong } : p));
    assert.deepEqual(
      follow(packets)
        .flows.filter((f) => f.sport === 40_000)
        .map((f) => f.packets_fwd + f.packets_rev),
      [13],
      `${wrong}`,
    );
  }
});

test('a clock that is set back or ahead: time-outs go on working, nothing is cut that went on', () => {
  for (const by of [-11, -60, -3600, -86_400 * 400]) {
    const packets = scene().map((p, i) => (i > 7 ? { ...p, time: p.time + by } : p));
    assert.equal(counts(follow(packets)).includes('42000 2'), false, `${by}`);
    assert.ok(counts(follow(packets)).startsWith('40000 13'), `${by}`);
  }
  // A first stamp of 1970 or of the far future is no more than one wrong stamp.
  for (const first of [-1_700_000_000, 410_184_005])
    assert.ok(counts(follow([u(41_000, first), ...scene()])).includes('40000 13'), `${first}`);
});

test('a long silence is one: what is sent after it is another flow', () => {
  for (const silence of [61, 1000, 5000, 86_400 * 3]) {
    assert.deepEqual(
      follow([u(5, 0), u(5, silence)]).flows.map((f) => f.packets_fwd),
      [1, 1],
      `${silence} s`,
    );
    assert.deepEqual(
      follow([u(5, 0), u(7, 1), u(5, silence), u(7, silence + 2)]).flows.map((f) => f.end_reason),
      ['idle', 'idle', 'capture-end', 'capture-end'],
      `${silence} s`,
    );
  }
});

test('two clocks in one capture that take turns end flows at most once, where the second one is first met', () => {
  const packets = Array.from({ length: 200 }, (_, i) => u(i % 8 < 4 ? 5 : 7, i * 2 + (i % 8 < 4 ? 0 : 5400)));
  assert.deepEqual(
    follow(packets)
      .flows.filter((f) => f.sport === 5)
      .map((f) => f.packets_fwd),
    [4, 96],
  );
});

test('ticks between packets change nothing, whatever the stamps', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = testRandom(seed);
    let time = 0;
    const packets = Array.from({ length: 60 }, (_, i) => {
      time += random() < 0.1 ? 100 + random() * 600 : random() * 20;
      const wrong = random() < 0.05 ? (random() - 0.5) * 1e8 : 0;
      return { ...u(wrong === 0 ? 1000 + Math.floor(random() * 4) : 2000 + i, time + wrong), truly: time };
    });
    assert.deepEqual(follow(packets, true).owners, follow(packets).owners, `seed ${seed}`);
  }
});

test('random order of stamps beside a slow twin: start is the earliest, end the latest, durations are never negative', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = testRandom(seed);
    const packets = Array.from({ length: 80 }, (_, i) => {
      const jump = random() < 0.05 ? (random() - 0.5) * 4e6 : 0;
      return u(1000 + Math.floor(random() * 3), Math.max(-1e6, Math.round((i + random() * 5 + jump) * 1e6) / 1e6));
    });
    const { flows, owners, durations } = follow(packets);
    flows.forEach((f, row) => {
      const times = packets.filter((_, i) => owners[i] === row).map((p) => START + p.time);
      const [first, last] = [Math.min(...times), Math.max(...times)];
      assert.ok(
        Math.abs(Date.parse(f.start) / 1000 - first) < 2e-3 && Math.abs(Date.parse(f.end) / 1000 - last) < 2e-3,
        `seed ${seed}, flow ${row}`,
      );
      assert.ok(
        Math.abs(durations.get(row)! - (last - first)) <= 1e-6 * (last - first) + 1e-5,
        `seed ${seed}, flow ${row}`,
      );
    });
  }
});

test('random traffic with wrong stamps among it and a clock that is set back is cut where it is without', () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = testRandom(seed);
    const right: Stamped[] = [];
    const wrong: Stamped[] = [];
    const set = 50 + Math.floor(random() * 200);
    const by = random() < 0.5 ? 0 : -Math.floor(20 + random() ** 3 * 1e6);
    // A port is busy, or silent for so long that it is another flow; port 1 is never silent, so that the clock is
    // heard.
    const wakes = new Map<number, number>();
    for (let i = 0; i < 400; i++) {
      const time = i * 2;
      const port = i % 2 === 0 ? 1 : 2 + Math.floor(random() * 4);
      if ((wakes.get(port) ?? 0) > time) continue;
      if (port > 1) wakes.set(port, random() < 0.2 ? time + 90 : 0);
      right.push(u(port, time));
      wrong.push(u(port, time + (i > set ? by : 0)));
      if (random() < 0.03) {
        // Beside each stray packet one without a wrong stamp, so that both captures have as many.
        right.push(u(60_000 + i, time));
        wrong.push(u(60_000 + i, time + (random() < 0.5 ? 4e8 : -1e7) * (0.5 + random())));
      }
    }
    assert.deepEqual(follow(wrong).owners, follow(right).owners, `seed ${seed}`);
  }
});
