import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { Layers, TCP_ACK } from '../decode/index.ts';
import { hearDns } from '../testing/observing.ts';
import { testRandom } from '../testing/packets.ts';
import { Observer, type Observed } from './index.ts';

interface Piece {
  readonly dir: number;
  readonly at: number;
  readonly bytes: Uint8Array;
}
const bytesOf = (text: string | Uint8Array): Uint8Array =>
  typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'latin1')) : text;
const le = (n: number, size: number): number[] => Array.from({ length: size }, (_, i) => (n / 2 ** (8 * i)) & 255);
const put = (b: Uint8Array, at: number, data: readonly number[] | Uint8Array): Uint8Array => {
  b.set(data, at);
  return b;
};

/** Feeds segments; sequence numbers of both directions wrap soon. `ahead` is as the flow table would tell it. */
function fed(pieces: readonly Piece[], port = 80, started = true): Observed {
  const o = new Observer();
  o.began(0);
  const next = [0, 0];
  let packet = 0;
  for (const { dir, at, bytes } of pieces) {
    const l = new Layers();
    l.ipProtocol = 6;
    l.sourcePort = dir === 0 ? 4_000 : port;
    l.destinationPort = dir === 0 ? port : 4_000;
    l.tcpFlags = TCP_ACK;
    l.tcpSequence = (0xfffffff0 + at) >>> 0;
    l.payloadLength = bytes.length;
    l.payloadWire = bytes.length;
    l.ahead = started ? at - next[dir]! : 0;
    next[dir] = Math.max(next[dir]!, at + bytes.length);
    o.payload(0, dir, l, bytes, 100 + packet, packet);
    packet++;
  }
  o.finish(0);
  const observed = o.observed(0);
  const { first } = observed;
  o.release(0);
  return { ...observed, first };
}

/** Turns of a conversation, each a direction's bytes, whole. */
function turns(...list: readonly (readonly [number, string | Uint8Array])[]): Piece[] {
  const sent = [0, 0];
  return list.map(([dir, data]) => {
    const bytes = bytesOf(data);
    const piece = { dir, at: sent[dir]!, bytes };
    sent[dir]! += bytes.length;
    return piece;
  });
}

/** Each turn cut at random, its pieces in a random order, some of them twice. */
function shuffled(pieces: readonly Piece[], seed: number): Piece[] {
  const random = testRandom(seed);
  return pieces.flatMap(({ dir, at, bytes }) => {
    const parts: Piece[] = [];
    for (let p = 0; p < bytes.length;) {
      const size = Math.max(Math.ceil(bytes.length / 14), 1 + Math.floor(random() * 60));
      parts.push({ dir, at: at + p, bytes: bytes.slice(Math.max(0, p), p + size) });
      if (random() < 0.2) parts.push({ dir, at: at + p, bytes: bytes.slice(p, p + Math.ceil(size / 2)) });
      p += size;
    }
    return parts
      .map((x) => [random(), x] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, x]) => x);
  });
}

/** Without packets and times, which the way of cutting changes. */
const plain = (o: Observed): unknown =>
  JSON.parse(
    JSON.stringify({ ...o, payload: 0, firstPacket: 0, firstSeconds: 0 }, (k, v: unknown) => {
      if (k === 'packet' || k === 'seconds') return 0;
      return v instanceof Uint8Array ? Buffer.from(v).toString('latin1') : v;
    }),
  );

