// What counting rules remember: tables that forget what was untouched longest, and times within a window.
import { TouchOrder } from './order.ts';

/** Starts for which there is room at first: most peers are met once. */
const FEW = 4;
/** Starts that come before those that are too many are moved out of the way together. */
const TOGETHER = 8;
const NO_TIMES = new Float64Array(0);

/** A table of bounded size; the entry untouched longest is forgotten first. */
export class Recent<V> {
  /** Places of keys, which stay in it where they are: what is touched moves in `order` alone. */
  private readonly places = new Map<string | number, number>();
  private readonly keys: (string | number)[] = [];
  private readonly values: (V | null)[] = [];
  private readonly order = new TouchOrder(FEW);
  /** Places that were forgotten and are nobody's. */
  private readonly spare: number[] = [];
  private readonly limit: number;

  /** @param limit entries kept */
  constructor(limit: number) {
    this.limit = limit;
  }

  get size(): number {
    return this.places.size;
  }

  /** The entry of a key, touched; null without one. */
  known(key: string | number): V | null {
    const place = this.places.get(key);
    if (place === undefined) return null;
    this.order.touch(place);
    return this.values[place]!;
  }

  /** The entry of a key, made where there is none, touched. */
  recall(key: string | number, make: () => V): V {
    const known = this.known(key);
    if (known !== null) return known;
    const value = make();
    this.set(key, value);
    return value;
  }

  set(key: string | number, value: V): void {
    const known = this.places.get(key);
    if (known !== undefined) {
      this.values[known] = value;
      this.order.touch(known);
      return;
    }
    if (this.places.size >= this.limit) this.delete(this.keys[this.order.oldest]!);
    const place = this.spare.pop() ?? this.keys.length;
    if (place === this.keys.length && (place & (place - 1)) === 0) this.order.grow(Math.max(FEW, place * 2));
    this.keys[place] = key;
    this.values[place] = value;
    this.places.set(key, place);
    this.order.add(place);
  }

  delete(key: string | number): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    this.places.delete(key);
    this.order.remove(place);
    this.keys[place] = 0;
    this.values[place] = null;
    this.spare.push(place);
  }
}

/**
 * Different things with the time of each, at most `limit`, none older than `keep` seconds before the latest. For a few
 * dozen things: they are looked through.
 */
export class Distinct {
  /** In the order in which they were last added, and their times. */
  private readonly things: (string | number)[] = [];
  private readonly times: number[] = [];
  private readonly limit: number;
  private readonly keep: number;
  private latest = -Infinity;

  constructor(limit: number, keep: number) {
    this.limit = limit;
    this.keep = keep;
  }

  get size(): number {
    return this.things.length;
  }

  empty(): void {
    this.things.length = 0;
    this.times.length = 0;
    this.latest = -Infinity;
  }

  /** @param seconds of packet time */
  add(thing: string | number, seconds: number): void {
    const { things, times } = this;
    this.latest = Math.max(this.latest, seconds);
    const last = things.length - 1;
    let known = last;
    while (known >= 0 && things[known] !== thing) known--;
    if (known >= 0 && known === last) {
      times[known] = seconds;
    } else {
      if (known >= 0) this.remove(known, 1);
      things.push(thing);
      times.push(seconds);
    }
    let old = 0;
    while (old < things.length && (this.latest - times[old]! > this.keep || things.length - old > this.limit)) old++;
    if (old > 0) this.remove(0, old);
  }

  /** How many lie within so many seconds of a time, that time's own included. */
  near(seconds: number, within: number): number {
    let n = 0;
    const { times } = this;
    for (let i = 0; i < times.length; i++) if (Math.abs(times[i]! - seconds) <= within) n++;
    return n;
  }

  /** Without a list of what is gone, which `splice` would make. */
  private remove(from: number, count: number): void {
    const { things, times } = this;
    const left = things.length - count;
    for (let i = from; i < left; i++) {
      things[i] = things[i + count]!;
      times[i] = times[i + count]!;
    }
    things.length = left;
    times.length = left;
  }
}

/** The latest starts of something, at most `limit`, none older than `keep` seconds before the latest. */
export class Starts {
  /** Sorted; those that are remembered stand from `from` on, and `size` of them are there. */
  private times = NO_TIMES;
  private from = 0;
  private readonly limit: number;
  private readonly keep: number;
  size = 0;

  constructor(limit: number, keep: number) {
    this.limit = limit;
    this.keep = keep;
  }

  empty(): void {
    this.from = 0;
    this.size = 0;
  }

  /** Notes a start, in any order. @returns how many are remembered */
  add(seconds: number): number {
    if (this.from + this.size === this.times.length) this.makeRoom();
    const { times, from } = this;
    let at = from + this.size;
    const latest = at > from && times[at - 1]! > seconds ? times[at - 1]! : seconds;
    while (at > from && times[at - 1]! > seconds) {
      times[at] = times[at - 1]!;
      at--;
    }
    times[at] = seconds;
    this.size++;
    while (this.size > this.limit || latest - times[this.from]! > this.keep) {
      this.from++;
      this.size--;
    }
    return this.size;
  }

  /** Seconds since the epoch, sorted; valid until the next `add`. */
  get all(): Float64Array {
    return this.times.subarray(this.from, this.from + this.size);
  }

  /** Seconds between the first and the last that are remembered. */
  get span(): number {
    return this.size === 0 ? 0 : this.times[this.from + this.size - 1]! - this.times[this.from]!;
  }

  private makeRoom(): void {
    const { times, from, size } = this;
    if (from > 0) {
      times.copyWithin(0, from, from + size);
    } else {
      this.times = new Float64Array(Math.min(this.limit + TOGETHER, Math.max(FEW, times.length * 2)));
      this.times.set(times);
    }
    this.from = 0;
  }
}
