import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetsOf } from './evidence.ts';
import { classes, directed, eachWay, places, rowsOf } from './rows.ts';
import { FEATURES } from './schema.ts';

const packets = rowsOf(packetsOf(2));

test('a place is asked by the name of a row; a name that no row has does not compile, one that stands twice is refused', () => {
  const at = places([packets('first', 'flag', 'a', '甲'), packets('second', 'B', 'b', '乙')]);
  assert.deepEqual(at, { first: 0, second: 1 });
  // What compiles only as long as these two do not: at.secnod, and a row whose unit is 'class' without a list.
  const misspelt: 'secnod' extends keyof typeof at ? true : false = false;
  const unlisted: 'class' extends Parameters<typeof packets>[1] ? true : false = false;
  assert.deepEqual([misspelt, unlisted], [false, false]);
  assert.throws(
    () => places([packets('same', 'flag', 'a', '甲'), packets('same', 'B', 'b', '乙')]),
    /same stands twice/,
  );
});

test('a row of a direction stands once for each', () => {
  const rows = [
    directed('len_*_min', 'B', 'smallest {from}', '{side}最小', packetsOf),
    directed('entropy_*', 'bits', 'entropy, {dir}', '熵{way}', packetsOf),
  ];
  assert.deepEqual(
    eachWay([0, 1], rows).map((f) => [f.name, f.meaning, f.zh]),
    [
      ['len_fwd_min', 'smallest from the initiator', '发起方最小'],
      ['entropy_fwd', 'entropy, from the initiator', '熵（发起方）'],
      ['len_rev_min', 'smallest from the responder', '响应方最小'],
      ['entropy_rev', 'entropy, from the responder', '熵（响应方）'],
    ],
  );
  assert.throws(() => eachWay([2], rows), /\{from\}, which direction both does not have/);
});

test('classes are data: each has its name in both languages, and the meaning lists them', () => {
  const list = classes(1, ['one', '一'], ['two', '二']);
  const [inside, behind] = [packets('a', list, 'number (#)', '数'), packets('b', list, 'number: #, fwd', '数')];
  assert.deepEqual([inside.unit, inside.meaning, inside.en], ['class', 'number (1 one, 2 two)', 'number']);
  assert.deepEqual([behind.meaning, behind.en], ['number: 1 one, 2 two, fwd', 'number, fwd']);
  for (const f of FEATURES) {
    assert.equal(f.classes.length > 1, f.unit === 'class', f.name);
    for (const c of f.classes) assert.match(c.zh, /[一-鿿]/, `${f.name}: ${c.en}`);
    assert.doesNotMatch(`${f.meaning} ${f.en} ${f.zh}`, /[#{}]/, f.name);
  }
});
