// What counting rules remember: tables that forget what was untouched longest, and times within a window.

/** Starts for which there is room at first: most peers are met once. */
const FEW = 4;
const NO_TIMES = new Float64Array(0);

/** A table of bounded size; the entry untouched longest is forgotten first. */
export class Recent<V> {
  private readonly map = new Map<string | number, V>();
  private readonly limit: number;
  /** Touched last: it stands at the end already. */
  private latest: string | number | null = null;

  /** @param limit entries kept */
  constructor(limit: number) {
    this.limit = limit;
  }

  get size(): number {
    return this.map.size;
  }

  /** The entry of a key, touched; null without one. */
  known(key: string | number): V | null {
    const value = this.map.get(key);
    if (value === undefined) return null;
    if (key === this.latest) return value;
    this.map.delete(key);
    this.map.set(key, value);
    this.latest = key;
    return value;
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
    this.map.delete(key);
    if (this.map.size >= this.limit) this.map.delete(this.map.keys().next().value!);
    this.map.set(key, value);
    this.latest = key;
  }

  delete(key: string | number): void {
    this.map.delete(key);
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
    const known = things.lastIndexOf(thing);
    if (known >= 0 && known === things.length - 1) {
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
    for (let i = 0; i < this.times.length; i++) if (Math.abs(this.times[i]! - seconds) <= within) n++;
    return n;
  }

  private remove(from: number, count: number): void {
    this.things.splice(from, count);
    this.times.splice(from, count);
  }
}

/** The latest starts of something, at most `limit`, none older than `keep` seconds before the latest. */
export class Starts {
  /** Sorted; `size` of them are there. */
  private times = NO_TIMES;
  private readonly limit: number;
  private readonly keep: number;
  size = 0;

  constructor(limit: number, keep: number) {
    this.limit = limit;
    this.keep = keep;
  }

  empty(): void {
    this.size = 0;
  }

  /** Notes a start, in any order. @returns how many are remembered */
  add(seconds: number): number {
    if (this.size === this.times.length) this.grow();
    const { times } = this;
    let at = this.size;
    while (at > 0 && times[at - 1]! > seconds) {
      times[at] = times[at - 1]!;
      at--;
    }
    times[at] = seconds;
    this.size++;
    const latest = times[this.size - 1]!;
    let old = 0;
    while (this.size - old > this.limit || latest - times[old]! > this.keep) old++;
    if (old > 0) {
      times.copyWithin(0, old, this.size);
      this.size -= old;
    }
    return this.size;
  }

  /** Seconds since the epoch, sorted; valid until the next `add`. */
  get all(): Float64Array {
    return this.times.subarray(0, this.size);
  }

  /** Seconds between the first and the last that are remembered. */
  get span(): number {
    return this.size === 0 ? 0 : this.times[this.size - 1]! - this.times[0]!;
  }

  private grow(): void {
    const larger = new Float64Array(Math.min(this.limit + 1, Math.max(FEW, this.times.length * 2)));
    larger.set(this.times);
    this.times = larger;
  }
}
