// Pairs of hosts, or of ports, by small numbers in the order in which they come. A scan has a pair for each address that
// it tries: a table of typed arrays holds them up to a limit, beyond which a pair shares the number of another one. What
// is together by number then is more than it had to be, and never less.

/** 24 MB of table; a piece of a capture has 40,000 packets, so that finer groups would be put together again. */
export const MOST_PAIRS = 2 ** 20;

export class PairNumbers {
  /** Numbers and one, 0 where it is free. At most half are taken. */
  private slots = new Int32Array(1024);
  private pairs = new Float64Array(512);
  private readonly most: number;
  /** Numbers that are given away. */
  count = 0;

  constructor(most = MOST_PAIRS) {
    this.most = most;
  }

  /** @param pair a whole number below 2^53 @returns its number, the same each time */
  of(pair: number): number {
    const hash = hashOf(pair);
    const mask = this.slots.length - 1;
    let at = hash & mask;
    for (let taken = this.slots[at]!; taken !== 0; taken = this.slots[at]!) {
      if (this.pairs[taken - 1] === pair) return taken - 1;
      at = (at + 1) & mask;
    }
    if (this.count === this.most) return hash % this.most;
    if (this.count === this.pairs.length) {
      this.grow();
      return this.of(pair);
    }
    this.pairs[this.count] = pair;
    this.slots[at] = ++this.count;
    return this.count - 1;
  }

  private grow(): void {
    const pairs = new Float64Array(this.pairs.length * 2);
    pairs.set(this.pairs);
    this.pairs = pairs;
    const slots = (this.slots = new Int32Array(this.slots.length * 2));
    const mask = slots.length - 1;
    for (let number = 0; number < this.count; number++) {
      let at = hashOf(pairs[number]!) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = number + 1;
    }
  }
}

/** All bits of both halves count (the last steps of MurmurHash3). */
function hashOf(pair: number): number {
  let h = Math.imul(pair >>> 0, 0x9e3779b1) ^ Math.imul(Math.floor(pair / 2 ** 32), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
