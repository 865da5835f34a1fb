// Texts cut to a width that is measured.

/**
 * @param room px @param end what stands at the cut
 * @param widthOf px of a text, longer ones not narrower
 * @returns the longest beginning that fits together with the end
 */
export function cutTo(text: string, room: number, end: string, widthOf: (text: string) => number): string {
  const letters = Array.from(text.slice(0, MOST));
  let low = 0;
  let high = letters.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (widthOf(letters.slice(0, middle).join('') + end) <= room) low = middle;
    else high = middle - 1;
  }
  return letters.slice(0, low).join('') + end;
}

/** No cell of a screen holds more letters. */
const MOST = 2_000;
