// Stable merge sort of row numbers, bottom up and in slices, so that ten million rows never hold up an answer.
import type { TimeSlices } from './time-slices.ts';

const RUN = 32;
const CHECK = 8192;

/**
 * @param rows row numbers or ids, taken over: what is returned is this array or another of its length
 * @param compareRows equal rows keep their order
 * @param share how much of the job's progress this is
 */
export async function sortRows<R extends number>(
  rows: Uint32Array<ArrayBuffer>,
  compareRows: (a: R, b: R) => number,
  turns: TimeSlices,
  share: number,
): Promise<Uint32Array<ArrayBuffer>> {
  // The array holds rows of this kind; it hands them out as numbers.
  const compare = compareRows as (a: number, b: number) => number;
  const n = rows.length;
  const begun = turns.done;
  const passes = Math.max(1, Math.ceil(Math.log2(Math.max(2, n / RUN))) + 1);
  for (let from = 0; from < n; from += RUN) {
    insertion(rows, from, Math.min(n, from + RUN), compare);
    if (from % CHECK === 0 && turns.due) await turns.rest();
  }
  let a = rows;
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
  turns.done = begun + share;
  return a;
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
