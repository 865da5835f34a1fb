import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureStream } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { flowAppName } from '../session/flow-record.ts';
import { clientHello, packetsOf, pcap, serverHello, tcp, testRandom } from '../testing/packets.ts';
import { flowRow } from '../../contract/index.ts';
import { told } from './opening.ts';
import { noHints } from './payload.ts';

const CLIENT = '10.0.0.1:4000';
const PORTS = [443, 8443, 80, 22, 3306, 31_337];
const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const u16 = (n: number): number[] => [n >> 8, n & 255];

function record(type: number, bytes: Uint8Array | readonly number[]): number[] {
  return [type, 3, 3, ...u16(bytes.length), ...bytes];
}

const LISTS = [
  'curve25519-sha256',
  'ssh-ed25519',
  'aes128-ctr',
  'aes256-ctr',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'none',
  'zlib',
  '',
  '',
];
const KEXINIT = [
  20,
  ...new Array<number>(16).fill(7),
  ...LISTS.flatMap((l) => [0, 0, ...u16(l.length), ...latin(l)]),
  0,
  0,
  0,
  0,
  0,
];
const SSH = Uint8Array.from([
  ...latin('SSH-2.0-Test_1.0\r\n'),
  0,
  0,
  ...u16(KEXINIT.length + 7),
  6,
  ...KEXINIT,
  0,
  0,
  0,
  0,
  0,
  0,
]);

/** What a client and a server say first. */
const OPENINGS: readonly (readonly [name: string, client: Uint8Array, server: Uint8Array])[] = [
  ['TLS', clientHello('cut.example.test'), serverHello()],
  [
    'HTTP',
    latin('GET /x?y HTTP/1.1\r\nHost: cut.example.test\r\nUser-Agent: t\r\n\r\n'),
    latin('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
  ],
  ['HTTP2', latin('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'), latin('\0\0\0\x04\0\0\0\0\0')],
  ['SSH', SSH, SSH],
  ['SMTP', latin('EHLO me.example.test\r\n'), latin('220 mx.example.test ESMTP\r\n')],
  ['MQTT', latin('\x10\x10\0\x04MQTT\x04\x02\0\x3c\0\x04test'), latin('\x20\x02\0\0')],
  [
    'BitTorrent',
    latin(`\x13BitTorrent protocol${'\0'.repeat(48)}`),
    latin(`\x13BitTorrent protocol${'\0'.repeat(48)}`),
  ],
  [
    'RDP',
    Uint8Array.from([3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0]),
    Uint8Array.from([3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0]),
  ],
];

type Segment = { readonly client: boolean; readonly seq: number; readonly data: Uint8Array };

/** Bytes as segments that begin at sequence number 1, cut where `sizes` says. */
function cut(client: boolean, bytes: Uint8Array, size: () => number): Segment[] {
  const all: Segment[] = [];
  for (let at = 0; at < bytes.length;) {
    const data = bytes.subarray(at, at + size());
    all.push({ client, seq: 1 + at, data });
    at += data.length;
  }
  return all;
}

/** A TLS stream's handshake messages in records of other sizes. */
function rerecorded(b: Uint8Array, size: () => number): Uint8Array {
  const out: number[] = [];
  for (let at = 5; at < b.length;) {
    const part = b.subarray(at, at + size());
    out.push(...record(22, part));
    at += part.length;
  }
  return Uint8Array.from(out);
}

/** Facts and application of a connection whose segments come in the order that is given. */
function factsOf(port: number, segments: readonly Segment[], handshake = true): unknown {
  const server = `10.0.0.2:${port}`;
  const frames = segments.map((s) =>
    tcp(s.client ? CLIENT : server, s.client ? server : CLIENT, { flags: 'PA', seq: s.seq, ack: 1, data: s.data }),
  );
  const begins = handshake
    ? [tcp(CLIENT, server, { flags: 'S', seq: 0 }), tcp(server, CLIENT, { flags: 'SA', seq: 0, ack: 1 })]
    : [];
  const a = new Analysis({ completed: () => undefined });
  new CaptureStream(a).push(pcap(packetsOf([...begins, ...frames], 1_700_000_000, 0.0001)));
  a.finish();
  assert.equal(a.flows.columns.count, 1);
  const f = a.inspector.facts[0];
  return {
    app: flowAppName(a, flowRow(0)),
    name: f?.serverName ?? null,
    ja3: f?.ja3 ?? null,
    ja4: f?.ja4 ?? null,
    ja3s: f?.ja3s ?? null,
    suite: f?.tlsSuite ?? -1,
    http: f?.http ?? null,
    ssh: f?.ssh?.some((side) => side.banner !== null) ? f.ssh : null,
  };
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const k = Math.floor(random() * (i + 1));
    [all[i], all[k]] = [all[k]!, all[i]!];
  }
  return all;
}

