import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SeenFacts } from '../protocols/index.ts';
import { observeTalk } from '../testing/observing.ts';
import { SeenKeeper } from './seen.ts';

const FLOWS = 300;

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** What is kept of as many flows of one talk as there are, and the bytes that it takes. */
function kept(port: number, data: (n: number) => string): { readonly last: SeenFacts; readonly bytes: number } {
  const keeper = new SeenKeeper();
  const all: SeenFacts[] = [];
  const before = heldBytes();
  for (let n = 0; n < FLOWS; n++) all.push(keeper.keep(observeTalk(port, { dir: 0, data: data(n) }), null)!);
  return { bytes: heldBytes() - before, last: all.at(-1)! };
}

test('a request that is kept keeps nothing else of its head', () => {
  const noise = `X: ${'y'.repeat(12_000)}`;
  const { last, bytes } = kept(80, (n) => `POSTINGSOMETHING /${n} HTTP/1.1\r\nHost: one.test\r\n${noise}\r\n\r\n`);
  assert.deepEqual(
    last.http.map(({ method, uri, host }) => [method, uri, host]),
    [['POSTINGSOMETHING', '/299', 'one.test']],
  );
  assert.ok(bytes < FLOWS * 8_000, `${bytes} bytes`);
});

test('a command that is kept keeps nothing else of its segment', () => {
  const { last, bytes } = kept(21, (n) => `STOR a-file-of-number-${n}\r\n${'z'.repeat(12_000)}`);
  assert.deepEqual(last.commands, ['STOR a-file-of-number-299']);
  assert.ok(bytes < FLOWS * 8_000, `${bytes} bytes`);
});
