import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReadAhead } from './read-ahead.ts';

/** A file of numbers that ends in segments, and counts how often it is asked. */
class Numbers {
  asked = 0;
  bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 7) % 251);
  segment = Infinity;

  read(offset: number, length: number): Uint8Array {
    this.asked++;
    const end = Math.min(this.bytes.length, (Math.floor(offset / this.segment) + 1) * this.segment || Infinity);
    return this.bytes.slice(offset, Math.min(offset + length, end));
  }

  close(): void {
    /* nothing */
  }
}

test('packets in a row cost few questions and are the bytes that lie there, also past ends and segments', () => {
  for (const segment of [Infinity, 700_001]) {
    const file = new Numbers();
    file.segment = segment;
    const ahead = new ReadAhead();
    let packets = 0;
    for (let offset = 24; offset < file.bytes.length + 4_000; offset += 16 + (packets % 1500)) {
      const length = packets % 1500;
      const end = Math.min(file.bytes.length, (Math.floor(offset / segment) + 1) * segment || Infinity);
      const want = file.bytes.slice(offset, Math.max(offset, Math.min(offset + length, end)));
      assert.deepEqual(ahead.read(file, offset, length), want, `at ${offset}`);
      packets++;
    }
    assert.ok(file.asked < packets / 20, `${file.asked} questions for ${packets} packets`);
  }
});

test('here and there, what lies there now is read; in a row, a change is seen after a moment', async () => {
  const file = new Numbers();
  const ahead = new ReadAhead();
  for (let i = 0; i < 50; i++) ahead.read(file, 100 * i, 60);
  file.bytes = new Uint8Array(10_000);
  assert.deepEqual(ahead.read(file, 2_000, 10), new Uint8Array(10));
  for (let i = 0; i < 20; i++) ahead.read(file, 3_000 + 20 * i, 10);
  file.bytes = new Uint8Array(3_450).fill(1);
  await new Promise((resolve) => {
    setTimeout(resolve, 120);
  });
  assert.deepEqual(ahead.read(file, 3_400, 10), new Uint8Array(10).fill(1));
  assert.equal(ahead.read(file, 3_445, 10).length, 5);
});
