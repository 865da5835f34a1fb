// Expert information in pieces is that of the whole capture, and each of its rows leads to all of its packets.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { english, flowRow, textAt } from '../../contract/index.ts';
import { DissectSetup, expertsInPieces, wholePieces } from '../dissect/index.ts';
import { FilterError, planFilter } from '../filter/index.ts';
import { Experts, pageOf, type StatTable } from '../stats/index.ts';
import { testDesk } from '../testing/desks.ts';
import { rowsOf } from '../testing/tshark-tables.ts';
import { ListView, TimeSlices } from '../view/index.ts';
import type { CaptureSession } from './session.ts';
import { treeSource } from './tree-source.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-experts-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
let s: CaptureSession;
let whole: StatTable;

before(async () => {
  await desk.openFile(SAMPLE, 'sample');
  s = desk.open();
  await s.done;
  const asked = { table: 'expert' as const, list: null };
  ({ table: whole } = await desk.statistics.table(s, desk.surveyor, asked, null, new TimeSlices()));
});
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows as texts, with the packets of each. */
function said(table: StatTable, sets: ReadonlyMap<string, Uint32Array>): string[] {
  const page = pageOf(table, null, 0, table.rows);
  return rowsOf(page)
    .map((row, i) => {
      const filter = textAt(page.filter, i);
      const set = /"(expert-\w+)"/.exec(filter)?.[1];
      const packets = set === undefined ? filter : [...sets.get(set)!].join(' ');
      return JSON.stringify([row, page.packet[i], packets]);
    })
    .toSorted();
}

test('pieces of whole conversations say what the whole capture says', async () => {
  const limits = { piece: { packets: 90, bytes: 40_000 }, one: { packets: 600, bytes: 1e6 } };
  const experts = new Experts();
  const take = experts.take.bind(experts);
  const told = await expertsInPieces(treeSource(s), new DissectSetup(), 2, take, new TimeSlices(), limits);
  assert.ok(told.pieces >= 3, `${told.pieces} pieces`);
  assert.deepEqual({ ...told, pieces: 0 }, { pieces: 0, cut: 0, left: 0, unread: 0 });
  const table = experts.table(null);
  const kept = new Map<string, Uint32Array>();
  for (let i = 0; i < whole.rows; i++) {
    const name = /"(expert-\w+)"/.exec(whole.filter(i))?.[1];
    if (name !== undefined) kept.set(name, desk.statistics.rowsOf(name)!);
  }
  assert.ok(kept.size > 0, 'a row has more packets than a filter names');
  assert.deepEqual(said(table, experts.sets), said(whole, kept));
});

test('hosts and flows that are too many to be told apart go together: each packet is in one piece all the same', async () => {
  const limits = { packets: 40, bytes: 1e6 };
  const { packets } = s.analysis;
  for (const most of [1, 3]) {
    const { pieces } = await wholePieces(s.analysis, new TimeSlices(), limits, limits, () => true, most);
    assert.deepEqual(
      pieces.flat().toSorted((a, b) => a - b),
      Array.from({ length: packets.count }, (_, row) => row),
    );
  }
  const wide = { packets: 1e6, bytes: 1e9 };
  const { pieces, cut } = await wholePieces(s.analysis, new TimeSlices(), limits, wide, () => true, 1);
  assert.equal(cut, 0);
  assert.ok(pieces.length <= 2, `${pieces.length} pieces of hosts that are all one, and of packets without hosts`);
});

test('each packet is in one piece; a conversation is parted only where it is larger than one may be', async () => {
  const { packets } = s.analysis;
  const one = { packets: 60, bytes: 1e6 };
  const { pieces, cut } = await wholePieces(s.analysis, new TimeSlices(), { packets: 40, bytes: 1e6 }, one);
  assert.deepEqual(
    pieces.flat().toSorted((a, b) => a - b),
    Array.from({ length: packets.count }, (_, row) => row),
  );
  const piecesOf = new Map<number, Set<number>>();
  const sizes = new Map<number, number>();
  for (const [at, piece] of pieces.entries()) {
    assert.ok(piece.length <= one.packets);
    for (const row of piece) {
      const flow = packets.flowOf(row) ?? -1;
      piecesOf.set(flow, (piecesOf.get(flow) ?? new Set()).add(at));
      sizes.set(flow, (sizes.get(flow) ?? 0) + 1);
    }
  }
  const larger = [...sizes].filter(([, size]) => size > one.packets).length;
  assert.equal(cut, larger);
  for (const [flow, within] of piecesOf)
    assert.equal(within.size > 1, sizes.get(flow)! > one.packets, `flow ${flow} of ${sizes.get(flow)} packets`);
});

