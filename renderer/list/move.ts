// Keys that move in a list, where it is no grid.

/**
 * Where a key moves to from a place in a list of so many rows.
 * @param page rows that PageDown and PageUp pass
 * @returns null for a key that does not move
 */
export function moveBy(key: string, at: number, length: number, page: number): number | null {
  const to: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: length - 1,
    PageDown: at + page,
    PageUp: at - page,
  };
  const place = to[key];
  return place === undefined ? null : Math.max(0, Math.min(length - 1, place));
}
