// Stable order of rows by keys of whole numbers, by radix and in slices: ten million rows are in order in a second or
// two and never hold up an answer. Texts are ranked first (`sort-texts.ts`).
import type { TimeSlices } from './time-slices.ts';

/** Bits of a key that one pass orders by: the counts of 2,048 values stay in a core's own cache. */
const DIGIT = 11;
const VALUES = 1 << DIGIT;
const SHIFTS = [0, DIGIT, 2 * DIGIT] as const;
const CHECK = 65_536;
/** Keys may be texts that are looked up. */
const KEYS_CHECK = 1024;

/** Words of keys by the place of a row, the word that counts most first; each as long as there are rows. */
export type SortKeys = readonly Uint32Array[];

/**
 * @param rows row numbers, of which `keys` has the words by their places
 * @param descending largest first; equal rows keep their order either way
 * @param share how much of the job's progress this is
 * @returns the rows in order, in an array of their own
 */
export async function sortRows(
  rows: Uint32Array,
  keys: SortKeys,
  descending: boolean,
  turns: TimeSlices,
  share: number,
): Promise<Uint32Array<ArrayBuffer>> {
  const n = rows.length;
  const begun = turns.done;
  if (inOrder(keys, descending)) {
    turns.done = begun + share;
    return new Uint32Array(rows);
  }
  let order = new Uint32Array(0);
  let other = order;
  const passes = keys.length * SHIFTS.length;
  let pass = 0;
  for (let k = keys.length - 1; k >= 0; k--) {
    const key = keys[k]!;
    for (const shift of SHIFTS) {
      turns.done = begun + share * (pass++ / passes);
      const starts = await startsOf(key, shift, descending, turns);
      if (starts === null) continue;
      if (order.length === 0) {
        order = ascending(n);
        other = new Uint32Array(n);
      }
      for (let i = 0; i < n; i++) {
        const at = order[i]!;
        other[starts[(key[at]! >>> shift) & (VALUES - 1)]!++] = at;
        if ((i & (CHECK - 1)) === 0 && turns.due) await turns.rest();
      }
      [order, other] = [other, order];
    }
  }
  turns.done = begun + share;
  for (let i = 0; i < n; i++) other[i] = rows[order[i]!]!;
  return other;
}

/** Whether the rows stand as they shall: packets mostly do by time. */
function inOrder(keys: SortKeys, descending: boolean): boolean {
  const n = keys[0]?.length ?? 0;
  for (let i = 1; i < n; i++) {
    for (const key of keys) {
      const before = key[i - 1]!;
      const now = key[i]!;
      if (before === now) continue;
      if (before < now === descending) return false;
      break;
    }
  }
  return true;
}

/** Where rows of each value of a digit begin, or null where all have the same and their order stays. */
async function startsOf(
  key: Uint32Array,
  shift: number,
  descending: boolean,
  turns: TimeSlices,
): Promise<Uint32Array | null> {
  const n = key.length;
  const counts = new Uint32Array(VALUES);
  for (let i = 0; i < n; i++) {
    counts[(key[i]! >>> shift) & (VALUES - 1)]!++;
    if ((i & (CHECK - 1)) === 0 && turns.due) await turns.rest();
  }
  if (n === 0 || counts[(key[0]! >>> shift) & (VALUES - 1)] === n) return null;
  let sum = 0;
  for (let i = 0; i < VALUES; i++) {
    const value = descending ? VALUES - 1 - i : i;
    const count = counts[value]!;
    counts[value] = sum;
    sum += count;
  }
  return counts;
}

/** Places in their own order. */
export function ascending(n: number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order;
}

/**
 * Two words a number that order as the numbers do, those that are none last; -0 and 0 are equal.
 * @param of the number of a place
 */
export async function numberKeys(
  n: number,
  of: (place: number) => number,
  turns: TimeSlices,
): Promise<readonly [Uint32Array, Uint32Array]> {
  const high = new Uint32Array(n);
  const low = new Uint32Array(n);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < n; i++) {
    const value = of(i);
    if (Number.isNaN(value)) high[i] = low[i] = 0xffff_ffff;
    else {
      view.setFloat64(0, value + 0);
      const top = view.getUint32(0);
      // Of IEEE 754 numbers, positive ones order as their bits do, negative ones the other way round and below them.
      const negative = top >>> 31 === 1;
      high[i] = negative ? ~top : top | 0x8000_0000;
      low[i] = negative ? ~view.getUint32(4) : view.getUint32(4);
    }
    if ((i & (KEYS_CHECK - 1)) === 0 && turns.due) await turns.rest();
  }
  return [high, low];
}

/** One word a whole number of 32 bits. @param of the number of a place */
export async function wholeKeys(n: number, of: (place: number) => number, turns: TimeSlices): Promise<Uint32Array> {
  const keys = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    keys[i] = of(i);
    if ((i & (KEYS_CHECK - 1)) === 0 && turns.due) await turns.rest();
  }
  return keys;
}
