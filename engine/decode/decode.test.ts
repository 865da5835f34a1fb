import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethernet, ip4, testRandom, udp } from '../testing/packets.ts';
import { checksummed, FRAME, overIp6, PACKET, randomRadiotap, WRAPPERS } from '../testing/wrappers.ts';
import { PacketDecoder, protocolName, type Layers } from './index.ts';

const decoder = new PacketDecoder();

function decode(bytes: readonly number[], link = 1, wire = bytes.length): Layers {
  return decoder.decode(Uint8Array.from(bytes), 0, bytes.length, link, wire);
}

/** Innermost addresses and ports, as text. */
function ends(bytes: readonly number[], link = 1): string {
  const l = decode(bytes, link);
  const address = (at: number): string =>
    l.net === 4 ? bytes.slice(at, at + 4).join('.') : Buffer.from(bytes.slice(at, at + 16)).toString('hex');
  return l.net === 0
    ? protocolName(l.protocol)
    : `${address(l.sourceAt)}:${l.sourcePort} ${address(l.destinationAt)}:${l.destinationPort} ${l.payloadWire}`;
}

const INNER = '192.0.2.10:50000 198.51.100.20:443 7';
const INNER6 = '20010db8000000000000000000000001:50000 20010db8000000000000000000000002:443 7';

for (const w of WRAPPERS) {
  test(`the connection inside: ${w.name}`, () => {
    assert.equal(ends(w.bytes, w.link), w.six === true ? INNER6 : INNER);
    assert.equal(decoder.layers.damaged, false);
  });
}

test('a wrapper that is cut anywhere, or has any byte changed, never reads outside of its packet', () => {
  const random = testRandom(41);
  for (const w of WRAPPERS) {
    for (let n = 0; n < 60; n++) {
      const bytes = Uint8Array.from(w.bytes);
      for (let k = 0; k < 3; k++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const cap = Math.floor(random() * (bytes.length + 1));
      const l = decoder.decode(bytes, 0, cap, w.link, bytes.length);
      if (l.net === 0) continue;
      const addresses = Math.max(l.sourceAt, l.destinationAt) + (l.net === 4 ? 4 : 16);
      assert.ok(addresses <= cap && l.payloadAt + l.payloadLength <= Math.max(cap, l.payloadAt), w.name);
    }
  }
});

test('headers inside of headers end at a bounded depth, in whatever mixture', () => {
  const snap = [0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 1];
  const layers: ((inner: number[]) => number[])[] = [
    (inner) => [0, 1, 0x81, 0, ...inner],
    (inner) => [...snap, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0, 64, ...inner],
    (inner) => [1, 0, 0, 1, 1, ...inner],
  ];
  let tags: number[] = [];
  for (let i = 0; i < 30_000; i++) tags.push(0, 1, 0x81, 0);
  decode(ethernet(0x8100, tags));
  assert.equal(decoder.layers.damaged, true);
  const bridged: number[] = [];
  for (let i = 0; i < 9_000; i++) bridged.push(...layers[1]!([]));
  decode([...bridged, 1, 2, 3], 100);
  assert.equal(decoder.layers.net, 0);
  tags = [];
  for (let i = 0; i < 20_000; i++) tags.push(...layers[2]!([]).map((b, k) => (k === 3 ? 128 : b)));
  decode(tags, 128);
  for (let i = 0; i < 5_000; i++) tags.push(0, 2, 2, 4, 0, 0, 0, 0);
  decode(ethernet(0x894f, tags.slice(-40_000)));
  assert.equal(decoder.layers.damaged, true);
});

test('IPv4 of length 0: the payload is as long as the record says, whatever was captured', () => {
  const tso = [...FRAME];
  tso[16] = 0;
  tso[17] = 0;
  for (const cut of [54, 58, tso.length]) {
    const l = decode(tso.slice(0, cut), 1, 40_054);
    assert.deepEqual([l.payloadWire, l.payloadLength, l.damaged], [40_000, cut - 54, false]);
  }
  const tagged = [...tso.slice(0, 12), 0x81, 0, 0, 5, ...tso.slice(12)];
  assert.equal(decode(tagged.slice(0, 58), 1, 40_058).payloadWire, 40_000);
  // The outer IP of a tunnel has no length either.
  const tunnel = udp('10.9.0.1:50001', '10.9.0.2:4789', [8, 0, 0, 0, 0, 0, 5, 0, ...tso]);
  tunnel[16] = tunnel[17] = tunnel[38] = tunnel[39] = 0;
  assert.equal(decode(tunnel.slice(0, 120), 1, 104 + 30_000).payloadWire, 30_000);
  // A datagram's own length bounds it all the same.
  const datagram = udp('10.0.0.1:1', '10.0.0.2:2', 'abcdef');
  datagram[16] = datagram[17] = 0;
  assert.equal(decode([...datagram, 0, 0, 0, 0]).payloadWire, 6);
});

/** A TCP header without options. */
const HEADER = [0, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 16, 1, 1, 0, 0, 0, 0];

test('random lengths: a length field of 0 gives what the right one gives', () => {
  const random = testRandom(17);
  for (let n = 0; n < 500; n++) {
    const size = Math.floor(random() * 3000);
    const whole = Uint8Array.from(
      ethernet(0x800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 6, [...HEADER, ...new Array<number>(size).fill(65)])),
    );
    const cap = 54 + Math.floor(random() * (size + 1));
    const said = { ...decoder.decode(whole, 0, cap, 1, whole.length) };
    whole[16] = whole[17] = 0;
    const unsaid = { ...decoder.decode(whole, 0, cap, 1, whole.length) };
    assert.deepEqual(unsaid, said);
  }
});

