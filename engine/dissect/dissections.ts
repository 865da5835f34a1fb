// Packets with their dissection as a file, for the window and the command line: written while they are dissected, a few
// at a time.
import {
  type ColumnSetting,
  count,
  type DissectionRequest,
  FIELD_NAME,
  keyed,
  type Message,
  packetRow,
  type PacketRow,
  packetTime,
  say,
  type Settings,
} from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { DeepWork } from './deep.ts';
import { formNeeds, formOf } from './print-form.ts';
import { OWN_COLUMNS, type PrintedRow, printedRows } from './print-run.ts';
import type { TreeSource } from './trees.ts';

/** Packets and bytes that a page for printing may have. */
export const MAX_PRINTED = 2_000;
const MAX_PAGE = 24_000_000;

/** Where packets come from: the window's capture, or the command line's. */
export interface DissectionSource {
  readonly name: string;
  /** The program, as files of XML say it. */
  readonly creator: string;
  readonly tree: TreeSource;
  readonly time: Settings['time'];
  /** The packet that relative times of one count from. */
  before(row: PacketRow): PacketRow;
  /** Comments and other values that stand instead of the engine's; null where it knows them. */
  value?(row: PacketRow, field: string): string | null;
}

export type DissectionOrders = Pick<
  DissectionRequest,
  'as' | 'summary' | 'details' | 'bytes' | 'columns' | 'unfolded' | 'folded'
>;

export interface Dissections {
  readonly packets: number;
  readonly notes: readonly Message[];
}

/** What takes pieces of a file, and may ask to be waited for. */
export interface PieceWriter {
  write(text: string): void;
  relax(): Promise<void>;
}

/** Columns of the engine by the ids that the settings have. */
const ENGINE_COLUMNS: Readonly<Record<string, number>> = keyed({ source: 2, destination: 3, protocol: 4, info: 6 });

/** @param rows ascending */
export async function writeDissections(
  s: DissectionSource,
  deep: DeepWork,
  rows: Uint32Array,
  o: DissectionOrders,
  out: PieceWriter,
  turns: TimeSlices,
): Promise<Dissections> {
  const notes: Message[] = [];
  const bounded = o.as === 'html' && rows.length > MAX_PRINTED;
  if (bounded) notes.push(say('print-too-long', { most: MAX_PRINTED, n: rows.length }));
  const taken = bounded ? rows.subarray(0, MAX_PRINTED) : rows;
  const needs = formNeeds(o.as);
  const details = needs.details === 'always' ? detailsAlways(o.details) : o.details;
  const withDetails = needs.details !== 'never' && details !== 'none';
  const summary = needs.columns && (o.summary || needs.details === 'never');
  const bytes = needs.bytes === 'always' || (needs.bytes === 'asked' && o.bytes);
  const columns = o.columns.filter((c) => c.id !== 'verdict');
  const fields = [...new Set(columns.map((c) => c.id).filter((id) => isField(id)))];
  const form = formOf(
    o.as,
    { titles: columns.map((c) => c.title), summary, details: withDetails, bytes, capture: s.name, creator: s.creator },
    `${count(taken.length)} / ${count(rows.length)}`,
  );
  out.write(form.head);
  let packets = 0;
  let cut = 0;
  let written = form.head.length;
  const printing = printedRows(
    deep,
    s.tree,
    taken,
    summary ? fields : [],
    {
      details:
        withDetails && details === 'shown'
          ? { of: 'shown', unfolded: o.unfolded, folded: o.folded }
          : { of: withDetails && details !== 'shown' ? details : 'none' },
      columns: summary,
      bytes,
    },
    turns,
  );
  for await (const one of printing) {
    const text = form.packet(formPacket(s, one, columns, fields), packets === 0);
    if (o.as === 'html' && written + text.length > MAX_PAGE) {
      notes.push(say('print-too-large', { bytes: written, n: packets, of: rows.length }));
      break;
    }
    out.write(text);
    written += text.length;
    packets++;
    if (one.packet.cut) cut++;
    await out.relax();
  }
  out.write(form.foot);
  if (cut > 0) notes.push(say('details-cut', { n: cut }));
  return { packets, notes };
}

function detailsAlways(asked: DissectionOrders['details']): DissectionOrders['details'] {
  return asked === 'none' ? 'all' : asked;
}

function isField(id: string): boolean {
  return !['no', 'time', 'length'].includes(id) && ENGINE_COLUMNS[id] === undefined && FIELD_NAME.test(id);
}

function formPacket(
  s: DissectionSource,
  { row, packet }: PrintedRow,
  columns: readonly Pick<ColumnSetting, 'id'>[],
  fields: readonly string[],
): Parameters<ReturnType<typeof formOf>['packet']>[0] {
  const chunk = s.tree.analysis.packets.chunk(row);
  const i = inChunk(row);
  const [seconds, nanoseconds] = [chunk.seconds[i]!, chunk.nanoseconds[i]!];
  const cell = (id: string): string => {
    if (id === 'no') return String(row + 1);
    if (id === 'length') return String(chunk.wire[i]!);
    if (id === 'time') return timeOf(s, row);
    const own = ENGINE_COLUMNS[id];
    if (own !== undefined) return packet.columns[own] ?? '';
    return s.value?.(row, id) ?? packet.columns[OWN_COLUMNS + fields.indexOf(id)] ?? '';
  };
  return {
    number: row + 1,
    seconds,
    nanoseconds,
    wire: chunk.wire[i]!,
    captured: chunk.captured[i]!,
    cells: columns.map(({ id }) => cell(id)),
    packet,
  };
}

function timeOf(s: DissectionSource, row: PacketRow): string {
  const { analysis } = s.tree;
  const chunk = analysis.packets.chunk(row);
  const i = inChunk(row);
  const since = (from: PacketRow): number => passed(analysis, from, row);
  const delta = row === 0 ? NaN : since(packetRow(row - 1));
  return packetTime(s.time, chunk.seconds[i]!, chunk.nanoseconds[i]!, since(s.before(row)), delta);
}

/** Seconds from one packet to another. */
function passed(analysis: Analysis, from: PacketRow, to: PacketRow): number {
  const [a, b] = [analysis.packets.chunk(from), analysis.packets.chunk(to)];
  const [i, j] = [inChunk(from), inChunk(to)];
  return b.seconds[j]! - a.seconds[i]! + (b.nanoseconds[j]! - a.nanoseconds[i]!) / 1e9;
}
