import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fit } from './fit.ts';

test('what fits stays, what does not ends in an ellipsis, wide characters count twice', () => {
  assert.equal(fit('192.0.2.10', 10), '192.0.2.10');
  assert.equal(fit('192.0.2.100', 10), '192.0.2.1…');
  assert.equal(fit('中文字', 6), '中文字');
  assert.equal(fit('中文字', 5), '中文…');
  assert.equal(fit('a→b', 3), 'a→b');
  assert.equal(fit('😀😀', 3), '😀…');
  assert.equal(fit('', 0), '');
  assert.equal(fit('abc', 1), '…');
});
