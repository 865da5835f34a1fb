import assert from 'node:assert/strict';
import test from 'node:test';
import { testRandom } from '../../testing/packets.ts';
import { BYTES, Fields, floatBytes, VARINT, WireError, WireWriter } from './wire.ts';

test('what is written is read again: integers of all sizes, floats, texts, messages', () => {
  const numbers = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, -1, -128, -(2 ** 52)];
  const w = new WireWriter();
  for (const n of numbers) w.int(3, n);
  w.text(4, 'größe 流').float(5, 0.1).ints(6, numbers).floats(7, [1.5, -2, Infinity]);
  w.message(8, (inner) => inner.text(1, 'in'));
  const f = new Fields(w.bytes);
  for (const n of numbers) {
    assert.ok(f.next());
    assert.deepEqual([f.field, f.wire, f.int], [3, VARINT, n]);
  }
  assert.ok(f.next());
  assert.equal(f.text(), 'größe 流');
  assert.ok(f.next());
  assert.equal(new DataView(f.bytes.buffer, f.bytes.byteOffset).getFloat32(0, true), Math.fround(0.1));
  assert.ok(f.next());
  const read: number[] = [];
  f.ints(read, 100);
  assert.deepEqual(read, numbers);
  assert.equal(f.values(0), numbers.length);
  assert.ok(f.next());
  assert.deepEqual([f.values(4), Buffer.compare(f.bytes, floatBytes([1.5, -2, Infinity]))], [3, 0]);
  assert.ok(f.next());
  const inner = new Fields(f.message());
  assert.ok(inner.next());
  assert.equal(inner.text(), 'in');
  assert.equal(f.next(), false);
});

test('a varint is what a slow and obvious reader says', () => {
  const random = testRandom(3);
  for (let n = 0; n < 5_000; n++) {
    const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * 11) }, () => Math.floor(random() * 256));
    let wanted: bigint | null = null;
    for (let i = 0, value = 0n; i < Math.min(10, bytes.length); i++) {
      value |= BigInt(bytes[i]! & 0x7f) << BigInt(7 * i);
      if (bytes[i]! >= 0x80) continue;
      wanted = BigInt.asIntN(64, value);
      break;
    }
    const f = new Fields(Uint8Array.of(8, ...bytes));
    if (wanted === null) assert.throws(() => f.next(), WireError);
    else {
      f.next();
      assert.ok(Math.abs(f.int - Number(wanted)) <= Math.abs(Number(wanted)) / 2 ** 52, `${f.int} is no ${wanted}`);
    }
  }
});

test('what is cut short, a group, a field without a number are no message', () => {
  const whole = new WireWriter().text(1, 'abcdef').int(2, 70_000).float(3, 1).bytes;
  for (let n = 1; n < whole.length; n++) {
    const f = new Fields(whole.subarray(0, n));
    let read = 0;
    try {
      while (f.next()) read++;
    } catch (error) {
      assert.ok(error instanceof WireError);
      continue;
    }
    assert.ok([8, 12].includes(n), `${n} bytes are ${read} whole fields`);
  }
  for (const bytes of [[0x0b], [0x0c], [0x0e], [0x0f], [0x00, 0x01], [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]])
    assert.throws(() => new Fields(Uint8Array.from(bytes)).next(), WireError);
  const f = new Fields(new WireWriter().int(1, 5).bytes);
  f.next();
  assert.throws(() => f.message(), WireError);
  assert.notEqual(f.wire, BYTES);
  const many = new Fields(new WireWriter().ints(1, new Array<number>(20).fill(1)).bytes);
  many.next();
  assert.throws(() => many.ints([], 16), WireError);
});
