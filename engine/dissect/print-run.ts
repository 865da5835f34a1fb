// Asks the dissector for packets that are exported, some at a time: of the whole file where it has that, else of
// stretches with the packets that they depend on. Numbers of frames are those of the capture.
import type { PacketRow } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { DeepWork } from './deep.ts';
import { type FieldShown, shownField } from './frame-rows.ts';
import { isOtherInContext } from './piece-fields.ts';
import { infoInCapture } from './row-texts.ts';
import { sightContext } from './sight-context.ts';
import { isWhole, type TreeSource } from './trees.ts';
import type { Printed, PrintedLines, PrintOrders } from './work-print.ts';

/** Packets that one question is about, and those that a stretch of a large capture has. */
const AT_ONCE = 100;
const STRETCH = 400;

export interface PrintedRow {
  readonly row: PacketRow;
  readonly packet: Printed;
}

/**
 * @param rows ascending
 * @param fields columns of fields, by Wireshark's names
 * @throws SaidError where the dissector cannot answer
 */
export async function* printedRows(
  deep: DeepWork,
  s: TreeSource,
  rows: Uint32Array,
  fields: readonly FieldShown[],
  orders: PrintOrders,
  turns: TimeSlices,
): AsyncGenerator<PrintedRow> {
  const step = isWhole(s) ? AT_ONCE : STRETCH;
  let framed: ReadonlySet<string> | null = null;
  for (let from = 0; from < rows.length; from += step) {
    const stretch = [...rows.subarray(from, from + step)] as PacketRow[];
    for (let at = 0; at < stretch.length;) {
      const asked = stretch.slice(at, at + AT_ONCE);
      const packets = await deep.alone(async () => {
        const context = (): { name: string; rows: PacketRow[] } => {
          const around = sightContext(s.analysis, stretch).filter((row) => s.readable?.(row) !== false);
          return {
            name: `print ${stretch[0]} ${stretch.at(-1)} ${stretch.length} ${JSON.stringify(fields)}`,
            rows: around,
          };
        };
        const loaded = await deep.load(s, context, turns, fields);
        if (loaded.rows !== null) framed ??= await deep.frameFields(fields.map(shownField));
        const numbers = new Map(loaded.rows?.map((row, i) => [row, i + 1] as const));
        const there = asked.filter((row) => loaded.rows === null || numbers.has(row));
        const frames = there.map((row) => (loaded.rows === null ? row + 1 : numbers.get(row)!));
        const { packets: found } = await deep.ask({ do: 'print', frames, ...orders });
        const left = there.slice(found.length);
        return {
          found: found.map((packet, i) => ({ row: there[i]!, packet: inCapture(packet, loaded.rows, fields, framed) })),
          next: left.length === 0 ? asked.length : asked.indexOf(left[0]!),
        };
      });
      for (const one of packets.found) yield one;
      at += packets.next;
      turns.done = (from + at) / rows.length;
      await turns.rest();
    }
  }
}

/** Columns that the engine has by itself, before those of fields; Info is the last of them. */
export const OWN_COLUMNS = 7;

/**
 * @param rows of the frames, null where frames are the capture's own
 * @param fields of the columns beside the engine's own
 * @param framed those of them whose values are numbers of frames
 */
function inCapture(
  packet: Printed,
  rows: readonly PacketRow[] | null,
  fields: readonly FieldShown[],
  framed: ReadonlySet<string> | null,
): Printed {
  if (rows === null) return packet;
  const number = (frame: number): number => (rows[frame - 1] ?? -1) + 1;
  const { lines } = packet;
  const kept = [...lines.label.keys()].filter((i) => !isOtherInContext(lines.field[i]!));
  const label = kept.map((i) => {
    const [said, frame] = [lines.label[i]!, lines.frame[i]!];
    if (frame > 0) return said.replace(new RegExp(`\\b${frame}\\b(?!.*\\b${frame}\\b)`), String(number(frame)));
    return /^Frame (?:Number: )?\d+/.test(said) ? said.replace(/\d+/, (n) => String(number(Number(n)))) : said;
  });
  const field = kept.map((i) => {
    const said = lines.field[i]!;
    const numbered = lines.frame[i]! > 0 || said.startsWith('frame.number ');
    return numbered ? said.replace(/\d+$/, (n) => String(number(Number(n)))) : said;
  });
  const mended: PrintedLines = {
    depth: Uint8Array.from(kept, (i) => lines.depth[i]!),
    label,
    field,
    start: Uint32Array.from(kept, (i) => lines.start[i]!),
    length: Uint32Array.from(kept, (i) => lines.length[i]!),
    source: Uint8Array.from(kept, (i) => lines.source[i]!),
    protocol: Uint8Array.from(kept, (i) => lines.protocol[i]!),
    frame: Uint32Array.from(kept, (i) => (lines.frame[i] === 0 ? 0 : number(lines.frame[i]!))),
  };
  const columns = packet.columns.map((text, i) => {
    if (i === OWN_COLUMNS - 1) return infoInCapture(text, number);
    const shown = fields[i - OWN_COLUMNS];
    if (shown === undefined || (typeof shown !== 'string' && shown.as === 'count')) return text;
    const of = shownField(shown);
    if (framed?.has(of) === true || of === 'frame.number')
      return text.replace(/\d+/g, (n) => String(number(Number(n))));
    return isOtherInContext(of) ? '' : text;
  });
  return { ...packet, frame: number(packet.frame), lines: mended, columns };
}
