import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainCapture, withoutOwn } from './capture-source.ts';

test('on loopback the traffic of the window itself is left out, elsewhere a filter stays as it is', () => {
  const own = 'not (host 127.0.0.1 and tcp port 4711)';
  assert.equal(withoutOwn(plainCapture(['lo'], ''), 4711), own);
  assert.equal(withoutOwn(plainCapture(['eth0', 'any'], 'udp or tcp'), 4711), `(udp or tcp) and ${own}`);
  assert.equal(withoutOwn(plainCapture(['eth0'], 'udp'), 4711), 'udp');
  assert.equal(withoutOwn(plainCapture(['long0'], ''), 4711), '');
  assert.equal(withoutOwn(plainCapture(['lo'], 'udp'), null), 'udp');
  assert.equal(withoutOwn(plainCapture(['-'], ''), 4711), '');
});
