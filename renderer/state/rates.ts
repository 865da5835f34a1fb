// What is told of live captures, of every tab's: a rate that is exceeded, a host that is seen. Looked at once a second,
// whatever view is open. The limit of packets, the desktop and the sound are those of Settings.
import { create } from 'zustand';
import type { Settings, TabNumber } from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { bitRate, count, visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { say } from './actions.ts';
import { tellAlso } from './notify.ts';
import { type Exceeded, exceeded, keptLimits, type Limits, Told, watchedHosts } from './rate-limits.ts';
import { useStatistics } from './statistics.ts';
import { useStore } from './store.ts';
import { showTab, useTabs } from './tabs.ts';

const KEY = 'sightline.rates';
const EVERY = 1_000;
/** Seconds in which a host may be seen. */
const LOOKED = 3;

type OwnLimits = Omit<Limits, 'packets'>;

function remembered(): OwnLimits {
  try {
    return keptLimits(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>);
  } catch {
    return keptLimits({});
  }
}

interface RatesState {
  /** Those that this window keeps. */
  readonly limits: OwnLimits;
  /** Seconds that the page shows. */
  readonly span: number;
  set(change: Partial<Pick<RatesState, 'limits' | 'span'>>): void;
}

export const useRates = create<RatesState>((set) => ({
  limits: remembered(),
  span: 60,
  set: (change) => {
    set(change);
    if (change.limits !== undefined) localStorage.setItem(KEY, JSON.stringify(change.limits));
  },
}));

export function limitsOf(own: OwnLimits, settings: Settings | null): Limits {
  return { ...own, packets: settings?.notifyRate ?? 0 };
}

function sentenceOf(e: Exceeded, name: string): string {
  switch (e.what) {
    case 'bits':
      return word('rates.toldBits', { name, bits: bitRate(e.bytes), limit: e.limit });
    case 'packets':
      return word('notify.rateAbove', { name, rate: e.packets, most: count(e.limit) });
    case 'host':
      return word('rates.toldHost', { name, address: e.address });
  }
}

/** Of a capture that is live; its path tells it from another that its tab has had before. */
interface Watched {
  readonly path: string;
  readonly told: Told;
}

/** Looks once a second while something is captured, in whatever tab, and something is to be told. */
export function watchRates(): void {
  const watched = new Map<TabNumber, Watched>();
  const look = async (): Promise<void> => {
    const limits = limitsOf(useRates.getState().limits, useStore.getState().settings);
    const hosts = watchedHosts(limits);
    const wanted = limits.megabits > 0 || limits.packets > 0 || hosts.length > 0;
    const live = wanted ? useTabs.getState().tabs.filter((t) => t.content.state === 'live') : [];
    for (const tab of watched.keys()) if (!live.some((t) => t.tab === tab)) watched.delete(tab);
    for (const { tab, content } of live) {
      if (!('path' in content)) continue;
      const { answer } = client.begin('liveRates', { seconds: LOOKED, watched: hosts }, { tab });
      const rates = await answer.catch(() => null);
      if (rates === null) continue;
      const before = watched.get(tab);
      const now = before?.path === content.path ? before : { path: content.path, told: new Told() };
      watched.set(tab, now);
      for (const over of now.told.fresh(exceeded(rates, limits), performance.now())) {
        const text = sentenceOf(over, visible(content.name));
        say(text, true);
        tellAlso(word('stats.rates'), text, `sightline-rates-${tab}-${over.what}`, () => void openRates(tab));
      }
    }
  };
  let busy = false;
  setInterval(() => {
    if (busy) return;
    busy = true;
    void look().finally(() => {
      busy = false;
    });
  }, EVERY);
}

async function openRates(tab: TabNumber): Promise<void> {
  if (!(await showTab(tab))) return;
  useStatistics.getState().set({ page: 'rates' });
  useStore.getState().set({ view: 'statistics' });
}
