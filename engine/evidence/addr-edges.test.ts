// Peers without a name at their edges, in captures that the test makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edge } from '../testing/edges.ts';
import {
  MadeCapture,
  type MadeFlow,
  type MadeRequest,
  type MadeResponse,
  PEER,
  type Turn,
} from '../testing/evidence-kit.ts';
import { latin, type MadeLook, rulesOf } from '../testing/looks.ts';
import { clientHello } from '../testing/packets.ts';
import { addrJudge } from './addr.ts';

const INSIDE = '10.0.0.9';
const OTHER = '45.79.10.21';

const asked = (request: MadeRequest, flow: MadeFlow = {}): MadeCapture => new MadeCapture().http([request], flow);
const toAddress = (request: MadeRequest): MadeCapture => asked({ host: PEER, ...request });

test('HTTP to a bare public address is told with its port', () => {
  const said = (host: string): string | undefined => asked({ host, target: '/x' }, { port: 8080 }).found()[0]?.said;
  assert.match(said(PEER) ?? '', /45\.79\.10\.20, port 8080/);
  assert.match(said(`${PEER}:9090`) ?? '', /45\.79\.10\.20, port 9090/);
});

edge('http-to-address', 'a public address for a host', (host: string) => asked({ host }), {
  raises: [PEER, `${PEER}:80`],
  not: ['www.somewhere.test', INSIDE, '192.0.2.7', '999.1.1.1', ''],
});
edge('http-to-address', 'GET or POST', (method: string) => toAddress({ method }), {
  raises: ['GET', 'POST'],
  not: ['HEAD', 'PUT'],
});
edge('http-to-address', 'no film and no sound', (type: string) => toAddress({ response: { type } }), {
  raises: ['text/plain', 'application/octet-stream', 'x/video/mp4'],
  not: ['video/mp4', 'audio/mpeg'],
});
const DATA: MadeResponse = { type: 'application/octet-stream' };
edge('http-to-address', 'no part of a film by its target', (target: string) => toAddress({ target, response: DATA }), {
  raises: ['/film', '/film?range=a-b', '/film?orange=10-20', '/film?range=10'],
  not: ['/film?range=0-999', '/film/range/0-999'],
});

/** An answer of so many bytes with its head, to a request for a part. */
function part(bytes: number, o: { type?: string; fields?: readonly string[] } = {}): MadeCapture {
  const { type = 'application/octet-stream', fields = ['Range: bytes=0-'] } = o;
  const head = `HTTP/1.1 200 Said\r\nContent-Type: ${type}\r\nContent-Length: 300000\r\n\r\n`.length;
  return toAddress({ fields, response: { type, body: new Uint8Array(bytes - head) } });
}
edge('http-to-address', 'no part of more than 300,000 bytes', (n: number) => part(n), {
  raises: [300_000],
  not: [300_001],
});
edge('http-to-address', 'a part that was asked for', (fields: string[]) => part(300_001, { fields }), {
  raises: [[]],
  not: [['Range: bytes=0-']],
});
edge('http-to-address', 'a part of data', (type: string) => part(300_001, { type }), {
  raises: ['text/html'],
  not: ['application/octet-stream'],
});

edge('http-impossible-host', 'blanks and signs that no name has', (host: string) => asked({ host }), {
  raises: ['1QmM edu', 'a<b>.test', 'a"b.test', 'a{b}.test'],
  not: ['my_host.test', 'xn--bcher-kva.test', 'bücher.test', '[2001:db8::1]:80', 'a%20b.test', "a!$&'()*+,;=~.test"],
});
edge('http-impossible-host', 'a host that is said', (fields: string[]) => asked({ host: '', fields }), {
  raises: [['Host: 1QmM edu']],
  not: [['Host:'], []],
});
edge('http-impossible-host', 'at most 255 letters', (n: number) => asked({ host: `${'a'.repeat(n - 5)}.test` }), {
  raises: [256],
  not: [255],
});
edge('http-impossible-host', 'outside', (to: string) => asked({ host: '1QmM edu' }, { to }), {
  raises: [PEER],
  not: [INSIDE],
});
edge('http-impossible-host', 'GET or POST', (method: string) => asked({ host: '1QmM edu', method }), {
  raises: ['GET', 'POST'],
  not: ['HEAD'],
});