const gzip = gzipSync(Buffer.from('<html>'.padEnd(900, 'hello ')));
const web = turns(
  [0, 'GET /a HTTP/1.1\r\nHost: one.test\r\nUser-Agent: sqlmap/1\r\n\r\nHEAD /b HTTP/1.1\r\nHost: one.test\r\n\r\n'],
  [1, `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzip.length}\r\n\r\n`],
  [1, gzip],
  [1, 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'],
  [
    0,
    'POST /c?x=..%2f..%2f HTTP/1.1\r\nHost: two.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n${jn\r\n5;x=1\r\ndi:ld\r\n0\r\n\r\n',
  ],
  [
    1,
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n',
  ],
  [0, 'GET /d HTTP/1.0\r\n\r\n'],
  [1, 'HTTP/1.0 200 OK\r\n\r\nuntil the end'],
);

function bindAndCall(operation: number): Uint8Array {
  const uuid = Buffer.from('81bb7a364498f135ad3298f038001003', 'hex');
  const bind = put(put(new Uint8Array(72), 0, [5, 0, 11, 3, 16, 0, 0, 0, 72, 0]), 24, [1, 0, 0, 0, 7, 0, 1, 0]);
  put(bind, 32, uuid);
  const call = put(new Uint8Array(40), 0, [5, 0, 0, 3, 16, 0, 0, 0, 40, 0]);
  return new Uint8Array(Buffer.concat([bind, put(call, 20, [7, 0, operation, 0])]));
}
const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';

function framed(message: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Uint8Array.from([0, 0, message.length >> 8, message.length & 255]), message]));
}
function smb2(command: number, tree: number, body: Uint8Array): Uint8Array {
  const head = put(put(new Uint8Array(64), 0, [0xfe, 0x53, 0x4d, 0x42, 64]), 12, [command]);
  return framed(new Uint8Array(Buffer.concat([put(put(head, 24, [9]), 36, [tree]), body])));
}
const wide = (t: string): Uint8Array => new Uint8Array(Buffer.from(t, 'utf16le'));
function connect(path: string): Uint8Array {
  return smb2(
    3,
    0,
    put(put(new Uint8Array(8 + path.length * 2), 4, [...le(72, 2), ...le(path.length * 2, 2)]), 8, wide(path)),
  );
}
function create(tree: number, name: string): Uint8Array {
  const body = new Uint8Array(56 + name.length * 2);
  return smb2(5, tree, put(put(body, 44, [...le(120, 2), ...le(name.length * 2, 2)]), 56, wide(name)));
}
function write(data: Uint8Array, file: number): Uint8Array {
  const body = put(new Uint8Array(48 + data.length), 2, [...le(112, 2), ...le(data.length, 4)]);
  return smb2(9, 1, put(put(body, 16, [file]), 48, data));
}
const program = bytesOf(`MZ${'\0'.repeat(76)}This program cannot be run in DOS mode`);
const shares = turns(
  [0, connect('\\\\srv\\IPC$')],
  [1, smb2(3, 5, new Uint8Array(16))],
  [0, create(5, 'svcctl')],
  [0, write(bindAndCall(12), 1)],
  [0, connect('\\\\srv\\ADMIN$')],
  [1, smb2(3, 6, new Uint8Array(16))],
  [0, create(6, 'a\\evil.exe')],
  [0, write(program, 2)],
);
const mail = turns(
  [1, '220 mail.test ESMTP\r\n'],
  [0, 'EHLO me\r\nMAIL FROM:<a@b>\r\nDATA\r\n'],
  [1, '250 a\r\n'],
  [0, 'QUIT is text here\r\n'],
);
const shell = turns([1, 'whoami\n'], [0, 'uid=0(root) gid=0(root)\n']);

test('http: requests and answers in pairs, through pipelines, chunks, HEAD, 100 and gzip', () => {
  const o = fed(web);
  assert.deepEqual(
    o.http.map((e) => [e.request?.method, e.request?.target, e.request?.host, e.response?.status, e.done]),
    [
      ['GET', '/a', 'one.test', 200, true],
      ['HEAD', '/b', 'one.test', 200, true],
      ['POST', '/c?x=..%2f..%2f', 'two.test', 404, true],
      ['GET', '/d', null, 200, true],
    ],
  );
  const bodies = o.http.map((e) => Buffer.from(e.response!.body).toString('latin1').slice(0, 13));
  assert.deepEqual(bodies, ['<html>hello h', '', 'abc', 'until the end']);
  assert.equal(o.http[0]!.response!.body.length, 512);
  assert.equal(Buffer.from(o.http[2]!.request!.body).toString(), '${jndi:ld');
  assert.deepEqual(o.sights.map((s) => s.pattern).sort(), ['jndi', 'scanner', 'traversal']);
  assert.equal(o.httpRequests, 4);
});

