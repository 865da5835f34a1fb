// Rules by the addresses that they list: lists of hostile hosts have tens of thousands, and a flow meets few of them.

/** One rule's ranges of IPv4 addresses. */
export interface Listed {
  readonly of: number;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

const NONE: readonly number[] = [];

export class AddressIndex {
  /** Where spans begin, in order; between two of them the same rules list every address. */
  private readonly begins: Float64Array;
  private readonly rules: readonly (readonly number[])[];

  constructor(listed: readonly Listed[]) {
    const changes: { at: number; of: number; on: boolean }[] = [];
    for (const { of, ranges } of listed) {
      for (const [from, to] of ranges) changes.push({ at: from, of, on: true }, { at: to + 1, of, on: false });
    }
    changes.sort((a, b) => a.at - b.at);
    const begins: number[] = [];
    const rules: (readonly number[])[] = [];
    const now = new Map<number, number>();
    for (let i = 0; i < changes.length;) {
      const { at } = changes[i]!;
      for (; i < changes.length && changes[i]!.at === at; i++) {
        const { of, on } = changes[i]!;
        const left = (now.get(of) ?? 0) + (on ? 1 : -1);
        if (left === 0) now.delete(of);
        else now.set(of, left);
      }
      begins.push(at);
      rules.push(now.size === 0 ? NONE : [...now.keys()]);
    }
    this.begins = Float64Array.from(begins);
    this.rules = rules;
  }

  get empty(): boolean {
    return this.begins.length === 0;
  }

  /** @param address of IPv4, 32 bits @returns rules that list it */
  of(address: number): readonly number[] {
    const { begins } = this;
    let [low, high] = [0, begins.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (begins[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? NONE : this.rules[low - 1]!;
  }
}
