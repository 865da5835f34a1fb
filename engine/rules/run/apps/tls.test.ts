// TLS over TCP and within QUIC.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { certificateBytes } from '../../../testing/certificates.ts';
import { certificateRecord, clientHello, serverHello } from '../../../testing/packets.ts';
import { quicInitial } from '../../../testing/quic.ts';
import { feed, fuzz, numbers, octets, piecewise, said, type Talk } from '../../../testing/rule-talks.ts';
import { QuicReader } from './quic.ts';
import { TlsReader } from './tls.ts';
import { nameBytes } from './tls-tell.ts';

const DER = certificateBytes({
  subject: 'CN=example.org',
  notBefore: 1_700_000_000,
  names: ['example.org', 'www.example.org'],
});
const make = (): TlsReader => new TlsReader(() => 1_700_000_100);
const TALK: Talk = [
  [0, clientHello('www.example.org')],
  [1, octets(serverHello(), certificateRecord(DER), [22, 3, 3, 0, 4, 14, 0, 0, 0])],
  [0, octets([22, 3, 3, 0, 5, 16, 0, 0, 1, 0], [20, 3, 3, 0, 1, 1], [23, 3, 3, 0, 2, 9, 9])],
];

test('TLS: names, fingerprints, the certificate of the server', () => {
  const reader = feed(make(), TALK);
  assert.equal(reader.transactions.length, 1);
  assert.deepEqual(said(reader, 0, 'tls.sni'), ['www.example.org']);
  const [text] = said(reader, 0, 'ja3.string');
  assert.equal(text, '771,49199-49200-156,0-10-11-13,29-23,0');
  assert.deepEqual(said(reader, 0, 'ja3.hash'), [createHash('md5').update(text!).digest('hex')]);
  assert.match(said(reader, 0, 'ja4.hash')[0]!, /^t12d0304/);
  assert.deepEqual(said(reader, 1, 'ja3s.string'), ['771,49199,65281']);
  const sha1 = createHash('sha1')
    .update(DER)
    .digest('hex')
    .replace(/(..)(?=.)/g, '$1:');
  assert.deepEqual(said(reader, 1, 'tls.cert_fingerprint'), [sha1]);
  assert.match(said(reader, 1, 'tls.cert_subject')[0]!, /CN=example\.org/);
  assert.match(said(reader, 1, 'tls.cert_serial')[0]!, /^[0-9A-F]{2}(?::[0-9A-F]{2})*$/);
  assert.deepEqual(said(reader, 1, 'tls.subjectaltname'), ['example.org', 'www.example.org']);
  assert.deepEqual(numbers(reader, 1, 'tls.cert_chain_len'), [1]);
  assert.deepEqual(numbers(reader, 1, 'tls.cert_valid'), [1]);
  assert.deepEqual(numbers(reader, 1, 'tls.version'), [0x303]);
  assert.deepEqual(numbers(reader, 0, 'ssl_state'), [1, 4]);
  piecewise(make, TALK, 1, ['tls.certs', 'tls.cert_subject']);
  fuzz(make, TALK, 400);
});

test('TLS: a certificate that is over, and a hello of SSL 2', () => {
  const late = feed(new TlsReader(() => 4_000_000_000), TALK);
  assert.deepEqual(numbers(late, 1, 'tls.cert_expired'), [1]);
  assert.deepEqual(numbers(late, 1, 'tls.cert_valid'), [0]);
  const old = feed(make(), [
    [0, octets([0x80, 9 + 3 + 16, 1, 0, 2, 0, 3, 0, 0, 0, 16, 1, 0, 128], new Uint8Array(16))],
  ]);
  assert.deepEqual(numbers(old, 0, 'ssl_version'), [1]);
});

test('QUIC: the hello within an Initial; the tags of Google’s older hello', () => {
  const hello = clientHello('quic.example.org').subarray(5);
  const crypto = octets([6, 0, 0x40 | (hello.length >> 8), hello.length & 255], hello);
  const talk: Talk = [[0, quicInitial(crypto)]];
  const reader = feed(new QuicReader(), talk);
  assert.deepEqual(said(reader, 0, 'tls.sni'), ['quic.example.org']);
  assert.deepEqual(said(reader, 0, 'quic.version'), ['\0\0\0\u0001']);
  assert.match(said(reader, 0, 'ja4.hash')[0]!, /^q/);
  fuzz(() => new QuicReader(), talk, 200);
  const tags = octets('CHLO', [2, 0, 0, 0], 'PAD\0', [2, 0, 0, 0], 'SNI\0', [7, 0, 0, 0], 'xxa.org');
  const google = feed(new QuicReader(), [[0, octets([0xc3], 'Q046', 0x50, new Uint8Array(24), tags)]]);
  assert.deepEqual(said(google, 0, 'quic.cyu.string'), ['46,PAD-SNI']);
  assert.deepEqual(said(google, 0, 'quic.sni'), ['a.org']);
});

test('TLS: a zero byte in a name is one', () => {
  assert.deepEqual(nameBytes('CN=a\\00b'), Uint8Array.from([0x43, 0x4e, 0x3d, 0x61, 0, 0x62]));
  assert.deepEqual(nameBytes('CN=é'), new Uint8Array(Buffer.from('CN=é')));
});
