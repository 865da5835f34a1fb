// What leaves the window as a file: packets, dissections, bytes, keys.
import type { PacketChoice, PacketRow, Request } from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { sentence, word } from '../words/words.ts';
import { placeFor, runJob, say } from './actions.ts';
import type { Command } from './command.ts';
import { pickedRows } from './marks.ts';
import { saveField } from './packet-work.ts';
import { useStore } from './store.ts';

const state = useStore.getState;

export type PacketOrders = Omit<Request<'exportPackets'>, 'path'>;
export type DissectionOrders = Omit<Request<'exportDissections'>, 'path'>;

/** What is selected in the packet list, as places of one order of it. */
export async function selectedPlaces(): Promise<Pick<PacketChoice, 'selected' | 'generation'>> {
  const { packet, views } = state();
  const picked = pickedRows();
  if (picked !== null && picked.count > 0) return { selected: picked.ranges, generation: picked.generation };
  const generation = views?.packets.generation ?? 0;
  if (packet === null) return { selected: [], generation };
  const found = await client.ask('place', { which: 'packets', row: packet }).catch(() => null);
  if (found === null || !found.exact) return { selected: [], generation };
  return { selected: [{ from: found.place, to: found.place }], generation };
}

const PACKED = { none: '', gzip: '.gz', zstd: '.zst' } as const;

export async function exportPackets(orders: PacketOrders): Promise<void> {
  state().set({ dialog: null });
  const place = await placeFor(`packets.${orders.as === 'pcapng' ? 'pcapng' : 'pcap'}${PACKED[orders.compression]}`);
  if (place === null) return;
  const done = await runJob('exportPackets', { ...orders, ...place }, word('saving'));
  if (done === null) return;
  say(word('savedPackets', { n: done.packets }), false, [done.file]);
  if (done.note !== null) say(sentence(done.note), true, [], true);
}

const ENDINGS = { text: 'txt', csv: 'csv', psml: 'psml', pdml: 'pdml', json: 'json', c: 'c', html: 'html' } as const;

export async function exportDissections(orders: DissectionOrders): Promise<void> {
  state().set({ dialog: null });
  const place = await placeFor(`dissections.${ENDINGS[orders.as]}`);
  if (place === null) return;
  const done = await runJob('exportDissections', { ...orders, ...place }, word('saving'));
  if (done === null) return;
  const said = word(orders.as === 'html' ? 'printSaved' : 'dissectionsSaved', { n: done.packets });
  say(said, false, [done.file]);
  for (const note of done.notes) say(sentence(note), false, [], true);
}

async function exportKeys(): Promise<void> {
  const place = await placeFor('session.keys');
  if (place === null) return;
  const done = await runJob('exportKeys', place, word('saving'));
  if (done === null) return;
  say(word('sessionKeysSaved', { n: done.keys }), false, [done.file]);
  if (done.note !== null) say(sentence(done.note), false, [], true);
}

/** The bytes of the line that is chosen in the details. */
export interface ChosenBytes {
  readonly row: PacketRow;
  readonly source: number;
  readonly from: number;
  readonly to: number;
}

let chosen: () => ChosenBytes | null = () => null;

/** The panes tell which bytes are lit up. */
export function offerBytes(now: () => ChosenBytes | null): () => void {
  chosen = now;
  return () => {
    if (chosen === now) chosen = () => null;
  };
}

export function chosenBytes(): ChosenBytes | null {
  return chosen();
}

export function exportBytes(): void {
  const bytes = chosen();
  if (bytes === null || bytes.from >= bytes.to) say(word('noFieldChosen'), true);
  else void saveField(bytes.row, bytes.source, bytes.from, bytes.to);
}

export const FILE_COMMANDS: readonly Command[] = [
  {
    id: 'export-packets',
    title: 'exportPackets',
    open: true,
    keys: 'Ctrl+Shift+s',
    run: () => state().set({ dialog: 'export-packets' }),
  },
  {
    id: 'export-dissections',
    title: 'exportDissections',
    open: true,
    run: () => state().set({ dialog: 'export-dissections' }),
  },
  { id: 'print', title: 'print', open: true, keys: 'Ctrl+p', run: () => state().set({ dialog: 'print' }) },
  { id: 'export-bytes', title: 'exportBytes', open: true, keys: 'Ctrl+Shift+x', run: exportBytes },
  {
    id: 'time-shift',
    title: 'timeShift',
    open: true,
    keys: 'Ctrl+Shift+t',
    run: () => state().set({ dialog: 'time-shift' }),
  },
  { id: 'key-tables', title: 'keyTables', run: () => state().set({ dialog: 'key-tables' }) },
  { id: 'export-keys', title: 'exportSessionKeys', open: true, run: () => void exportKeys() },
];
