// Percentiles of many groups at once: values are dealt out to their groups, and of each group the one at a rank is found
// without sorting the others.
import type { TimeSlices } from '../view/index.ts';

const BLOCK = 2 ** 16;

/** What was measured, and in which group, one after the other, in blocks: nothing is copied when there are more. */
export class Members {
  count = 0;
  private readonly groups: Uint32Array[] = [];
  private readonly values: Float64Array[] = [];

  add(group: number, value: number): void {
    const i = this.count++ % BLOCK;
    if (i === 0) {
      this.groups.push(new Uint32Array(BLOCK));
      this.values.push(new Float64Array(BLOCK));
    }
    this.groups.at(-1)![i] = group;
    this.values.at(-1)![i] = value;
  }

  group(i: number): number {
    return this.groups[i >>> 16]![i & (BLOCK - 1)]!;
  }

  value(i: number): number {
    return this.values[i >>> 16]![i & (BLOCK - 1)]!;
  }
}

/** Steps between looks at the clock. */
const AT_ONCE = 65_536;

/**
 * The smallest value that a share of a group does not exceed (nearest rank), in the order of `ids`.
 * @param share above 0, at most 1
 */
export async function rankedAt(
  of: Members,
  ids: Uint32Array,
  share: number,
  turns: TimeSlices,
): Promise<Float64Array<ArrayBuffer>> {
  const size = ids.reduce((most, id) => Math.max(most, id), 0) + 2;
  const ends = new Uint32Array(size);
  for (let i = 0; i < of.count; i++) {
    ends[of.group(i) + 1]!++;
    if (i % AT_ONCE === 0 && turns.due) await turns.rest();
  }
  for (let id = 1; id < size; id++) ends[id]! += ends[id - 1]!;
  const begins = ends.slice();
  const values = new Float64Array(of.count);
  for (let i = 0; i < of.count; i++) {
    values[ends[of.group(i)]!++] = of.value(i);
    if (i % AT_ONCE === 0 && turns.due) await turns.rest();
  }
  const found = new Float64Array(ids.length);
  for (const [at, id] of ids.entries()) {
    const group = values.subarray(begins[id]!, ends[id]!);
    found[at] = await atRank(group, Math.max(0, Math.ceil(share * group.length) - 1), turns);
    if (turns.due) await turns.rest();
  }
  return found;
}

/** The value that stands at a rank once sorted: Hoare's selection, with the middle one as pivot. Moves `values`. */
async function atRank(values: Float64Array, rank: number, turns: TimeSlices): Promise<number> {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1]!;
    let [i, j] = [low, high];
    let steps = 0;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const one = values[i]!;
        values[i++] = values[j]!;
        values[j--] = one;
      }
      if (++steps % AT_ONCE === 0 && turns.due) await turns.rest();
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank] ?? NaN;
}
