import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Layers } from '../decode/index.ts';
import { CLIENT, conversation, observe, observeTalk, type Turn } from '../testing/observing.ts';
import { tcp } from '../testing/packets.ts';
import { Observer } from './observer.ts';

const WEB = '10.0.0.2:80';
const GET = 'GET /lost HTTP/1.1\r\nHost: a.test\r\n\r\n';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('a hole that the receiver has acknowledged is skipped at once: answers stay with their requests', () => {
  const one = 'POST /one HTTP/1.1\r\nContent-Length: 5000\r\n\r\n';
  const afterBody = 1 + one.length + 5_000;
  const [o] = observe([
    tcp(CLIENT, WEB, { flags: 'S', seq: 0 }),
    tcp(WEB, CLIENT, { flags: 'SA', seq: 0, ack: 1 }),
    tcp(CLIENT, WEB, { seq: 1, ack: 1, data: one }),
    // 4,000 bytes of the body are not in the capture.
    tcp(CLIENT, WEB, { seq: 1 + one.length + 4_000, ack: 1, data: 'x'.repeat(1_000) }),
    tcp(WEB, CLIENT, { seq: 1, ack: afterBody, data: ANSWER }),
    tcp(CLIENT, WEB, { seq: afterBody, ack: 1 + ANSWER.length, data: GET }),
    tcp(WEB, CLIENT, { seq: 1 + ANSWER.length, ack: afterBody + GET.length, data: ANSWER }),
  ]);
  assert.deepEqual(
    o!.http.map((e) => [e.request?.target, e.request?.packet, e.response?.packet]),
    [
      ['/one', 2, 4],
      ['/lost', 5, 6],
    ],
  );
});

test('a head that the snap length cut is read as far as it came', () => {
  const observer = new Observer();
  observer.began(0);
  const l = new Layers();
  l.ipProtocol = 6;
  l.sourcePort = 40_000;
  l.destinationPort = 80;
  const bytes = Buffer.from('GET /cut HTTP/1.1\r\nHost: a.test\r\nUser-Ag');
  l.payloadLength = bytes.length;
  l.payloadWire = 500;
  observer.payload(0, 0, l, bytes, 5, 9);
  observer.finish(0);
  const { http } = observer.observed(0);
  assert.deepEqual(
    http.map((e) => [e.request?.target, e.request?.host, e.request?.packet, e.done]),
    [['/cut', 'a.test', 9, true]],
  );
});

test('heads that never end are let go beyond 64 MiB, the oldest first, and all of it when flows are over', () => {
  const observer = new Observer();
  const l = new Layers();
  l.ipProtocol = 6;
  l.destinationPort = 80;
  const flows = 6_000;
  const bytes = Buffer.from(`GET / HTTP/1.1\r\nA: ${'a'.repeat(15_000)}`);
  l.payloadLength = bytes.length;
  l.payloadWire = bytes.length;
  let most = 0;
  for (let slot = 0; slot < flows; slot++) {
    observer.began(slot);
    observer.payload(slot, 0, l, bytes, 5, slot);
    most = Math.max(most, observer.holds);
  }
  assert.ok(most > 60 * 1024 * 1024 && most <= 64 * 1024 * 1024, String(most));
  // The oldest was read as far as it came, when it was let go.
  assert.equal(observer.observed(0).http.length, 1);
  for (let slot = 0; slot < flows; slot++) {
    observer.finish(slot);
    observer.release(slot);
  }
  assert.equal(observer.holds, 0);
});

