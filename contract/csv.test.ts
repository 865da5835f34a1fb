import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvCell, csvLine } from './csv.ts';

test('a cell that a spreadsheet would take for a formula is a text, however it is hidden', () => {
  for (const sign of ['=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20'])
    for (const before of ['', ' ', '\t ', '\u200b', '\u202e', '\0', '\u3000'])
      assert.match(csvCell(`${before}${sign}cmd`), /^'/, JSON.stringify(before + sign));
  for (const begin of ['\t', '\r', '\n']) assert.match(csvCell(`${begin}x`), /^'/);
  for (const number of ['-5', '+1.5', '-1e-9', '0']) assert.equal(csvCell(number), number);
  for (const text of ['', 'a=b', '192.0.2.7', 'ü=']) assert.equal(csvCell(text), text);
});

test('nothing in a cell is obeyed by a terminal, and commas and quotes stay in their cell', () => {
  assert.equal(csvCell('a\x1b[2Jb\0\u009b\u202e'), 'a·[2Jb···');
  assert.equal(csvCell('a\r\nb'), 'a··b');
  assert.equal(csvLine(['=1,2', 'a"b', 'c']), '"\'=1,2","a""b",c');
});