/** Server first where its greeting is what the client answers. */
function inOrder(name: string, client: Segment[], server: Segment[]): Segment[] {
  return name === 'SMTP' ? [...server, ...client] : [...client, ...server];
}

const whole = (): number => 100_000;

test('a first segment of 1 to 12 bytes, and bytes of one each, tell what the whole tells, on any port', () => {
  for (const [name, client, server] of OPENINGS) {
    for (const port of PORTS) {
      const facts = factsOf(port, inOrder(name, cut(true, client, whole), cut(false, server, whole)));
      assert.equal((facts as { app: string }).app, name, `port ${port}`);
      for (let n = 1; n <= 12; n++) {
        const first = (bytes: Uint8Array, isClient: boolean): Segment[] => {
          let begun = false;
          return cut(isClient, bytes, () => {
            if (begun) return 100_000;
            begun = true;
            return n;
          });
        };
        assert.deepEqual(
          factsOf(port, inOrder(name, first(client, true), first(server, false))),
          facts,
          `${name}, port ${port}, ${n} bytes first`,
        );
      }
      assert.deepEqual(
        factsOf(
          port,
          inOrder(
            name,
            cut(true, client, () => 1),
            cut(false, server, () => 1),
          ),
        ),
        facts,
        `${name}, port ${port}, byte by byte`,
      );
    }
  }
});

test('a hello over TLS records of any size is a hello, on any port', () => {
  const client = clientHello('records.example.test');
  const random = testRandom(10);
  for (const port of PORTS) {
    const facts = factsOf(port, [...cut(true, client, whole), ...cut(false, serverHello(), whole)]) as { ja3: string };
    for (const size of [1, 2, 3, 4, 5, 7, 40]) {
      const parts = rerecorded(client, () => size);
      assert.deepEqual(
        factsOf(port, [...cut(true, parts, whole), ...cut(false, serverHello(), whole)]),
        facts,
        `port ${port}, records of ${size}`,
      );
    }
    for (let n = 0; n < 20; n++) {
      const size = (): number => 1 + Math.floor(random() ** 3 * 60);
      const segments = [
        ...cut(true, rerecorded(client, size), size),
        ...cut(false, rerecorded(serverHello(), size), size),
      ];
      assert.deepEqual(factsOf(port, segments), facts, `port ${port}, round ${n}`);
    }
  }
});

test('segments in any order, some of them twice, tell what the whole tells', () => {
  const random = testRandom(11);
  for (let n = 0; n < 240; n++) {
    const [name, client, server] = OPENINGS[n % OPENINGS.length]!;
    // Greetings in lines are told in their order only; the rest is by the first bytes of each side.
    const port = PORTS[Math.floor(random() * PORTS.length)]!;
    const facts = factsOf(port, inOrder(name, cut(true, client, whole), cut(false, server, whole)));
    const scale = n % 3 === 0 ? 6 : 60;
    const size = (): number => 1 + Math.floor(random() ** 2 * scale);
    const mix = (bytes: Uint8Array, isClient: boolean): Segment[] => {
      const all = cut(isClient, name === 'TLS' && n % 2 === 0 ? rerecorded(bytes, size) : bytes, size);
      return shuffled([...all, ...all.filter(() => random() < 0.2)], random);
    };
    assert.deepEqual(
      factsOf(port, inOrder(name, mix(client, true), mix(server, false))),
      facts,
      `${name}, port ${port}, round ${n}`,
    );
  }
});

test('the same where the capture did not see the connection begin', () => {
  const random = testRandom(12);
  for (let n = 0; n < 120; n++) {
    const [name, client, server] = OPENINGS[n % 4]!;
    const port = PORTS[Math.floor(random() * PORTS.length)]!;
    const facts = factsOf(port, [...cut(true, client, whole), ...cut(false, server, whole)], false);
    const size = (): number => 20 + Math.floor(random() * 60);
    const segments = [...shuffled(cut(true, client, size), random), ...cut(false, server, size)];
    assert.deepEqual(factsOf(port, segments, false), facts, `${name}, port ${port}, round ${n}`);
  }
});

