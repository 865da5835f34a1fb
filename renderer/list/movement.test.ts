import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawnRow, kindNames } from './drawn-row.ts';
import { Movement, STILL_AFTER } from './movement.ts';

describe('movement of a list', () => {
  test('one step is written into elements, what follows is drawn, until the list stands still', () => {
    const movement = new Movement();
    assert.equal(movement.frame(0), false);
    movement.moved(10);
    assert.equal(movement.frame(16), false);
    movement.moved(26);
    assert.equal(movement.frame(32), true);
    assert.equal(movement.frame(26 + STILL_AFTER - 1), true);
    assert.equal(movement.frame(26 + STILL_AFTER), false);
    movement.moved(500);
    assert.equal(movement.frame(501), false);
    assert.equal(movement.frame(517), true);
  });

  test('what needs the elements ends it at once, and the next movement begins anew', () => {
    const movement = new Movement();
    movement.moved(0);
    movement.frame(1);
    assert.equal(movement.frame(17), true);
    movement.end();
    assert.equal(movement.goesOn(18), false);
    movement.moved(19);
    assert.equal(movement.frame(20), false);
  });

  test('kinds of a row are the bits of its classes', () => {
    assert.equal(kindNames(0b101, ['selected', 'marked', 'ignored']), 'selected ignored');
    assert.equal(kindNames(0, ['selected']), '');
    const row = drawnRow(2);
    row.cells[0]!.text = 'one';
    assert.equal(row.cells[1]!.text, '');
  });
});
