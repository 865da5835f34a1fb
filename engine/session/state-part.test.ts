import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FEATURE_COUNT } from '../features/index.ts';
import { D, D_STRIDE, H_STRIDE, type OpenFlows, SEQUENCE, U, U_STRIDE } from '../flow/index.ts';
import { CaptureStream } from '../read/index.ts';
import { feed, mixedCaptures, WITHOUT_SHARED } from '../testing/captures.ts';
import { ethernet, ip4, pcap, tcp, testRandom, udp, type TestPacket } from '../testing/packets.ts';
import { stateTwin } from '../testing/state-part.ts';
import { assertSameVector } from '../testing/vectors.ts';
import { Analysis } from './index.ts';

/** A vector with room before and behind it. */
const room = new Float32Array(FEATURE_COUNT + 3);

/**
 * What the kernel writes is the twin's to the last bit, and nothing beside it is touched; at an odd place and at an even
 * one.
 */
function compare(flows: OpenFlows, slot: number, where: string): void {
  const exact = stateTwin(flows, slot);
  for (const at of [1, 2]) {
    room.fill(-7).fill(NaN, at, at + FEATURE_COUNT);
    flows.fillState(slot, room, at);
    assertSameVector(room.subarray(at, at + FEATURE_COUNT), exact, `${where}, at ${at}`);
    assert.deepEqual([...room.subarray(0, at), ...room.subarray(at + FEATURE_COUNT)], [-7, -7, -7]);
  }
}

/** Compares each flow at its checkpoints and its end. */
class Compared {
  checkpoints = 0;
  completed = 0;
  readonly analysis: Analysis;

  constructor(where: string) {
    this.analysis = new Analysis({
      checkpoint: (a, slot, row, packets) => {
        this.checkpoints++;
        compare(a.flows, slot, `${where}, flow ${row} at ${packets} packets`);
      },
      completed: (a, slot, row) => {
        this.completed++;
        compare(a.flows, slot, `${where}, flow ${row} at its end`);
      },
    });
  }
}

const PING = ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 1, [8, 0, 0, 0, 0, 1, 0, 1, 97, 98, 99]));

function frame(random: () => number, from: string, to: string): number[] {
  const length = random() < 0.2 ? 0 : Math.floor(random() ** 3 * 1460);
  const low = random() < 0.5 ? 32 : 0;
  const data = Uint8Array.from({ length }, () => low + Math.floor(random() ** 2 * (random() < 0.5 ? 90 : 200)));
  if (random() < 0.4) return udp(from, to, data);
  return tcp(from, to, {
    flags: ['A', 'PA', 'S', 'SA', 'UA', 'FA', 'R'][Math.floor(random() ** 3 * 7)]!,
    seq: Math.floor(random() * 2000),
    ack: 1,
    data,
  });
}

test('the kernel writes what its twin does: random packets, at every checkpoint and end', () => {
  let checkpoints = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = testRandom(seed);
    const packets: TestPacket[] = [];
    let t = 1_700_000_000;
    for (let i = 0; i < 300; i++) {
      // Some stamps go back, and some equal the one before.
      t = Math.round((t + random() ** 8 * 3 - (random() < 0.05 ? 0.5 : 0)) * 1e6) / 1e6;
      const port = 1000 + Math.floor(random() * 3);
      const ends = [`10.0.0.1:${port}`, '10.0.0.2:2000'] as const;
      const [from, to] = random() < 0.4 ? [ends[1], ends[0]] : ends;
      const bytes = random() < 0.02 ? PING : frame(random, from, to);
      packets.push({ time: t, bytes: Uint8Array.from(bytes) });
    }
    const compared = new Compared(`seed ${seed}`);
    new CaptureStream(compared.analysis).push(pcap(packets));
    compared.analysis.finish();
    assert.ok(compared.completed > 0);
    checkpoints += compared.checkpoints;
  }
  assert.ok(checkpoints > 500, `${checkpoints}`);
});

