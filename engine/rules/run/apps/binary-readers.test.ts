// Readers of protocols in octets: MQTT, RFB, WebSocket, IKE, EtherNet/IP, NFS.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feed, fuzz, numbers, octets, piecewise, said, type Talk } from '../../../testing/rule-talks.ts';
import { EnipReader } from './enip.ts';
import { IkeReader } from './ike.ts';
import { MqttReader } from './mqtt.ts';
import { NfsReader } from './nfs.ts';
import { RfbReader } from './rfb.ts';
import { WebSocketReader } from './websocket.ts';

const CONNECT = octets(
  [0x10, 29],
  [0, 4],
  'MQTT',
  [4, 0xc6, 0, 60],
  [0, 1],
  'c',
  [0, 1],
  't',
  [0, 1],
  'w',
  [0, 4],
  'user',
  [0, 2],
  'pw',
);

test('MQTT: a transaction is a message and its answers, and events tell what does not fit', () => {
  const talk: Talk = [
    [0, CONNECT],
    [1, octets([0x20, 2, 0, 0])],
    [0, octets([0x33, 10, 0, 3], 'a/b', [0, 9], 'msg')],
    [1, octets([0x40, 2, 0, 9])],
    [0, octets([0x82, 8, 0, 1, 0, 3], 'x/y', 0)],
    [1, octets([0x90, 3, 0, 1, 0])],
    [1, octets([0x40, 2, 0, 77])],
  ];
  const reader = feed(new MqttReader(), talk);
  assert.deepEqual(said(reader, 0, 'mqtt.connect.username'), ['user']);
  assert.deepEqual(said(reader, 0, 'mqtt.connect.willmessage'), ['w']);
  assert.deepEqual(numbers(reader, 0, 'mqtt.connect.flags'), [0xc6]);
  assert.deepEqual(said(reader, 0, 'mqtt.publish.topic'), ['a/b']);
  assert.deepEqual(said(reader, 0, 'mqtt.publish.message'), ['msg']);
  assert.deepEqual(said(reader, 0, 'mqtt.subscribe.topic'), ['x/y']);
  assert.deepEqual(numbers(reader, 0, 'mqtt.type'), [1, 2, 3, 4, 8, 9]);
  assert.deepEqual(numbers(reader, 0, 'mqtt.flags').slice(2, 3), [3]);
  assert.deepEqual(numbers(reader, 1, 'event.mqtt.missing_publish'), [1]);
  piecewise(() => new MqttReader(), talk, 0, ['mqtt.publish.message', 'frame.mqtt.pdu']);
  fuzz(() => new MqttReader(), talk);
});

test('MQTT: what comes before the connection, and twice', () => {
  const early = feed(new MqttReader(), [[0, octets([0x30, 5, 0, 1], 'a', 'hi')]]);
  assert.deepEqual(numbers(early, 0, 'event.mqtt.unintroduced_message'), [1]);
  const twice = feed(new MqttReader(), [
    [0, CONNECT],
    [1, octets([0x20, 2, 0, 0])],
    [0, CONNECT],
  ]);
  assert.deepEqual(numbers(twice, 0, 'event.mqtt.double_connect'), [1]);
  const wrong = feed(new MqttReader(), [[0, octets([0x10, 0xff, 0xff, 0xff, 0xff, 1])]]);
  assert.deepEqual(numbers(wrong, 0, 'event.mqtt.malformed_traffic'), [1]);
});

test('RFB: the kind of security, its result, the name of the desktop', () => {
  const talk: Talk = [
    [1, octets('RFB 003.008\n')],
    [0, octets('RFB 003.008\n')],
    [1, octets([1, 2])],
    [0, octets([2])],
    [1, new Uint8Array(16)],
    [0, new Uint8Array(16)],
    [1, octets([0, 0, 0, 0])],
    [0, octets([1])],
    [1, octets(new Uint8Array(20), [0, 0, 0, 4], 'desk')],
  ];
  const reader = feed(new RfbReader(), talk);
  assert.deepEqual(numbers(reader, 0, 'rfb.sectype'), [2]);
  assert.deepEqual(numbers(reader, 1, 'rfb.secresult'), [0]);
  assert.deepEqual(said(reader, 1, 'rfb.name'), ['desk']);
  piecewise(() => new RfbReader(), talk, 1, ['rfb.name']);
  fuzz(() => new RfbReader(), talk);
});

test('WebSocket: masks undone, fragments put together', () => {
  const mask = [1, 2, 3, 4];
  const masked = (text: string): number[] => Array.from(Buffer.from(text), (c, i) => c ^ mask[i & 3]!);
  const talk: Talk = [
    [0, octets([0x01, 0x83], mask, masked('abc'), [0x89, 0x80], mask, [0x80, 0x82], mask, masked('de'))],
    [1, octets([0x81, 126, 0, 5], 'hello')],
  ];
  const reader = feed(new WebSocketReader(), talk);
  assert.deepEqual(said(reader, 0, 'websocket.payload'), ['', 'abcde']);
  assert.deepEqual(numbers(reader, 0, 'websocket.opcode'), [1, 9, 0]);
  assert.deepEqual(numbers(reader, 0, 'websocket.mask').slice(0, 1), [0x01020304]);
  assert.deepEqual(said(reader, 1, 'websocket.payload'), ['hello']);
  piecewise(() => new WebSocketReader(), talk, 0, ['websocket.payload']);
  fuzz(() => new WebSocketReader(), talk);
});

