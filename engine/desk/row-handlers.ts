// Requests about marks of packets: one, several by their places, the next of a kind.
import {
  FLAG_IGNORED,
  FLAG_MARKED,
  FLAG_REFERENCE,
  type PacketRow,
  type RowWorkReplies,
  say,
} from '../../contract/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import { packetOf, viewOf } from './asked.ts';
import type { Handlers } from './asker.ts';
import { Refused } from './desk.ts';
import type { CaptureSession } from './session.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

export const rowHandlers: Pick<Handlers, keyof RowWorkReplies> = {
  mark: (desk, _asker, { row, what }) => {
    const s = packetOf(desk, row);
    s.marks.set(what, row, !s.marks[what].has(row));
    s.touch();
    return { flags: flagsOf(s, row) };
  },
  markRows: async (desk, asker, { ranges, generation, what, on }, turns) => {
    const s = desk.open();
    const view = viewOf(desk, asker, 'packets');
    const rows = await rowsAt(view, ranges, generation, turns);
    const marks = s.marks[what];
    const to = on ?? rows.some((row) => !marks.has(row));
    let changed = 0;
    for (const row of rows) if (s.marks.set(what, row, to)) changed++;
    s.touch();
    return { changed, on: to };
  },
  clearMarks: (desk, _asker, { what }) => {
    const s = desk.open();
    const changed = s.marks.clear(what);
    s.touch();
    return { changed };
  },
  comments: (desk, _asker, { row }) => ({ comments: packetOf(desk, row).comments.of(row) }),
  comment: (desk, _asker, { row, comments }) => {
    const s = packetOf(desk, row);
    s.comments.write(row, comments);
    s.touch();
    return { comments: s.comments.of(row) };
  },
  nextMark: (desk, asker, { row, what, forward }) => {
    const { marks } = packetOf(desk, row);
    const { shown } = viewOf(desk, asker, 'packets');
    let best: PacketRow | null = null;
    for (const r of marks[what]) {
      if (forward ? r <= row : r >= row) continue;
      if (best !== null && (forward ? r >= best : r <= best)) continue;
      if (shown.indexOf(r).exact) best = r;
    }
    return { row: best };
  },
};

function flagsOf(s: CaptureSession, row: PacketRow): number {
  return (
    (s.marked(row) ? FLAG_MARKED : 0) | (s.ignored(row) ? FLAG_IGNORED : 0) | (s.marks.has(row) ? FLAG_REFERENCE : 0)
  );
}

/** Rows of places. They are taken down before any is marked, since a list may follow marks. */
export async function rowsAt(
  view: ListView<'packets'>,
  ranges: readonly Range[],
  generation: number,
  turns: TimeSlices,
): Promise<PacketRow[]> {
  const rows: PacketRow[] = [];
  for (const { from, to } of ranges)
    for (let at = from; at <= to; at++) {
      if (view.generation !== generation) throw new Refused('refused', say('list-reordered'));
      if (at >= view.places.total(view.shown)) break;
      const what = view.places.at(at);
      if ('index' in what) rows.push(view.shown.at(what.index));
      if (turns.due) await turns.rest();
    }
  return rows;
}
