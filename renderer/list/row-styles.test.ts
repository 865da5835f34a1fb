import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutTo } from './cut.ts';
import { edgesOf, seen } from './row-styles.ts';

describe('styles for the picture of a list', () => {
  test('shadows along edges are read, those outside or blurred are not', () => {
    assert.deepEqual(edgesOf('none'), []);
    assert.deepEqual(edgesOf('rgb(88, 166, 255) 3px 0px 0px 0px inset'), [
      { colour: 'rgb(88, 166, 255)', x: 3, y: 0, spread: 0 },
    ]);
    assert.deepEqual(
      edgesOf('rgb(1, 2, 3) 0px 1px 0px 0px inset, color(srgb 0.1 0.2 0.3 / 0.45) 0px -1px 0px 0px inset'),
      [
        { colour: 'rgb(1, 2, 3)', x: 0, y: 1, spread: 0 },
        { colour: 'color(srgb 0.1 0.2 0.3 / 0.45)', x: 0, y: -1, spread: 0 },
      ],
    );
    assert.deepEqual(edgesOf('rgb(0, 0, 0) 0px 8px 30px 0px, rgb(0, 0, 0) 0px 8px 30px 0px inset'), []);
  });

  test('a colour without opacity is none, black is one', () => {
    assert.equal(seen('rgba(0, 0, 0, 0)'), null);
    assert.equal(seen('color(srgb 1 1 1 / 0)'), null);
    assert.equal(seen('rgb(0, 0, 0)'), 'rgb(0, 0, 0)');
    assert.equal(seen('rgba(0, 0, 0, 0.5)'), 'rgba(0, 0, 0, 0.5)');
  });

  test('a text is cut to the longest beginning that fits, between letters', () => {
    const width = (text: string): number => Array.from(text).length * 7;
    assert.equal(cutTo('abcdefgh', 30, '…', width), 'abc…');
    assert.equal(cutTo('abcdefgh', 30, '', width), 'abcd');
    assert.equal(cutTo('🦊🦊🦊', 21, '…', width), '🦊🦊…');
    assert.equal(cutTo('abc', 0, '…', width), '…');
    assert.equal(cutTo('x'.repeat(1_000_000), 70, '…', width), `${'x'.repeat(9)}…`);
  });
});
