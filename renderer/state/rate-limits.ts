// What is to be told of a live capture, and what of it holds in its last whole second.
import type { LiveRates } from '../../contract/index.ts';

export interface Limits {
  /** Megabits a second, packets a second; 0 for none. */
  readonly megabits: number;
  readonly packets: number;
  /** Addresses with commas between them. */
  readonly hosts: string;
  readonly sound: boolean;
}

const MOST_HOSTS = 16;

/** @param said what was kept, which may be anything */
export function limitsOf(said: Readonly<Record<string, unknown>>): Limits {
  const amount = (n: unknown): number => (typeof n === 'number' && n > 0 && n < 1e9 ? n : 0);
  return {
    megabits: amount(said['megabits']),
    packets: amount(said['packets']),
    hosts: typeof said['hosts'] === 'string' ? said['hosts'].slice(0, 1_000) : '',
    sound: said['sound'] === true,
  };
}

export function watchedHosts(limits: Limits): string[] {
  const hosts = limits.hosts.split(/[\s,;]+/).filter((host) => host !== '');
  return [...new Set(hosts.map((host) => host.toLowerCase()))].slice(0, MOST_HOSTS);
}

/** Something that is over its limit, or a host that is seen. */
export type Exceeded =
  | { readonly what: 'bits'; readonly bytes: number; readonly limit: number }
  | { readonly what: 'packets'; readonly packets: number; readonly limit: number }
  | { readonly what: 'host'; readonly address: string };

/** By a name that stays the same while it holds. */
export function exceeded(rates: Pick<LiveRates, 'bytes' | 'packets' | 'seen'>, limits: Limits): Map<string, Exceeded> {
  const found = new Map<string, Exceeded>();
  const bytes = rates.bytes.at(-1) ?? 0;
  const packets = rates.packets.at(-1) ?? 0;
  if (limits.megabits > 0 && bytes * 8 > limits.megabits * 1e6)
    found.set('bits', { what: 'bits', bytes, limit: limits.megabits });
  if (limits.packets > 0 && packets > limits.packets)
    found.set('packets', { what: 'packets', packets, limit: limits.packets });
  for (const address of rates.seen) found.set(`host ${address}`, { what: 'host', address });
  return found;
}
