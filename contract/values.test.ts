import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitRate, bytes, count, ENGLISH_VALUES, interval, seconds, share, type Unit, valueText } from './values.ts';

test('a value has one text: missing, flags, shares, short times, large numbers, units', () => {
  const cases: readonly (readonly [number, Unit, string])[] = [
    [NaN, 'share', 'missing'],
    [1, 'flag', 'yes'],
    [0, 'flag', 'no'],
    [0, 'share', '0.0 %'],
    [0.0995, 'share', '10.0 %'],
    [0.254, 'share', '25 %'],
    [0, 's', '0 s'],
    [0.000_012_34, 's', '12.3 µs'],
    [-0.0123, 's', '-12.3 ms'],
    [12.345, 's', '12.3 s'],
    [1234.5, 'B', '1,235 B'],
    [-2500, 'B', '-2,500 B'],
    [999.9, 'bits/B', '1000 bits/B'],
    [3, 'class', '3'],
    [4, 'version', '4'],
    [12, 'count', '12'],
    [1.5, 'ratio', '1.5 ratio'],
    [1, 'packets', '1 packet'],
    [2, 'packets', '2 packets'],
    [0, 'packets', '0 packets'],
    [1, 'days', '1 day'],
    [1, 'B', '1 B'],
    [1, 'packets/s', '1 packets/s'],
  ];
  for (const [value, unit, text] of cases) assert.equal(valueText(value, unit), text);
  const other = { ...ENGLISH_VALUES, missing: '缺失', units: { ...ENGLISH_VALUES.units, ratio: '', days: '天' } };
  assert.deepEqual(
    [valueText(NaN, 'B', other), valueText(1.5, 'ratio', other), valueText(2, 'days', other)],
    ['缺失', '1.5', '2 天'],
  );
});

test('counts, sizes, rates and times', () => {
  assert.equal(count(1_234_567), '1,234,567');
  assert.deepEqual([999, 1_000, 12_345, 2_500_000_000].map(bytes), ['999 B', '1.0 kB', '12 kB', '2.5 GB']);
  assert.deepEqual([10, 1_000, 125_000_000].map(bitRate), ['80 bit/s', '8.0 kbit/s', '1.0 Gbit/s']);
  // A value that is rounded up to the next unit, or to two digits, is written as those are.
  assert.deepEqual([9_949, 9_999, 10_000, 999_499, 999_600].map(bytes), [
    '9.9 kB',
    '10 kB',
    '10 kB',
    '999 kB',
    '1.0 MB',
  ]);
  assert.deepEqual([124.95, 1_249.99].map(bitRate), ['1.0 kbit/s', '10 kbit/s']);
  assert.deepEqual([0.0000005, 0.05, 0.5, 5, 50, 200, 9_000].map(seconds), [
    '1 µs',
    '50.0 ms',
    '500 ms',
    '5.00 s',
    '50.0 s',
    '3.3 min',
    '2.5 h',
  ]);
  assert.deepEqual([59.7, 119, 3_600, 9_000].map(interval), ['60 s', '120 s', '60 min', '2.5 h']);
  assert.deepEqual([0.05, 0.5].map(share), ['5.0 %', '50 %']);
});
