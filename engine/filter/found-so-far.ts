// Rows of a filter while the engine still answers: those that the columns let through and those of pieces that are
// answered, told now and then so that a list can show them.
import type { PacketRow } from '../../contract/index.ts';
import type { Predicate } from './tests.ts';

/** Between two tellings, ms: each has the list shown anew. */
const EVERY = 500;

export type FoundSoFar = (rows: Uint32Array<ArrayBuffer>) => void;

export class SoFar {
  private readonly known: Uint8Array;
  private readonly wanted: Uint8Array;
  private readonly tell: FoundSoFar;
  private count: number;
  private told = -1;
  private at = -Infinity;

  /** @param sure rows that are let through whatever the engine says @param wanted a byte a row: it is asked about them */
  constructor(sure: Uint32Array, wanted: Uint8Array, tell: FoundSoFar) {
    this.known = new Uint8Array(wanted.length);
    this.wanted = wanted;
    this.tell = tell;
    this.count = sure.length;
    for (const row of sure) this.known[row] = 1;
    this.show();
  }

  /** Rows that were answered. */
  answered(rows: readonly PacketRow[], lets: Predicate<PacketRow>): void {
    for (const row of rows) {
      if (this.wanted[row] !== 1 || this.known[row] === 1 || !lets(row)) continue;
      this.known[row] = 1;
      this.count++;
    }
    if (performance.now() - this.at >= EVERY) this.show();
  }

  private show(): void {
    this.at = performance.now();
    if (this.count === this.told) return;
    this.told = this.count;
    const found = new Uint32Array(this.count);
    let n = 0;
    for (let row = this.known.indexOf(1); row >= 0; row = this.known.indexOf(1, row + 1)) found[n++] = row;
    this.tell(found);
  }
}
