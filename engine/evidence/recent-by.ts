// A table of what counting rules remember by two or three small numbers.
import { RecentPlaces } from './places.ts';

/** What is remembered of one key; emptied when its place is given to another. */
export interface Emptied {
  empty(): void;
}

/** A table of bounded size; the entry untouched longest is emptied and is the new key's. */
export class RecentBy<V extends Emptied> {
  private readonly places: RecentPlaces;
  private readonly make: () => V;
  private readonly values: V[] = [];

  /** @param limit entries kept @param make a value of which nothing is remembered */
  constructor(limit: number, make: () => V) {
    this.places = new RecentPlaces(limit);
    this.make = make;
  }

  get size(): number {
    return this.values.length;
  }

  /** The entry of a key, made where there is none, touched. @param a @param b @param c whole numbers below 2^31 */
  recall(a: number, b: number, c = 0): V {
    const { places, values } = this;
    const place = places.recall(a, b, c);
    if (place === values.length) values.push(this.make());
    else if (places.fresh) values[place]!.empty();
    return values[place]!;
  }
}
