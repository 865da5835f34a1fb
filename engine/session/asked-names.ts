// What each flow of DNS asked for, as a number a row: the same few thousand names are asked for by hundreds of thousands
// of flows, alone or with one other.
import { flowRow, type FlowRow } from '../../contract/index.ts';
import { ownText } from '../decode/index.ts';

/** One name stands alone, without a list. */
export type Asked = string | readonly string[];

export class AskedNames {
  /** By row: one more than the index in `lists`, 0 without. */
  private numbers = new Uint32Array(1_024);
  private readonly lists: Asked[] = [];
  private readonly alone = new Map<string, number>();
  /** By the numbers of both names. */
  private readonly pairs = new Map<number, number>();
  /** Of flows that asked for more than two, and perhaps go on. */
  private readonly many = new Map<FlowRow, readonly string[]>();

  /** @param names at least one; they take the place of those before */
  set(row: FlowRow, names: readonly string[]): void {
    if (names.length > 2) {
      this.many.set(row, names.map(ownText));
      return;
    }
    if (this.many.size > 0) this.many.delete(row);
    if (row >= this.numbers.length) {
      const larger = new Uint32Array(Math.max(row + 1, this.numbers.length * 2));
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[row] = names.length === 1 ? this.ofOne(names[0]!) : this.ofTwo(names[0]!, names[1]!);
  }

  of(row: FlowRow): Asked | undefined {
    const many = this.many.size === 0 ? undefined : this.many.get(row);
    if (many !== undefined) return many;
    const number = this.numbers[row] ?? 0;
    return number === 0 ? undefined : this.lists[number - 1];
  }

  /** Rows that have names, each once. */
  *rows(): Iterable<FlowRow> {
    for (let row = 0; row < this.numbers.length; row++)
      if (this.numbers[row] !== 0 && !this.many.has(flowRow(row))) yield flowRow(row);
    yield* this.many.keys();
  }

  private ofOne(name: string): number {
    const known = this.alone.get(name);
    if (known !== undefined) return known;
    const own = ownText(name);
    const number = this.lists.push(own);
    this.alone.set(own, number);
    return number;
  }

  private ofTwo(one: string, other: string): number {
    const first = this.ofOne(one);
    const second = this.ofOne(other);
    const key = first * 2 ** 26 + second;
    let number = this.pairs.get(key);
    if (number === undefined) {
      number = this.lists.push([this.lists[first - 1] as string, this.lists[second - 1] as string]);
      this.pairs.set(key, number);
    }
    return number;
  }
}
