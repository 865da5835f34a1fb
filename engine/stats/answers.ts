// Groups of what was asked and answered: how often, with which codes, after how long.
import { type Column } from './table.ts';

/** Durations of one group, seconds. All are kept, eight bytes each: shares of them are exact however many there are. */
export class Times {
  private kept = new Float64Array(4);
  private seen = 0;
  private sorted = true;
  largest = NaN;

  add(seconds: number): void {
    if (this.seen === this.kept.length) {
      const larger = new Float64Array(2 * this.seen);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept[this.seen++] = seconds;
    this.sorted = false;
    if (!(this.largest >= seconds)) this.largest = seconds;
  }

  /** The smallest time that a share of all does not exceed, NaN without any. @param share 0 to 1 */
  quantile(share: number): number {
    const all = this.kept.subarray(0, this.seen);
    if (!this.sorted) all.sort();
    this.sorted = true;
    return all[Math.max(0, Math.ceil(share * this.seen) - 1)] ?? NaN;
  }
}

/** One group: a row of the table. */
export interface Answers {
  readonly name: string;
  readonly filter: string;
  /** Number of the packet that a row leads to. */
  readonly first: number;
  asked: number;
  answered: number;
  readonly codes: Map<string, number>;
  readonly times: Times;
}

const MAX_GROUPS = 200_000;

export class AnswerGroups {
  private readonly groups = new Map<string, Answers>();
  private readonly most: number;
  /** Messages of names beyond those that are kept: not counted. */
  left = 0;

  constructor(most = MAX_GROUPS) {
    this.most = most;
  }

  /** The group of a name; null where there are too many. @param packet number of the packet, from 1 */
  of(name: string, filter: string, packet: number): Answers | null {
    let group = this.groups.get(name);
    if (group === undefined) {
      if (this.groups.size >= this.most) {
        this.left++;
        return null;
      }
      group = { name, filter, first: packet, asked: 0, answered: 0, codes: new Map(), times: new Times() };
      this.groups.set(name, group);
    }
    return group;
  }

  get size(): number {
    return this.groups.size;
  }

  rows(): Answers[] {
    return [...this.groups.values()].sort((a, b) => b.asked - a.asked || b.answered - a.answered);
  }
}

/** Columns of times that tables of answers share. */
export function timeColumns(rows: readonly Answers[]): Column[] {
  const each = (of: (a: Answers) => number): Float64Array => Float64Array.from(rows, of);
  return [
    { id: 'p50', kind: 'duration', numbers: each((a) => a.times.quantile(0.5)) },
    { id: 'p95', kind: 'duration', numbers: each((a) => a.times.quantile(0.95)) },
    { id: 'slowest', kind: 'duration', numbers: each((a) => a.times.largest) },
  ];
}

/** Codes with how often each came, the most frequent first. The number stands before its code, which may be cut. */
export function codesText(a: Answers): string {
  return [...a.codes]
    .sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))
    .slice(0, 12)
    .map(([code, n]) => `${n} × ${code}`)
    .join(', ');
}
