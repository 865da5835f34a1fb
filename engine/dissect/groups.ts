// Pairs of hosts that belong together, as sets that grow into one another (union-find), with what each has to say.
import { PairNumbers } from './pair-numbers.ts';

export class Groups {
  private readonly numbers: PairNumbers;
  private parents = new Int32Array(512);
  /** By group: those of its root count for all. */
  packets = new Uint32Array(512);
  bytes = new Float64Array(512);
  /** 1: something of it is asked about. */
  asked = new Uint8Array(512);
  /** 1: more than the packets of one pair of hosts. */
  joined = new Uint8Array(512);
  private made = 0;

  /** @param most groups, beyond which a pair goes into another's */
  constructor(most?: number) {
    this.numbers = new PairNumbers(most);
  }

  /** The group of a pair by its number, made where it is new. */
  of(pair: number): number {
    const group = this.numbers.of(pair);
    if (group < this.made) return group;
    if (group === this.parents.length) this.grow();
    this.parents[group] = group;
    this.made++;
    return group;
  }

  root(group: number): number {
    let at = group;
    while (this.parents[at] !== at) {
      this.parents[at] = this.parents[this.parents[at]!]!;
      at = this.parents[at]!;
    }
    return at;
  }

  join(one: number, other: number): void {
    const [into, from] = [this.root(one), this.root(other)];
    if (into === from) return;
    this.parents[from] = into;
    this.packets[into]! += this.packets[from]!;
    this.bytes[into]! += this.bytes[from]!;
    this.asked[into]! |= this.asked[from]!;
    this.joined[into] = 1;
  }

  count(group: number, bytes: number, asked: boolean): void {
    const root = this.root(group);
    this.packets[root]!++;
    this.bytes[root]! += bytes;
    if (asked) this.asked[root] = 1;
  }

  private grow(): void {
    const size = this.parents.length * 2;
    this.parents = grown(this.parents, new Int32Array(size));
    this.packets = grown(this.packets, new Uint32Array(size));
    this.bytes = grown(this.bytes, new Float64Array(size));
    this.asked = grown(this.asked, new Uint8Array(size));
    this.joined = grown(this.joined, new Uint8Array(size));
  }
}

function grown<A extends Int32Array | Uint32Array | Float64Array | Uint8Array>(from: A, into: A): A {
  into.set(from);
  return into;
}