test('a row with more packets than a filter can name leads to all of them', async () => {
  const row = Array.from({ length: whole.rows }, (_, i) => i).find((i) => whole.filter(i).startsWith('frame.set'));
  assert.ok(row !== undefined);
  const filter = whole.filter(row);
  const rows = desk.statistics.rowsOf(/"(.+)"/.exec(filter)![1]!)!;
  assert.ok(rows.length > 150);
  const list = new ListView('packets', s, desk.filters);
  assert.equal(await list.apply(filter, null, []), null);
  assert.deepEqual(
    [...rows],
    [...Array(list.shown.count).keys()].map((i) => list.shown.at(i)),
  );
  // It joins as any other part does, and its flows are those of its packets.
  assert.equal(await list.apply(`not (${filter}) and tcp`, null, []), null);
  const rest = list.shown.count;
  assert.equal(await list.apply(`${filter} and tcp`, null, []), null);
  const within = list.shown.count;
  assert.equal(await list.apply('tcp', null, []), null);
  assert.equal(rest + within, list.shown.count);
  const flows = new ListView('flows', s, desk.filters);
  assert.equal(await flows.apply(filter, null, []), null);
  const wanted = new Set([...rows].map((at) => s.analysis.packets.flowOf(at as Parameters<typeof s.info>[0])));
  assert.equal(flows.shown.count, wanted.size);
});

test('a set that is not kept, and one that is asked otherwise, is refused where it stands', async () => {
  const refused = async (filter: string): Promise<string> => {
    try {
      await planFilter(filter, 'packets', desk.filters);
    } catch (error) {
      if (error instanceof FilterError) return `${error.at} ${error.length} ${english(error.said)}`;
    }
    return 'accepted';
  };
  assert.equal(
    await refused('tcp and frame.set == "expert-0000000000"'),
    "8 32 no set of packets is kept as 'expert-0000000000': count Expert information again",
  );
  assert.match(await refused('frame.set contains "e"'), /^0 22 a set of packets is named whole/);
  assert.match(await refused('frame.set'), /^0 9 a set of packets is named whole/);
});

test('a set ends with what it was counted for: labels that decide, keys that are told meanwhile, another session', async () => {
  const counted = async (list: ListView<'packets'> | null): Promise<string> => {
    const asked = { table: 'expert' as const, list };
    const { table } = await desk.statistics.table(desk.open(), desk.surveyor, asked, null, new TimeSlices());
    const filters = Array.from({ length: table.rows }, (_, i) => table.filter(i));
    return /"(.+)"/.exec(filters.find((filter) => filter.startsWith('frame.set'))!)![1]!;
  };
  const all = Array.from({ length: s.analysis.flows.columns.count }, (_, i) => flowRow(i));
  s.setLabels(all, 'benign');
  const list = new ListView('packets', s, desk.filters);
  assert.equal(await list.apply('flow.label == "benign"', null, []), null);
  const plain = await counted(null);
  const labelled = await counted(list);
  assert.notEqual(labelled, plain);
  assert.notEqual(desk.statistics.rowsOf(labelled), null);
  s.setLabels(all.slice(0, 20), 'malicious');
  assert.equal(desk.statistics.rowsOf(labelled), null, 'other packets are labelled so by now');
  assert.notEqual(desk.statistics.rowsOf(plain), null, 'labels decide nothing of this one');
  // What was counted with the keys before is not kept.
  desk.statistics.forget();
  const counting = counted(null);
  desk.statistics.forget();
  assert.equal(desk.statistics.rowsOf(await counting), null);
  await desk.openFile(SAMPLE, 'sample');
  await desk.open().done;
  const again = await counted(null);
  assert.notEqual(again, plain);
  assert.equal(desk.statistics.rowsOf(plain), null);
  assert.notEqual(desk.statistics.rowsOf(again), null);
});
