// What is told of a live capture: a rate that is exceeded, a host that is seen. Looked at once a second, whatever view is
// open; each is told once until it is over.
import { create } from 'zustand';
import { client } from '../wire/client.ts';
import { bitRate, count } from '../words/format.ts';
import { word } from '../words/words.ts';
import { say } from './actions.ts';
import { notifyPermission, tell } from './notify.ts';
import { type Exceeded, exceeded, type Limits, limitsOf, watchedHosts } from './rate-limits.ts';
import { useStatistics } from './statistics.ts';
import { useStore } from './store.ts';

const KEY = 'sightline.rates';
const EVERY = 1_000;
/** Seconds in which a host may be seen. */
const LOOKED = 3;

function remembered(): Limits {
  try {
    return limitsOf(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>);
  } catch {
    return limitsOf({});
  }
}

interface RatesState {
  readonly limits: Limits;
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

function sentenceOf(e: Exceeded): string {
  switch (e.what) {
    case 'bits':
      return word('rates.toldBits', { bits: bitRate(e.bytes), limit: e.limit });
    case 'packets':
      return word('rates.toldPackets', { n: count(e.packets), limit: count(e.limit) });
    case 'host':
      return word('rates.toldHost', { address: e.address });
  }
}

/** A short tone, made here: there is no file to play. */
function beep(): void {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.value = 0.08;
  tone.frequency.value = 880;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.18);
  tone.onended = () => void audio.close();
}

/** Looks once a second while something is captured and something is to be told. */
export function watchRates(): void {
  let told = new Set<string>();
  let busy = false;
  const look = async (): Promise<void> => {
    const { limits } = useRates.getState();
    const hosts = watchedHosts(limits);
    const wanted = limits.megabits > 0 || limits.packets > 0 || hosts.length > 0;
    if (!wanted || useStore.getState().session?.phase !== 'live') {
      told = new Set();
      return;
    }
    const rates = await client.ask('liveRates', { seconds: LOOKED, watched: hosts }).catch(() => null);
    if (rates === null) return;
    const now = exceeded(rates, limits);
    const fresh = [...now].filter(([name]) => !told.has(name));
    told = new Set(now.keys());
    for (const [name, over] of fresh) {
      const text = sentenceOf(over);
      say(text, true);
      if (notifyPermission() === 'granted' && !document.hasFocus()) tell(text, word('stats.rates'), name, openRates);
    }
    if (fresh.length > 0 && limits.sound) beep();
  };
  setInterval(() => {
    if (busy) return;
    busy = true;
    void look().finally(() => {
      busy = false;
    });
  }, EVERY);
}

function openRates(): void {
  useStatistics.getState().set({ page: 'rates' });
  useStore.getState().set({ view: 'statistics' });
}
