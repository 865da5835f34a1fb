import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, moved } from './column-settings.ts';

const ids = (columns: readonly { readonly id: string }[]): string[] => columns.map((c) => c.id);

test('columns of settings keep their order; what they do not know stands as it is by default', () => {
  assert.deepEqual(ids(columnsOf([], 'relative')), [
    'verdict',
    'no',
    'time',
    'source',
    'destination',
    'protocol',
    'length',
    'info',
  ]);
  const ttl = { id: 'ip.ttl', title: 'TTL', width: 0, align: 'end', hidden: false } as const;
  const odd = { ...ttl, id: 'ip.ttl","%i' };
  const found = columnsOf([{ ...ttl, id: 'info', width: 300 }, ttl, odd], 'relative');
  assert.deepEqual(ids(found).slice(0, 3), ['info', 'ip.ttl', 'verdict']);
  assert.equal(found[0]!.width, 300);
  assert.ok(found[1]!.width > 0);
  assert.equal(found.length, 9);
});

test('a time of day has a wider column than seconds, unless it was sized', () => {
  const width = (format: string): number => columnsOf([], format).find((c) => c.id === 'time')!.width;
  assert.ok(width('utc') > width('relative'));
});

test('a column moves before another one, or to the end', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 'c', 'a'), ['c', 'a', 'b']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', null), ['b', 'c', 'a']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'b', 'b'), ['a', 'c', 'b']);
});
