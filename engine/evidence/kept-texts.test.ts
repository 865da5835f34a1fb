import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { askedFor, Looks } from '../testing/looks.ts';
import { rememberedByName } from '../features/index.ts';
import { pollJudge } from './poll.ts';

const HEAD = 14_000;

/** A head of its own, all of it said to be its host. */
function head(n: number): string {
  return Buffer.alloc(HEAD, `${n}.a.test/`).toString('latin1');
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('a name that is remembered keeps nothing of the head that it was cut from', () => {
  const lengthOf = rememberedByName((name) => name.length);
  const before = heldBytes();
  for (let n = 0; n < 2_000; n++) lengthOf(head(n).slice(20, 60));
  const grown = heldBytes() - before;
  assert.equal(lengthOf(head(1_999).slice(20, 60)), 40);
  assert.ok(grown < 4e6, `${grown} bytes for 2,000 names of 40 characters`);
});

test('hosts longer than any name are remembered in part', () => {
  const looks = new Looks(pollJudge());
  const before = heldBytes();
  for (let n = 0; n < 2_000; n++) {
    const http = [askedFor({ packet: n, seconds: n, method: 'POST', target: '/a', host: head(n) })];
    looks.see({ observed: { http } });
  }
  const grown = heldBytes() - before;
  assert.ok(looks.see().length === 0 && grown < 8e6, `${grown} bytes for 2,000 hosts`);
});
