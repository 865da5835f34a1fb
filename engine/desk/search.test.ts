// Finding by a display filter: the capture is asked once, however often the next one is wanted, and again when it or
// what answers has changed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type PacketRow, packetRow, say } from '../../contract/index.ts';
import type { Asker } from '../filter/index.ts';
import { testDesk } from '../testing/desks.ts';
import { TimeSlices } from '../view/index.ts';
import type { Desk } from './desk.ts';
import { searchPackets } from './search.ts';

const SAMPLE = fileURLToPath(new URL('../../assets/sample.pcapng', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sightline-search-'));
let desk: Desk;

before(async () => {
  desk = testDesk({ dataFolder: folder, cacheFolder: folder });
  await desk.openFile(SAMPLE, 'file');
  await desk.session!.done;
});
after(async () => {
  await desk?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Found = Awaited<ReturnType<typeof searchPackets>>;

function find(asker: Asker, from: PacketRow | null, text = 'http.request'): Promise<Found> {
  const s = desk.session!;
  const wanted = { what: 'filter', within: 'list', text, matchCase: false, from, forward: true } as const;
  return searchPackets(s, desk.views('w')!.packets, desk.packetWork.deep, wanted, asker, new TimeSlices());
}

test('the next one of a filter is looked up in what it found', async () => {
  const { filters } = desk;
  let asked = 0;
  const counting: Asker = {
    get whole() {
      return filters.whole;
    },
    get version() {
      return filters.version;
    },
    check: (filter) => filters.check(filter),
    ask: (...o) => {
      asked++;
      return filters.ask(...o);
    },
  };
  const first = await find(counting, null);
  const second = await find(counting, first.row);
  const third = await find(counting, second.row);
  assert.ok(first.row! < second.row! && second.row! < third.row!);
  assert.equal(asked, 1);
  await find(counting, third.row, 'http.response');
  assert.equal(asked, 2);
  await find(counting, third.row);
  desk.session!.marks.marked.add(packetRow(3));
  desk.session!.touch();
  await find(counting, third.row);
  assert.equal(asked, 4, 'marks have changed');
  desk.packetWork.setup.change({ preferences: [['tcp', 'check_checksum', 'TRUE']] });
  await find(counting, third.row);
  assert.equal(asked, 5, 'a preference has changed');
  desk.packetWork.setup.change({ preferences: [] });
});

test('what a partial answer leaves open is said with what is found, and where nothing is', async () => {
  const { filters } = desk;
  const partial = say('filter-partial', { pieces: 2 });
  const inPart: Asker = {
    whole: false,
    check: (filter) => filters.check(filter),
    ask: (asked, wanted) =>
      Promise.resolve({
        rows: asked.map((text) => wanted.map((_, row) => Number(text === 'smtp' && row === 9))),
        partial,
      }),
  };
  assert.deepEqual(await find(inPart, null, 'frame.protocols contains "never"'), {
    row: null,
    problem: partial,
    partial: false,
  });
});