test('http: deflate with and without a head, and a body that lies about its coding', () => {
  for (const [body, shown] of [
    [deflateSync(Buffer.from('plain text')), 'plain text'],
    [Buffer.from('not packed'), 'not packed'],
  ] as const) {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: ${body.length}\r\n\r\n`;
    const o = fed(turns([0, 'GET / HTTP/1.1\r\n\r\n'], [1, head], [1, body]));
    assert.equal(Buffer.from(o.http[0]!.response!.body).toString(), shown);
  }
});

test('rpc over TCP and in a pipe: the interface and the operation; names of shares, pipes and files', () => {
  const calls = [
    { uuid: SVCCTL, operation: -1, times: 1 },
    { uuid: SVCCTL, operation: 12, times: 1 },
  ];
  const strip = (o: Observed): unknown => o.rpc.map(({ uuid, operation, times }) => ({ uuid, operation, times }));
  assert.deepEqual(strip(fed(turns([0, bindAndCall(12)]), 135)), calls);
  const twice = calls.map((c) => ({ ...c, times: 2 }));
  assert.deepEqual(strip(fed(turns([0, bindAndCall(12)], [0, bindAndCall(12)]), 135)), twice, 'once, with how often');
  const o = fed(shares, 445);
  assert.deepEqual(strip(o), calls);
  assert.deepEqual(
    o.smb.map((n) => `${n.what} ${n.name}`),
    ['share IPC$', 'pipe svcctl', 'share ADMIN$', 'file a\\evil.exe'],
  );
  assert.deepEqual(
    o.sights.map((s) => s.pattern),
    ['program-written'],
  );
});

test('smb 1: a session setup by TRANS2 and the answer that only an implant gives', () => {
  const message = (reply: boolean, mid: number): Uint8Array => {
    const b = put(new Uint8Array(70), 0, [0xff, 0x53, 0x4d, 0x42, 0x32]);
    if (reply) put(put(b, 5, [2, 0, 0, 0xc0]), 9, [0x80]);
    return framed(put(put(put(b, 30, [mid]), 32, [15]), 61, [14, 0]));
  };
  const sights = (mid: number): string[] =>
    fed(turns([0, message(false, 65)], [1, message(true, mid)]), 445).sights.map((s) => s.pattern);
  assert.deepEqual(sights(81), ['smb1-trans2-session-setup', 'doublepulsar-answer']);
  assert.deepEqual(sights(65), ['smb1-trans2-session-setup']);
});

test('mail: commands until the body, and what the server began with', () => {
  const o = fed(mail, 25);
  assert.deepEqual(
    o.commands.map((c) => `${c.verb} ${c.argument}`),
    ['EHLO me', 'MAIL FROM:<a@b>', 'DATA '],
  );
  assert.deepEqual(
    o.sights.map((s) => [s.pattern, s.packet, s.dir, s.text]),
    [['server-220', 0, 1, '220']],
  );
});

test('first bytes: a shell, mining, a class, a program in the raw', () => {
  const patterns = (...list: readonly (readonly [number, string])[]): string[] =>
    fed(turns(...list), 4_444)
      .sights.map((s) => s.pattern)
      .sort();
  assert.deepEqual(
    fed(shell, 4_444)
      .sights.map((s) => s.pattern)
      .sort(),
    ['shell-command', 'shell-output'],
  );
  assert.deepEqual(patterns([0, '{"id":1,"method":"login","params":{}}\n']), ['mining']);
  assert.deepEqual(patterns([1, '12345678\xca\xfe\xba\xbe\0\0\0\x34']), ['java-class']);
  assert.deepEqual(patterns([1, 'x'.repeat(5_000)], [1, Buffer.from(program).toString('latin1')]), ['program-raw']);
  assert.deepEqual(patterns([1, 'identity\n'], [0, 'uid=0 gid=0']), []);
});

test('kerberos and ldap: types of messages', () => {
  const error = [0x7e, 9, 0x30, 7, 0xa5, 0, 0xa6, 3, 2, 1, 25];
  const k = Uint8Array.from([0, 0, 0, 4, 0x6a, 2, 0, 0, 0, 0, 0, error.length, ...error]);
  assert.deepEqual(fed(turns([0, k]), 88).kerberos, [10, 1_025]);
  assert.deepEqual(
    fed(turns([0, Uint8Array.from([0x30, 5, 2, 1, 1, 0x63, 0, 0x30, 5, 2, 1, 2, 0x42, 0])]), 389).ldap,
    [3, 2],
  );
});

test('dns and echo', () => {
  const o = new Observer();
  o.began(70);
  const m = Uint8Array.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 1, 98, 0, 0, 16, 0, 1]);
  hearDns(o, 70, m, 5, 3);
  const l = new Layers();
  l.ipProtocol = 1;
  l.icmpType = 8;
  for (const size of [32, 40, 400]) {
    l.payloadLength = size;
    l.payloadWire = size;
    o.payload(70, 0, l, new Uint8Array(400).fill(size), 1, 1);
  }
  const { dns, echo, first, payload } = o.observed(70);
  assert.deepEqual(dns, [
    { packet: 3, seconds: 5, response: false, name: 'a.b', type: 16, rcode: 0, addresses: 0, size: 21 },
  ]);
  assert.deepEqual([echo?.requests, echo?.starts, echo?.lengthClasses, echo?.longestRequest], [3, 3, 2, 400]);
  assert.deepEqual([first[0].length, payload[0]], [32, 472]);
  o.release(70);
  o.began(70);
  assert.equal(o.observed(70).dns.length, 0);
});

test('random pieces in random order show what whole turns show', () => {
  for (const [name, conversation, port] of [
    ['web', web, 80],
    ['shares', shares, 445],
    ['mail', mail, 25],
    ['shell', shell, 4_444],
  ] as const) {
    const whole = plain(fed(conversation, port));
    for (let seed = 1; seed <= 60; seed++) {
      assert.deepEqual(plain(fed(shuffled(conversation, seed), port)), whole, `${name} ${seed}`);
    }
  }
});

test('conversations cut at every length, and begun at every offset, throw nothing', () => {
  for (const [conversation, port] of [
    [web, 80],
    [shares, 445],
    [mail, 25],
  ] as const) {
    for (const { dir, at, bytes } of conversation) {
      for (let cut = 1; cut < bytes.length; cut++) {
        const o = fed(
          [
            { dir, at, bytes: bytes.slice(0, cut) },
            { dir, at: at + cut + 9, bytes: bytes.slice(cut) },
          ],
          port,
          false,
        );
        assert.ok(o.first[dir]!.length > 0);
      }
    }
  }
});

test('TLS is deaf at once, and its first bytes and counts are kept', () => {
  const hello = Uint8Array.from([22, 3, 1, 0, 4, 1, 0, 0, 0]);
  const o = fed(turns([0, hello], [1, 'uid=0(root) gid=0(root)'], [0, 'GET / HTTP/1.1\r\n\r\n']), 443);
  assert.deepEqual([o.http.length, o.sights.length, o.payload, o.first[1].length], [0, 0, [27, 23], 23]);
});

test('bounds: a hole is given up after 32 segments, and exchanges after 300', () => {
  const body = 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n';
  const later = Array.from({ length: 40 }, (_, i) => ({ dir: 1, at: body.length + 500 + i, bytes: bytesOf('x') }));
  const o = fed([...turns([0, 'GET / HTTP/1.1\r\n\r\n'], [1, body]), ...later], 80);
  assert.equal(o.http[0]!.response!.rawBytes, 40);
  const many = fed(turns([0, 'GET / HTTP/1.1\r\n\r\n'.repeat(400)]));
  assert.deepEqual([many.http.length, many.httpRequests], [300, 400]);
});
