import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRandom } from '../testing/packets.ts';
import { HttpHead } from './http-head.ts';

const PARTS = ['\n', '\r\n', ':', 'a', 'Host', ' ', ': ', 'x-y', '\n\n', '::', 'host: b', '\t', 'GET / HTTP/1.1'];
const ASKED = ['host', 'a', 'x-y', '', 'get / http/1.1'];

/** The same, line by line. */
function plain(text: string): { line: string; names: string[]; fields: (string | null)[] } {
  const [first, ...lines] = text.split('\n', 512);
  const all = lines
    .filter((line) => line.indexOf(':') > 0)
    .map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return {
    line: first!.replace(/\r$/, ''),
    names: all.slice(0, 64).map(([name]) => name!),
    fields: ASKED.map((asked) => all.find(([name]) => name === asked)?.[1] ?? null),
  };
}

test('fields are what lines say, the first of each name, wherever colons and ends of lines stand', () => {
  const random = testRandom(12);
  for (let round = 0; round < 20_000; round++) {
    const parts = round % 500 === 0 ? 3_000 : 30;
    const text = Array.from({ length: Math.floor(random() * parts) }, () => {
      return PARTS[Math.floor(random() * PARTS.length)]!;
    }).join('');
    const head = new HttpHead(text);
    const { line, names } = head;
    assert.deepEqual({ line, names, fields: ASKED.map((name) => head.field(name)) }, plain(text), JSON.stringify(text));
  }
});
