// What the campaign of faults takes for a lost packet.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingOf, numbersIn } from './numbers.ts';

function block(type: number, body: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  body.copy(bytes, 8);
  bytes.writeUInt32LE(bytes.length, bytes.length - 4);
  return bytes;
}

/** An enhanced packet block with a numbered frame in it, as `generate` sends it. */
function packet(number: number): Buffer {
  const body = Buffer.alloc(20 + 84);
  body.writeUInt32LE(0x534c4247, 20 + 42);
  body.writeBigUInt64LE(BigInt(number), 20 + 46);
  return block(6, body);
}

test('numbers are read from all segments; a hole, what was told and is not there, and doubles are named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-numbers-'));
  try {
    const head = block(0x0a0d0d0a, Buffer.alloc(16));
    writeFileSync(join(folder, 'a_00001.pcapng'), Buffer.concat([head, packet(0), packet(1), packet(2)]));
    // A writer that was killed has left half a block.
    writeFileSync(
      join(folder, 'a_00002.pcapng'),
      Buffer.concat([head, packet(4), packet(4), packet(5).subarray(0, 60)]),
    );
    writeFileSync(join(folder, 'kept.pcapng'), Buffer.concat([head, packet(3)]));
    const numbers = numbersIn(folder);
    assert.deepEqual(numbers, [0, 1, 2, 4, 4]);
    assert.deepEqual(missingOf(numbers, 3), { lost: [3], odd: 1, end: 5 });
    assert.deepEqual(missingOf(numbers, 7), { lost: [3, 5, 6], odd: 1, end: 5 });
    assert.deepEqual(missingOf([], 0), { lost: [], odd: 0, end: 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
