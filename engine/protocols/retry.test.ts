import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureStream } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { flowAppName, flowRecord } from '../session/flow-record.ts';
import { clientHello, packetsOf, pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { quicInitial } from '../testing/quic.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { flowRow, packetRow } from '../../contract/index.ts';
import { QuicIds } from './quic-ids.ts';

const A = '10.0.0.1:40000';
const B = '10.0.0.2:443';
const u16 = (n: number): number[] => [n >> 8, n & 255];
const u24 = (n: number): number[] => [n >> 16, (n >> 8) & 255, n & 255];
const record = (type: number, bytes: Uint8Array | readonly number[]): number[] => [
  type,
  3,
  3,
  ...u16(bytes.length),
  ...bytes,
];
const hello = (name: string, suites?: readonly number[]): Uint8Array => clientHello(name, suites).subarray(5);
const CHANGE = record(20, [1]);
const RETRY = [...Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')];

/** A ServerHello of TLS 1.3, or a request for another hello. */
function serverHello(retry: boolean, extra: readonly number[] = []): number[] {
  const extensions = [0, 43, 0, 2, 3, 4, ...extra];
  const body = [
    3,
    3,
    ...(retry ? RETRY : new Array<number>(32).fill(5)),
    0,
    0x13,
    1,
    0,
    ...u16(extensions.length),
    ...extensions,
  ];
  return [2, ...u24(body.length), ...body];
}

function analysed(frames: readonly (readonly number[])[]): Analysis {
  const a = new Analysis({ completed: () => undefined });
  new CaptureStream(a).push(pcap(packetsOf(frames)));
  a.finish();
  return a;
}

const alone = (frames: readonly (readonly number[])[]): { ja3: string; ja4: string } => {
  const f = flowRecord(analysed(frames), 'x', flowRow(0));
  return { ja3: f.ja3!, ja4: f.ja4! };
};
const prints = (a: Analysis): unknown => {
  const f = flowRecord(a, 'x', flowRow(0));
  return { ja3: f.ja3, ja4: f.ja4, ja3_retry: f.ja3_retry, ja4_retry: f.ja4_retry };
};
const both = (first: { ja3: string; ja4: string }, second: { ja3: string; ja4: string } | null): unknown => ({
  ...first,
  ja3_retry: second?.ja3 ?? null,
  ja4_retry: second?.ja4 ?? null,
});

const ONE = hello('retry.example.test', [0x1301, 0x1302]);
const TWO = hello('retry.example.test', [0x1301, 0x1302, 0x1303]);

test('after a HelloRetryRequest over TCP both hellos are kept: the first is the flow’s', () => {
  const whole = (message: Uint8Array): { ja3: string; ja4: string } =>
    alone([tcp(A, B, { flags: 'PA', seq: 1, data: Uint8Array.from(record(22, message)) })]);
  assert.notDeepEqual(whole(ONE), whole(TWO));
  const client = [record(22, ONE), [...CHANGE, ...record(22, TWO)]];
  const server = [
    [...record(22, serverHello(true)), ...CHANGE],
    record(22, serverHello(false, [0, 51, 0, 4, 0, 29, 0, 0])),
  ];
  const random = testRandom(45);
  for (let round = 0; round < 40; round++) {
    const size = [10_000, 1][round] ?? 0;
    const next = { client: 1, server: 1 };
    const frames: number[][] = [];
    for (const [side, bytes] of [
      ['client', client[0]!],
      ['server', server[0]!],
      ['client', client[1]!],
      ['server', server[1]!],
    ] as const) {
      const parts: number[][] = [];
      for (let at = 0; at < bytes.length;) {
        const data = Uint8Array.from(bytes.slice(at, at + (size || 1 + Math.floor(random() * 60))));
        parts.push(
          tcp(side === 'client' ? A : B, side === 'client' ? B : A, { flags: 'PA', seq: next[side], ack: 1, data }),
        );
        next[side] += data.length;
        at += data.length;
      }
      // In odd rounds segments of a flight change places.
      frames.push(...(round % 2 === 0 ? parts : parts.reverse()));
    }
    const a = analysed([tcp(A, B, { flags: 'S', seq: 0 }), tcp(B, A, { flags: 'SA', seq: 0, ack: 1 }), ...frames]);
    assert.deepEqual(prints(a), both(whole(ONE), whole(TWO)), `round ${round}`);
    assert.equal(a.inspector.facts[0]!.serverName, 'retry.example.test');
    // Its key share stands only in the hello that is none of a retry.
    assert.equal(a.inspector.facts[0]!.tlsVersion, 0x0304);
    assert.equal(a.inspector.facts[0]!.tlsSuite, 0x1301);
  }
  assert.deepEqual(
    prints(analysed([tcp(A, B, { flags: 'PA', seq: 1, data: Uint8Array.from(client[0]!) })])),
    both(whole(ONE), null),
  );
});

const CLIENT_ID = 'c5c5c5c5';
const SERVER_ID = '5555555555555555';
const FIRST = '8394c8f03e515708';
function crypto(offset: number, data: Uint8Array | readonly number[]): Uint8Array {
  return Uint8Array.from([
    6,
    0x40 | (offset >> 8),
    offset & 255,
    0x40 | (data.length >> 8),
    data.length & 255,
    ...data,
  ]);
}
const padded = (frames: Uint8Array): Uint8Array =>
  Buffer.concat([frames, new Uint8Array(Math.max(0, 1_162 - frames.length))]);
const fromClient = (d: Uint8Array): number[] => udp(A, B, d);
const fromServer = (d: Uint8Array): number[] => udp(B, A, d);

test('after a HelloRetryRequest over QUIC both hellos are kept', () => {
  const quic = (message: Uint8Array): { ja3: string; ja4: string } =>
    alone([fromClient(quicInitial(padded(crypto(0, message)), { from: CLIENT_ID }))]);
  const request = serverHello(true);
  const accepted = serverHello(false, [0, 51, 0, 4, 0, 29, 0, 0]);
  const server = { to: CLIENT_ID, from: SERVER_ID, keyId: FIRST, side: 'server in' } as const;
  const a = analysed([
    fromClient(quicInitial(padded(crypto(0, ONE)), { from: CLIENT_ID })),
    fromServer(quicInitial(padded(crypto(0, request)), server)),
    // The second hello in two packets, the later bytes first.
    fromClient(
      quicInitial(padded(crypto(ONE.length + 50, TWO.subarray(50))), {
        to: SERVER_ID,
        from: CLIENT_ID,
        keyId: FIRST,
        number: 1,
      }),
    ),
    fromClient(
      quicInitial(padded(crypto(ONE.length, TWO.subarray(0, 50))), {
        to: SERVER_ID,
        from: CLIENT_ID,
        keyId: FIRST,
        number: 2,
      }),
    ),
    fromServer(quicInitial(padded(crypto(request.length, accepted)), { ...server, number: 1 })),
  ]);
  assert.deepEqual(prints(a), both(quic(ONE), quic(TWO)));
  // The server's own hello, not its request: JA3S has the key share's extension.
  const f = a.inspector.facts[0]!;
  const plain = analysed([
    fromClient(quicInitial(padded(crypto(0, ONE)), { from: CLIENT_ID })),
    fromServer(quicInitial(padded(crypto(0, accepted)), server)),
  ]);
  assert.equal(f.ja3s, plain.inspector.facts[0]!.ja3s);
  assert.notEqual(f.ja3s, null);
});

test('after QUIC’s Retry the hello that comes again is kept as such', () => {
  const quic = (message: Uint8Array): { ja3: string; ja4: string } =>
    alone([fromClient(quicInitial(padded(crypto(0, message)), { from: CLIENT_ID }))]);
  const retry = Uint8Array.from(Buffer.from(`f00000000104${CLIENT_ID}08${SERVER_ID}${'ab'.repeat(40)}`, 'hex'));
  const again = (frames: Uint8Array, number: number): number[] =>
    fromClient(quicInitial(padded(frames), { to: SERVER_ID, from: CLIENT_ID, number }));
  const frames = [fromClient(quicInitial(padded(crypto(0, ONE)), { from: CLIENT_ID })), fromServer(retry)];
  assert.deepEqual(prints(analysed([...frames, again(crypto(0, ONE), 1)])), both(quic(ONE), quic(ONE)));
  assert.deepEqual(
    prints(analysed([...frames, again(crypto(0, TWO.subarray(0, 60)), 1), again(crypto(60, TWO.subarray(60)), 2)])),
    both(quic(ONE), quic(TWO)),
  );
  assert.deepEqual(prints(analysed(frames)), both(quic(ONE), null));
});

test('after DTLS’s HelloVerifyRequest the hello with the cookie is kept beside the first', () => {
  const withCookie = (message: Uint8Array, cookie: readonly number[]): number[] => {
    const body = message.subarray(4);
    return [0xfe, 0xfd, ...body.subarray(2, 35), cookie.length, ...cookie, ...body.subarray(35)];
  };
  const dtls = (number: number, type: number, body: readonly number[]): number[] => [
    22,
    0xfe,
    0xfd,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    number,
    ...u16(12 + body.length),
    type,
    ...u24(body.length),
    ...u16(number),
    0,
    0,
    0,
    ...u24(body.length),
    ...body,
  ];
  const C = '10.0.0.1:5000';
  const D = '10.0.0.2:4433';
  const first = udp(C, D, dtls(0, 1, withCookie(ONE, [])));
  const verify = udp(D, C, dtls(0, 3, [0xfe, 0xff, 4, 1, 2, 3, 4]));
  const second = (message: Uint8Array): number[] => udp(C, D, dtls(1, 1, withCookie(message, [1, 2, 3, 4])));
  const of = (message: Uint8Array): { ja3: string; ja4: string } =>
    alone([udp(C, D, dtls(0, 1, withCookie(message, [])))]);
  assert.deepEqual(prints(analysed([first, verify, second(ONE)])), both(of(ONE), of(ONE)));
  assert.deepEqual(prints(analysed([first, first, verify, second(TWO), second(TWO)])), both(of(ONE), of(TWO)));
  // Sent again because nobody answered: no second hello.
  assert.deepEqual(prints(analysed([first, first])), both(of(ONE), null));
});

/** A packet with a short header to a connection id. */
const short = (id: string, size = 60): Uint8Array =>
  Uint8Array.from([0x47, ...Buffer.from(id, 'hex'), ...new Array<number>(size).fill(0x9d)]);
const opening = (port = 443): number[][] => [
  udp(A, `10.0.0.2:${port}`, quicInitial(padded(crypto(0, ONE)), { from: CLIENT_ID })),
  udp(
    `10.0.0.2:${port}`,
    A,
    quicInitial(padded(crypto(0, serverHello(false))), {
      to: CLIENT_ID,
      from: SERVER_ID,
      keyId: FIRST,
      side: 'server in',
    }),
  ),
];
const names = (a: Analysis): string[] =>
  Array.from({ length: a.packetCount }, (_, row) =>
    protocolName(a.packets.chunk(packetRow(row)).protocol[inChunk(packetRow(row))]!),
  );
const apps = (a: Analysis): string[] =>
  Array.from({ length: a.flows.columns.count }, (_, row) => flowAppName(a, flowRow(row)));

test('QUIC goes on as QUIC when either side’s address changes, whatever the port', () => {
  for (const port of [443, 4433]) {
    const server = `10.0.0.2:${port}`;
    // The client's port, then its address; then the server's own other address (RFC 9000, 9.6).
    for (const [from, to] of [
      ['10.0.0.1:6100', server],
      ['192.0.2.77:999', server],
      [A, '10.0.0.3:8443'],
      [A, '[2001:db8::1]:443'],
    ] as const) {
      if (from.startsWith('[') !== to.startsWith('[')) continue;
      const a = analysed([
        ...opening(port),
        udp(A, server, short(SERVER_ID)),
        udp(from, to, short(SERVER_ID)),
        udp(to, from, short(CLIENT_ID)),
        udp(from, to, short(SERVER_ID)),
      ]);
      assert.deepEqual(names(a), new Array(6).fill('QUIC'), `${from} to ${to}`);
      assert.deepEqual(apps(a), ['QUIC', 'QUIC'], `${from} to ${to}`);
    }
  }
  // The server speaks first on the new path.
  assert.deepEqual(apps(analysed([...opening(4433), udp('10.0.0.2:4433', '10.0.0.1:6100', short(CLIENT_ID))])), [
    'QUIC',
    'QUIC',
  ]);
});

test('other ids are no QUIC, nor are those of a connection that was never opened', () => {
  assert.deepEqual(
    apps(analysed([...opening(4433), udp('10.0.0.1:6100', '10.0.0.2:4433', short('6666666666666666'))])),
    ['QUIC', 'UDP'],
  );
  const forged = quicInitial(padded(crypto(0, ONE)), { from: '77777777' });
  forged[700]! ^= 1;
  assert.deepEqual(
    apps(analysed([udp(A, '10.0.0.2:4433', forged), udp('10.0.0.9:6100', '10.0.0.8:4433', short('77777777'))])).at(-1),
    'UDP',
  );
});

test('a datagram that ends in its long header teaches no id from its neighbour’s bytes', () => {
  for (let size = 1; size < 20; size++) {
    const cut = Uint8Array.from([0xc0, 0, 0, 0, 1, 4, 1, 2, 3, 4, 8, ...new Array<number>(9).fill(0xee)]).subarray(
      0,
      size,
    );
    const a = analysed([...opening(4433), udp(A, '10.0.0.2:4433', cut)]);
    assert.equal(a.inspector.quicIds.size, size < 19 ? 2 : 3, `${size} bytes`);
  }
});

test('connection ids are remembered within a bound, beside a list that keeps the last', () => {
  const ids = new QuicIds();
  const random = testRandom(34);
  const twin: string[] = [];
  for (let n = 0; n < 40_000; n++) {
    const size = Math.floor(random() * 24);
    const id = Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
    ids.learn(id, 0, size);
    const text = Buffer.from(id).toString('hex');
    if (size >= 4 && size <= 20) twin.push(text);
  }
  assert.ok(ids.size <= 16_384);
  const bears = (id: string): boolean => {
    const b = short(id);
    return ids.bears(b, 0, b.length);
  };
  for (const id of twin.slice(-16_000)) assert.ok(bears(id));
  for (const id of twin.slice(0, 1_000)) if (id.length >= 16) assert.equal(bears(id), false);
  assert.equal(ids.bears(new Uint8Array(0), 0, 0), false);
});
