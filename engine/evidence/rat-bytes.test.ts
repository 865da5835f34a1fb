import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRandom } from '../testing/packets.ts';
import { mayBeRat, RAT_BYTES, RAT_LOOKED_AT } from './data/rat-bytes.ts';

/** One of each pattern, in their order. */
const EXAMPLES = [
  '\x00\xff\x12\x00\x00\x00',
  '\x41\x00\x00\x00\x99',
  '..STRRAT..',
  '..ANABILGI..',
  "149\x00ll|'|'|",
  "\x12\x34|'|'|",
  'Gh0st\x12\x00\x00\x00\x34\x00\x00\x00\x78\x9c',
  '[DataStart]',
  '\x24\x04\xff\x00',
];

test('bytes that match a pattern hold what it says its texts hold', () => {
  const random = testRandom(5);
  const below = (n: number): number => Math.floor(random() * n);
  RAT_BYTES.forEach(({ pattern }, i) => assert.match(EXAMPLES[i]!, pattern));
  let unlike = 0;
  for (let round = 0; round < 50_000; round++) {
    const bytes = Buffer.from(EXAMPLES[below(EXAMPLES.length)]!, 'latin1');
    for (let changes = below(3); changes > 0; changes--) bytes[below(bytes.length)] = below(256);
    const may = mayBeRat(bytes);
    const is = RAT_BYTES.some(({ pattern }) => pattern.test(bytes.toString('latin1', 0, RAT_LOOKED_AT)));
    assert.ok(may || !is, bytes.toString('latin1'));
    if (!may) unlike++;
  }
  assert.ok(unlike > 5_000, `${unlike} of 50,000 changed ones hold less`);
  assert.equal(mayBeRat(Buffer.from('GET / HTTP/1.1')), false);
});
