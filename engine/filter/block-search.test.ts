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

test('packets that are passed over hold nothing, and few are read', () => {
  for (let round = 0; round < 40; round++) {
    const file = Uint8Array.from({ length: 300_000 }, () => random(round < 20 ? 4 : 200));
    const needle = Buffer.from(Array.from({ length: 1 + random(6) }, () => random(4)));
    const search = new BlockSearch(needle);
    let read = 0;
    let packets = 0;
    // Blocks of 100,000 bytes that begin anywhere, as reading ahead makes them.
    let from = 0;
    let block = file.slice(0, 100_000);
    for (let at = 0, length = 0; at + 60 < file.length; at += length + random(20)) {
      length = random(60);
      packets++;
      const wanted = Buffer.from(file.subarray(at, at + length)).includes(needle);
      if (search.passed(at, at + length)) {
        assert.equal(wanted, false, `round ${round}: ${at} was passed over`);
        continue;
      }
      read++;
      if (at < from || at + length > from + block.length) block = file.slice((from = at), at + 100_000);
      const place = { offset: at, end: from + block.length };
      assert.equal(
        search.within(block.subarray(at - from, at - from + length), place),
        wanted,
        `round ${round}, ${at}`,
      );
    }
    if (round >= 20 && needle.length > 2) assert.ok(read < packets / 4, `${read} of ${packets} read`);
  }
});
