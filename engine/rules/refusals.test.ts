// Refusals by reason: details do not tell reasons apart, names do; of many lines some of each reason are told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, say } from '../../contract/index.ts';
import { refusedBy, someOfEach } from './refusals.ts';

const again = (sid: number): { readonly why: Message } => ({
  why: say('rule-again', { sid, file: 'a.rules', line: sid, rev: 1 }),
});
const keyword = (name: string): { readonly why: Message } => ({ why: say('rule-keyword', { keyword: name }) });

test('reasons are counted, the most frequent first', () => {
  const all = [keyword('lua'), again(1), again(2), keyword('lua'), again(3), keyword('frame')];
  assert.deepEqual(
    refusedBy(all).map(({ why, count, alike }) => [why.say, why.values?.['keyword'] ?? '', count, alike]),
    [
      ['rule-again', '', 3, true],
      ['rule-keyword', 'lua', 2, false],
      ['rule-keyword', 'frame', 1, false],
    ],
  );
});

test('a part has lines of every reason, in their order', () => {
  const all = [...Array.from({ length: 20 }, (_, i) => again(i)), keyword('lua'), keyword('frame'), keyword('lua')];
  const some = someOfEach(all, 6, 1);
  assert.deepEqual(some, [all[0], all[1], all[2], all[3], all[20], all[21]]);
  assert.deepEqual(someOfEach(all, 100, 1), all);
});
