// What one window may send.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MAX_MESSAGE_UNITS,
  MESSAGES_A_SECOND,
  MESSAGES_AT_ONCE,
  MessagePace,
  PATIENCE_WITH_FLOOD,
  unitsOf,
} from './limits.ts';

test('a message is as large as its texts, arrays and values, and what is too large is not read to its end', () => {
  assert.equal(unitsOf('abc'), 11);
  assert.equal(unitsOf({ id: 1, body: ['ab', null] }), 8 + 2 + 8 + 4 + 8 + 10 + 8);
  assert.equal(unitsOf(new Uint8Array(new ArrayBuffer(1_000), 0, 1)), 1_008, 'the memory behind it counts');
  for (const large of [
    'x'.repeat(MAX_MESSAGE_UNITS),
    new Uint8Array(MAX_MESSAGE_UNITS),
    new Array(4_000_000_000),
    new Map([[1, 'x']]),
    new Set([1]),
    new ArrayBuffer(10),
    Array.from({ length: 3_000_000 }, () => 1),
    Object.fromEntries(Array.from({ length: 2_500_000 }, (_, i) => [i, i])),
  ]) {
    const before = performance.now();
    assert.equal(unitsOf({ id: 1, body: large }), Infinity);
    assert.ok(performance.now() - before < 20_000);
  }
  let deep: unknown = null;
  for (let i = 0; i < 1_000_000; i++) deep = [deep];
  assert.ok(unitsOf(deep) > 8_000_000, 'nesting costs no stack');
  const round: unknown[] = [];
  round.push(round);
  assert.equal(unitsOf(round), Infinity, 'a list within itself, which a port can carry');
});

test('messages of a window: a burst, then so many a second, and an end to patience', () => {
  const pace = new MessagePace(0);
  for (let i = 0; i < MESSAGES_AT_ONCE; i++) assert.equal(pace.take(0), 'in-time');
  assert.equal(pace.take(0), 'too-fast');
  for (let i = 0; i < MESSAGES_A_SECOND; i++) assert.equal(pace.take(1_000), 'in-time');
  for (let i = 1; i < PATIENCE_WITH_FLOOD; i++) assert.equal(pace.take(1_000), 'too-fast');
  assert.equal(pace.take(1_000), 'flood');
  const later = 1_000 + (MESSAGES_AT_ONCE / MESSAGES_A_SECOND) * 1_000;
  assert.equal(pace.take(later), 'in-time');
  for (let i = 1; i < MESSAGES_AT_ONCE; i++) pace.take(later);
  assert.equal(pace.take(later), 'too-fast', 'one that rested is forgiven');
});
