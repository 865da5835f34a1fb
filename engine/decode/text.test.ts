import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRandom } from '../testing/packets.ts';
import { latin1, ownText } from './text.ts';

test('text of views of a few memories, in any order, is that of a copy of the bytes', () => {
  const random = testRandom(2);
  const below = (n: number): number => Math.floor(random() * n);
  const memories = [
    new ArrayBuffer(300),
    new SharedArrayBuffer(300),
    new ArrayBuffer(300, { maxByteLength: 900 }),
    Buffer.from('pooled memory of Node').buffer,
  ];
  for (const memory of memories) new Uint8Array(memory).forEach((_, i, all) => (all[i] = below(256)));
  for (let n = 0; n < 5_000; n++) {
    const memory = memories[below(memories.length)]!;
    if (memory instanceof ArrayBuffer && memory.resizable) memory.resize(100 + below(800));
    const from = below(60);
    const b = new Uint8Array(memory, from, below(40));
    const at = below(45);
    const end = below(60);
    assert.equal(latin1(b, at, end), Buffer.from(b.slice(at, Math.max(at, end))).toString('latin1'));
  }
});

test('text of memory that went to another thread is none, and what is there now is read', () => {
  const memory = new ArrayBuffer(16);
  const b = new Uint8Array(memory).fill(65);
  assert.equal(latin1(b, 0, 3), 'AAA');
  const there = new Uint8Array(memory.transfer());
  assert.equal(latin1(b, 0, 3), '');
  assert.equal(latin1(there, 0, 3), 'AAA');
  assert.equal(latin1(b, 0, 3), '');
});

test('own text is the same text', () => {
  const random = testRandom(3);
  const head = Array.from({ length: 400 }, () => String.fromCharCode(Math.floor(random() * 0xffff))).join('');
  for (let from = 0; from < 380; from++) {
    for (const size of [0, 1, 12, 13, 14, 300]) {
      const part = head.slice(from, from + size);
      assert.equal(ownText(part), part);
    }
  }
});
