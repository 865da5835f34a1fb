// What rules matched on: the buffer, the part of it that is kept, and the places of what was found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedWith } from '../../testing/asked-rules.ts';
import { udp } from '../../testing/packets.ts';
import { talk } from '../../testing/talk.ts';
import { type HeldBuffer, HeldBuffers } from './held.ts';

function heldOf(rules: string, frames: Parameters<typeof askedWith>[2]): readonly HeldBuffer[][] {
  const observer = new HeldBuffers(() => true);
  askedWith(observer, rules, frames);
  return observer.found.map(({ buffers }) => [...buffers]);
}

/** What was found, as text, by buffer. */
function found(buffers: readonly HeldBuffer[]): readonly (readonly [string, ...string[]])[] {
  return buffers.map(({ name, bytes, marks }) => {
    const text = Buffer.from(bytes).toString('latin1');
    return [name, ...marks.map(({ from, to }) => text.slice(from, to))];
  });
}

const GET = talk('10.0.0.1:40000', '192.0.2.5:80', [
  [0, 'GET /gate.php?id=7 HTTP/1.1\r\nHost: Bad.Example\r\nUser-Agent: Wget/1.2\r\n\r\n'],
  [1, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
]);

test('each buffer is told with its transforms, and what was found in it', () => {
  const [buffers] = heldOf(
    'alert http any any -> any any (msg:"a"; http.method; content:"GET"; http.uri; content:"id="; ' +
      'pcre:"/[0-9]$/R"; http.header; to_lowercase; content:"bad.example"; sid:1;)',
    GET,
  );
  assert.deepEqual(found(buffers!), [
    ['http.method', 'GET'],
    ['http.uri', 'id=', '7'],
    ['http.header; to_lowercase', 'bad.example'],
  ]);
  assert.equal(buffers![1]!.length, '/gate.php?id=7'.length);
});

test('bytes without a buffer are of the stream or of the packet', () => {
  const rule = (protocol: string): string =>
    `alert ${protocol} any any -> any any (msg:"a"; content:"Wget"; content:"/"; distance:0; sid:1;)`;
  assert.deepEqual(found(heldOf(rule('tcp'), GET)[0]!), [['stream', 'Wget', '/']]);
  assert.deepEqual(found(heldOf(rule('udp'), [udp('10.0.0.1:5', '10.0.0.2:6', 'a Wget b/')])[0]!), [
    ['payload', 'Wget', '/'],
  ]);
});

test('of a long buffer the part is kept where something was found', () => {
  const frames = [udp('10.0.0.1:5', '10.0.0.2:6', `${'x'.repeat(4_000)}needle${'y'.repeat(4_000)}`)];
  const [buffers] = heldOf('alert udp any any -> any any (msg:"a"; content:"needle"; sid:1;)', frames);
  const [{ from, length, bytes }] = buffers as [HeldBuffer];
  assert.deepEqual([from, length, bytes.length], [4_000 - 64, 8_006, 512]);
  assert.deepEqual(found(buffers!), [['payload', 'needle']]);
});

test('a rule of headers alone has no buffer; one that does not match is not told', () => {
  const frames = [udp('10.0.0.1:5', '10.0.0.2:6', 'abc')];
  assert.deepEqual(heldOf('alert udp any any -> any 6 (msg:"a"; sid:1;)', frames), [[]]);
  assert.deepEqual(heldOf('alert udp any any -> any 6 (msg:"a"; content:"no"; sid:1;)', frames), []);
});
