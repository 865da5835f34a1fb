// Searches the trees of packets for a text, in the order of a list. Of a large capture stretches of the list are
// dissected at a time, each as far as it goes by itself.
import type { PacketRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { DeepWork } from './deep.ts';
import type { Sought } from './matcher.ts';
import { isWhole, type TreeSource } from './trees.ts';

const FRAMES_AT_ONCE = 100;
const STRETCH = 5_000;
const STRETCH_BYTES = 16 * 1024 * 1024;

/**
 * @param at the row at a step of the search, from 0
 * @returns the first row whose tree holds what is sought
 */
export async function searchTrees(
  deep: DeepWork,
  s: TreeSource,
  steps: number,
  at: (step: number) => PacketRow,
  sought: Sought,
  turns: TimeSlices,
): Promise<{ readonly row: PacketRow | null; readonly partial: boolean }> {
  const partial = !isWhole(s);
  for (let step = 0; step < steps;) {
    const rows = stretch(s, step, steps, at, partial);
    const found = await deep.alone(async () => {
      const context = [...rows].sort((x, y) => x - y);
      const loaded = await deep.load(
        s,
        () => ({ name: `search ${context[0]} ${context.length}`, rows: context }),
        turns,
      );
      const frame = new Map(loaded.rows?.map((row, i) => [row, i + 1] as const));
      const frames = rows.map((row) => (loaded.rows === null ? row + 1 : frame.get(row)!));
      const { first } = await deep.ask({ do: 'search', frames, sought });
      return first < 0 ? null : rows[first]!;
    });
    if (found !== null) return { row: found, partial };
    step += rows.length;
    turns.done = step / steps;
    await turns.rest();
  }
  return { row: null, partial };
}

function stretch(
  s: TreeSource,
  from: number,
  to: number,
  at: (step: number) => PacketRow,
  partial: boolean,
): PacketRow[] {
  const rows: PacketRow[] = [];
  const most = partial ? STRETCH : FRAMES_AT_ONCE;
  let bytes = 0;
  for (let step = from; step < to && rows.length < most && bytes < STRETCH_BYTES; step++) {
    const row = at(step);
    rows.push(row);
    bytes += s.analysis.packets.chunk(row).captured[inChunk(row)]!;
  }
  return rows;
}
