import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureStream, type CapturedPacket } from '../read/index.ts';
import { feed, mixedCaptures, WITHOUT_SHARED } from '../testing/captures.ts';
import { certificateRecord, clientHello, pcap, serverHello, tcp, testRandom, udp } from '../testing/packets.ts';
import { quicInitial } from '../testing/quic.ts';
import { Analysis } from './index.ts';

/** What all flows showed, a text each, in the order in which they ended. */
class Told {
  readonly flows: string[] = [];
  readonly analysis: Analysis;

  /** @param all every packet goes the long way */
  constructor(all: boolean) {
    this.analysis = new Analysis(
      {
        completed: (a, slot) => this.flows.push(this.told(a, slot)),
        checkpoint: (a, slot) => this.flows.push(this.told(a, slot)),
      },
      { keepPackets: false, observe: true },
    );
    if (!all) return;
    Reflect.set(this.analysis.inspector, 'wants', () => undefined);
    Reflect.set(this.analysis.observer!, 'passes', () => false);
  }

  private told(a: Analysis, slot: number): string {
    const { first, ...observed } = a.observer!.observed(slot);
    const facts = { ...a.inspector.peekFacts(slot), seen: null };
    // An observed flow knows the observer that has its first bytes.
    const own = (key: string, value: unknown): unknown => (key === 'from' ? null : value);
    return JSON.stringify([a.inspector.shown(slot), facts, observed, first.map((b) => [...b])], own);
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const record = (type: number, size: number, fill: number): Uint8Array =>
  Uint8Array.from([type, 3, 3, size >> 8, size & 255, ...new Array<number>(size).fill(fill)]);
const long = (size: number): string => 'GET / HTTP/1.1\r\nx\r\n\x16\x03\x01'.repeat(size / 20 + 1).slice(0, size);
const MESSAGE = (size: number): Uint8Array =>
  Uint8Array.from([0, 0, size >> 8, size & 255, 0xfe, 0x53, 0x4d, 0x42, ...new Array<number>(size - 4).fill(0x16)]);

type Turn = readonly [dir: 0 | 1, data: Uint8Array];
/** Talks of which much is passed over, with what still tells something in between. */
const TALKS: readonly (readonly [port: number, ...turns: Turn[]])[] = [
  [
    443,
    [0, clientHello('a.test')],
    [1, serverHello()],
    [1, certificateRecord(new Uint8Array(900).fill(0x30))],
    [0, record(23, 3_000, 1)],
    [1, record(23, 9_000, 22)],
    [0, record(21, 2, 1)],
    [1, record(20, 1, 1)],
    [1, record(23, 4_000, 20)],
    [0, clientHello('b.test')],
    [1, record(23, 500, 2)],
  ],
  [
    80,
    [0, bytes('GET /a HTTP/1.1\r\nHost: a\r\n\r\n')],
    [1, bytes(`HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n${long(20_000)}`)],
    [0, bytes(`POST /b HTTP/1.1\r\nHost: b\r\nContent-Length: 9000\r\n\r\n${long(9_000)}`)],
    [1, bytes(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n${long(8_192)}\r\n3\r\nabc\r\n0\r\n\r\n`)],
    [0, bytes('GET /../../../etc/passwd HTTP/1.1\r\nHost: c\r\n\r\n')],
    [1, bytes(`HTTP/1.1 404 no\r\n\r\n${long(9_000)}`)],
    [0, clientHello('c.test')],
    [1, serverHello()],
  ],
  [80, [0, bytes('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n')], [1, bytes('HTTP/1.1 101 x\r\nUpgrade: x\r\n\r\n')]],
  [445, [0, MESSAGE(900)], [1, MESSAGE(30_000)], [0, MESSAGE(20_000)], [1, MESSAGE(64)], [0, MESSAGE(64)]],
  [22, [1, bytes('SSH-2.0-a\r\n')], [0, bytes('SSH-2.0-b\r\n')], [0, bytes(long(4_000))], [1, bytes(long(4_000))]],
  [4_444, [0, bytes('x'.repeat(3_000))], [1, bytes('y'.repeat(6_000))], [0, clientHello('d.test')], [1, serverHello()]],
  [3_306, [1, bytes('z'.repeat(9_000))], [0, bytes('z'.repeat(9_000))], [1, bytes('SSH-2.0-late\r\n')]],
];

/** Segments of a talk, of which some are lost, come twice, overlap, or change places. */
function segments(talk: (typeof TALKS)[number], random: () => number): number[][] {
  const [port, ...turns] = talk;
  const ends = ['10.0.0.1:40000', `10.0.0.2:${port}`] as const;
  const next = [1_000, 0xffff_f000];
  const frames: number[][] = [];
  const most = random() < 0.3 ? 60 : 1_460;
  for (const [dir, data] of turns) {
    for (let at = 0; at < data.length;) {
      const back = random() < 0.04 ? Math.min(at, Math.floor(random() * 400)) : 0;
      const size = Math.min(data.length - at + back, 1 + Math.floor(random() * most));
      const o = {
        seq: (next[dir]! + at - back) >>> 0,
        ack: next[1 - dir]!,
        flags: 'PA',
        data: data.subarray(at - back),
      };
      const frame = tcp(ends[dir], ends[1 - dir]!, { ...o, data: o.data.subarray(0, size) });
      if (random() > 0.02) frames.push(frame);
      if (random() < 0.03) frames.push(frame);
      at += Math.max(1, size - back);
    }
    next[dir] = (next[dir]! + data.length) >>> 0;
  }
  for (let i = 1; i < frames.length; i++)
    if (random() < 0.05) [frames[i - 1], frames[i]] = [frames[i]!, frames[i - 1]!];
  return frames;
}

/** A hello as the first CRYPTO frame (RFC 9000, 19.6), filled up to what an Initial has at least. */
function inFrame(name: string): Uint8Array {
  const hello = clientHello(name).subarray(5);
  const frame = [6, 0, 0x40 | (hello.length >> 8), hello.length & 255, ...hello];
  return Uint8Array.from([...frame, ...new Array<number>(1_180 - frame.length).fill(0)]);
}

function same(some: Told, all: Told, where: string): void {
  assert.equal(some.flows.length, all.flows.length, where);
  for (const [i, flow] of some.flows.entries()) assert.equal(flow, all.flows[i], `${where}, look ${i}`);
}

function compare(frames: readonly (readonly number[])[], where: string): number {
  const [some, all] = [new Told(false), new Told(true)];
  const file = pcap(frames.map((f, i) => ({ time: 1_700_000_000 + i / 100, bytes: Uint8Array.from(f) })));
  for (const { analysis } of [some, all]) {
    new CaptureStream(analysis).push(file);
    analysis.finish();
  }
  same(some, all, where);
  return some.flows.length;
}

test('what is passed over tells nothing: lost, late, repeated and overlapping segments of all talks', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = testRandom(seed);
    const talk = TALKS[seed % TALKS.length]!;
    assert.ok(compare(segments(talk, random), `seed ${seed}`) > 0);
  }
});

test('what is passed over tells nothing: datagrams of known connections', () => {
  const ends = ['10.0.0.1:40000', '10.0.0.2:443'] as const;
  const initial = quicInitial(inFrame('q.test'));
  for (let seed = 1; seed <= 40; seed++) {
    const random = testRandom(seed);
    const frames = [udp(ends[0], ends[1], initial)];
    for (let i = 0; i < 30; i++) {
      const first = [0x41, 0x47, 0x64, 20, 22, 0xc3, 0x10][Math.floor(random() * 7)]!;
      const dir = random() < 0.5 ? 0 : 1;
      frames.push(udp(ends[dir], ends[1 - dir]!, Uint8Array.from([first, 254, 253, ...new Array<number>(60).fill(i)])));
    }
    frames.push(udp(ends[0], ends[1], quicInitial(inFrame('r.test'), { to: '0102030405060708' })));
    compare(frames, `seed ${seed}`);
  }
});

test('what is passed over tells nothing: real captures', { skip: WITHOUT_SHARED }, async () => {
  const files = mixedCaptures(3e6, (i) => i % 4 === 1);
  let flows = 0;
  for (const file of files) {
    const [some, all] = [new Told(false), new Told(true)];
    const both = {
      packet: (p: CapturedPacket): void => {
        some.analysis.packet(p);
        all.analysis.packet(p);
      },
    };
    if (!(await feed(file, both))) continue;
    for (const { analysis } of [some, all]) analysis.finish();
    same(some, all, file);
    flows += some.flows.length;
  }
  assert.ok(files.length > 30 && flows > 500, `${files.length} captures, ${flows} flows`);
  console.log(`  ${files.length} captures, ${flows} looks at flows`);
});
