// What matched in one capture, by what it is: the first match of each, and how many there were.
import { count } from '../contract/index.ts';

export class MatchTally<R> {
  private readonly known = new Map<string, { count: number; readonly first: R }>();
  private readonly keyOf: (match: R) => string;
  private readonly before: (a: R, b: R) => number;

  /** @param keyOf what counts as one @param before below 0 where the first stands above the second, whatever their counts */
  constructor(keyOf: (match: R) => string, before: (a: R, b: R) => number) {
    this.keyOf = keyOf;
    this.before = before;
  }

  add(match: R): void {
    const key = this.keyOf(match);
    const known = this.known.get(key);
    if (known === undefined) this.known.set(key, { count: 1, first: match });
    else known.count++;
  }

  /** A line each, the most frequent first among equals. @param top lines at most @param rest what the others are called */
  lines(top: number, rest: string, line: (first: R, count: number) => string): string[] {
    const all = [...this.known.values()].sort((a, b) => this.before(a.first, b.first) || b.count - a.count);
    const out = all.slice(0, top).map(({ first, count: n }) => line(first, n));
    if (all.length > top) out.push(`… ${count(all.length - top)} more ${rest}; --top N or --json shows them`);
    return out;
  }
}
