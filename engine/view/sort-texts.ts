// Texts as numbers that order as they do. There are few different ones: those are sorted, rows then compare as numbers.
import type { TimeSlices } from './time-slices.ts';

const RUN = 32;
const CHECK = 8192;

/** Texts of a column as they come, each once. */
export class TextRanks {
  private readonly numbers = new Map<string, number>();
  private readonly texts: string[] = [];

  /** @returns the text's number, for `ranks` */
  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.texts.length;
    // A part of a longer text would keep all of it.
    this.numbers.set(text, number);
    this.texts.push(text);
    return number;
  }

  /** @returns by number, where the text stands in order of UTF-16 code units */
  ranks(turns: TimeSlices, share: number): Promise<Uint32Array> {
    const { texts } = this;
    return ranksOf(texts.length, (a, b) => compareTexts(texts[a]!, texts[b]!), turns, share);
  }
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * By number from 0 to n - 1, where each stands in order; equal ones stand at the same place.
 * @param share how much of the job's progress this is
 */
export async function ranksOf(
  n: number,
  compare: (a: number, b: number) => number,
  turns: TimeSlices,
  share: number,
): Promise<Uint32Array> {
  const begun = turns.done;
  let a = Uint32Array.from({ length: n }, (_, i) => i);
  const passes = Math.max(1, Math.ceil(Math.log2(Math.max(2, n / RUN))) + 1);
  for (let from = 0; from < n; from += RUN) {
    insertion(a, from, Math.min(n, from + RUN), compare);
    if (from % CHECK === 0 && turns.due) await turns.rest();
  }
  let b = new Uint32Array(n);
  let pass = 1;
  for (let width = RUN; width < n; width *= 2) {
    for (let from = 0; from < n; from += 2 * width) {
      const middle = Math.min(n, from + width);
      const end = Math.min(n, from + 2 * width);
      let i = from;
      let j = middle;
      for (let k = from; k < end; k++) {
        b[k] = i < middle && (j >= end || compare(a[i]!, a[j]!) <= 0) ? a[i++]! : a[j++]!;
        if ((k & (CHECK - 1)) === 0 && turns.due) {
          turns.done = begun + share * ((pass + k / n) / passes);
          await turns.rest();
        }
      }
    }
    [a, b] = [b, a];
    pass++;
  }
  const ranks = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const equal = i > 0 && compare(a[i - 1]!, a[i]!) === 0;
    ranks[a[i]!] = equal ? ranks[a[i - 1]!]! : i;
  }
  turns.done = begun + share;
  return ranks;
}

function insertion(rows: Uint32Array, from: number, end: number, compare: (a: number, b: number) => number): void {
  for (let i = from + 1; i < end; i++) {
    const row = rows[i]!;
    let j = i - 1;
    while (j >= from && compare(rows[j]!, row) > 0) {
      rows[j + 1] = rows[j]!;
      j--;
    }
    rows[j + 1] = row;
  }
}
