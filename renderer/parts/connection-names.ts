// Where names stand in the graph of connections: below their node, or above or beside it where another name or node is
// in the way. The heaviest come first; one that finds no place is shown when its node is chosen.
import { HEIGHT, type Place, WIDTH } from './connection-layout.ts';

export interface NamePlace {
  readonly x: number;
  /** Of the upper edge. */
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Of a letter, to the size of the font: names are shown in a sans of which most letters are narrower. */
const LETTER = 0.56;
const GAP = 4;

/**
 * @param names by node, '' for one that has none
 * @param size of the font, in units of the picture
 * @param chosen node whose name stands below it, whatever is there
 */
export function placeNames(
  places: readonly Place[],
  names: readonly string[],
  size: number,
  chosen: number,
): (NamePlace | null)[] {
  const nodes = places.map(({ x, y, radius }) => ({
    left: x - radius,
    top: y - radius,
    right: x + radius,
    bottom: y + radius,
  }));
  const taken: Box[] = [];
  const found: (NamePlace | null)[] = places.map(() => null);
  const order = [...places.keys()].toSorted((a, b) => Number(b === chosen) - Number(a === chosen) || a - b);
  for (const i of order) {
    const name = names[i]!;
    if (name === '') continue;
    const width = name.length * size * LETTER;
    const candidates = around(places[i]!, size);
    const free = candidates.find((candidate) => {
      const box = boxOf(candidate, width, size);
      const clear = (other: Box, k: number): boolean => k === i || !overlap(box, other);
      return inside(box) && nodes.every(clear) && taken.every((other) => !overlap(box, other));
    });
    const at = free ?? (i === chosen ? candidates[0]! : null);
    if (at === null) continue;
    found[i] = at;
    taken.push(boxOf(at, width, size));
  }
  return found;
}

function around({ x, y, radius }: Place, size: number): readonly NamePlace[] {
  const [below, above, beside] = [y + radius + GAP, y - radius - GAP - size, y - size / 2];
  return [
    { x, y: below, anchor: 'middle' },
    { x, y: above, anchor: 'middle' },
    { x: x + radius + GAP, y: beside, anchor: 'start' },
    { x: x - radius - GAP, y: beside, anchor: 'end' },
    { x, y: below, anchor: 'start' },
    { x, y: below, anchor: 'end' },
    { x, y: above, anchor: 'start' },
    { x, y: above, anchor: 'end' },
  ];
}

function boxOf({ x, y, anchor }: NamePlace, width: number, size: number): Box {
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { left, top: y, right: left + width, bottom: y + size };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function inside(box: Box): boolean {
  return box.left >= 0 && box.right <= WIDTH && box.top >= 0 && box.bottom <= HEIGHT;
}
