import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, deflateRawSync } from 'node:zlib';
import { hearDns, CLIENT, conversation, observe, observeTalk, type Turn } from '../testing/observing.ts';
import { clientHello, ethernet, ip4, testRandom, udp } from '../testing/packets.ts';
import { Observer } from './observer.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

test('requests and answers are paired in order, whatever carries their bodies', () => {
  const body = '<html>hello</html>';
  const zipped = gzipSync(latin(body));
  const o = observeTalk(
    80,
    {
      dir: 0,
      data:
        'GET /a HTTP/1.1\r\nHost: a.test\r\nUser-Agent: one\r\n\r\nHEAD /b HTTP/1.1\r\nHost: a.test\r\n\r\n' +
        'POST /c HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nabcdeGET /d HTTP/1.1\r\nRange: bytes=0-\r\n\r\n',
    },
    {
      dir: 1,
      data: latin(
        'HTTP/1.1 200 OK\r\nContent-Type: Text/HTML\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\nX: y\r\n\r\n' +
          'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n' +
          'HTTP/1.1 100 Continue\r\n\r\n' +
          `HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n\r\n` +
          zipped.toString('latin1') +
          'HTTP/1.0 404 no\r\n\r\nuntil the end',
      ),
    },
  );
  assert.deepEqual(
    o.http.map((x) => [x.request?.method, x.request?.target, x.response?.status, latin1(x.response?.body), x.done]),
    [
      ['GET', '/a', 200, '<html>', true],
      ['HEAD', '/b', 200, '', true],
      ['POST', '/c', 201, body, true],
      ['GET', '/d', 404, 'until the end', true],
    ],
  );
  const [first, , third, fourth] = o.http;
  assert.deepEqual(first!.request!.fieldNames, ['host', 'user-agent']);
  assert.equal(first!.request!.agent, 'one');
  assert.equal(first!.response!.contentType, 'text/html');
  assert.equal(latin1(third!.request!.body), 'abcde');
  assert.equal(third!.response!.rawBytes, zipped.length);
  assert.equal(fourth!.request!.range, true);
  assert.equal(o.httpRequests, 4);
});

function latin1(b: Uint8Array | undefined): string {
  return Buffer.from(b ?? []).toString('latin1');
}

test('a raw deflate body is undone; another coding stays as it came', () => {
  const packed = deflateRawSync(latin('x'.repeat(900)));
  const of = (encoding: string, body: Buffer): string =>
    latin1(
      observeTalk(
        80,
        { dir: 0, data: 'GET / HTTP/1.1\r\n\r\n' },
        { dir: 1, data: Buffer.concat([latin(`HTTP/1.1 200 x\r\nContent-Encoding: ${encoding}\r\n\r\n`), body]) },
      ).http[0]!.response!.body,
    );
  assert.equal(of('deflate', packed), 'x'.repeat(512));
  assert.equal(of('br', latin('abc')), 'abc');
  assert.equal(of('gzip', latin('not gzip')), 'not gzip');
});

test('after CONNECT nothing is read as HTTP', () => {
  const o = observeTalk(
    8080,
    { dir: 0, data: 'CONNECT a.test:443 HTTP/1.1\r\n\r\n' },
    { dir: 1, data: 'HTTP/1.1 200 ok\r\n\r\n' },
    { dir: 0, data: 'GET /inside HTTP/1.1\r\n\r\n' },
  );
  assert.deepEqual(
    o.http.map((x) => x.request?.target),
    ['a.test:443'],
  );
});

test('no more than 300 exchanges are kept, all requests are counted', () => {
  const turns: Turn[] = [];
  for (let i = 0; i < 320; i++)
    turns.push(
      { dir: 0, data: `GET /${i} HTTP/1.1\r\n\r\n` },
      { dir: 1, data: 'HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\ny' },
    );
  const o = observeTalk(80, ...turns);
  assert.equal(o.http.length, 300);
  assert.equal(o.httpRequests, 320);
  assert.equal(o.http[299]!.response?.status, 200);
});

test('attacks in requests are seen by name, with their packet; ordinary requests are not', () => {
  const seen = (target: string, more = '', body = ''): string[] =>
    observeTalk(80, {
      dir: 0,
      data: `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`,
    }).sights.map((s) => `${s.pattern} ${s.packet}`);
  assert.deepEqual(seen('/', 'X-Api: ${jndi:ldap://a/b}\r\n'), ['jndi 2']);
  assert.deepEqual(seen('/', '', 'x=${jndi:ldap://a/b}'), ['jndi 2']);
  assert.deepEqual(seen('/..%2f..%2fa'), ['traversal 2']);
  assert.deepEqual(seen('/?a=1%20union%20all%20select'), ['sqli 2']);
  assert.deepEqual(seen('/?q=<script>'), ['xss 2']);
  assert.deepEqual(seen('/', 'User-Agent: () { :; }; x\r\n'), ['shellshock 2']);
  assert.deepEqual(seen('/', 'User-Agent: () { :;}; x\r\n'), ['shellshock 2']);
  assert.deepEqual(seen('/', 'User-Agent: sqlmap/1.0\r\n'), ['scanner 2']);
  assert.deepEqual(seen('/a;wget+x'), ['command-injection 2']);
  assert.deepEqual(seen('/index.html?id=1', 'User-Agent: Mozilla/5.0\r\n'), []);
});

