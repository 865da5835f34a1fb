// SMB 1 and 2, and DCE/RPC over TCP and in their pipes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { feed, fuzz, numbers, octets, piecewise, said, type Talk } from '../../../testing/rule-talks.ts';
import { DceRpcReader, uuidOf } from './dcerpc.ts';
import { SmbReader } from './smb.ts';

const le = (n: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_x, i) => Math.floor(n / 256 ** i) & 255);
const wide = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const UUID = [0x78, 0x56, 0x34, 0x12, 0x34, 0x12, 0xcd, 0xab, 0xef, 0, 1, 0x23, 0x45, 0x67, 0x89, 0xab];

function pdu(type: number, flags: number, call: number, body: Uint8Array): Uint8Array {
  return octets([5, 0, type, flags, 0x10, 0, 0, 0], le(16 + body.length, 2), [0, 0], le(call, 4), body);
}
const BIND = pdu(
  11,
  3,
  1,
  octets(le(4280, 2), le(4280, 2), le(0, 4), [1, 0, 0, 0], [0, 0, 1, 0], UUID, le(1, 2), le(0, 2), new Uint8Array(20)),
);
const ACK = pdu(
  12,
  3,
  1,
  octets(
    le(4280, 2),
    le(4280, 2),
    le(7, 4),
    le(4, 2),
    [0x31, 0x33, 0x35, 0],
    [0, 0],
    [1, 0, 0, 0],
    le(0, 2),
    le(0, 2),
    new Uint8Array(20),
  ),
);
const request = (flags: number, stub: string): Uint8Array =>
  pdu(0, flags, 2, octets(le(stub.length, 4), le(0, 2), le(26, 2), stub));
const ANSWER = pdu(2, 3, 2, octets(le(4, 4), le(0, 2), [0, 0], 'done'));

test('DCE/RPC: a call in fragments, its interface and its number', () => {
  const talk: Talk = [
    [0, BIND],
    [1, ACK],
    [0, octets(request(1, 'first'), request(2, 'last'))],
    [1, ANSWER],
  ];
  const reader = feed(new DceRpcReader(true), talk);
  assert.deepEqual(numbers(reader, 0, 'dcerpc.opnum'), [26]);
  assert.deepEqual(said(reader, 0, 'dcerpc.stub_data'), ['firstlast']);
  assert.deepEqual(said(reader, 1, 'dcerpc.stub_data'), ['\u0004\0\0\0\0\0\0\0done']);
  assert.equal(uuidOf(Uint8Array.from(UUID), true), '12345678-1234-abcd-ef00-0123456789ab');
  assert.deepEqual(numbers(reader, 0, 'dcerpc.iface.12345678-1234-abcd-ef00-0123456789ab'), [1]);
  piecewise(() => new DceRpcReader(true), talk, 0, ['dcerpc.stub_data']);
  fuzz(() => new DceRpcReader(true), talk);
  fuzz(() => new DceRpcReader(false), talk);
});

let message = 0;
/** Header of MS-SMB2, 2.2.1.2, and its frame. */
function smb2(command: number, answer: boolean, body: Uint8Array, id = ++message): Uint8Array {
  const b = octets(
    [0xfe],
    'SMB',
    le(64, 2),
    [0, 0],
    le(0, 4),
    le(command, 2),
    [1, 0],
    le(answer ? 1 : 0, 4),
    le(0, 4),
    le(id, 8),
    le(0, 4),
    le(5, 4),
    new Uint8Array(24),
    body,
  );
  return octets([0], [b.length >> 16, (b.length >> 8) & 255, b.length & 255], b);
}
function asked(command: number, body: Uint8Array, answer: Uint8Array): Talk {
  const first = smb2(command, false, body);
  return [
    [0, first],
    [1, smb2(command, true, answer, message)],
  ];
}
const tree = (path: string, kind: number): Talk =>
  asked(
    3,
    octets(le(9, 2), le(0, 2), le(72, 2), le(path.length * 2, 2), wide(path)),
    octets(le(16, 2), kind, new Uint8Array(13)),
  );
const FILE_ID = new Uint8Array(16).fill(0x11);
const create = (name: string, size: number): Talk =>
  asked(
    5,
    octets(new Uint8Array(44), le(64 + 56, 2), le(name.length * 2, 2), new Uint8Array(8), wide(name)),
    octets(new Uint8Array(48), le(size, 8), new Uint8Array(8), FILE_ID, new Uint8Array(8)),
  );
const read = (offset: number, data: string): Talk =>
  asked(
    8,
    octets(new Uint8Array(8), le(offset, 8), FILE_ID, new Uint8Array(17)),
    octets(le(17, 2), 80, 0, le(data.length, 4), new Uint8Array(8), data),
  );
const write = (offset: number, data: Uint8Array): Talk =>
  asked(
    9,
    octets(le(49, 2), le(64 + 48, 2), le(data.length, 4), le(offset, 8), FILE_ID, new Uint8Array(16), data),
    octets(le(17, 2)),
  );
