import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcp, testRandom } from '../testing/packets.ts';
import { ja4 } from './fingerprints.ts';
import { PacketDecoder } from '../decode/index.ts';
import { packetInfo } from './info.ts';
import type { ClientHello } from './facts.ts';

const HELLO: ClientHello = {
  recordVersion: 0x0301,
  version: 771,
  suites: [0x1301],
  extensions: [0, 16],
  groups: [],
  pointFormats: [],
  signatures: [0x0403],
  versions: [0x0304],
  alpn: [],
  serverName: 'x',
  sessionIdLength: 0,
  hasTicket: false,
  hasPsk: false,
  shape: '',
};
const codeOf = (...octets: number[]): string =>
  ja4({ ...HELLO, alpn: [String.fromCharCode(...octets)] }, 't').slice(8, 10);

test('JA4: the ALPN’s two characters are those of FoxIO’s document', () => {
  // The document's own table, and values on either side of each range of letters and digits.
  assert.equal(codeOf(0xab), 'ab');
  assert.equal(codeOf(0xab, 0xcd), 'ad');
  assert.equal(codeOf(0x30, 0xab), '3b');
  assert.equal(codeOf(0x30, 0x31, 0xab, 0xcd), '3d');
  assert.equal(codeOf(0x30, 0xab, 0xcd, 0x31), '01');
  assert.equal(codeOf(0x0a, 0x0a), '0a');
  assert.equal(codeOf(0x68), 'hh');
  assert.equal(codeOf(...Buffer.from('http/1.1')), 'h1');
  assert.equal(codeOf(0x68, 0x2f), '6f');
  assert.equal(codeOf(0x2f, 0x3a), '2a');
  assert.equal(codeOf(0x40, 0x5b), '4b');
  assert.equal(codeOf(0x60, 0x7b), '6b');
  assert.equal(ja4(HELLO, 't').slice(8, 10), '00');
});

test('JA4 of any ALPN is ASCII letters, digits and underscores', () => {
  const random = testRandom(38);
  for (let n = 0; n < 2000; n++) {
    const octets = Array.from({ length: 1 + Math.floor(random() * 5) }, () => Math.floor(random() * 256));
    const hex = Buffer.from(octets).toString('hex');
    const letter = (c: number): boolean => /^[0-9A-Za-z]$/.test(String.fromCharCode(c));
    const plain = letter(octets[0]!) && letter(octets.at(-1)!);
    const slow = plain ? String.fromCharCode(octets[0]!, octets.at(-1)!) : hex[0]! + hex.at(-1)!;
    assert.equal(codeOf(...octets), slow, hex);
    assert.match(
      ja4({ ...HELLO, alpn: [String.fromCharCode(...octets)] }, 't'),
      /^[0-9A-Za-z]{10}_[0-9a-f]{12}_[0-9a-f]{12}$/,
    );
  }
});

/** Info of one segment with a payload. */
function infoOf(data: string): string {
  const frame = Uint8Array.from(tcp('10.0.0.1:4000', '10.0.0.2:80', { flags: 'PA', seq: 1, data }));
  return packetInfo(new PacketDecoder().decode(frame, 0, frame.length, 1), frame, 'HTTP');
}

test('Info of HTTP is the start line, with the version that was sent', () => {
  // Each beside tshark 4.0.17's Info column (which ends in a blank).
  assert.equal(infoOf('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 'GET / HTTP/1.1');
  assert.equal(infoOf('OPTIONS * HTTP/1.0\r\n\r\n'), 'OPTIONS * HTTP/1.0');
  assert.equal(infoOf('GET /\r\n\r\n'), 'GET /');
  assert.equal(infoOf('GET /a/b?c=d HTTP/1.1\r\n\r\n'), 'GET /a/b?c=d HTTP/1.1');
  assert.equal(infoOf('GET /a b HTTP/1.1\r\n\r\n'), 'GET /a b HTTP/1.1');
  assert.equal(infoOf('GET / http/1.1\r\n\r\n'), 'GET / http/1.1');
  assert.equal(infoOf('HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n'), 'HTTP/1.0 404 Not Found');
  assert.equal(infoOf('HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'), 'HTTP/1.1 200');
  assert.equal(
    infoOf('HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=x\r\nContent-Length: 2\r\n\r\nhi'),
    'HTTP/1.1 200 OK  (text/html)',
  );
  assert.equal(infoOf('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nhi'), 'HTTP/1.1 200 OK');
  assert.equal(infoOf('GET /\u0001 HTTP/1.1\r\n\r\n'), 'GET /· HTTP/1.1');
});
