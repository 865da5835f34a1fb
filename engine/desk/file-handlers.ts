// What the desk answers where packets, dissections and keys become files: one function a request kind.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type CaptureFormat,
  type Compression,
  type FileExportReplies,
  type PacketRow,
  say,
} from '../../contract/index.ts';
import { viewOf } from './asked.ts';
import type { Handlers } from './asker.ts';
import { chosenPackets } from './chosen-packets.ts';
import { Refused } from './desk.ts';
import { type DissectionSource, isWhole } from '../dissect/index.ts';
import { writeWhole } from '../exchange/index.ts';
import { DISSECTION_ENDINGS as ENDINGS, saveDissections } from './export-dissections.ts';
import { exportPackets, fitness } from './export-packets.ts';
import { sinceReference } from './reference-time.ts';
import { plainName } from './save.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import type { CaptureSession } from './session.ts';
import { sessionKeys } from './session-keys.ts';
import { secondsText } from './time-text.ts';
import { timeHandlers } from './time-handlers.ts';
import { secretsOf, treeSource } from './tree-source.ts';

export const fileHandlers: Pick<Handlers, keyof FileExportReplies> = {
  ...timeHandlers,
  exportLook: async (desk, asker, b, turns) => {
    const s = desk.open();
    const { rows, counts, problem } = await chosenPackets(s, viewOf(desk, asker, 'packets'), b.choice, turns);
    const fit = await fitness(s, rows, { ...b, keys: desk.packetWork.setup.keys }, turns);
    return { counts, packets: rows.length, problem: problem ?? fit.problem, losses: fit.losses };
  },
  exportPackets: async (desk, asker, b, turns) => {
    const s = desk.open();
    const { rows, problem } = await chosenPackets(s, viewOf(desk, asker, 'packets'), b.choice, turns);
    const orders = { ...b, keys: desk.packetWork.setup.keys };
    const wrong = problem ?? (await fitness(s, rows, orders, turns)).problem;
    if (wrong !== null) throw new Refused('refused', wrong);
    const path = chosenPath(desk, b.path) ?? placeOf(s, 'packets', captureEnding(b.as, b.compression));
    mkdirSync(dirname(path), { recursive: true });
    const { packets, note } = await exportPackets(s, rows, path, orders, turns);
    return { file: fetchable(asker, path), packets, note };
  },
  exportDissections: async (desk, asker, b, turns) => {
    const s = desk.open();
    const { rows, problem } = await chosenPackets(s, viewOf(desk, asker, 'packets'), b.choice, turns);
    if (problem !== null) throw new Refused('refused', problem);
    const path = chosenPath(desk, b.path) ?? placeOf(s, b.as === 'html' ? 'print' : 'dissections', ENDINGS[b.as]);
    mkdirSync(dirname(path), { recursive: true });
    const source: DissectionSource = {
      name: s.options.name,
      creator: `${desk.options.product} ${desk.options.version}`,
      tree: treeSource(s),
      time: desk.settings.time,
      before: (row) => s.marks.before(row),
      value: (row, field) => valueHere(s, row, field),
    };
    const { packets, notes } = await saveDissections(source, desk.packetWork.deep, rows, b, path, turns);
    const partial = isWhole(source.tree) ? [] : [say('dissections-partial')];
    return { file: fetchable(asker, path), packets, notes: [...notes, ...partial] };
  },
  exportKeys: async (desk, asker, b, turns) => {
    const s = desk.open();
    const { setup, deep } = desk.packetWork;
    const own = setup.keys === null ? [] : [Buffer.from(setup.keys).toString('utf8')];
    const { lines, note } = await sessionKeys(deep, treeSource(s), [...own, ...secretsOf(s)], turns);
    const path = chosenPath(desk, b.path) ?? placeOf(s, 'session keys', 'keys');
    mkdirSync(dirname(path), { recursive: true });
    await writeWhole(path, `${lines.join('\n')}\n`);
    return { file: fetchable(asker, path), keys: lines.length, note };
  },
};

/** What the engine does not know of a packet: comments that were written here, times that count from references. */
function valueHere(s: CaptureSession, row: PacketRow, field: string): string | null {
  if (field === 'frame.comment') return s.comments.of(row).join(',');
  if (field === 'frame.offset_shift') return secondsText(s.shift.of(s.analysis, row));
  return field === 'frame.time_relative' && s.marks.any ? sinceReference(s, row) : null;
}

function captureEnding(as: CaptureFormat, compression: Compression): string {
  const packed = { none: '', gzip: '.gz', zstd: '.zst' } as const;
  return `${as === 'pcapng' ? 'pcapng' : 'pcap'}${packed[compression]}`;
}

function placeOf(s: CaptureSession, what: string, ending: string): string {
  return join(downloads(), `${plainName(s.options.name)} ${what} ${stampNow()}.${ending}`);
}