test('IPv6 of length 0: a jumbo payload option, offload without one, and no next header', () => {
  const segment = FRAME.slice(34);
  const jumbo = overIp6(0, [6, 0, 0xc2, 4, 0, 1, 0x5f, 0x90, ...segment]);
  jumbo[4] = jumbo[5] = 0;
  assert.equal(decode(ethernet(0x86dd, jumbo), 1, 5_000).payloadWire, 90_000 - 8 - 20);
  const offloaded = overIp6(6, segment);
  offloaded[4] = offloaded[5] = 0;
  assert.equal(decode(ethernet(0x86dd, offloaded), 1, 14 + 60 + 70_000).payloadWire, 70_000);
  const empty = overIp6(59, []);
  assert.equal(decode(ethernet(0x86dd, [...empty, 0, 0, 0, 0, 0, 0]), 1).payloadWire, 0);
});

test('the trailer of the Parallel Redundancy Protocol is no payload', () => {
  const trailer = (lan: number, size: number): number[] => [0, 9, (lan << 4) | (size >> 8), size & 255, 0x88, 0xfb];
  const size = PACKET.length + 6;
  assert.equal(decode([...FRAME, ...trailer(10, size)]).payloadWire, 7);
  const tso = [...FRAME];
  tso[16] = tso[17] = 0;
  assert.equal(decode([...tso, ...trailer(11, size)]).payloadWire, 7);
  assert.equal(decode([...tso, ...trailer(11, size + 1)]).payloadWire, 13);
});

test('radiotap: any number of presence words, alignment, vendor namespaces, check sequence and padding', () => {
  const random = testRandom(23);
  for (let n = 0; n < 4_000; n++) {
    const frame = randomRadiotap(random);
    assert.equal(ends(frame, 127), INNER, Buffer.from(frame).toString('hex'));
  }
});

test('radiotap: presence words that run over the header are damage; a snap length leaves the check sequence where it was', () => {
  assert.equal(decode([0, 0, 8, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0], 127).damaged, true);
  const random = testRandom(3);
  for (let n = 0; n < 200; n++) {
    const frame = randomRadiotap(random);
    const l = decoder.decode(Uint8Array.from(frame), 0, frame.length - 7, 127, frame.length);
    assert.equal(l.payloadWire, 7);
  }
});

const mpls = (inner: readonly number[], label = 100): number[] =>
  ethernet(0x8847, [0, label >> 4, ((label & 15) << 4) | 1, 64, ...inner]);

test('behind MPLS labels, a frame is told from IP: MAC addresses of any beginning, with a control word and without', () => {
  const random = testRandom(18);
  const byte = (): number => Math.floor(random() * 256);
  const bodies: (readonly [number, readonly number[], string])[] = [
    [0x0800, PACKET, INNER],
    [0x86dd, overIp6(6, FRAME.slice(34)), INNER6],
    [0x8100, [0, 7, 8, 0, ...PACKET], INNER],
    [0x0806, [0, 1, 8, 0, 6, 4, 0, 1], 'ARP'],
    [0x88cc, [2, 7, 4, 0, 0, 0], 'LLDP'],
  ];
  for (let n = 0; n < 4_000; n++) {
    const [type, body, found] = bodies[n % bodies.length]!;
    const nibble = n % 16;
    const macs = [(nibble << 4) | (byte() & 15), ...Array.from({ length: 11 }, byte)];
    const frame = [...macs, type >> 8, type & 255, ...body];
    assert.equal(ends(mpls(frame)), found, Buffer.from(frame).toString('hex'));
    assert.equal(ends(mpls([0, 0, byte(), byte(), ...frame])), found);
  }
});

test('behind MPLS labels, IP is IP: any addresses, checksums right or left out, options, padded frames', () => {
  const random = testRandom(19);
  const byte = (): number => Math.floor(random() * 256);
  for (let n = 0; n < 4_000; n++) {
    const packet = [...PACKET];
    for (let k = 12; k < 20; k++) packet[k] = byte();
    packet[4] = byte();
    packet[5] = byte();
    packet[10] = packet[11] = 0;
    const sent = n % 4 === 0 ? packet : checksummed(packet);
    const l = decode(mpls([...sent, ...new Array<number>(n % 7).fill(0)]));
    assert.deepEqual([l.net, l.sourcePort, l.payloadWire], [4, 50_000, 7]);
    const six = overIp6(6, FRAME.slice(34));
    for (let k = 8; k < 40; k++) six[k] = byte();
    assert.deepEqual(
      [decode(mpls([...six, ...new Array<number>(n % 5).fill(0)])).net, decoder.layers.sourcePort],
      [6, 50_000],
    );
  }
});

test('a channel behind labels is named; two tenants of one MikroTik tunnel id stay apart from another', () => {
  assert.equal(ends(mpls([0x10, 0, 0, 7, 1, 2, 3, 4], 13)), 'PW-ACH');
  const eoip = WRAPPERS.find((w) => w.name === 'EoIP')!;
  assert.equal(decode(eoip.bytes).tunnel, 5);
});
