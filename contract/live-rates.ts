// What a capture carried in its last seconds: rates, and who made them.
import { list, text, whole } from './schema.ts';

export const MAX_RATE_SECONDS = 600;
/** Hosts and protocols that are told. */
export const MOST_RATED = 10;

export interface Rated {
  readonly text: string;
  readonly bytes: number;
  readonly packets: number;
  /** Display filter of its packets. */
  readonly filter: string;
}

export interface LiveRates {
  /** Seconds since 1970 at which the first of the whole seconds begins. */
  readonly from: number;
  /** By second. */
  readonly bytes: Float64Array;
  readonly packets: Float64Array;
  readonly hosts: readonly Rated[];
  readonly protocols: readonly Rated[];
  /** Addresses of those that were asked about and had a packet. */
  readonly seen: readonly string[];
  /** There were more packets than are looked at: the first seconds lack some. */
  readonly cut: boolean;
}

export const RATE_SHAPES = {
  /** `watched` are addresses of hosts that are waited for. */
  liveRates: { seconds: whole(1, MAX_RATE_SECONDS), watched: list(text(100), 16) },
} as const;

export interface RateReplies {
  liveRates: LiveRates;
}
