// What is kept from filter to filter is what was read; networks as words are networks as bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { ADDRESS_MAC, AddressTable, NET_IP4, NET_IP6 } from '../decode/index.ts';
import { KeptBytes } from './kept-bytes.ts';
import { inNetwork, networkWords } from './values.ts';

let seed = 5;
function random(below: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return (seed >>> 8) % below;
}

test('bytes that are kept are those that were given, over several pieces; long ones are not kept', () => {
  const kept = new KeptBytes();
  const given = new Map<number, Uint8Array>();
  for (let i = 0; i < 4_000; i++) {
    const row = packetRow(i * 7);
    const bytes = Uint8Array.from({ length: random(2_300) }, () => random(256));
    given.set(row, bytes);
    kept.keep(row, bytes);
    // Whoever gave them may write over them.
    if (bytes.length <= 2_048) given.set(row, bytes.slice());
    bytes.fill(0);
  }
  for (const [row, bytes] of given) {
    const found = kept.of(packetRow(row));
    if (bytes.length > 2_048 || bytes.length === 0) assert.equal(found, null);
    else assert.deepEqual(found, bytes, `row ${row}`);
  }
  assert.equal(kept.of(packetRow(1)), null);
});

test('an address is in a network by words as it is by bytes', () => {
  const table = new AddressTable();
  for (const [kind, length] of [
    [NET_IP4, 4],
    [NET_IP6, 16],
    [ADDRESS_MAC, 6],
  ] as const)
    for (let round = 0; round < 600; round++) {
      const bytes = Uint8Array.from({ length }, () => random(256));
      const bits = random(length * 8 + 1);
      const words = networkWords({ kind, bytes, bits });
      // An address near it: some bits are others.
      const address = bytes.slice();
      if (random(3) > 0) address[random(length)]! ^= 1 << random(8);
      const id = table.internBytes(kind, address, 0);
      const byWords = words.every(({ mask, word }, i) => (table.word(id, i) & mask) === word);
      assert.equal(byWords, inNetwork({ kind, bytes, bits }, address, 0), `${[...bytes].join('.')}/${bits}`);
    }
});
