// Places of a list that are selected together: ranges, since a list may have ten million rows.
interface Range {
  readonly from: number;
  /** The last one. */
  readonly to: number;
}

export class Picked {
  private ranges: readonly Range[] = [];
  private anchor = -1;

  get count(): number {
    return this.ranges.reduce((sum, r) => sum + r.to - r.from + 1, 0);
  }

  has(place: number): boolean {
    return this.ranges.some((r) => r.from <= place && place <= r.to);
  }

  /** One place alone. */
  only(place: number): void {
    this.anchor = place;
    this.ranges = [{ from: place, to: place }];
  }

  clear(): void {
    this.anchor = -1;
    this.ranges = [];
  }

  /** Adds a place, or takes it away. */
  toggle(place: number): void {
    this.anchor = place;
    this.ranges = this.has(place)
      ? this.ranges.flatMap((r) => without(r, place))
      : joined([...this.ranges, { from: place, to: place }]);
  }

  /** All from where the selection began to a place. */
  extend(place: number): void {
    const from = this.anchor < 0 ? place : this.anchor;
    this.anchor = from;
    this.ranges = [{ from: Math.min(from, place), to: Math.max(from, place) }];
  }

  /** Pieces of at most so many places, the first ones of the selection. @param most places in all */
  pieces(size: number, most: number): Range[] {
    const all: Range[] = [];
    let left = most;
    for (const r of this.ranges) {
      for (let from = r.from; from <= r.to && left > 0; from += size) {
        const to = Math.min(r.to, from + size - 1, from + left - 1);
        all.push({ from, to });
        left -= to - from + 1;
      }
    }
    return all;
  }
}

function without(r: Range, place: number): Range[] {
  if (place < r.from || place > r.to) return [r];
  const parts = [
    { from: r.from, to: place - 1 },
    { from: place + 1, to: r.to },
  ];
  return parts.filter((part) => part.from <= part.to);
}

/** In order, those that touch as one. */
function joined(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const r of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && r.from <= last.to + 1)
      all[all.length - 1] = { from: last.from, to: Math.max(last.to, r.to) };
    else all.push(r);
  }
  return all;
}