const close = (): Talk => asked(6, octets(le(24, 2), new Uint8Array(6), FILE_ID), octets(le(60, 2)));

test('SMB 2: a share, a file read in two pieces, one that is written', () => {
  const talk: Talk = [
    ...tree('\\\\srv\\data', 1),
    ...create('dir\\read.txt', 10),
    ...read(0, 'hello'),
    ...read(5, 'world'),
    ...close(),
    ...create('new.txt', 0),
    ...write(0, octets('written')),
    ...close(),
  ];
  const reader = feed(new SmbReader(), talk);
  assert.deepEqual(said(reader, 0, 'smb.share'), ['\\\\srv\\data']);
  assert.deepEqual(said(reader, 1, 'file.data'), ['helloworld']);
  assert.deepEqual(said(reader, 1, 'file.name'), ['dir\\read.txt']);
  assert.deepEqual(numbers(reader, 1, 'filesize'), [10]);
  assert.deepEqual(said(reader, 0, 'file.data'), ['written']);
  assert.equal(said(reader, 0, 'file.hash-sha256').length, 1);
  const digests = new SmbReader();
  digests.digests = true;
  feed(digests, talk);
  for (const [side, text] of [
    [1, 'helloworld'],
    [0, 'written'],
  ] as const)
    assert.deepEqual(said(digests, side, 'file.hash-sha256'), [createHash('sha256').update(text).digest('hex')]);
  piecewise(() => new SmbReader(), talk, 1, ['file.data']);
  fuzz(() => new SmbReader(), talk, 600);
});

test('SMB 2: calls of DCE/RPC in a pipe', () => {
  const talk: Talk = [
    ...tree('\\\\srv\\IPC$', 2),
    ...create('lsarpc', 0),
    ...write(0, BIND),
    ...write(0, request(3, 'stub')),
  ];
  const reader = feed(new SmbReader(), talk);
  assert.deepEqual(said(reader, 0, 'smb.named_pipe'), ['\\\\srv\\IPC$']);
  assert.deepEqual(said(reader, 0, 'smb.share'), []);
  assert.deepEqual(said(reader, 0, 'dcerpc.stub_data'), ['stub']);
  assert.deepEqual(numbers(reader, 0, 'dcerpc.opnum'), [26]);
  fuzz(() => new SmbReader(), talk, 600);
});

test('SMB 2: a pipe is told by its bind where the share was taken up before the capture began', () => {
  const talk: Talk = [...create('lsarpc', 0), ...write(0, BIND), ...write(0, request(3, 'stub'))];
  for (const part of [talk, talk.slice(create('lsarpc', 0).length)]) {
    const reader = feed(new SmbReader(), part);
    assert.deepEqual(said(reader, 0, 'dcerpc.stub_data'), ['stub']);
    assert.deepEqual(said(reader, 0, 'file.data'), []);
  }
  const file: Talk = [...create('a.bin', 0), ...write(0, octets('written'))];
  assert.deepEqual(said(feed(new SmbReader(), file), 0, 'file.data'), ['written']);
});

/** MS-CIFS, 2.2.3.1. */
function smb1(command: number, answer: boolean, words: Uint8Array, bytes: Uint8Array): Uint8Array {
  const b = octets(
    [0xff],
    'SMB',
    command,
    le(0, 4),
    answer ? 0x80 : 0,
    le(0x8000, 2),
    new Uint8Array(12),
    le(5, 2),
    le(1, 2),
    le(0, 2),
    le(7, 2),
    words.length / 2,
    words,
    le(bytes.length, 2),
    bytes,
  );
  return octets([0, 0], [b.length >> 8, b.length & 255], b);
}
test('SMB 1: a share, and a file that is written', () => {
  const none = [0xff, 0, 0, 0];
  const talk: Talk = [
    [0, smb1(0x75, false, octets(none, le(0, 2), le(1, 2)), octets(0, wide('\\\\s\\c\0'), 'A:\0'))],
    [1, smb1(0x75, true, octets(none, le(0, 2)), octets('A:\0'))],
    [0, smb1(0xa2, false, octets(none, new Uint8Array(44)), octets(0, wide('x.bin\0')))],
    [1, smb1(0xa2, true, octets(none, [0], le(9, 2), new Uint8Array(61)), new Uint8Array(0))],
    [0, smb1(0x0b, false, octets(le(9, 2), le(4, 2), le(0, 4), le(0, 2)), octets([1], le(4, 2), 'data'))],
    [0, smb1(0x04, false, octets(le(9, 2), le(0, 4)), new Uint8Array(0))],
  ];
  const reader = feed(new SmbReader(), talk);
  assert.deepEqual(said(reader, 0, 'smb.share'), ['\\\\s\\c']);
  assert.deepEqual(said(reader, 0, 'file.name'), ['x.bin']);
  assert.deepEqual(said(reader, 0, 'file.data'), ['data']);
  assert.ok(numbers(reader, 0, 'smb.version').every((v) => v === 1));
  fuzz(() => new SmbReader(), talk);
});
