// Which packets of the open capture an export is of: all, selected, marked, from the first to the last marked, or a
// range, of the capture or of what the list shows, with or without ignored ones. Always in the capture's order.
import {
  type Message,
  PACKET_RANGES,
  type PacketChoice,
  type PacketRange,
  type PacketRow,
  packetRanges,
  packetRow,
  type RowRange,
  say,
} from '../../contract/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import { rowsAt } from './row-handlers.ts';
import type { CaptureSession } from './session.ts';

/** Packets as marks of a byte each: a capture of ten million takes ten megabytes while it is exported. */
type Mask = Uint8Array;

export interface ChosenPackets {
  readonly rows: Uint32Array;
  readonly counts: Readonly<Record<PacketRange, { readonly captured: number; readonly displayed: number }>>;
  readonly problem: Message | null;
}

export async function chosenPackets(
  s: CaptureSession,
  view: ListView<'packets'>,
  choice: PacketChoice,
  turns: TimeSlices,
): Promise<ChosenPackets> {
  const { count } = s.analysis.packets;
  const ranges = choice.which === 'range' || choice.range.trim() !== '' ? packetRanges(choice.range) : [];
  const displayed = await displayedMask(view, count, turns);
  const masks: Readonly<Record<PacketRange, Mask | null>> = {
    all: null,
    selected: await selectedMask(view, choice, count, turns),
    marked: ofRows(s.marks.marked, count),
    'marked-range': markedRange(s.marks.marked, count),
    range: 'say' in ranges ? new Uint8Array(count) : ofRanges(ranges, count),
  };
  const counts = Object.fromEntries(
    PACKET_RANGES.map((which) => [which, countsOf(masks[which], displayed, choice.withoutIgnored ? s : null, count)]),
  ) as Record<PacketRange, { captured: number; displayed: number }>;
  const chosen = counts[choice.which];
  const rows = new Uint32Array(choice.displayed ? chosen.displayed : chosen.captured);
  const mask = masks[choice.which];
  for (let row = 0, n = 0; row < count && n < rows.length; row++) {
    if (mask !== null && mask[row] === 0) continue;
    if (choice.displayed && displayed !== null && displayed[row] === 0) continue;
    if (choice.withoutIgnored && s.ignored(packetRow(row))) continue;
    rows[n++] = row;
    if (turns.due) await turns.rest();
  }
  if (choice.which === 'range' && 'say' in ranges) return { rows, counts, problem: ranges };
  return { rows, counts, problem: rows.length === 0 ? say('nothing-to-export') : null };
}

/** Null where all are shown. */
async function displayedMask(view: ListView<'packets'>, count: number, turns: TimeSlices): Promise<Mask | null> {
  const { shown } = view;
  if (shown.rows === null && shown.count >= count) return null;
  const mask = new Uint8Array(count);
  for (let k = 0; k < shown.count; k++) {
    mask[shown.at(k)] = 1;
    if ((k & 0xffff) === 0xffff && turns.due) await turns.rest();
  }
  return mask;
}

async function selectedMask(
  view: ListView<'packets'>,
  { selected, generation }: PacketChoice,
  count: number,
  turns: TimeSlices,
): Promise<Mask> {
  return ofRows(selected.length === 0 ? [] : await rowsAt(view, selected, generation, turns), count);
}

function ofRows(rows: Iterable<PacketRow>, count: number): Mask {
  const mask = new Uint8Array(count);
  for (const row of rows) if (row < count) mask[row] = 1;
  return mask;
}

function markedRange(rows: ReadonlySet<PacketRow>, count: number): Mask {
  let from = Infinity;
  let to = -1;
  for (const row of rows) {
    from = Math.min(from, row);
    to = Math.max(to, row);
  }
  return ofRanges(to < 0 ? [] : [{ from, to }], count);
}

function ofRanges(ranges: readonly RowRange[], count: number): Mask {
  const mask = new Uint8Array(count);
  for (const { from, to } of ranges) mask.fill(1, from, Math.min(count, to + 1));
  return mask;
}

/** @param ignoring whose ignored packets do not count, null where all do */
function countsOf(
  mask: Mask | null,
  displayed: Mask | null,
  ignoring: CaptureSession | null,
  count: number,
): { captured: number; displayed: number } {
  let captured = 0;
  let shown = 0;
  const none = ignoring === null || ignoring.marks.ignored.size === 0;
  for (let row = 0; row < count; row++) {
    if (mask !== null && mask[row] === 0) continue;
    if (!none && ignoring.ignored(packetRow(row))) continue;
    captured++;
    if (displayed === null || displayed[row] === 1) shown++;
  }
  return { captured, displayed: shown };
}
