// What is to be told of live captures, and what of it holds in the last whole second of one.
import type { LiveRates } from '../../contract/index.ts';

export interface Limits {
  /** Megabits a second, packets a second; 0 for none. */
  readonly megabits: number;
  readonly packets: number;
  /** Addresses with commas between them. */
  readonly hosts: string;
}

const MOST_HOSTS = 16;
/** What goes up and down around its limit is told again after so many ms. */
export const TOLD_AGAIN = 30_000;

/** @param said what was kept, which may be anything */
export function keptLimits(said: Readonly<Record<string, unknown>>): Omit<Limits, 'packets'> {
  const { megabits, hosts } = said;
  return {
    megabits: typeof megabits === 'number' && megabits > 0 && megabits < 1e9 ? megabits : 0,
    hosts: typeof hosts === 'string' ? hosts.slice(0, 1_000) : '',
  };
}

export function watchedHosts(limits: Pick<Limits, 'hosts'>): string[] {
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

/** What of one capture was told: while it holds not again, and what stopped and began anew not at once. */
export class Told {
  private readonly at = new Map<string, number>();
  /** Of what was told, that which did not hold since. */
  private readonly stopped = new Set<string>();

  /** @param now ms @returns what of it is to be told now */
  fresh(found: ReadonlyMap<string, Exceeded>, now: number): Exceeded[] {
    for (const name of this.at.keys()) if (!found.has(name)) this.stopped.add(name);
    return [...found]
      .filter(([name]) => {
        const last = this.at.get(name);
        return last === undefined || (this.stopped.has(name) && now - last >= TOLD_AGAIN);
      })
      .map(([name, over]) => {
        this.at.set(name, now);
        this.stopped.delete(name);
        return over;
      });
  }
}
