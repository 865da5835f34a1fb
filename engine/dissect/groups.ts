// Pairs of hosts that belong together, as sets that grow into one another (union-find), with what each has to say.

export class Groups {
  private readonly parents: number[] = [];
  private readonly known = new Map<number, number>();
  /** By group: those of its root count for all. */
  readonly packets: number[] = [];
  readonly bytes: number[] = [];
  /** Something of it is asked about. */
  readonly asked: boolean[] = [];
  /** More than the packets of one pair of hosts. */
  readonly joined: boolean[] = [];

  /** The group of a pair by its number, made where it is new. */
  of(pair: number): number {
    let group = this.known.get(pair);
    if (group === undefined) {
      group = this.parents.length;
      this.known.set(pair, group);
      this.parents.push(group);
      this.packets.push(0);
      this.bytes.push(0);
      this.asked.push(false);
      this.joined.push(false);
    }
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
    this.asked[into] ||= this.asked[from]!;
    this.joined[into] = true;
  }

  count(group: number, bytes: number, asked: boolean): void {
    const root = this.root(group);
    this.packets[root]!++;
    this.bytes[root]! += bytes;
    if (asked) this.asked[root] = true;
  }
}
