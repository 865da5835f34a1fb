// Places of keys of two or three small numbers: a pair of hosts, or a pair and a port. They are asked for at most flows,
// so nothing is made for it once all places are given; what stands at a place is whose table it is.
import { largerTable, NOWHERE, TouchOrder } from './order.ts';

const FIRST = 64;

/** A bounded number of places from 0 on; the one untouched longest is the next new key's. */
export class RecentPlaces {
  size = 0;
  /** Whether the place that `recall` gave last is a new key's: what stood there was another's. */
  fresh = false;
  private readonly limit: number;
  private readonly order: TouchOrder;
  /** Three a place. */
  private keys: Int32Array;
  /** By hash: the first place of a chain. `chain`: the next place of it. */
  private heads: Int32Array;
  private chain: Int32Array;
  /** Nobody outside can choose keys of one chain. It changes nothing that is remembered. */
  private readonly seed = (Math.random() * 2 ** 32) | 0;

  /** @param limit places */
  constructor(limit: number) {
    this.limit = limit;
    const places = Math.min(FIRST, limit);
    this.keys = new Int32Array(places * 3);
    this.heads = new Int32Array(powerOfTwo(places)).fill(NOWHERE);
    this.chain = new Int32Array(places);
    this.order = new TouchOrder(places);
  }

  /** Places for which there is room by now. */
  get room(): number {
    return this.chain.length;
  }

  /** The place of a key, touched; NOWHERE without one. @param a @param b @param c whole numbers below 2^31 */
  known(a: number, b: number, c: number): number {
    const place = this.find(a, b, c);
    if (place !== NOWHERE) this.order.touch(place);
    return place;
  }

  /** The place of a key, given where it has none, touched. @param a @param b @param c as `known` */
  recall(a: number, b: number, c: number): number {
    const known = this.known(a, b, c);
    this.fresh = known === NOWHERE;
    if (known !== NOWHERE) return known;
    const place = this.free();
    const { keys } = this;
    keys[place * 3] = a;
    keys[place * 3 + 1] = b;
    keys[place * 3 + 2] = c;
    const at = this.hash(a, b, c);
    this.chain[place] = this.heads[at]!;
    this.heads[at] = place;
    this.order.add(place);
    return place;
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

  private hashOf(place: number): number {
    const { keys } = this;
    return this.hash(keys[place * 3]!, keys[place * 3 + 1]!, keys[place * 3 + 2]!);
  }

  /** A place for a new key: one more, or that of the key untouched longest. */
  private free(): number {
    if (this.size < this.limit) {
      if (this.size === this.chain.length) this.grow();
      return this.size++;
    }
    const place = this.order.oldest;
    this.order.remove(place);
    const { chain, heads } = this;
    const at = this.hashOf(place);
    if (heads[at] === place) heads[at] = chain[place]!;
    else {
      let before = heads[at]!;
      while (chain[before] !== place) before = chain[before]!;
      chain[before] = chain[place]!;
    }
    return place;
  }

  private grow(): void {
    const places = Math.min(this.limit, this.chain.length * 2);
    this.keys = largerTable(this.keys, places * 3);
    this.chain = largerTable(this.chain, places);
    this.order.grow(places);
    this.heads = new Int32Array(powerOfTwo(places)).fill(NOWHERE);
    for (let place = 0; place < this.size; place++) {
      const at = this.hashOf(place);
      this.chain[place] = this.heads[at]!;
      this.heads[at] = place;
    }
  }
}

/** @returns the least power of two that is not below `n` */
function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(n));
}