test('a hello after STARTTLS may begin with one byte', () => {
  const hello = clientHello('after.example.test');
  for (const n of [1, 2, 3, 4, 5, 6, 40]) {
    const lines = ['220 mx ESMTP\r\n', 'EHLO me\r\n', '250 STARTTLS\r\n', 'STARTTLS\r\n', '220 ready\r\n'];
    const next = { server: 1, client: 1 };
    const segments = [...lines.map(latin), hello.subarray(0, n), hello.subarray(n)].map((data, i): Segment => {
      const side = i >= lines.length || i % 2 === 1 ? 'client' : 'server';
      const seq = next[side];
      next[side] += data.length;
      return { client: side === 'client', seq, data };
    });
    assert.equal((factsOf(2525, segments) as { name: string }).name, 'after.example.test', `${n} bytes first`);
  }
});

test('a FIN that overtakes the data costs none of it', () => {
  const server = '10.0.0.2:443';
  for (const cutAt of [3, 40, 5_000]) {
    const hello = serverHello();
    const parts = cut(false, hello, () => cutAt);
    const a = new Analysis({ completed: () => undefined });
    new CaptureStream(a).push(
      pcap(
        packetsOf([
          tcp(CLIENT, server, { flags: 'S', seq: 0 }),
          tcp(server, CLIENT, { flags: 'SA', seq: 0, ack: 1 }),
          tcp(CLIENT, server, { flags: 'PA', seq: 1, ack: 1, data: clientHello('fin.example.test') }),
          tcp(server, CLIENT, { flags: 'FA', seq: 1, ack: 1 }),
          ...parts.map((p) => tcp(server, CLIENT, { flags: 'PA', seq: p.seq, ack: 1, data: p.data })),
        ]),
      ),
    );
    a.finish();
    assert.equal(a.inspector.facts[0]!.tlsSuite, 0xc02f, `segments of ${cutAt}`);
  }
});

test('what is held of first bytes is bounded, and given back', () => {
  const server = '10.0.0.2:9999';
  const random = testRandom(13);
  const a = new Analysis({ completed: () => undefined });
  const frames: number[][] = [];
  // Directions with a hole at the beginning that nothing fills, and first segments that could go on.
  for (let n = 0; n < 200; n++) {
    const from = `10.0.${n >> 6}.${n & 63}:4000`;
    frames.push(tcp(from, server, { flags: 'S', seq: 0 }));
    if (n % 2 === 0)
      frames.push(
        tcp(from, server, {
          flags: 'PA',
          seq: 1,
          data: [latin('G'), latin('\x16'), latin('\0'), latin('SSH')][(n >> 1) % 4]!,
        }),
      );
    else
      for (let k = 0; k < 30; k++)
        frames.push(
          tcp(from, server, {
            flags: 'PA',
            seq: 10 + Math.floor(random() * 40_000),
            data: new Uint8Array(700).fill(n),
          }),
        );
  }
  new CaptureStream(a).push(pcap(packetsOf(frames, 1_700_000_000, 0.0001)));
  assert.ok(a.inspector.pool.used <= 200 * (16_384 + 1_024 * 16), `${a.inspector.pool.used} bytes`);
  a.finish();
  assert.equal(a.inspector.pool.used, 0);
});

test('first bytes that can go on are told from those that cannot', () => {
  const of = (b: Uint8Array): string => told(b, 0, b.length, noHints());
  for (const [, client] of OPENINGS) assert.equal(of(client), 'yes');
  for (const text of [
    'G',
    'GET',
    'GET /',
    'HTTP',
    'PRI * HT',
    'SSH',
    '\x16\x03',
    '\x16\x03\x01\x02',
    '\x03\0',
    'M',
    'RFB ',
    '220 mx',
    '\x10',
  ]) {
    assert.equal(of(latin(text)), 'more', JSON.stringify(text));
  }
  for (const text of ['x', 'GETX ', '\x16\x04', '\x16\x03\x09', '\x80', 'hello', 'SSG', '220 mx ready\r\n', '\xfe']) {
    assert.equal(of(latin(text)), 'no', JSON.stringify(text));
  }
});
