// Moments of packets, exact to the nanosecond.

export interface Stamp {
  /** Since 1970, also before it. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The time of the packet at hand. */
export interface Clock {
  readonly now: Stamp;
}

/** @returns nanoseconds from one to the other */
export function between(from: Stamp, to: Stamp): number {
  return (to.seconds - from.seconds) * 1e9 + (to.nanoseconds - from.nanoseconds);
}

export function isBefore(a: Stamp, b: Stamp): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}
