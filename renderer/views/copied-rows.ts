// Rows of the packet list as they are shown, for the clipboard: also those that are not in sight.
import { packetRow, PLACE_PACKET, textAt } from '../../contract/index.ts';
import type { Picked } from '../list/picked.ts';
import type { CopiedRows } from '../state/copy.ts';
import { loadNames } from '../state/names.ts';
import { client } from '../wire/client.ts';
import type { ListColumns } from './list-columns.ts';
import { cellText, textsOf, type PainterState } from './packet-painter.ts';

/** Rows that one copy takes. */
const MAX_COPIED = 10_000;
/** Rows whose texts are asked for at once. */
const AT_ONCE = 128;

/** @param generation of the list's order */
export async function copiedRows(
  state: PainterState,
  columns: ListColumns,
  picked: Picked,
  generation: number,
): Promise<CopiedRows> {
  const painted = state.columns.filter((c) => c.id !== 'verdict');
  const rows: string[][] = [];
  for (const { from, to } of picked.pieces(AT_ONCE, MAX_COPIED)) {
    const page = await client.ask('packets', { from, count: to - from + 1, generation });
    const packets = [...page.row.keys()].filter((i) => page.kind[i] === PLACE_PACKET);
    await loadNames(packets.flatMap((i) => [textAt(page.source, i), textAt(page.destination, i)]));
    await state.texts.load(packets.map((i) => packetRow(page.row[i]!)));
    for (const index of packets) {
      const said = textsOf(page, index, state);
      rows.push(painted.map((c) => cellText(page, index, c, state, said)));
    }
  }
  return { titles: painted.map((c) => columns.shown.find((s) => s.id === c.id)?.title ?? c.id), rows };
}
