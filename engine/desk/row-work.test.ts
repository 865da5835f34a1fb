// Marks of several packets and time references, asked as a window asks, on the sample.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  FLAG_REFERENCE,
  packetRow,
  PLACE_ALERT,
  type Replies,
  type Request,
  type RequestKind,
  SaidError,
  textAt,
} from '../../contract/index.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;

describe('what is done with rows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-row-work-'));
  const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
  let desk: Desk;

  before(async () => {
    desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
    await desk.openFile(SAMPLE, 'file');
    await desk.session!.done;
    await filtered('');
  });
  after(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    return handled(desk, asker, kind, body);
  }
  async function filtered(filter: string): Promise<Replies['view']['view']> {
    const { view, problem } = await ask('view', { which: 'packets', filter, sort: null });
    assert.equal(problem, null);
    return view;
  }
  async function numbers(filter: string): Promise<number[]> {
    const { generation } = await filtered(filter);
    const page = await ask('packets', { from: 0, count: 512, generation });
    return [...page.row].filter((_, i) => page.kind[i] !== PLACE_ALERT).map((row) => row + 1);
  }

  test('several are marked by their places, alerts between them passed over; all again takes the marks away', async () => {
    const { generation, places } = await filtered('tcp.flags.syn == 1');
    const rows = await numbers('tcp.flags.syn == 1');
    assert.ok(places >= rows.length && rows.length > 5);
    const view = await filtered('tcp.flags.syn == 1');
    const request = { ranges: [{ from: 0, to: view.places - 1 }], what: 'marked', on: null } as const;
    await assert.rejects(ask('markRows', { ...request, generation }), SaidError);
    const before = desk.session!.marks.marked.size;
    assert.equal(before, 0);
    const all = await ask('markRows', { ...request, generation: view.generation });
    assert.deepEqual(all, { changed: view.matched, on: true });
    assert.equal((await filtered('frame.marked == 1 && tcp.flags.syn == 1')).matched, view.matched);
    const again = await filtered('tcp.flags.syn == 1');
    await ask('mark', { row: packetRow(rows[0]! - 1), what: 'marked' });
    // One of them lacks the mark: all have it then, and only then all lose it.
    const rest = await ask('markRows', { ...request, generation: again.generation });
    assert.deepEqual(rest, { changed: 1, on: true });
    assert.equal(
      (await ask('nextMark', { row: packetRow(rows[0]! - 1), what: 'marked', forward: true })).row,
      rows[1]! - 1,
    );
    const none = await ask('markRows', { ...request, generation: again.generation });
    assert.deepEqual(none, { changed: view.matched, on: false });
    assert.equal((await ask('nextMark', { row: packetRow(0), what: 'marked', forward: true })).row, null);
  });

  test('times count from the reference before a packet: in the list, in filters, in the tree, in columns', async () => {
    const { generation } = await filtered('');
    const stamps = await ask('packets', { from: 0, count: 100, generation });
    const stamp = (row: number): bigint => {
      const i = [...stamps.row].findIndex((r, at) => r === row && stamps.kind[at] !== PLACE_ALERT);
      return BigInt(stamps.seconds[i]!) * 1_000_000_000n + BigInt(stamps.nanoseconds[i]!);
    };
    const first = await numbers('frame.time_relative == 0');
    assert.deepEqual(first, [1]);
    await ask('mark', { row: packetRow(9), what: 'reference' });
    await ask('mark', { row: packetRow(39), what: 'reference' });
    const page = await ask('packets', { from: 0, count: 100, generation: (await filtered('')).generation });
    for (const [i, row] of page.row.entries()) {
      if (page.kind[i] === PLACE_ALERT || row > 80) continue;
      const from = [39, 9, 0].find((reference) => row >= reference)!;
      assert.ok(Math.abs(page.relative[i]! - Number(stamp(row) - stamp(from)) / 1e9) < 1e-9, `packet ${row + 1}`);
      assert.equal((page.flags[i]! & FLAG_REFERENCE) !== 0, row === 9 || row === 39);
    }
    assert.deepEqual(await numbers('frame.time_relative == 0'), [1, 10, 40]);
    assert.deepEqual(await numbers('frame.ref_time'), [10, 40]);
    assert.equal((await ask('nextMark', { row: packetRow(9), what: 'reference', forward: true })).row, 39);
    const passed = stamp(44) - stamp(39);
    const seconds = `${passed / 1_000_000_000n}.${String(passed % 1_000_000_000n).padStart(9, '0')}`;
    const tree = await ask('tree', { row: packetRow(44) });
    const lines = Array.from(tree.depth, (_, i) => [textAt(tree.label, i), textAt(tree.filter, i)] as const);
    const line = lines.find(([label]) => label.includes('Time since reference or first frame'))!;
    assert.ok(line[0].includes(`: ${seconds} seconds`), line[0]);
    assert.ok((await numbers(line[1])).includes(45));
    const column = await ask('rows', { rows: [packetRow(44)], fields: ['frame.time_relative'] });
    assert.equal(textAt(column.values[0]!, 0), seconds);
  });

  test('what the engine would count from the first packet is refused, not answered wrongly', async () => {
    const asked = await ask('view', {
      which: 'packets',
      filter: 'frame.time_relative > 0.1 && dns.time > 0',
      sort: null,
    });
    assert.equal(asked.problem?.message.say, 'relative-with-references');
    assert.deepEqual(await ask('clearMarks', { what: 'reference' }), { changed: 2 });
    assert.ok((await numbers('frame.time_relative > 0.1 && dns.time > 0')).length > 0);
    assert.deepEqual(await numbers('frame.ref_time'), []);
  });
});
