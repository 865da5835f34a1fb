// What flows of DNS asked for is what was noted last, alike lists are there once, and no two lists are taken for one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow } from '../../contract/index.ts';
import { type Asked, AskedNames } from './asked-names.ts';

test('each row has the names that were noted of it last, whatever other rows have', () => {
  const names = new AskedNames();
  const expected = new Map<number, Asked>();
  for (let i = 0; i < 6_000; i++) {
    const row = (i * 7_919) % 5_003;
    const first = `zone-${i % 13}.test`;
    const list = [first, `zone-${i % 11}\0.test`, `${first}${i % 11}`].slice(0, 1 + (i % 3));
    names.set(flowRow(row), list);
    expected.set(row, list.length === 1 ? list[0]! : list);
  }
  for (let row = 0; row < 6_000; row++) assert.deepEqual(names.of(flowRow(row)), expected.get(row), `row ${row}`);
  assert.deepEqual(
    [...names.rows()].sort((a, b) => a - b),
    [...expected.keys()].sort((a, b) => a - b),
  );
});

test('rows that asked the same share one list, in the order of asking', () => {
  const names = new AskedNames();
  names.set(flowRow(1), ['a.test', 'b.test']);
  names.set(flowRow(70_000), ['a.test', 'b.test']);
  names.set(flowRow(2), ['b.test', 'a.test']);
  assert.equal(names.of(flowRow(1)), names.of(flowRow(70_000)));
  assert.deepEqual(names.of(flowRow(2)), ['b.test', 'a.test']);
  assert.equal(names.of(flowRow(3)), undefined);
});
