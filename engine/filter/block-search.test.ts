import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockSearch } from './block-search.ts';

let seed = 11;
function random(below: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return (seed >>> 8) % below;
}

test('what is found in packets of a block is what is found in each by itself, in any order of packets', () => {
  for (let round = 0; round < 60; round++) {
    const block = Uint8Array.from({ length: 70_000 }, () => random(3));
    const needle = Buffer.from(Array.from({ length: 1 + random(7) }, () => random(3)));
    const search = new BlockSearch(needle);
    let at = 0;
    for (let i = 0; i < 1_500; i++) {
      const length = random(40);
      // Mostly one behind the other, sometimes the same again or somewhere else.
      at = random(20) === 0 ? random(60_000) : at + random(50);
      if (at + length > block.length) at = 0;
      const packet = block.subarray(at, at + length);
      assert.equal(search.within(packet), Buffer.from(packet).includes(needle), `round ${round}, packet at ${at}`);
    }
  }
});

test('packets of other blocks, and those in memory of their own that is used again', () => {
  const needle = Buffer.from('GET');
  const search = new BlockSearch(needle);
  const first = new Uint8Array(100_000);
  const second = new Uint8Array(100_000);
  second.set(needle, 50);
  assert.equal(search.within(first.subarray(40, 60)), false);
  assert.equal(search.within(second.subarray(40, 60)), true);
  // Half of it lies in the next packet.
  assert.equal(search.within(second.subarray(40, 52)), false);
  assert.equal(search.within(second.subarray(52, 70)), false);
  const small = new Uint8Array(64);
  assert.equal(search.within(small), false);
  small.set(needle, 3);
  assert.equal(search.within(small), true);
});
