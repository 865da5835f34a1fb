// Stable merge sort of row numbers, bottom up and in slices, so that ten million rows never hold up an answer.
import type { Turns } from './turns.ts';

const RUN = 32;
const CHECK = 8192;

/**
 * @param order row numbers, sorted in place
 * @param compare by row number; equal rows keep their order
 * @param share how much of the job's progress this is
 */
export async function sortRows(
  order: Uint32Array<ArrayBuffer>,
  compare: (a: number, b: number) => number,
  turns: Turns,
  share: number,
): Promise<Uint32Array<ArrayBuffer>> {
  const n = order.length;
  const begun = turns.done;
  const passes = Math.max(1, Math.ceil(Math.log2(Math.max(2, n / RUN))) + 1);
  for (let from = 0; from < n; from += RUN) {
    insertion(order, from, Math.min(n, from + RUN), compare);
    if (from % CHECK === 0 && turns.due) await turns.rest();
  }
  let a = order;
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

function insertion(order: Uint32Array, from: number, end: number, compare: (a: number, b: number) => number): void {
  for (let i = from + 1; i < end; i++) {
    const row = order[i]!;
    let j = i - 1;
    while (j >= from && compare(order[j]!, row) > 0) {
      order[j + 1] = order[j]!;
      j--;
    }
    order[j + 1] = row;
  }
}
