// The order in which places of a table were touched, as links between them in typed arrays.

/** No place. */
export const NOWHERE = -1;

/** Places are numbered from 0, one after another. */
export class TouchOrder {
  private before: Int32Array;
  private after: Int32Array;
  private latest = NOWHERE;
  /** The place untouched longest; NOWHERE while there is none. */
  oldest = NOWHERE;

  /** @param places for which there is room at first */
  constructor(places: number) {
    this.before = new Int32Array(places);
    this.after = new Int32Array(places);
  }

  /** Makes room. */
  grow(places: number): void {
    this.before = largerTable(this.before, places);
    this.after = largerTable(this.after, places);
  }

  /** Touches a place that is in no order yet. */
  add(place: number): void {
    this.before[place] = this.latest;
    this.after[place] = NOWHERE;
    if (this.latest === NOWHERE) this.oldest = place;
    else this.after[this.latest] = place;
    this.latest = place;
  }

  /** Touches a place that was touched before. */
  touch(place: number): void {
    if (place === this.latest) return;
    this.remove(place);
    this.add(place);
  }

  remove(place: number): void {
    const before = this.before[place]!;
    const after = this.after[place]!;
    if (before === NOWHERE) this.oldest = after;
    else this.after[before] = after;
    if (after === NOWHERE) this.latest = before;
    else this.before[after] = before;
  }
}

/** @returns the same in a longer table */
export function largerTable(table: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(table);
  return grown;
}
