// What counting rules remember: tables that forget what was untouched longest, and times within a window.

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

/** Different things with the time of each, at most `limit`, none older than `keep` seconds before the latest. */
export class Distinct {
  private readonly seen = new Map<string | number, number>();
  private readonly limit: number;
  private readonly keep: number;
  private latest = -Infinity;

  constructor(limit: number, keep: number) {
    this.limit = limit;
    this.keep = keep;
  }

  get size(): number {
    return this.seen.size;
  }

  /** @param seconds of packet time */
  add(thing: string | number, seconds: number): void {
    this.latest = Math.max(this.latest, seconds);
    this.seen.delete(thing);
    this.seen.set(thing, seconds);
    for (const [old, at] of this.seen) {
      if (this.latest - at <= this.keep && this.seen.size <= this.limit) break;
      this.seen.delete(old);
    }
  }

  /** How many lie within so many seconds of a time, that time's own included. */
  near(seconds: number, within: number): number {
    let n = 0;
    for (const at of this.seen.values()) if (Math.abs(at - seconds) <= within) n++;
    return n;
  }
}

/** The latest starts of something, at most `limit`, none older than `keep` seconds before the latest. */
export class Starts {
  private readonly times: number[] = [];
  private readonly limit: number;
  private readonly keep: number;

  constructor(limit: number, keep: number) {
    this.limit = limit;
    this.keep = keep;
  }

  /** Notes a start, in any order. @returns how many are remembered */
  add(seconds: number): number {
    let at = this.times.length;
    while (at > 0 && this.times[at - 1]! > seconds) at--;
    this.times.splice(at, 0, seconds);
    const latest = this.times.at(-1)!;
    while (this.times.length > this.limit || latest - this.times[0]! > this.keep) this.times.shift();
    return this.times.length;
  }

  get size(): number {
    return this.times.length;
  }

  /** Seconds since the epoch, sorted. */
  get all(): readonly number[] {
    return this.times;
  }

  /** Seconds between the first and the last that are remembered. */
  get span(): number {
    return this.times.length === 0 ? 0 : this.times.at(-1)! - this.times[0]!;
  }
}
