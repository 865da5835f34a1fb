import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureStream } from '../read/index.ts';
import { testRandom } from '../testing/packets.ts';
import { PacketBlocks, sectionBlock } from './pcapng-writer.ts';

test('packets of any time a date can hold are written and read again with the stamps they had', () => {
  const random = testRandom(12);
  const blocks = new PacketBlocks('x');
  const parts: Uint8Array[] = [sectionBlock()];
  const written: number[][] = [];
  for (let n = 0; n < 2_000; n++) {
    const sec =
      [
        1_735_732_800, 5_680_281_600, -1, -31_449_600, 17_179_869_183, 17_179_869_184, 8_639_999_999_999,
        -8_640_000_000_000,
      ][n] ?? Math.floor((random() - 0.5) * 2 ** (30 + Math.floor(random() * 14)));
    const nsec = Math.floor(random() * 1e9);
    const link = n % 3 === 0 ? 101 : 1;
    const described = blocks.interfaceFor(link, sec);
    if (described !== null) parts.push(described);
    parts.push(blocks.packet(link, sec, nsec, 1500, Uint8Array.from([1, 2, 3])));
    written.push([sec, nsec, link]);
  }
  for (let i = 0; i < blocks.count; i++) parts.push(blocks.statistics(i, 1_735_732_800_000, 1_735_732_900_000, 5, 1));
  parts.push(sectionBlock(), ...blocks.again());
  const seen: number[][] = [];
  const stream = new CaptureStream({ packet: ({ sec, nsec, link }) => seen.push([sec, nsec, link]) });
  for (const part of parts) stream.push(part);
  assert.deepEqual(seen, written);
  assert.equal(stream.ending().kind, 'ok');
});

test('packets of usual times need one interface a link type', () => {
  const blocks = new PacketBlocks();
  assert.notEqual(blocks.interfaceFor(1, 0), null);
  for (const sec of [1, 4_294_967_296, 17_179_869_183]) assert.equal(blocks.interfaceFor(1, sec), null);
  assert.equal(blocks.count, 1);
});
