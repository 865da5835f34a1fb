// HTTP/2 and HPACK.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { feed, fuzz, numbers, octets, piecewise, said, type Talk } from '../../../testing/rule-talks.ts';
import { HpackDecoder, unhuffed } from './hpack.ts';
import { Http2Reader } from './http2.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s+/g, ''), 'hex'));

test('HPACK: the examples of RFC 7541, C.4 and C.6, with one table over their blocks', () => {
  assert.equal(Buffer.from(unhuffed(hex('f1e3c2e5f23a6ba0ab90f4ff'))!).toString(), 'www.example.com');
  const requests = new HpackDecoder();
  assert.deepEqual(
    requests.block(hex('828684418cf1e3c2e5f23a6ba0ab90f4ff')).fields.map((f) => f.value),
    ['GET', 'http', '/', 'www.example.com'],
  );
  assert.deepEqual(requests.block(hex('828684be5886a8eb10649cbf')).fields.at(-1), {
    name: 'cache-control',
    value: 'no-cache',
  });
  const third = requests.block(hex('828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf'));
  assert.deepEqual(third.fields.slice(-2), [
    { name: ':authority', value: 'www.example.com' },
    { name: 'custom-key', value: 'custom-value' },
  ]);
  const cut = new HpackDecoder().block(hex('828684418cf1e3'));
  assert.equal(cut.ok, false);
  assert.equal(cut.fields.length, 3);
  assert.equal(new HpackDecoder().block(hex('ff80808080808080')).ok, false);
  const long = octets(0x40, 1, 'a', [0x7f, 0x81, 0x1e], new Uint8Array(4_000), new Array<number>(1_000).fill(0xbe));
  const bomb = new HpackDecoder().block(long);
  assert.equal(bomb.ok, false);
  assert.ok(bomb.fields.length > 10 && bomb.fields.length < 100);
});

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array {
  return octets(
    [payload.length >> 16, (payload.length >> 8) & 255, payload.length & 255, type, flags, 0, 0, 0, stream],
    payload,
  );
}
function literal(name: string, value: string): Uint8Array {
  return octets(0, name.length, name, value.length, value);
}
const PREFACE = octets('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const REQUEST = octets(
  literal(':method', 'GET'),
  literal(':path', '/a/b.txt?x=%41'),
  literal(':authority', 'Example.org'),
  literal('user-agent', 'ua 1'),
);

test('HTTP/2: fields, frames, bodies with their coding undone', () => {
  const body = new Uint8Array(gzipSync('hello hello'));
  const talk: Talk = [
    [0, octets(PREFACE, frame(4, 0, 0, octets([0, 1, 0, 0, 16, 0])), frame(8, 0, 0, octets([0, 0, 128, 0])))],
    [
      0,
      octets(
        frame(1, 0x21, 1, octets([0, 0, 0, 0, 200], REQUEST.subarray(0, 20))),
        frame(9, 4, 1, REQUEST.subarray(20)),
      ),
    ],
    [1, octets(frame(1, 4, 1, octets(0x88, literal('content-encoding', 'gzip'))), frame(0, 1, 1, body))],
    [1, frame(7, 0, 0, octets([0, 0, 0, 0, 0, 0, 0, 11]))],
  ];
  const reader = feed(new Http2Reader(), talk);
  assert.deepEqual(said(reader, 0, 'http.uri'), ['/a/b.txt?x=A']);
  assert.deepEqual(said(reader, 0, 'http.host'), ['example.org']);
  assert.deepEqual(said(reader, 0, 'http.user_agent'), ['ua 1']);
  assert.deepEqual(said(reader, 0, 'http.request_header').slice(0, 1), [':method: GET']);
  assert.deepEqual(numbers(reader, 0, 'http2.priority'), [200]);
  assert.deepEqual(numbers(reader, 0, 'http2.settings.1'), [4096]);
  assert.deepEqual(numbers(reader, 0, 'http2.window'), [32768]);
  assert.deepEqual(said(reader, 1, 'http.stat_code'), ['200']);
  assert.deepEqual(said(reader, 1, 'file.data'), ['hello hello']);
  assert.deepEqual(said(reader, 1, 'file.name'), ['b.txt']);
  assert.deepEqual(numbers(reader, 1, 'http2.errorcode'), [11]);
  piecewise(() => new Http2Reader(), talk, 0, ['http.uri', 'http2.header_name']);
  fuzz(() => new Http2Reader(), talk, 800);
});

test('HTTP/2: a question of DNS in a path makes the stream one of DNS over HTTPS', () => {
  const question = octets([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3], 'www', 7, 'example', 3, 'org', [0, 0, 1, 0, 1]);
  const path = `/dns-query?dns=${Buffer.from(question).toString('base64url')}`;
  const fields = octets(literal(':path', path), literal('accept', 'application/dns-message'));
  const reader = feed(new Http2Reader(), [[0, octets(PREFACE, frame(1, 5, 1, fields))]]);
  assert.equal(reader.transactions[0]!.application, 'doh2');
  assert.deepEqual(said(reader, 0, 'dns.query'), ['www.example.org']);
  assert.deepEqual(said(reader, 0, 'http.uri.raw'), [path]);
});

test('HTTP/2: two hosts that differ are told', () => {
  const fields = octets(literal(':authority', 'a.org'), literal('host', 'b.org'));
  const reader = feed(new Http2Reader(), [[0, octets(PREFACE, frame(1, 5, 1, fields))]]);
  assert.deepEqual(numbers(reader, 0, 'event.http2.authority_host_mismatch'), [1]);
});
