// What the user set on packets of the open capture: marks, ignored ones, time references.
import { type Mark, type PacketRow, packetRow } from '../../contract/index.ts';
import type { References } from '../filter/index.ts';
import { lowerBoundBy } from '../read/index.ts';

export class Marks implements References {
  readonly marked = new Set<PacketRow>();
  readonly ignored = new Set<PacketRow>();
  readonly reference = new Set<PacketRow>();
  /** Rows of the references, ascending; null after a change. */
  private sorted: Uint32Array | null = null;

  /** @returns whether anything changed */
  set(what: Mark, row: PacketRow, on: boolean): boolean {
    const rows = this[what];
    if (rows.has(row) === on) return false;
    if (on) rows.add(row);
    else rows.delete(row);
    if (what === 'reference') this.sorted = null;
    return true;
  }

  /** Takes over the marks of a session of the same packets. */
  take(other: Marks): void {
    for (const what of ['marked', 'ignored', 'reference'] as const)
      for (const row of other[what]) this.set(what, row, true);
  }

  /** @returns how many there were */
  clear(what: Mark): number {
    const { size } = this[what];
    this[what].clear();
    if (what === 'reference') this.sorted = null;
    return size;
  }

  get any(): boolean {
    return this.reference.size > 0;
  }

  has(row: PacketRow): boolean {
    return this.reference.has(row);
  }

  before(row: PacketRow): PacketRow {
    if (this.reference.size === 0) return packetRow(0);
    const sorted = (this.sorted ??= Uint32Array.from(this.reference).sort());
    const after = lowerBoundBy(sorted.length, (i) => sorted[i]! <= row);
    return packetRow(after === 0 ? 0 : sorted[after - 1]!);
  }
}