test('an answer that unpacks to megabytes costs its first bytes only', () => {
  const bomb = gzipSync(Buffer.alloc(4_000_000, 'a'));
  const turns: Turn[] = [{ dir: 0, data: GET }];
  turns.push({
    dir: 1,
    data: Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`),
      bomb,
    ]),
  });
  const { response } = observeTalk(80, ...turns).http[0]!;
  assert.equal(Buffer.from(response!.body).toString(), 'a'.repeat(512));
  assert.equal(response!.rawBytes, Math.min(4_096, bomb.length));
});

test('passwords and the lines of a login are not kept; commands after a mail are', () => {
  const shown = (port: number, data: string): string[] =>
    observeTalk(port, { dir: 1, data: '220 ready\r\n' }, { dir: 0, data }).commands.map(
      (c) => `${c.verb} ${c.argument}`,
    );
  assert.deepEqual(shown(21, 'USER bob\r\nPASS secret\r\nSTOR a.txt\r\n'), ['USER bob', 'PASS ', 'STOR a.txt']);
  assert.deepEqual(
    shown(
      25,
      'EHLO pc\r\nAUTH LOGIN c2VjcmV0\r\nc2VjcmV\r\nsecretpw\r\nMAIL FROM:<a@b>\r\nDATA\r\nQUIT not\r\n.\r\nQUIT\r\n',
    ),
    ['EHLO pc', 'AUTH LOGIN', 'MAIL FROM:<a@b>', 'DATA ', 'QUIT '],
  );
  assert.deepEqual(shown(587, 'EHLO pc\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\n'), ['EHLO pc', 'STARTTLS ']);
});

test('commands are read although the greeting was not seen', () => {
  const { commands } = observeTalk(25, { dir: 0, data: 'MAIL FROM:<a@b>\r\n' });
  assert.deepEqual(
    commands.map((c) => c.verb),
    ['MAIL'],
  );
});

test('SMB behind a session request of NetBIOS is read', () => {
  const session = Uint8Array.from([0x81, 0, 0, 0x44, ...new Array<number>(0x44).fill(0x20)]);
  const header = [0xff, 0x53, 0x4d, 0x42, 0x75, ...new Array<number>(27).fill(0)];
  const path = [...Buffer.from('\\\\S\\ADMIN$\0A:\0')];
  const message = [...header, 4, 0xff, 0, 0, 0, 0, 0, 0, 0, path.length, 0, ...path];
  const tree = Uint8Array.from([0, 0, 0, message.length, ...message]);
  const { smb } = observeTalk(139, { dir: 0, data: session }, { dir: 1, data: '\x82\0\0\0' }, { dir: 0, data: tree });
  assert.deepEqual(smb, [{ packet: 4, what: 'share', name: 'ADMIN$' }]);
});

test('a connection in no protocol is let go once its first bytes are searched', () => {
  const observer = new Observer();
  const turns: Turn[] = [
    { dir: 0, data: 'a'.repeat(4_000) },
    { dir: 1, data: 'b'.repeat(6_000) },
  ];
  let most = 0;
  const frames = conversation(9_999, turns);
  observe(frames, {
    observer,
    heard: () => {
      most = Math.max(most, observer.holds);
    },
  });
  assert.ok(most > 2_000 && most < 12_000, String(most));
  assert.equal(observer.holds, 0);
});

test('the code of an error of Kerberos that says it is longer than its datagram is 0, and nothing is read behind it', () => {
  const of = (error: string): number[] => {
    const message = Buffer.from(error, 'hex');
    const behind = Buffer.concat([message, Buffer.alloc(64, 0x19)]);
    const observer = new Observer();
    observer.began(0);
    const l = new Layers();
    l.ipProtocol = 17;
    l.destinationPort = 88;
    l.payloadLength = message.length;
    l.payloadWire = message.length;
    observer.payload(0, 0, l, behind, 5, 1);
    return [...observer.observed(0).kerberos];
  };
  assert.deepEqual(of('7e0d300ba003020105a60302010ca300'), [1_012]);
  assert.deepEqual(of('7e0d300ba003020105a62002010c'), [1_012]);
  assert.deepEqual(of('7e0d300ba003020105a620022020'), [1_000]);
  assert.deepEqual(of('7e0d300ba003020105a604020200'), [1_000]);
});
