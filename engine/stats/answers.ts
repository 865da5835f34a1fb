// Groups of what was asked and answered: how often, with which codes, after how long.
import { type Column } from './table.ts';

/** Times that are kept of one group; of more, each further one takes a random place (Vitter's reservoir). */
const MAX_TIMES = 4_096;

/** Durations of one group, seconds. */
export class Times {
  private readonly kept: number[] = [];
  private seen = 0;
  private sum = 0;
  largest = NaN;
  private random = 12_345;

  add(seconds: number): void {
    this.seen++;
    this.sum += seconds;
    if (!(this.largest >= seconds)) this.largest = seconds;
    if (this.kept.length < MAX_TIMES) {
      this.kept.push(seconds);
      return;
    }
    this.random = (Math.imul(this.random, 1_103_515_245) + 12_345) >>> 0;
    const place = Math.floor((this.random / 2 ** 32) * this.seen);
    if (place < MAX_TIMES) this.kept[place] = seconds;
  }

  get average(): number {
    return this.seen === 0 ? NaN : this.sum / this.seen;
  }

  /** The smallest time that a share of all does not exceed, NaN without any. @param share 0 to 1 */
  quantile(share: number): number {
    const sorted = this.kept.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
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

const MAX_GROUPS = 100_000;

export class AnswerGroups {
  private readonly groups = new Map<string, Answers>();

  /** The group of a name; null where there are too many. @param packet number of the packet, from 1 */
  of(name: string, filter: string, packet: number): Answers | null {
    let group = this.groups.get(name);
    if (group === undefined) {
      if (this.groups.size >= MAX_GROUPS) return null;
      group = { name, filter, first: packet, asked: 0, answered: 0, codes: new Map(), times: new Times() };
      this.groups.set(name, group);
    }
    return group;
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

/** Codes with how often each came, the most frequent first. */
export function codesText(a: Answers): string {
  return [...a.codes]
    .sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))
    .slice(0, 12)
    .map(([code, n]) => `${code} ${n}`)
    .join(', ');
}