edge('http-odd-port', 'ports of its own', (port: number) => asked({}, { port }), {
  raises: [79, 82, 443, 8_081],
  not: [80, 8080, 8000, 3128, 8888, 81, 8008, 5000, 591],
});
edge('http-odd-port', 'outside', (to: string) => asked({}, { port: 8_081, to }), { raises: [PEER], not: [INSIDE] });
edge('http-odd-port', 'HTTP', (data: string) => new MadeCapture().connection([{ dir: 0, data }], { port: 8_081 }), {
  raises: ['GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  not: ['words of another protocol'],
});

test('an own protocol is one of connections that are over, without a hello, from inside to outside', () => {
  const own = (more: MadeLook = {}): string[] =>
    rulesOf(addrJudge, {
      unresolved: true,
      observed: { first: [latin('\x1b\x84\xd5\xb0'), latin('')], payload: [4, 0] },
      ...more,
    });
  assert.deepEqual(own(), ['own-protocol']);
  assert.deepEqual(own({ facts: {} }), ['own-protocol']);
  assert.deepEqual(own({ over: false }), []);
  assert.deepEqual(own({ transport: 'udp' }), []);
  assert.deepEqual(own({ from: '45.79.1.1' }), []);
  assert.deepEqual(own({ to: INSIDE }), []);
  assert.deepEqual(own({ unresolved: false }), []);
  assert.deepEqual(own({ facts: { ja3: 'j' } }), []);
  assert.deepEqual(own({ facts: { serverName: 'a.test' } }), []);
  for (const port of [442, 444]) assert.deepEqual(own({ app: 'RDP', port }), [], 'another protocol, by content');
  assert.deepEqual(own({ app: 'RDP', port: 443 }), ['own-protocol'], 'where nothing but TLS and HTTP is expected');
  assert.deepEqual(own({ app: 'AMQP', port: 5_555 }), []);
  assert.deepEqual(own({ app: 'MQTT', port: 6_379 }), [], 'not the name of its port');
  for (const [app, port] of [
    ['TLS', 853],
    ['HTTP', 80],
    ['DNS', 53],
    ['SSH', 22],
  ] as const)
    assert.deepEqual(own({ app, port }), [], `${app} is told by content`);
  assert.deepEqual(own({ app: 'TLS', port: 443 }), []);
  assert.deepEqual(own({ app: 'HTTP', port: 443 }), ['http-odd-port']);
  assert.deepEqual(own({ began: false }), [], 'its beginning was not captured');
});

const OWN = '\x1b\x84\xd5\xb0 own words';
const ELSEWHERE = '45.79.99.99';

/** Connections that say something, minutes after DNS gave another address. */
interface Talk extends MadeFlow {
  readonly data?: string | Uint8Array;
  readonly answer?: string;
}

function talks(all: readonly Talk[], resolved: string | null = ELSEWHERE): MadeCapture {
  const made = new MadeCapture();
  if (resolved !== null) made.dns('www.elsewhere.test', resolved);
  for (const { data = OWN, answer = '\x01\x02\x03\x04', ...flow } of all) {
    const turns: Turn[] = [
      { dir: 0, data },
      { dir: 1, data: answer },
    ];
    made.connection(turns, { port: 5_555, at: 300, ...flow });
  }
  return made;
}
const talk = (o: Talk): MadeCapture => talks([o]);

edge('own-protocol', 'four bytes that are no protocol’s', (data: string | Uint8Array) => talk({ data }), {
  raises: [OWN, '\x1b\x84\xd5\xb0', '\x18\x03\x01\x00 cut'],
  not: [
    '\x1b\x84\xd5',
    '\x16\x03\x01\x00 cut',
    '\x17\x03\x03\x00 cut',
    '\x80\x46\x01\x03 hello of SSL 2',
    clientHello(null),
    'GET / HTTP/1.1\r\nHost: x.test\r\n\r\n',
    'SSH-2.0-x\r\n',
  ],
});
edge(
  'own-protocol',
  'no word of HTTP in its first 60 bytes',
  (n: number) => talk({ data: `${OWN.padEnd(n)}HTTP/1.1` }),
  { raises: [54], not: [53] },
);
edge('own-protocol', 'from inside to outside', (ends: MadeFlow) => talk(ends), {
  raises: [{}],
  not: [{ to: INSIDE }, { from: '45.79.1.1' }],
});
edge('own-protocol', 'its beginning was captured', (midstream: boolean) => talk({ midstream }), {
  raises: [false],
  not: [true],
});
edge('own-protocol', 'no answer of DNS', (resolved: string | null) => talks([{}], resolved), {
  raises: [ELSEWHERE],
  not: [PEER, null],
});
edge('own-protocol', 'what has a name by its port alone', (o: Talk) => talk({ port: 6_379, ...o }), {
  raises: [{}, { port: 2_404 }, { port: 443 }],
  not: [{ data: 'PING 1\r\n' }, { answer: 'SSH-2.0-x\r\n' }],
});

edge('own-protocol', 'what begins with no text', (data: string) => talk({ port: 6_379, data }), {
  raises: ['\x1fPIN 1', '\x7fPIN 1', 'PIN\x1f 1'],
  not: [' PIN 1', '~PIN 1'],
});

const twice = (second: Talk): string[] => talks([{}, { at: 900, to: OTHER, ...second }]).rules(second.to ?? OTHER);
edge('own-protocol-repeated', 'the same first four bytes', (data: string) => twice({ data }), {
  raises: [OWN, '\x1b\x84\xd5\xb0 others'],
  not: ['\x1b\x84\xd5\xb1 own words', '\x02other words'],
});
edge('own-protocol-repeated', 'within an hour', (at: number) => twice({ at }), { raises: [3_900], not: [3_901] });
edge('own-protocol-repeated', 'of one host', (from: string) => twice({ from }), {
  raises: ['10.0.0.5'],
  not: ['10.0.0.6'],
});
edge('own-protocol', 'the first of several', (data: string) => twice({ data }), {
  raises: ['\x02other words'],
  not: [OWN],
});

/** What a host sends to one more peer after so many others. */
function toMany(peers: number): string[] {
  const all = Array.from({ length: peers }, (_, i) => ({ to: `45.79.20.${i + 1}`, at: 300 + i }));
  return talks(all).rules(`45.79.20.${peers}`);
}
edge('own-protocol-repeated', 'at most ten such peers', toMany, { raises: [2, 10], not: [11, 12] });