test('IKE: identifiers, vendors, nonces, and the attributes that the responder chose', () => {
  const header = (next: number, length: number): number[] => [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    next,
    0x10,
    2,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    length,
  ];
  const transform = [0, 0, 0, 16, 1, 1, 0, 0, 0x80, 1, 0, 7, 0x80, 14, 0, 128];
  const proposal = [0, 0, 0, 24, 1, 1, 0, 1, ...transform];
  const sa = [13, 0, 0, 36, 0, 0, 0, 1, 0, 0, 0, 1, ...proposal];
  const vendor = [10, 0, 0, 6, 0xab, 0xcd];
  const nonce = [0, 0, 0, 8, 1, 2, 3, 4];
  const message = octets(header(1, 28 + 50), sa, vendor, nonce);
  const talk: Talk = [
    [0, message],
    [1, message],
  ];
  const reader = feed(new IkeReader(), talk);
  assert.deepEqual(said(reader, 0, 'ike.init_spi'), ['0102030405060708']);
  assert.deepEqual(said(reader, 0, 'ike.vendor'), ['abcd']);
  assert.deepEqual(numbers(reader, 1, 'ike.nonce_payload_length'), [4]);
  assert.deepEqual(numbers(reader, 1, 'ike.sa.alg_enc'), [7]);
  assert.deepEqual(numbers(reader, 1, 'ike.sa.sa_key_length'), [128]);
  assert.deepEqual(numbers(reader, 0, 'ike.sa.alg_enc'), []);
  fuzz(() => new IkeReader(), talk);
});

test('EtherNet/IP: commands, the path of a CIP request, its status', () => {
  const message = (command: number, data: readonly number[]): Uint8Array =>
    octets([command, 0, data.length, 0], new Uint8Array(20), data);
  const items = (cip: readonly number[]): number[] => [
    0,
    0,
    0,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    0,
    0,
    0xb2,
    0,
    cip.length,
    0,
    ...cip,
  ];
  const talk: Talk = [
    [0, message(0x65, [1, 0, 0, 0])],
    [0, message(0x6f, items([0x0e, 3, 0x20, 1, 0x24, 1, 0x30, 7]))],
    [1, message(0x6f, items([0x8e, 0, 5, 0]))],
  ];
  const reader = feed(new EnipReader(true), talk);
  assert.deepEqual(numbers(reader, 0, 'enip_command'), [0x65, 0x6f]);
  assert.deepEqual(numbers(reader, 0, 'enip.protocol_version'), [1]);
  assert.deepEqual(numbers(reader, 0, 'enip.cip_class'), [1]);
  assert.deepEqual(numbers(reader, 0, 'enip.cip_attribute'), [7]);
  assert.deepEqual(numbers(reader, 1, 'enip.cip_status'), [5]);
  piecewise(() => new EnipReader(true), talk, 0, ['frame.enip.pdu']);
  fuzz(() => new EnipReader(true), talk);
});

test('NFS: version, procedure, the name of a file; operations of a compound', () => {
  const call = (id: number, version: number, procedure: number, body: Uint8Array): Uint8Array => {
    const rpc = octets(
      [0, 0, 0, id],
      [0, 0, 0, 0],
      [0, 0, 0, 2],
      [0, 1, 0x86, 0xa3],
      [0, 0, 0, version],
      [0, 0, 0, procedure],
      new Uint8Array(16),
      body,
    );
    return octets([0x80, 0, 0, rpc.length], rpc);
  };
  const lookup = octets([0, 0, 0, 4], 'hand', [0, 0, 0, 5], 'a.txt', [0, 0, 0]);
  const compound = octets([0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 2], [0, 0, 0, 24], [0, 0, 0, 10]);
  const talk: Talk = [
    [0, call(1, 3, 3, lookup)],
    [1, octets([0x80, 0, 0, 8], [0, 0, 0, 1], [0, 0, 0, 1])],
    [0, call(2, 4, 1, compound)],
  ];
  const reader = feed(new NfsReader(true), talk);
  assert.deepEqual(numbers(reader, 0, 'nfs_version'), [3, 4]);
  assert.deepEqual(numbers(reader, 0, 'nfs_procedure'), [3, 24, 10]);
  assert.deepEqual(said(reader, 0, 'file.name'), ['a.txt']);
  assert.deepEqual(numbers(reader, 1, 'nfs_version'), [3]);
  piecewise(() => new NfsReader(true), talk, 0, ['file.name']);
  fuzz(() => new NfsReader(true), talk);
});
