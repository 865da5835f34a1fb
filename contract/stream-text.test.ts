// Lines of a stream end where its text ends a line, not where a packet happens to end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowRow, type StreamPage, streamLines, wholeLines } from './index.ts';

const MISSING = (n: number): string => `[${n} missing]`;

/** A stream of pieces: the side, what it says, and the bytes that are missing before it. */
function stream(...pieces: readonly (readonly [number, string, number?])[]): StreamPage {
  const parts = pieces.map(([, said]) => Buffer.from(said));
  let at = 0;
  return {
    flow: flowRow(0),
    client: '192.0.2.1:40000',
    server: '192.0.2.2:80',
    clientBytes: 0,
    serverBytes: 0,
    direction: Uint8Array.from(pieces, ([side]) => side),
    ends: Uint32Array.from(parts, (part) => (at += part.length)),
    rows: Uint32Array.from(pieces, (_, i) => i),
    gaps: Uint32Array.from(pieces, ([, , gap]) => gap ?? 0),
    bytes: Buffer.concat(parts),
    missing: 0,
    cut: false,
  };
}

const texts = (s: StreamPage, side: number | null = null): string[] =>
  streamLines(s, 'text', side, MISSING).map((line) => `${line.direction}${line.goesOn ? '+' : ' '}${line.text}`);

test('a piece that ends in a line end leaves no empty line behind', () => {
  assert.deepEqual(texts(stream([0, 'GET / HTTP/1.0\r\n\r\n'], [1, 'HTTP/1.0 200 OK\r\n'])), [
    '0 GET / HTTP/1.0',
    '0 ',
    '1 HTTP/1.0 200 OK',
  ]);
});

test('a line that a packet cuts goes on, and its CR LF may be cut too', () => {
  const cut = stream([1, 'one li'], [1, 'ne\r'], [1, '\nan'], [1, 'other'], [1, '\n\nlast']);
  assert.deepEqual(texts(cut), ['1 one line', '1 another', '1 ', '1 last']);
  assert.deepEqual(
    streamLines(cut, 'text', null, MISSING).map((line) => line.row),
    [0, 2, 4, 4],
    'a line is of the packet that begins it',
  );
});

test('the other side, and what is missing, begin a line of their own', () => {
  const talk = stream([0, 'user: '], [1, 'go '], [0, 'me\n'], [1, 'on\n'], [1, 'half'], [1, 'rest', 7]);
  assert.deepEqual(texts(talk), ['0 user: ', '1 go ', '0 me', '1 on', '1 half', '1 [7 missing]', '1 rest']);
  assert.deepEqual(texts(talk, 1), ['1 go on', '1 half', '1 [7 missing]', '1 rest'], 'one side alone is whole');
});

test('a long line is cut to the width of the window wherever packets cut it, and is whole in a file', () => {
  const long = 'abcdefghij'.repeat(22);
  const inPieces = stream([0, long.slice(0, 70)], [0, long.slice(70, 150)], [0, `${long.slice(150)}\r`], [0, '\nend']);
  assert.deepEqual(texts(inPieces), [`0 ${long.slice(0, 110)}`, `0+${long.slice(110)}`, '0 end']);
  assert.deepEqual(
    wholeLines(streamLines(inPieces, 'text', null, MISSING)).map((line) => line.text),
    [long, 'end'],
  );
});

test('a letter of UTF-8 that is cut in two is one letter of one line', () => {
  const bytes = Buffer.from('naïve\n');
  const s = stream([0, 'xxx'], [0, 'xxxx']);
  const cut = { ...s, bytes, ends: Uint32Array.of(3, bytes.length) };
  assert.deepEqual(
    streamLines(cut, 'utf8', null, MISSING).map((line) => line.text),
    ['naïve'],
  );
});
