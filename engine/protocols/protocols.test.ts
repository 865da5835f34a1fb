import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { clientHello, packetsOf, pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { parseDns } from './dns.ts';
import { ja3, ja3s, ja4 } from './fingerprints.ts';
import { HttpStream } from './http-stream.ts';
import { parseClientHello } from './tls-hello.ts';

function run(frames: readonly (readonly number[])[]): { analysis: Analysis; protocols: string[] } {
  const analysis = new Analysis({ completed: () => undefined });
  new CaptureStream(analysis).push(pcap(packetsOf(frames)));
  const protocols = Array.from({ length: analysis.packetCount }, (_, row) =>
    protocolName(analysis.packets.chunk(packetRow(row)).protocol[inChunk(packetRow(row))]!),
  );
  analysis.finish();
  return { analysis, protocols };
}

test('JA3 leaves GREASE out; JA3S keeps order', () => {
  const hello = {
    recordVersion: 0x0301,
    version: 771,
    suites: [0x0a0a, 4865, 4866],
    extensions: [0x1a1a, 0, 23],
    groups: [0x2a2a, 29],
    pointFormats: [0],
    signatures: [0x0403],
    versions: [],
    alpn: [],
    serverName: 'a',
    sessionIdLength: 0,
    hasTicket: false,
    hasPsk: false,
    shape: '',
  };
  // md5 of '771,4865-4866,0-23,29,0' and of '771,4865,43-51', by md5sum.
  assert.equal(ja3(hello), '27a5061c22108817120d1d3870cba0e0');
  assert.equal(
    ja3s({ version: 771, selectedVersion: 772, suite: 4865, extensions: [43, 51], alpn: null, isRetry: false }),
    'f4febc55ea12b31ae17cfb7e614afda8',
  );
});

test('client JA4 equals the example of its specification', () => {
  // The example of FoxIO's JA4 technical description (BSD-3 part).
  const suites = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f,
    0x0035,
  ];
  const extensions = [
    0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b,
    0x000a, 0x0015,
  ];
  const signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
  assert.equal(
    ja4(
      {
        recordVersion: 0x0301,
        version: 771,
        suites,
        extensions,
        groups: [],
        pointFormats: [],
        signatures,
        versions: [0x0304, 0x0303],
        alpn: ['h2', 'http/1.1'],
        serverName: 'x',
        sessionIdLength: 32,
        hasTicket: false,
        hasPsk: false,
        shape: '',
      },
      't',
    ),
    't13d1516h2_8daaf6152771_e5627efa2ab1',
  );
});

test('a hello in one segment, in two, and in bytes of one each gives the same facts', () => {
  const hello = clientHello('www.example.test');
  const A = '10.0.0.1:4000';
  const B = '10.0.0.2:443';
  const factsOf = (pieces: Uint8Array[]): unknown => {
    let seq = 1;
    const frames = pieces.map((data) => {
      const f = tcp(A, B, { flags: 'PA', seq, data });
      seq += data.length;
      return f;
    });
    const { analysis } = run(frames);
    return analysis.inspector.facts.map((f) => [f.serverName, f.ja3, f.ja4]);
  };
  const whole = factsOf([hello]) as string[][];
  assert.equal(whole[0]![0], 'www.example.test');
  assert.deepEqual(factsOf([hello.subarray(0, 40), hello.subarray(40)]), whole);
  assert.deepEqual(factsOf([hello.subarray(0, 6), ...Array.from(hello.subarray(6), (b) => Uint8Array.of(b))]), whole);
});

test('damaged hellos never throw', () => {
  const random = testRandom(5);
  for (let n = 0; n < 2000; n++) {
    const hello = clientHello('www.example.test');
    for (let k = 0; k < 4; k++) hello[9 + Math.floor(random() * (hello.length - 9))] = Math.floor(random() * 256);
    parseClientHello(hello, 9, 9 + Math.floor(random() * (hello.length - 9)), 0x0301, false);
    run([tcp('10.0.0.1:4000', '10.0.0.2:443', { data: hello })]);
  }
});

test('a DNS name that points at itself ends', () => {
  const loop = Uint8Array.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]);
  assert.equal(parseDns(loop, 0, loop.length), null);
  const query = Uint8Array.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 2, 98, 99, 0, 0, 28, 0, 1]);
  assert.deepEqual([parseDns(query, 0, query.length)?.name, parseDns(query, 0, query.length)?.type], ['a.bc', 28]);
});

test('the name that led to an address becomes a fact of the flow to it', () => {
  const answer = [
    0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 97, 2, 98, 99, 0, 0, 1, 0, 1, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4,
    10, 9, 9, 9,
  ];
  const { analysis } = run([
    udp('10.0.0.53:53', '10.0.0.1:5000', answer),
    tcp('10.0.0.1:4000', '10.9.9.9:443', { flags: 'S' }),
  ]);
  assert.ok(analysis.inspector.facts.some((f) => f.resolution?.name === 'a.bc'));
});

test('HTTP: the segment that ends a message is named, those within are not', () => {
  const A = '10.0.0.1:4000';
  const B = '10.0.0.2:80';
  const request = 'GET / HTTP/1.1\r\nHost: plain.test\r\n\r\n';
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n';
  const { protocols, analysis } = run([
    tcp(A, B, { flags: 'PA', seq: 1, data: request }),
    tcp(B, A, { flags: 'A', seq: 1, data: `${head}0123456789` }),
    tcp(B, A, { flags: 'PA', seq: 1 + head.length + 10, data: '0123456789' }),
  ]);
  assert.deepEqual(protocols, ['HTTP', 'TCP', 'HTTP']);
  assert.deepEqual(
    [analysis.inspector.facts[0]!.http!.host, analysis.inspector.facts[0]!.http!.status],
    ['plain.test', 200],
  );
});

test('HTTP chunks may be cut anywhere', () => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n';
  const random = testRandom(3);
  for (let n = 0; n < 200; n++) {
    const stream = new HttpStream();
    let ends = 0;
    for (let at = 0; at < text.length;) {
      const size = at === 0 ? Math.max(20, Math.floor(random() * text.length)) : 1 + Math.floor(random() * 9);
      const piece = Buffer.from(text.slice(at, at + size));
      if (stream.take(piece, 0, piece.length, piece.length, () => undefined) === 'message') ends++;
      at += piece.length;
    }
    assert.equal(ends, 1);
    assert.equal(stream.phase, 'head');
  }
});
