// What is said of an entry of a list that was met.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english } from '../../contract/index.ts';
import { indicatorSaid } from './indicator.ts';

test('an entry that stands in the list as it was seen is named once, one that covers it is named beside it', () => {
  const told = { source: '', confidence: 100, seconds: 0, lists: ['a.txt'], note: '' };
  const met = { ...told, kind: 'address', value: '192.0.2.82', seen: '192.0.2.82' } as const;
  assert.deepEqual(
    [met, { ...met, note: 'a server' }, { ...met, value: '192.0.2.0/24' }].map((m) => english(indicatorSaid(m))),
    [
      '192.0.2.82 was met: it is in a.txt.',
      '192.0.2.82 was met: it is in a.txt: a server.',
      '192.0.2.82 was met; a.txt has it as address 192.0.2.0/24.',
    ],
  );
});
