// Where names stand in the graph of connections: below their node, or above or beside it where another name or node is
// in the way, where no line goes through them if there is such a place. The heaviest come first; one that finds no place
// is shown when its node is chosen.
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
 * @param lines the nodes at both ends of each
 */
export function placeNames(
  places: readonly Place[],
  names: readonly string[],
  size: number,
  chosen: number,
  lines: readonly (readonly [number, number])[] = [],
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
    const candidates = around(places[i]!, width, size);
    const free = candidates.filter((candidate) => {
      const box = boxOf(candidate, width, size);
      const clear = (other: Box, k: number): boolean => k === i || !overlap(box, other);
      return inside(box) && nodes.every(clear) && taken.every((other) => !overlap(box, other));
    });
    const apart = free.find((candidate) => {
      const box = boxOf(candidate, width, size);
      return lines.every(([from, to]) => !crosses(box, places[from]!, places[to]!));
    });
    const at = apart ?? free[0] ?? (i === chosen ? candidates[0]! : null);
    if (at === null) continue;
    found[i] = at;
    taken.push(boxOf(at, width, size));
  }
  return found;
}

function around({ x, y, radius }: Place, width: number, size: number): readonly NamePlace[] {
  const [below, above, beside] = [y + radius + GAP, y - radius - GAP - size, y - size / 2];
  return [
    { x, y: below, anchor: 'middle' },
    { x, y: above, anchor: 'middle' },
    { x: x + radius + GAP, y: beside, anchor: 'start' },
    { x: x - radius - GAP, y: beside, anchor: 'end' },
    { x: x + GAP, y: below, anchor: 'start' },
    { x: x - GAP, y: below, anchor: 'end' },
    { x: x + GAP, y: above, anchor: 'start' },
    { x: x - GAP, y: above, anchor: 'end' },
    { x, y: below + size / 2, anchor: 'middle' },
    { x, y: above - size / 2, anchor: 'middle' },
    // Long names near an edge have room neither in the middle nor at an end.
    ...[below, above].flatMap((edge) =>
      [-0.375, -0.25, 0.25, 0.375].map((part) => ({ x: x + part * width, y: edge, anchor: 'middle' as const })),
    ),
  ];
}

function boxOf({ x, y, anchor }: NamePlace, width: number, size: number): Box {
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { left, top: y, right: left + width, bottom: y + size };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether a line goes through a box: what is left of it between the box's four sides. */
function crosses(box: Box, a: Place, b: Place): boolean {
  let [from, to] = [0, 1];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const sides = [
    [-dx, a.x - box.left],
    [dx, box.right - a.x],
    [-dy, a.y - box.top],
    [dy, box.bottom - a.y],
  ] as const;
  for (const [along, room] of sides) {
    if (along === 0 && room < 0) return false;
    if (along < 0) from = Math.max(from, room / along);
    if (along > 0) to = Math.min(to, room / along);
  }
  return from < to;
}

function inside(box: Box): boolean {
  return box.left >= 0 && box.right <= WIDTH && box.top >= 0 && box.bottom <= HEIGHT;
}
