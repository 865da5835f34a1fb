// Names that headers alone tell, and long chains of them, as tshark 4.0 shows them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethernet, ip6 } from '../testing/packets.ts';
import { PacketDecoder, protocolName } from './index.ts';

const decoder = new PacketDecoder();

function name(bytes: readonly number[], link = 1): string {
  const frame = Uint8Array.from(bytes);
  return protocolName(decoder.decode(frame, 0, frame.length, link).protocol);
}

test('GARP is told by its address: GVRP and GMRP, and a bridge PDU to another address is none', () => {
  const pdu = (last: number, identifier: number): number[] => [
    1,
    0x80,
    0xc2,
    0,
    0,
    last,
    2,
    0,
    0,
    0,
    0,
    1,
    0,
    10,
    0x42,
    0x42,
    3,
    0,
    identifier,
    1,
    2,
    0,
    0,
    0,
  ];
  assert.deepEqual([name(pdu(0x21, 1)), name(pdu(0x20, 1))], ['GVRP', 'GMRP']);
  assert.deepEqual([name(pdu(0, 0)), name(pdu(0, 1))], ['STP', 'STP']);
});

test('ARP is named by its operation', () => {
  const arp = (operation: number): number[] =>
    ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, operation, ...new Array<number>(20).fill(0)]);
  assert.deepEqual(
    [1, 2, 8, 9].map((o) => name(arp(o))),
    ['ARP', 'ARP', 'Inverse ARP', 'Inverse ARP'],
  );
});

test('Realtek loop detection, and CAN in a cooked capture', () => {
  assert.equal(name(ethernet(0x8899, [0x23, 0, 0, 0])), 'RLDP');
  assert.equal(name(ethernet(0x8899, [0x77, 0, 0, 0])), '0x8899');
  const cooked = (type: number): number[] => [
    0,
    1,
    1,
    0x18,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    type,
    0,
    0,
    7,
    0,
    1,
    0,
    0,
    0,
    0x55,
  ];
  assert.deepEqual([name(cooked(12), 113), name(cooked(13), 113)], ['CAN', 'CANFD']);
});

test('as many extension headers as the packet has room for (RFC 8200, 4)', () => {
  for (const chain of [1, 16, 17, 60, 150]) {
    const headers: number[] = [];
    for (let i = 0; i < chain; i++) headers.push(i === chain - 1 ? 17 : 60, 0, 1, 4, 0, 0, 0, 0);
    const udp = [0x30, 0x39, 0xd4, 0x31, 0, 8, 0, 0];
    const bytes = Uint8Array.from(
      ethernet(0x86dd, ip6(new Array<number>(16).fill(1), new Array<number>(16).fill(2), 60, [...headers, ...udp])),
    );
    const layers = decoder.decode(bytes, 0, bytes.length, 1);
    assert.deepEqual(
      [layers.ipProtocol, layers.sourcePort, layers.destinationPort],
      [17, 12345, 54321],
      `${chain} headers`,
    );
  }
});
