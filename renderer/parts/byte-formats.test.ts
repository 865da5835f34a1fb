import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesFilter, formatBytes } from './byte-formats.ts';

const bytes = Uint8Array.from([...new TextEncoder().encode('GET / HTTP/1.1\r\n\0'), 0xff]);

test('bytes in each form', () => {
  assert.equal(formatBytes(bytes, 'hex'), '474554202f20485454502f312e310d0a00ff');
  assert.equal(
    formatBytes(bytes, 'dump'),
    `0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..\n0010  00 ff${' '.repeat(42)}  ..`,
  );
  assert.equal(formatBytes(bytes, 'base64'), Buffer.from(bytes).toString('base64'));
  assert.equal(formatBytes(bytes, 'text'), 'GET / HTTP/1.1\n\ufffd');
  assert.equal(
    formatBytes(bytes.subarray(0, 18), 'c'),
    'static const unsigned char bytes[18] = {\n' +
      '  0x47, 0x45, 0x54, 0x20, 0x2f, 0x20, 0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e, 0x31, 0x0d, 0x0a,\n' +
      '  0x00, 0xff\n};',
  );
  assert.equal(
    formatBytes(bytes, 'escaped'),
    '"\\x47\\x45\\x54\\x20\\x2f\\x20\\x48\\x54\\x54\\x50\\x2f\\x31\\x2e\\x31\\x0d\\x0a" \\\n"\\x00\\xff"',
  );
  const long = Uint8Array.from({ length: 120 }, (_, i) => i);
  const [head, body] = formatBytes(long, 'mime').split('\r\n\r\n');
  assert.match(head!, /^Content-Type: application\/octet-stream\r\nContent-Transfer-Encoding: base64$/);
  assert.deepEqual(Buffer.from(body!, 'base64'), Buffer.from(long));
  assert.ok(body!.split('\r\n').every((line) => line.length <= 76));
  assert.equal(formatBytes(new Uint8Array(0), 'dump'), '');
});

test('a range of bytes is a slice of the frame', () => {
  assert.equal(bytesFilter(bytes.subarray(0, 3), 54), 'frame[54:3] == 47:45:54');
});
