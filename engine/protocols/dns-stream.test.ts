import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureStream } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { packetsOf, pcap, tcp, testRandom } from '../testing/packets.ts';
import { DnsStream } from './dns-stream.ts';

const CLIENT = '10.0.0.1:4000';
const u16 = (n: number): number[] => [n >> 8, n & 255];
const labels = (name: string): number[] => [...name.split('.').flatMap((l) => [l.length, ...Buffer.from(l)]), 0];
const question = (name: string): number[] => [...labels(name), ...u16(1), ...u16(1)];
const framed = (message: readonly number[]): number[] => [...u16(message.length), ...message];

function query(id: number, name: string): number[] {
  return [...u16(id), 1, 0, ...u16(1), 0, 0, 0, 0, 0, 0, ...question(name)];
}

/** @param addresses last octets in 10.7.0.0/16, and how many octets of other records stand between them */
function answer(id: number, name: string, addresses: readonly (readonly [number, number])[], filler = 0): number[] {
  const record = (type: number, data: readonly number[]): number[] => [
    0xc0,
    12,
    ...u16(type),
    ...u16(1),
    0,
    0,
    0,
    60,
    ...u16(data.length),
    ...data,
  ];
  const texts = filler === 0 ? [] : record(16, new Array<number>(filler).fill(97));
  const records = addresses.flatMap(([high, low]) => [...texts, ...record(1, [10, 7, high, low])]);
  const count = addresses.length * (filler === 0 ? 1 : 2);
  return [...u16(id), 0x81, 0x80, ...u16(1), ...u16(count), 0, 0, 0, 0, ...question(name), ...records];
}

interface Side {
  readonly client: boolean;
  readonly bytes: readonly number[];
}

/** Queries and answers that were counted, and the names of addresses that were asked for afterwards. */
function counted(
  port: number,
  sides: readonly Side[],
  size: () => number,
  order: (frames: number[][]) => number[][],
  asked: readonly string[],
): unknown {
  const server = `10.0.0.2:${port}`;
  const frames = sides.flatMap(({ client, bytes }) => {
    const parts: number[][] = [];
    for (let at = 0; at < bytes.length;) {
      const data = Uint8Array.from(bytes.slice(at, at + size()));
      parts.push(tcp(client ? CLIENT : server, client ? server : CLIENT, { flags: 'PA', seq: 1 + at, ack: 1, data }));
      at += data.length;
    }
    return order(parts);
  });
  const begins = [tcp(CLIENT, server, { flags: 'S', seq: 0 }), tcp(server, CLIENT, { flags: 'SA', seq: 0, ack: 1 })];
  const after = asked.map((address) => tcp('10.0.0.1:5000', `${address}:443`, { flags: 'S' }));
  const a = new Analysis({ completed: () => undefined });
  new CaptureStream(a).push(pcap(packetsOf([...begins, ...frames, ...after], 1_700_000_000, 0.0001)));
  a.finish();
  const dns = a.inspector.facts.find((f) => f.dnsCounts !== null)?.dnsCounts;
  return {
    queries: dns?.queries,
    responses: dns?.responses,
    names: a.inspector.facts.map((f) => f.resolution?.name).filter((n) => n !== undefined),
  };
}

const inOrder = (frames: number[][]): number[][] => frames;

test('DNS over TCP: every message is counted and every address named, however segments cut them', () => {
  const names = ['a.example.test', 'b.example.test', 'longer-name.example.test', 'd.example.test', 'e.example.test'];
  const client = { client: true, bytes: names.flatMap((n, i) => framed(query(i, n))) };
  const server = {
    client: false,
    bytes: names.flatMap((n, i) =>
      framed(
        answer(i, n, [
          [0, i],
          [1, i],
        ]),
      ),
    ),
  };
  const asked = names.flatMap((_, i) => [`10.7.0.${i}`, `10.7.1.${i}`]);
  const wanted = { queries: 5, responses: 5, names: names.flatMap((n) => [n, n]) };
  for (const port of [53, 5_353, 853, 8_053]) {
    assert.deepEqual(
      counted(port, [client, server], () => 100_000, inOrder, asked),
      wanted,
      `port ${port}, in one segment`,
    );
    assert.deepEqual(
      counted(port, [client, server], () => 1, inOrder, asked),
      wanted,
      `port ${port}, byte by byte`,
    );
    assert.deepEqual(
      counted(port, [client, server], () => 2, inOrder, asked),
      wanted,
      `port ${port}, lengths apart`,
    );
    assert.deepEqual(
      counted(port, [client, server], () => 3, inOrder, asked),
      wanted,
      `port ${port}, three at a time`,
    );
  }
  // The length by itself, then the message; one byte first.
  for (const n of [1, 2, 12, 14]) {
    let at = 0;
    assert.deepEqual(
      counted(53, [client, server], () => (at++ % 2 === 0 ? n : 100_000), inOrder, asked),
      wanted,
      `${n} bytes first`,
    );
  }
});

