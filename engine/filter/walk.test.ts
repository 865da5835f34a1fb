// Layers within layers: what the walk notes of packets that this test makes, with no oracle at hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressText } from '../decode/index.ts';
import { ethernet, ip4, tcp, testRandom, udp } from '../testing/packets.ts';
import { bitOf, LAYER_WORDS, type LayerList } from './layer-list.ts';
import { Reassembly } from './reassembly.ts';
import { LayerWalker } from './walk.ts';

const A = [10, 0, 0, 1];
const B = [10, 0, 0, 2];
const walker = new LayerWalker();

function walk(packet: readonly number[], reassembly: Reassembly | null = null): LayerList {
  return walker.walk(Uint8Array.from(packet), 1, packet.length, reassembly);
}

function words(list: LayerList): string[] {
  return LAYER_WORDS.filter((w) => (list.words & bitOf(w)) !== 0);
}

function sources(list: LayerList): string[] {
  return list.addresses
    .filter((a) => a.source && a.kind === 4)
    .map((a) => addressText(4, a.buf.subarray(a.at, a.at + 4)));
}

const inner = tcp('192.0.2.1:1000', '192.0.2.2:80', { flags: 'S' });

test('a tunnel has its outer and its inner addresses and ports', () => {
  const list = walk(udp('10.0.0.1:5555', '10.0.0.2:4789', [8, 0, 0, 0, 0, 0, 7, 0, ...inner]));
  assert.deepEqual(words(list), ['eth', 'ip', 'tcp', 'udp', 'vxlan']);
  assert.deepEqual(sources(list), ['10.0.0.1', '192.0.2.1']);
  assert.deepEqual(list.udp, [5555, 4789]);
  assert.deepEqual(list.protocols, [17, 6]);
});

test('both tags of a packet are its VLAN ids; GRE and its passenger are both there', () => {
  const list = walk(
    ethernet(0x88a8, [0, 100, 0x81, 0, 0x20, 7, 8, 0, ...ip4(A, B, 47, [0, 0, 8, 0, ...inner.slice(14)])]),
  );
  assert.deepEqual(list.vlans, [100, 7]);
  assert.deepEqual(words(list), ['eth', 'ip', 'tcp', 'vlan', 'gre']);
  assert.deepEqual(list.protocols, [47, 6]);
});

test('what an ICMP error quotes is there, without a length of its payload', () => {
  const list = walk(ethernet(0x0800, ip4(A, B, 1, [3, 1, 0, 0, 0, 0, 0, 0, ...inner.slice(14, 42)])));
  assert.deepEqual(words(list), ['eth', 'ip', 'tcp', 'icmp']);
  assert.deepEqual(sources(list), ['10.0.0.1', '192.0.2.1']);
  assert.equal(list.tcp[0]!.quoted, true);
});

test('fragments in any order: ports belong to the one that completes the datagram, and to no other', () => {
  const random = testRandom(5);
  for (let round = 0; round < 200; round++) {
    const datagram = udp(
      '10.0.0.1:1111',
      '10.0.0.2:2222',
      new Array<number>(100 + Math.floor(random() * 400)).fill(65),
    ).slice(34);
    const cuts = [
      0,
      ...new Set(Array.from({ length: 1 + Math.floor(random() * 5) }, () => 8 * (1 + Math.floor(random() * 11)))),
    ].sort((a, b) => a - b);
    const fragments = cuts
      .map((from, i) => {
        const to = cuts[i + 1] ?? datagram.length;
        return ethernet(
          0x0800,
          ip4(A, B, 17, datagram.slice(from, to), {
            id: round,
            fragment: (to < datagram.length ? 0x2000 : 0) | (from / 8),
          }),
        );
      })
      .map((bytes) => ({ bytes, at: random() }))
      .sort((a, b) => a.at - b.at);
    const reassembly = new Reassembly();
    const seen = fragments.map((f) => [...walk(f.bytes, reassembly).udp]);
    assert.deepEqual(
      seen.filter((ports) => ports.length > 0),
      [[1111, 2222]],
      `round ${round}`,
    );
    assert.deepEqual(seen.at(-1), [1111, 2222]);
  }
});

test('a packet of nothing but headers neither throws nor goes on for ever', () => {
  const random = testRandom(9);
  const tags = Array.from({ length: 15_000 }, () => [0x81, 0, 0, 1]).flat();
  assert.ok(walk(ethernet(0x8100, [0, 1, ...tags])).vlans.length <= 200);
  for (let round = 0; round < 3_000; round++) {
    const bytes = udp('10.0.0.1:5555', '10.0.0.2:4789', [8, 0, 0, 0, 0, 0, 7, 0, ...inner]);
    for (let i = 0; i < 6; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    walk(bytes.slice(0, Math.floor(random() * bytes.length)), new Reassembly());
  }
});
