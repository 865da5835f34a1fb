// A table of what counting rules remember by two or three small numbers: a pair of hosts, or a pair and a port. It is
// asked once for most flows, so it makes neither texts nor objects once it is full.
import { largerTable, NOWHERE, TouchOrder } from './order.ts';

/** What is remembered of one key; emptied when its place is given to another. */
export interface Emptied {
  empty(): void;
}

const FIRST = 64;

/** A table of bounded size; the entry untouched longest is emptied and is the new key's. */
export class RecentBy<V extends Emptied> {
  private readonly limit: number;
  private readonly make: () => V;
  private readonly values: V[] = [];
  private readonly order: TouchOrder;
  /** Three a place. */
  private keys: Int32Array;
  /** By hash: the first place of a chain. `chain`: the next place of it. */
  private heads: Int32Array;
  private chain: Int32Array;
  /** Nobody outside can choose keys of one chain. It changes nothing that is remembered. */
  private readonly seed = (Math.random() * 2 ** 32) | 0;

  /** @param limit entries kept @param make a value of which nothing is remembered */
  constructor(limit: number, make: () => V) {
    this.limit = limit;
    this.make = make;
    const places = Math.min(FIRST, limit);
    this.keys = new Int32Array(places * 3);
    this.heads = new Int32Array(powerOfTwo(places)).fill(NOWHERE);
    this.chain = new Int32Array(places);
    this.order = new TouchOrder(places);
  }

  get size(): number {
    return this.values.length;
  }

  /** The entry of a key, touched; null without one. @param a @param b @param c whole numbers below 2^31 */
  known(a: number, b: number, c = 0): V | null {
    const found = this.find(a, b, c);
    if (found === NOWHERE) return null;
    this.order.touch(found);
    return this.values[found]!;
  }

  /** The entry of a key, made where there is none, touched. @param a @param b @param c as `known` */
  recall(a: number, b: number, c = 0): V {
    const known = this.known(a, b, c);
    if (known !== null) return known;
    const place = this.free();
    const { keys } = this;
    keys[place * 3] = a;
    keys[place * 3 + 1] = b;
    keys[place * 3 + 2] = c;
    const at = this.hash(a, b, c);
    this.chain[place] = this.heads[at]!;
    this.heads[at] = place;
    this.order.add(place);
    return this.values[place]!;
  }

  private find(a: number, b: number, c: number): number {
    const { keys, chain } = this;
    let place = this.heads[this.hash(a, b, c)]!;
    while (place !== NOWHERE && (keys[place * 3] !== a || keys[place * 3 + 1] !== b || keys[place * 3 + 2] !== c))
      place = chain[place]!;
    return place;
  }

  /** As Murmur's finaliser does, a number at each step: each meets what the seed has made of those before. */
  private hash(a: number, b: number, c: number): number {
    let h = Math.imul(a ^ this.seed, 0x9e3779b1);
    h = Math.imul((h ^ (h >>> 16)) + b, 0x85ebca6b);
    h = Math.imul((h ^ (h >>> 13)) + c, 0xc2b2ae35);
    return (h ^ (h >>> 16)) & (this.heads.length - 1);
  }

  /** A place for a new key: one more, or that of the entry untouched longest. */
  private free(): number {
    const { values } = this;
    if (values.length < this.limit) {
      if (values.length === this.chain.length) this.grow();
      return values.push(this.make()) - 1;
    }
    const place = this.order.oldest;
    this.order.remove(place);
    const { keys, chain, heads } = this;
    const at = this.hash(keys[place * 3]!, keys[place * 3 + 1]!, keys[place * 3 + 2]!);
    if (heads[at] === place) heads[at] = chain[place]!;
    else {
      let before = heads[at]!;
      while (chain[before] !== place) before = chain[before]!;
      chain[before] = chain[place]!;
    }
    values[place]!.empty();
    return place;
  }

  private grow(): void {
    const places = Math.min(this.limit, this.chain.length * 2);
    this.keys = largerTable(this.keys, places * 3);
    this.chain = largerTable(this.chain, places);
    this.order.grow(places);
    this.heads = new Int32Array(powerOfTwo(places)).fill(NOWHERE);
    for (let place = 0; place < this.values.length; place++) {
      const { keys } = this;
      const at = this.hash(keys[place * 3]!, keys[place * 3 + 1]!, keys[place * 3 + 2]!);
      this.chain[place] = this.heads[at]!;
      this.heads[at] = place;
    }
  }
}

/** @returns the least power of two that is not below `n` */
function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(n));
}
