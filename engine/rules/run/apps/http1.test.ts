// HTTP/1 and DNS.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { feed, fuzz, numbers, octets, piecewise, said, type Talk } from '../../../testing/rule-talks.ts';
import { DnsReader } from './dns.ts';
import { Http1Reader } from './http1.ts';

const BODY = new Uint8Array(gzipSync('hello hello'));
const TALK: Talk = [
  [0, octets('POST /a/../b.txt?x=%41 HTTP/1.1\r\nHost: Example.org:80\r\nUser-Agent: ua\r\nCookie: c=1\r\n')],
  [0, octets('Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n')],
  [1, octets(`HTTP/1.1 200 OK\r\nServer: s\r\nContent-Encoding: gzip\r\nContent-Length: ${BODY.length}\r\n\r\n`, BODY)],
];

test('HTTP/1: lines, fields, bodies put together and with their coding undone', () => {
  const reader = feed(new Http1Reader(), TALK);
  assert.deepEqual(said(reader, 0, 'http.method'), ['POST']);
  assert.deepEqual(said(reader, 0, 'http.host'), ['example.org']);
  assert.deepEqual(said(reader, 0, 'http.cookie'), ['c=1']);
  assert.deepEqual(said(reader, 0, 'http.request_body'), ['abcde']);
  assert.deepEqual(numbers(reader, 0, 'event.http.request_chunk_extension'), [1]);
  assert.deepEqual(said(reader, 1, 'http.stat_code'), ['200']);
  assert.deepEqual(said(reader, 1, 'file.data'), ['hello hello']);
  assert.equal(said(reader, 1, 'file.hash-md5')[0]?.length, 32);
  piecewise(() => new Http1Reader(), TALK, 1, ['http.response_body', 'http.header']);
  fuzz(() => new Http1Reader(), TALK, 800);
});

test('HTTP/1: what stands behind an upgrade is the successor’s', () => {
  const reader = new Http1Reader();
  reader.bytes(0, octets('GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'));
  reader.bytes(1, octets('HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n', [0x81, 2], 'hi'));
  assert.equal(reader.successor, 'websocket');
  assert.deepEqual(Array.from(reader.leftover(1)), [0x81, 2, 0x68, 0x69]);
});

test('HTTP/1: credentials of no known kind, and signs escaped twice', () => {
  const reader = feed(new Http1Reader(), [
    [0, octets('GET /a%2541 HTTP/1.1\r\nHost: a\r\nAuthorization: odd\r\n\r\n')],
  ]);
  assert.deepEqual(numbers(reader, 0, 'event.http.double_encoded_uri'), [1]);
  assert.deepEqual(numbers(reader, 0, 'event.http.request_auth_unrecognized'), [1]);
});

test('DNS: questions, answers, pointers that turn in circles', () => {
  const question = octets([0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3], 'www', 7, 'example', 3, 'org', [0, 0, 1, 0, 1]);
  const answer = octets(question, [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1], 'a', [0xc0, 12]);
  answer[2] = 0x81;
  answer[7] = 1;
  const talk: Talk = [
    [0, question],
    [1, answer],
  ];
  const reader = feed(new DnsReader('dns', false), talk);
  assert.deepEqual(said(reader, 0, 'dns.query'), ['www.example.org']);
  assert.deepEqual(said(reader, 1, 'dns.response.rrname'), ['www.example.org', 'www.example.org', 'a.www.example.org']);
  assert.deepEqual(numbers(reader, 1, 'dns.rrtype'), [5]);
  const circle = octets([0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]);
  assert.deepEqual(said(feed(new DnsReader('dns', false), [[0, circle]]), 0, 'dns.query'), []);
  fuzz(() => new DnsReader('dns', false), talk);
  fuzz(() => new DnsReader('dns', true), talk);
});

test('HTTP/1: what clients show of answers that are not as they should be', () => {
  const ask = octets('GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
  /** [bytes of the answer, its body] */
  const answers: readonly (readonly [string, string])[] = [
    ['HTTP/1.1 304 ok\r\nA: b\r\n\r\nall the same', 'all the same'],
    ['HTTP/1.1 200 ok\r\nContent-Length: 3\r\n\r\nabcdef', 'abcdef'],
    [' \r\nHTTP/1.1 200 ok\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
    ['HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\n\u000b3\r\nabc\r\n0\r\n\r\n', 'abc'],
    ['HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\nno chunk', 'no chunk'],
  ];
  for (const [text, body] of answers) {
    const reader = feed(new Http1Reader(), [
      [0, ask],
      [1, octets(text)],
    ]);
    assert.deepEqual(said(reader, 1, 'http.response_body'), [body], JSON.stringify(text));
  }
  const cut = feed(new Http1Reader(), [
    [0, octets('POST /half HTTP/1.0\r\nUser-Agent: u\r\n')],
    [1, octets('HTTP/1.0 200 OK\r\nServer: s\r\n')],
  ]);
  assert.deepEqual(said(cut, 0, 'http.uri'), ['/half']);
  assert.deepEqual(said(cut, 0, 'http.user_agent'), ['u']);
  assert.deepEqual(said(cut, 1, 'http.server'), ['s']);
  const long = feed(new Http1Reader(), [[0, octets(`GET / HTTP/1.1\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`)]]);
  assert.deepEqual(numbers(long, 0, 'event.http.request_field_too_long'), [1]);
});
