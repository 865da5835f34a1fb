// Which rows count, as a set of bits: what a list displays, whatever its order.
import type { TimeSlices } from '../view/index.ts';

/** Whether a row is in a set; every row is where there is no set. */
export function counts(rows: Uint8Array | null, row: number): boolean {
  return rows === null || (rows[row >>> 3]! & (1 << (row & 7))) !== 0;
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
