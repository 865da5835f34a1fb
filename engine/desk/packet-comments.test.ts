// Comments of packets: read out of a pcapng of either order of bytes, written, filtered, saved, and read again by us and
// by tshark.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FLAG_COMMENT, packetRow, type Replies, type Request, type RequestKind, textAt } from '../../contract/index.ts';
import { interfaceBlock, packetBlock, sectionBlock } from '../exchange/index.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { udp } from '../testing/packets.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';

const TSHARK = spawnSync('tshark', ['-v']).status === 0;

describe('comments of packets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-comments-'));
  const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
  let desk: Desk;
  before(() => {
    desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
  });
  after(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    return handled(desk, asker, kind, body);
  }
  async function open(path: string): Promise<void> {
    await desk.openFile(path, 'file');
    await desk.session!.done;
  }
  async function numbers(filter: string): Promise<number[]> {
    const { problem, view } = await ask('view', { which: 'packets', filter, sort: null });
    assert.equal(problem, null);
    const page = await ask('packets', { from: 0, count: 512, generation: view.generation });
    return [...page.row].map((row) => row + 1);
  }
  const of = async (row: number): Promise<readonly string[]> =>
    (await ask('comments', { row: packetRow(row) })).comments;

  test('the file’s are read, others written, and both saved', async () => {
    const packet = Uint8Array.from(udp('10.0.0.1:5000', '10.0.0.2:6000', [1, 2, 3]));
    const path = join(folder, 'comments.pcapng');
    writeFileSync(
      path,
      Buffer.concat([
        sectionBlock(),
        interfaceBlock(1),
        packetBlock(0, 1_700_000_000, 1, packet.length, packet),
        packetBlock(0, 1_700_000_001, 2, packet.length, packet, ['first look: “odd”', 'second']),
        packetBlock(0, 1_700_000_002, 3, packet.length, packet),
        packetBlock(0, 1_700_000_003, 4, packet.length, packet, ['to be taken away']),
      ]),
    );
    await open(path);
    assert.deepEqual(await of(0), []);
    assert.deepEqual(await of(1), ['first look: “odd”', 'second']);
    assert.deepEqual(await numbers('frame.comment'), [2, 4]);
    assert.deepEqual(await numbers('frame.comment == "second"'), [2]);
    assert.deepEqual(await numbers('frame.comment contains "odd"'), [2]);
    const page = await ask('packets', {
      from: 0,
      count: 10,
      generation: (await ask('view', { which: 'packets', filter: '', sort: null })).view.generation,
    });
    assert.deepEqual(
      [...page.flags].map((f) => (f & FLAG_COMMENT) !== 0),
      [false, true, false, true],
    );
    const labels = async (row: number): Promise<string> => {
      const tree = await ask('tree', { row: packetRow(row) });
      return Array.from(tree.depth, (_, i) => textAt(tree.label, i)).join('\n');
    };
    assert.ok((await labels(3)).includes('to be taken away'));
    await ask('comment', { row: packetRow(3), comments: [] });
    await ask('comment', { row: packetRow(0), comments: ['<b>written</b> here\nin two lines'] });
    assert.ok(!(await labels(3)).includes('to be taken away'));
    assert.deepEqual(await numbers('frame.comment'), [1, 2]);
    const column = await ask('rows', { rows: [packetRow(0)], fields: ['frame.comment'] });
    assert.equal(textAt(column.values[0]!, 0), '<b>written</b> here\nin two lines');
    // What the file has is no change.
    await ask('comment', { row: packetRow(1), comments: ['first look: “odd”', 'second'] });
    assert.equal(desk.session!.comments.isEdited(packetRow(1)), false);
    await ask('mark', { row: packetRow(2), what: 'ignored' });
    const saved = join(folder, 'all.pcapng');
    assert.equal((await ask('save', { what: 'packets', path: saved })).rows, 4);
    await numbers('frame.comment contains "written"');
    const displayed = join(folder, 'displayed.pcapng');
    assert.equal((await ask('save', { what: 'displayed', path: displayed })).rows, 1);
    if (TSHARK) {
      const said = spawnSync(
        'tshark',
        ['-r', saved, '-T', 'fields', '-E', 'separator=|', '-e', 'frame.number', '-e', 'frame.comment'],
        { encoding: 'utf8' },
      );
      assert.match(said.stdout, /^1\|<b>written<\/b> here\\nin two lines\n2\|first look: “odd”,second\n3\|\n4\|\n$/);
    }
    await open(saved);
    assert.deepEqual(await of(0), ['<b>written</b> here\nin two lines']);
    assert.deepEqual(await of(1), ['first look: “odd”', 'second']);
    assert.deepEqual(await of(3), []);
    await open(displayed);
    assert.deepEqual(await of(0), ['<b>written</b> here\nin two lines']);
  });
});
