// What one list shows: rows of the capture in its order, and the places where alerts stand between them.
import type { PacketRow, Row } from '../../contract/index.ts';
import { lowerBound, lowerBoundBy } from '../read/index.ts';

export interface AnchoredAlert {
  readonly number: number;
  readonly packet: PacketRow;
}

/** The rows that a list shows, in its order. Without filter and sort no array is kept: the order is the capture's. */
export class ShownRows<R extends Row> {
  /** Null: every row, in the order of the capture. */
  rows: Uint32Array | null = null;
  private length = 0;
  /** Rows ascend, so that a row is found by binary search. */
  ascending = true;

  get count(): number {
    return this.length;
  }

  everything(count: number): void {
    this.rows = null;
    this.ascending = true;
    this.length = count;
  }

  set(rows: Uint32Array, ascending: boolean): void {
    this.rows = rows;
    this.length = rows.length;
    this.ascending = ascending;
  }

  /** More rows at the end, found since. */
  append(more: Uint32Array): void {
    if (this.rows === null) throw new Error('an unfiltered list grows by itself');
    if (this.length + more.length > this.rows.length) {
      const larger = new Uint32Array(Math.max(1024, (this.length + more.length) * 2));
      larger.set(this.rows.subarray(0, this.length));
      this.rows = larger;
    }
    this.rows.set(more, this.length);
    this.length += more.length;
  }

  at(index: number): R {
    return (this.rows === null ? index : this.rows[index]!) as R;
  }

  /** Index of a row, or of the nearest one after it where rows ascend; -1 when a sorted list does not hold it. */
  indexOf(row: R): { index: number; exact: boolean } {
    if (this.rows === null) return { index: Math.min(row, Math.max(0, this.length - 1)), exact: row < this.length };
    if (!this.ascending) {
      const index = this.rows.subarray(0, this.length).indexOf(row);
      return { index, exact: index >= 0 };
    }
    const index = lowerBound(this.rows, row, this.length);
    const exact = index < this.length && this.rows[index] === row;
    return { index: Math.min(index, Math.max(0, this.length - 1)), exact };
  }
}

/** Places of a list: the rows that it shows, with alerts directly under their packets. */
export class Places {
  /** Place of each alert shown, ascending; and its number. */
  alertPlaces = new Uint32Array(0);
  alertNumbers = new Uint32Array(0);

  /** Works out where alerts stand. */
  arrange(shown: ShownRows<Row>, alerts: readonly AnchoredAlert[]): void {
    const found: { index: number; number: number }[] = [];
    if (shown.ascending) {
      for (const alert of alerts) {
        const { index, exact } = shown.indexOf(alert.packet);
        if (exact) found.push({ index, number: alert.number });
      }
    } else {
      const wanted = new Map<number, number[]>();
      for (const alert of alerts) {
        const list = wanted.get(alert.packet);
        if (list) list.push(alert.number);
        else wanted.set(alert.packet, [alert.number]);
      }
      for (let i = 0; wanted.size > 0 && i < shown.count; i++) {
        const numbers = wanted.get(shown.at(i));
        if (numbers) for (const number of numbers) found.push({ index: i, number });
      }
    }
    found.sort((a, b) => a.index - b.index || a.number - b.number);
    this.alertPlaces = Uint32Array.from(found, (f, i) => f.index + i + 1);
    this.alertNumbers = Uint32Array.from(found, (f) => f.number);
  }

  total(shown: ShownRows<Row>): number {
    return shown.count + this.alertPlaces.length;
  }

  /** What stands at a place: an alert by its number, or the index of a row shown. */
  at(place: number): { alert: number } | { index: number } {
    const before = lowerBound(this.alertPlaces, place);
    return this.alertPlaces[before] === place ? { alert: this.alertNumbers[before]! } : { index: place - before };
  }

  /** Place of the row shown at an index. */
  placeOf(index: number): number {
    // Alerts stand after their rows: the i-th alert sits at alertPlaces[i] - i - 1, counted in rows.
    return index + lowerBoundBy(this.alertPlaces.length, (i) => this.alertPlaces[i]! - i - 1 < index);
  }
}
