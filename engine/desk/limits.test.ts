// A window that sends too much, too large or too fast: it is told why, others are answered, and a flood is let go.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  type Answer,
  MAX_UNITS_UNDER_WAY,
  MESSAGES_AT_ONCE,
  PATIENCE_WITH_FLOOD,
  type RequestKind,
} from '../../contract/index.ts';
import { testDesk } from '../testing/desks.ts';
import { serve, type Served } from './serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-limits-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Window {
  readonly served: Served;
  readonly answers: Map<number, Answer<RequestKind>>;
  ended: number;
  said(id: number): Promise<string>;
}

function open(): Window {
  const answers = new Map<number, Answer<RequestKind>>();
  const served = serve(desk, {
    send: (message) => {
      if ('answer' in message) answers.set(message.id, message.answer);
    },
    end: () => {
      window.ended++;
    },
  });
  const window: Window = {
    served,
    answers,
    ended: 0,
    async said(id) {
      while (!answers.has(id))
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
      const answer = answers.get(id)!;
      return answer.ok ? 'done' : answer.message.say;
    },
  };
  return window;
}

test('a message that is too large is refused, whatever it is of', async () => {
  const w = open();
  const bodies = [{ client: 'x'.repeat(20_000_000) }, { client: new Array(4_000_000_000) }, new Map()];
  for (const [id, body] of bodies.entries()) {
    w.served.receive({ id, kind: 'hello', body });
    assert.equal(await w.said(id), 'message-too-large');
  }
  w.served.receive({ id: 9, kind: 'hello', body: { client: 'small' } });
  assert.equal(await w.said(9), 'done');
  w.served.close();
});

test('what is under way of one window is bounded in bytes', async () => {
  const w = open();
  const page = 'x'.repeat(15_000_000);
  const many = Math.floor(MAX_UNITS_UNDER_WAY / page.length) + 1;
  // The first ones wait for nobody: this window may save nothing there, which is found out after they are counted.
  for (let id = 0; id < many; id++) w.served.receive({ id, kind: 'savePage', body: { name: 'x', page, path: 'here' } });
  assert.equal(await w.said(many - 1), 'too-much-under-way');
  assert.equal(await w.said(0), 'whole-path-wanted');
  w.served.receive({ id: many, kind: 'savePage', body: { name: 'x', page, path: 'here' } });
  assert.equal(await w.said(many), 'whole-path-wanted', 'what was answered is no longer counted');
  w.served.close();
});

test('a window that floods is refused and then let go; another one is answered meanwhile', async () => {
  const w = open();
  const other = open();
  for (let id = 0; id < MESSAGES_AT_ONCE + PATIENCE_WITH_FLOOD / 2; id++)
    w.served.receive({ id, kind: 'nothing', body: {} });
  assert.equal(await w.said(0), 'no-such-request');
  assert.equal(await w.said(MESSAGES_AT_ONCE + PATIENCE_WITH_FLOOD / 2 - 1), 'too-fast');
  assert.equal(w.ended, 0);
  for (let i = 0; i < PATIENCE_WITH_FLOOD * 2; i++) w.served.receive('no request at all');
  assert.equal(w.ended, 1);
  const before = w.answers.size;
  w.served.receive({ id: 1_000_000, kind: 'hello', body: { client: 'again' } });
  other.served.receive({ id: 1, kind: 'hello', body: { client: 'other' } });
  assert.equal(await other.said(1), 'done');
  assert.equal(w.answers.size, before);
  w.served.close();
  other.served.close();
});