test('DNS over TCP: random messages, random cuts, any order, beside the messages themselves', () => {
  const random = testRandom(19);
  for (let round = 0; round < 80; round++) {
    const count = 1 + Math.floor(random() * 12);
    const names = Array.from({ length: count }, (_, i) => `n${i}${'x'.repeat(Math.floor(random() * 40))}.example.test`);
    const client = { client: true, bytes: names.flatMap((n, i) => framed(query(i, n))) };
    const filler = round % 4 === 0 ? Math.floor(random() * 300) : 0;
    const server = {
      client: false,
      bytes: names.flatMap((n, i) =>
        framed(
          answer(
            i,
            n,
            [
              [2, i],
              [3, i],
              [4, i],
            ],
            filler,
          ),
        ),
      ),
    };
    const scale = [8, 60, 600][round % 3]!;
    const size = (): number => 1 + Math.floor(random() ** 2 * scale);
    // Segments change places with one of the next four, some come twice.
    const order = (frames: number[][]): number[][] => {
      const all = [...frames];
      if (round % 2 === 0) return all;
      for (let i = 0; i < all.length; i++) {
        const k = Math.min(all.length - 1, i + Math.floor(random() * 4));
        [all[i], all[k]] = [all[k]!, all[i]!];
      }
      return all.flatMap((f) => (random() < 0.1 ? [f, f] : [f]));
    };
    const asked = names.flatMap((_, i) => [`10.7.2.${i}`, `10.7.3.${i}`, `10.7.4.${i}`]);
    const wanted = { queries: count, responses: count, names: names.flatMap((n) => [n, n, n]) };
    assert.deepEqual(
      counted(round % 2 === 0 ? 53 : 10_053, [client, server], size, order, asked),
      wanted,
      `round ${round}`,
    );
  }
});

test('DNS over TCP: an answer of a hundred addresses over twenty segments', () => {
  const addresses = Array.from({ length: 100 }, (_, i) => [5, i] as const);
  const server = { client: false, bytes: framed(answer(1, 'many.example.test', addresses, 200)) };
  const client = { client: true, bytes: framed(query(1, 'many.example.test')) };
  const asked = [0, 50, 70].map((i) => `10.7.5.${i}`);
  // 22 KB: what lies within the 16 KiB that are put together is named.
  assert.deepEqual(
    counted(53, [client, server], () => 1_400, inOrder, asked),
    { queries: 1, responses: 1, names: asked.slice(0, 2).map(() => 'many.example.test') },
  );
  const short = { client: false, bytes: framed(answer(1, 'many.example.test', addresses)) };
  const all = addresses.map(([, i]) => `10.7.5.${i}`);
  assert.deepEqual(
    counted(53, [client, short], () => 90, inOrder, all),
    { queries: 1, responses: 1, names: all.map(() => 'many.example.test') },
  );
});

test('DNS over TCP: a lost segment costs its messages and no others', () => {
  const messages = Array.from({ length: 40 }, (_, i) => Uint8Array.from(framed(query(i, `q${i}.example.test`))));
  const seen: number[] = [];
  const stream = new DnsStream(1);
  let seq = 1;
  messages.forEach((m, i) => {
    if (i !== 3 && i !== 30)
      stream.take(seq, m, 0, m.length, m.length, (b, at) => seen.push((b[at]! << 8) | b[at + 1]!));
    seq += m.length;
  });
  stream.flush((b, at) => seen.push((b[at]! << 8) | b[at + 1]!));
  assert.deepEqual(
    seen.sort((x, y) => x - y),
    messages.map((_, i) => i).filter((i) => i !== 3 && i !== 30),
  );
  assert.equal(stream.held, 0);
});

test('DNS over TCP: what is no DNS ends, within bounds', () => {
  const random = testRandom(20);
  for (let n = 0; n < 200; n++) {
    const stream = new DnsStream(0);
    let seq = 0;
    for (let k = 0; k < 40; k++) {
      const b = Uint8Array.from({ length: 1 + Math.floor(random() * 1_400) }, () =>
        Math.floor(random() * (n % 2 === 0 ? 256 : 3)),
      );
      stream.take(
        seq + Math.floor(random() * 20_000) * (n % 3),
        b,
        0,
        b.length,
        b.length + (random() < 0.1 ? 50 : 0),
        (m, at, end) => {
          assert.ok(at >= 0 && at < end && end <= m.length);
        },
      );
      assert.ok(stream.held <= 16_384 + 1_024 * 16);
      seq = (seq + b.length) >>> 0;
    }
    stream.flush(() => undefined);
  }
});