/** Fills a slot with figures of all sizes, as no capture would show them in so short a time. */
function invent({ state, samples }: OpenFlows, slot: number, random: () => number): void {
  const { u, d, h, sequenceLengths, sequenceGaps } = state;
  const count = (): number => (random() < 0.3 ? 0 : Math.floor(2 ** (random() * 32)));
  for (let i = 0; i < U_STRIDE; i++) u[slot * U_STRIDE + i] = count();
  const word = (at: number, value: number): void => void (u[slot * U_STRIDE + at] = value);
  word(U.kind, [6, 17, 1, 58, 132][Math.floor(random() * 5)]! | (count() << 8));
  word(U.endReason, Math.floor(random() * 6));
  word(U.grade, Math.floor(random() * 5));
  word(U.sequenceLength, Math.floor(random() * (SEQUENCE + 1)));
  for (let i = 0; i < 2; i++) {
    word(U.packets2 + i, random() < 0.2 ? Math.floor(random() * 3) : count());
    word(U.tcpOptions2 + i, Math.floor(random() * 32));
    word(U.bytePool2 + i, random() < 0.5 ? 0 : Math.floor(random() * (samples.length / 1024)));
    word(U.byteCount2 + i, 1 + Math.floor(random() * 1023));
  }
  for (let i = 0; i < D_STRIDE; i++) d[slot * D_STRIDE + i] = random() < 0.2 ? 0 : 10 ** (random() * 30 - 12);
  const number = (at: number, value: number): void => void (d[slot * D_STRIDE + at] = value);
  for (const at of [D.syn, D.synAck, D.handshake, D.request, D.response])
    number(at, random() < 0.3 ? -Infinity : random() * 1e12 - 1e11);
  for (let i = 0; i < 2; i++) {
    number(D.entropy2 + i, random() < 0.5 ? -1 : random() * 8);
    number(D.lengthMin2 + i, Math.floor(random() ** 3 * 2000));
    number(D.lengthMax2 + i, Math.floor(2000 + random() * 80_000));
  }
  for (let i = 0; i < 3; i++) {
    number(D.gapMin3 + i, random() * 1e-3);
    number(D.gapMax3 + i, 1e-3 + random() ** 4 * 4000);
  }
  // Sums of squares that lie near the square of the sum: what is left of their difference shows the last bits.
  const near = (sum: number, n: number): number => (n === 0 ? 0 : (sum * sum * (1 + random() ** 8)) / n);
  const [forward, reverse] = [u[slot * U_STRIDE + U.packets2]!, u[slot * U_STRIDE + U.packets2 + 1]!];
  for (const [i, n] of [forward, reverse, forward + reverse].entries()) {
    number(D.gapSquares3 + i, near(d[slot * D_STRIDE + D.gapSum3 + i]!, n - 1));
    if (i < 2) number(D.lengthSquares2 + i, near(d[slot * D_STRIDE + D.payload2 + i]!, n));
  }
  const full = random() * 65_535;
  for (let i = 0; i < H_STRIDE; i++) h[slot * H_STRIDE + i] = random() < 0.6 ? 0 : random() * full;
  for (let i = 0; i < SEQUENCE; i++) {
    sequenceLengths[slot * SEQUENCE + i] = random() * 131_072 - 65_536;
    sequenceGaps[slot * SEQUENCE + i] = random() * 100;
  }
}

test('the kernel writes what its twin does: any state', () => {
  const random = testRandom(7);
  const { flows } = new Analysis({ completed: () => undefined });
  const { samples } = flows;
  for (let i = 0; i < samples.length; i++) samples[i] = random() ** 2 * 256;
  for (let i = 0; i < 3000; i++) {
    const slot = i % 50;
    invent(flows, slot, random);
    compare(flows, slot, `state ${i}`);
  }
});

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));

async function compareFile(path: string): Promise<Compared> {
  const compared = new Compared(path);
  if (await feed(path, compared.analysis)) compared.analysis.finish();
  return compared;
}

test('the kernel writes what its twin does: the sample capture', async () => {
  const { checkpoints, completed } = await compareFile(SAMPLE);
  assert.ok(checkpoints > 20 && completed > 50, `${checkpoints}, ${completed}`);
});

test('the kernel writes what its twin does: real captures', { skip: WITHOUT_SHARED }, async () => {
  let flows = 0;
  for (const file of mixedCaptures(1.5e6, (i) => i % 3 === 1)) flows += (await compareFile(file)).completed;
  assert.ok(flows > 1000, `${flows} flows`);
});
