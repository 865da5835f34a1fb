// Which rows count, as a set of bits: what a list displays, whatever its order; and the walk through the columns of those
// that do.
import { packetRow } from '../../contract/index.ts';
import { CHUNK_ROWS, type PacketChunk, type PacketColumns } from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';

/** Whether a row is in a set; every row is where there is no set. */
export function counts(rows: Uint8Array | null, row: number): boolean {
  return rows === null || (rows[row >>> 3]! & (1 << (row & 7))) !== 0;
}

/**
 * Visits packets by their columns alone. `i` is a packet's row in `chunk`.
 * @param displayed rows that count, a bit each; null: all do
 * @param total packets, the first so many of the capture
 * @param share of the job's progress that this is
 */
export async function eachCounted(
  packets: PacketColumns,
  displayed: Uint8Array | null,
  total: number,
  turns: TimeSlices,
  visit: (row: number, chunk: PacketChunk, i: number) => void,
  share = 1,
): Promise<void> {
  for (let base = 0; base < total; base += CHUNK_ROWS) {
    const chunk = packets.chunk(packetRow(base));
    const end = Math.min(CHUNK_ROWS, total - base);
    for (let i = 0; i < end; i++) if (counts(displayed, base + i)) visit(base + i, chunk, i);
    turns.done = (share * base) / total;
    if (turns.due) await turns.rest();
  }
}

/** @param at the row at an index of the list, of `count` @param packets of the capture */
export async function rowSet(
  at: (index: number) => number,
  count: number,
  packets: number,
  turns: TimeSlices,
): Promise<Uint8Array> {
  const bits = new Uint8Array((packets >>> 3) + 1);
  for (let i = 0; i < count; i++) {
    const row = at(i);
    bits[row >>> 3]! |= 1 << (row & 7);
    if ((i & 65_535) === 0 && turns.due) await turns.rest();
  }
  return bits;
}
