// Rows of flows by a hash, in typed arrays: many flows are put in, and those of one hash are asked for again and again.
import { flowRow, type FlowRow } from '../../contract/index.ts';

const NONE = -1;
const LEAST = 1_024;

export class RowChains {
  private count = 0;
  /** By place in the order of adding: its row, its hash, and the place added before it in the same chain. */
  private rows = new Int32Array(LEAST);
  private hashes = new Int32Array(LEAST);
  private before = new Int32Array(LEAST);
  /** By the low bits of a hash: the place added last. As many as there are places. */
  private heads = new Int32Array(LEAST).fill(NONE);

  /** @param hash any 32 bits; unlike keys may share them */
  add(hash: number, row: number): void {
    if (this.count === this.rows.length) this.grow();
    this.rows[this.count] = row;
    this.hashes[this.count] = hash;
    this.chain(this.count++);
  }

  /** Rows of a hash for which something holds, in rising order, each once. */
  of(hash: number, holds: (row: FlowRow) => boolean): FlowRow[] {
    const found = new Set<FlowRow>();
    for (let at = this.heads[this.head(hash)]!; at !== NONE; at = this.before[at]!) {
      const row = flowRow(this.rows[at]!);
      if (this.hashes[at] === (hash | 0) && holds(row)) found.add(row);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** The row that was added last of those for which something holds, among the last `most` of their chain. */
  latest(hash: number, most: number, holds: (row: FlowRow) => boolean): FlowRow | null {
    let left = most;
    for (let at = this.heads[this.head(hash)]!; at !== NONE && left-- > 0; at = this.before[at]!) {
      const row = flowRow(this.rows[at]!);
      if (this.hashes[at] === (hash | 0) && holds(row)) return row;
    }
    return null;
  }

  private head(hash: number): number {
    return hash & (this.heads.length - 1);
  }

  private chain(at: number): void {
    const head = this.head(this.hashes[at]!);
    this.before[at] = this.heads[head]!;
    this.heads[head] = at;
  }

  private grow(): void {
    this.rows = doubled(this.rows);
    this.hashes = doubled(this.hashes);
    this.before = doubled(this.before);
    this.heads = new Int32Array(this.heads.length * 2).fill(NONE);
    for (let at = 0; at < this.count; at++) this.chain(at);
  }
}

function doubled(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(from.length * 2);
  larger.set(from);
  return larger;
}
