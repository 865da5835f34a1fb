// What is told of a live capture: a rate that is exceeded, a host that is seen. Looked at once a second, whatever view is
// open; each is told once until it is over.
import { create } from 'zustand';
import type { LiveRates } from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { bitRate, count } from '../words/format.ts';
import { word } from '../words/words.ts';
import { say } from './actions.ts';
import { notifyPermission, tell } from './notify.ts';
import { useStatistics } from './statistics.ts';
import { useStore } from './store.ts';

export interface Limits {
  /** Megabits a second, packets a second; 0 for none. */
  readonly megabits: number;
  readonly packets: number;
  /** Addresses with commas between them. */
  readonly hosts: string;
  readonly sound: boolean;
}

const NONE: Limits = { megabits: 0, packets: 0, hosts: '', sound: false };
const KEY = 'sightline.rates';
const MOST_HOSTS = 16;
const EVERY = 1_000;
/** Seconds in which a host may be seen. */
const LOOKED = 3;

function remembered(): Limits {
  try {
    const said = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Limits>;
    const amount = (n: unknown): number => (typeof n === 'number' && n > 0 && n < 1e9 ? n : 0);
    return {
      megabits: amount(said.megabits),
      packets: amount(said.packets),
      hosts: typeof said.hosts === 'string' ? said.hosts.slice(0, 1_000) : '',
      sound: said.sound === true,
    };
  } catch {
    return NONE;
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

export function watchedHosts(limits: Limits): string[] {
  const hosts = limits.hosts.split(/[\s,;]+/).filter((host) => host !== '');
  return [...new Set(hosts.map((host) => host.toLowerCase()))].slice(0, MOST_HOSTS);
}

/** What is over its limit in the last whole second, by a name that stays the same while it is. */
export function exceeded(rates: LiveRates, limits: Limits): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const bits = (rates.bytes.at(-1) ?? 0) * 8;
  const packets = rates.packets.at(-1) ?? 0;
  if (limits.megabits > 0 && bits > limits.megabits * 1e6)
    found.set('bits', word('rates.toldBits', { bits: bitRate(bits / 8), limit: limits.megabits }));
  if (limits.packets > 0 && packets > limits.packets)
    found.set('packets', word('rates.toldPackets', { n: count(packets), limit: count(limits.packets) }));
  for (const address of rates.seen) found.set(`host ${address}`, word('rates.toldHost', { address }));
  return found;
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
    for (const [name, text] of fresh) {
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
