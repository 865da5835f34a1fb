import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PacketRow, packetRow } from '../../contract/index.ts';
import { ColourMatches } from './colour-matches.ts';

const rows = (...numbers: number[]): PacketRow[] => numbers.map((n) => packetRow(n));

test('rows in sight are asked about once, by the filters alone that are used, and the colour is that of the place', async () => {
  const asked: (readonly [string, number])[] = [];
  let arrived: () => void = () => undefined;
  const came = (): Promise<void> =>
    new Promise((resolve) => {
      arrived = resolve;
    });
  const matches = new ColourMatches(
    (filters, wanted) => {
      asked.push([filters.join('|'), wanted.length]);
      // Every even row passes the second filter.
      return Promise.resolve(Uint8Array.from(wanted, (row) => (row % 2 === 0 ? 2 : 0)));
    },
    () => arrived(),
  );
  matches.see(rows(1, 2));
  assert.equal(asked.length, 0, 'no colour is used');
  matches.reset([null, 'tcp', null, 'udp', null, null, null, null, null, null]);
  const first = came();
  matches.see(rows(1, 2, 3, 4));
  await first;
  assert.deepEqual(asked, [['tcp|udp', 4]]);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((row) => matches.of(row)),
    [null, 3, null, 3, null],
  );
  const second = came();
  matches.see(rows(3, 4, 5, 6));
  await second;
  assert.deepEqual(asked[1], ['tcp|udp', 2], 'those that are known are not asked about again');
  matches.reset([null]);
  assert.equal(matches.of(2), null);
  matches.close();
});