test('shells, mining, Java classes and programs are seen in the first bytes', () => {
  const kinds = (port: number, ...turns: Turn[]): string[] =>
    observeTalk(port, ...turns).sights.map((s) => `${s.pattern} ${s.dir}`);
  assert.deepEqual(
    kinds(4444, { dir: 1, data: 'id\n' }, { dir: 0, data: 'uid=0(root) gid=0(root) groups=0\n' }).sort(),
    ['shell-command 1', 'shell-output 0'],
  );
  assert.deepEqual(kinds(3333, { dir: 0, data: '{"id":1,"method": "mining.subscribe","params":[]}\n' }), ['mining 0']);
  const java = Buffer.concat([latin('HTTP/1.1 200 x\r\n\r\n'), Buffer.from('cafebabe00000034', 'hex')]);
  assert.deepEqual(kinds(80, { dir: 0, data: 'GET /a HTTP/1.1\r\n\r\n' }, { dir: 1, data: java }), ['java-class 1']);
  const program = `${'\0'.repeat(30_000)}MZ${'\x90'.repeat(76)}This program cannot be run in DOS mode.`;
  assert.deepEqual(kinds(4444, { dir: 1, data: program }), ['program-raw 1']);
  assert.deepEqual(kinds(4444, { dir: 1, data: program.replace('MZ', `MZ${'\0'.repeat(400)}`) }), []);
  assert.deepEqual(kinds(443, { dir: 0, data: clientHello('a') }, { dir: 1, data: `\x16\x03\x03${program}` }), []);
});

test('first bytes and counts of both directions, over TCP and UDP', () => {
  const o = observeTalk(443, { dir: 0, data: clientHello('a.test') }, { dir: 1, data: '\x16\x03\x03abc' });
  assert.deepEqual(o.first[0], clientHello('a.test').slice(0, 96));
  assert.equal(latin1(o.first[1]), '\x16\x03\x03abc');
  assert.deepEqual(o.payload, [clientHello('a.test').length, 6]);
  assert.deepEqual(o.firstPacket, [2, 3]);
  const server = '10.0.0.2:9999';
  const [u] = observe([
    udp(CLIENT, server, 'first'),
    udp(CLIENT, server, 'second'),
    udp(server, CLIENT, 'z'.repeat(200)),
  ]);
  assert.equal(latin1(u!.first[0]), 'first');
  assert.equal(u!.first[1].length, 96);
  assert.deepEqual(u!.payload, [11, 200]);
  assert.deepEqual(u!.firstPacket, [0, 2]);
});

test('echo requests: numbers, starts, length classes', () => {
  const echo = (type: number, data: number[]): number[] => {
    const [a, b] = [
      [10, 0, 0, 1],
      [10, 0, 0, 2],
    ];
    const ends = type === 8 ? ([a, b] as const) : ([b, a] as const);
    return ethernet(0x0800, ip4(ends[0]!, ends[1]!, 1, [type, 0, 0, 0, 0, 7, 0, 1, ...data]));
  };
  const [o] = observe([echo(8, [1, 2, 3]), echo(0, [1, 2, 3]), echo(8, new Array<number>(100).fill(9))]);
  const { first, ...numbers } = o!.echo!;
  assert.deepEqual(numbers, { requests: 2, replies: 1, starts: 2, lengthClasses: 2, longestRequest: 100 });
  assert.deepEqual([...first], [1, 2, 3]);
});

test('DNS messages: what was asked, and how many addresses came', () => {
  const name = [1, 0x61, 2, 0x62, 0x63, 0];
  const question = [...name, 0, 1, 0, 1];
  const answer = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4];
  const query = Uint8Array.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...question]);
  const reply = Uint8Array.from([0, 1, 0x81, 0x83, 0, 1, 0, 2, 0, 0, 0, 0, ...question, ...answer, ...answer]);
  const observer = new Observer();
  observer.began(70);
  hearDns(observer, 70, query, 5, 1);
  hearDns(observer, 70, reply, 6, 2);
  for (let cut = 0; cut < reply.length; cut++) hearDns(observer, 70, reply.subarray(0, cut), 6, 2);
  const { dns } = observer.observed(70);
  assert.deepEqual(dns.slice(0, 2), [
    { packet: 1, seconds: 5, response: false, name: 'a.bc', type: 1, rcode: 0, addresses: 0, size: query.length },
    { packet: 2, seconds: 6, response: true, name: 'a.bc', type: 1, rcode: 3, addresses: 2, size: reply.length },
  ]);
  observer.release(70);
  assert.deepEqual(observer.observed(70).dns, []);
});

test('a slot that is used again begins empty', () => {
  const observer = new Observer();
  const talk = conversation(80, [{ dir: 0, data: 'GET / HTTP/1.1\r\n\r\n' }]);
  observe(talk, { observer, heard: () => undefined });
  const [again] = observe([udp(CLIENT, '10.0.0.2:1', 'q')], { observer, heard: () => undefined });
  assert.equal(again!.http.length, 0);
  assert.deepEqual(again!.payload, [1, 0]);
  assert.equal(observer.holds, 0);
});

test('random bytes behind known beginnings never throw', () => {
  const random = testRandom(3);
  const starts = [
    'GET / HTTP/1.1\r\n',
    'HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n',
    '220 x\r\n',
    '\0\0\0\x50\xfeSMB',
  ];
  for (let n = 0; n < 300; n++) {
    const noise = Uint8Array.from({ length: 300 }, () => Math.floor(random() * 256));
    const data = Buffer.concat([latin(starts[n % starts.length]!), noise]);
    assert.doesNotThrow(() => observeTalk(n % 2 === 0 ? 80 : 445, { dir: n % 3 === 0 ? 1 : 0, data }));
  }
});
