// The filter of every line of the tree applies and finds the packet (key F, and the menus).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packetRow, textAt } from '../../contract/index.ts';
import { FilterError, matching, planFilter } from '../filter/index.ts';
import { testDesk } from '../testing/desks.ts';
import { TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const PACKETS_A_PROTOCOL = 1;
/** Filters of one field that are tried. */
const FILTERS_A_FIELD = 2;

let desk: Desk;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-tree-filters-'));
  desk = testDesk({ dataFolder: folder, cacheFolder: folder });
  await desk.openFile(SAMPLE, 'file');
  await desk.session!.done;
});
after(async () => {
  await desk?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Packets of every protocol that the list names. */
function packetsOfAll(): number[] {
  const { packets } = desk.session!.analysis;
  const taken = new Map<number, number>();
  const rows: number[] = [];
  for (let row = 0; row < packets.count; row++) {
    const protocol = packets.chunk(packetRow(row)).protocol[row & 0xffff]!;
    const already = taken.get(protocol) ?? 0;
    if (already >= PACKETS_A_PROTOCOL) continue;
    taken.set(protocol, already + 1);
    rows.push(row);
  }
  return rows;
}

test('the filter of every line of the tree applies and finds the packet', async () => {
  const s = desk.session!;
  const wrong: string[] = [];
  const answers = new Map<string, Set<number>>();
  const tried = new Map<string, number>();
  let lines = 0;
  for (const row of packetsOfAll()) {
    const told = await desk.trees.tree(
      {
        analysis: s.analysis,
        bytes: s.packetBytes,
        path: s.dataPath,
        session: 1,
        wholeBytes: s.wholeBytes,
        secrets: [],
      },
      packetRow(row),
    );
    assert.ok(told.ok);
    const { tree } = told;
    for (let i = 0; i < tree.depth.length; i++) {
      const filter = textAt(tree.filter, i);
      const field = filter.split(' ')[0]!;
      if (filter === '' || (tried.get(field) ?? 0) >= FILTERS_A_FIELD) continue;
      tried.set(field, (tried.get(field) ?? 0) + 1);
      lines++;
      let rows = answers.get(filter);
      if (rows === undefined) {
        try {
          const plan = (await planFilter(filter, 'packets', desk.filters))!;
          ({ rows } = { rows: new Set((await matching(plan, 'packets', s, desk.filters, new TimeSlices())).rows) });
        } catch (error) {
          if (!(error instanceof FilterError)) throw error;
          wrong.push(`${row + 1} ${textAt(tree.label, i).slice(0, 60)}: ${filter}: ${error.message}`);
          continue;
        }
        answers.set(filter, rows);
      }
      if (!rows.has(row)) wrong.push(`${row + 1} ${textAt(tree.label, i).slice(0, 60)}: ${filter}: not found`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(lines > 300, `${lines} lines`);
});
