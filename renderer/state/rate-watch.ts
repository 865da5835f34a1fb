// A live capture with more packets a second than the user wants to hear of is told: in the window, by the desktop and
// with a sound where those are asked for.
import { count, visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { say } from './actions.ts';
import { notifyPermission } from './notify.ts';
import { chime } from './sound.ts';
import { useStore } from './store.ts';

/** The rate is that of so many ms. */
const OVER = 1_000;
/** A capture that stays above is told again after so many ms. */
const GAP = 30_000;

interface Seen {
  readonly at: number;
  readonly packets: number;
}

let session: number | null = null;
let seen: readonly Seen[] = [];
let told = -Infinity;

useStore.subscribe(({ session: now, settings }) => {
  const most = settings?.notifyRate ?? 0;
  if (now === null || now.source !== 'live' || now.phase !== 'live' || most === 0) {
    session = null;
    return;
  }
  if (now.session !== session) {
    session = now.session;
    seen = [];
    told = -Infinity;
  }
  const at = performance.now();
  if (seen.at(-1)?.packets === now.packets) return;
  // The last one before the second began is what it began with.
  const begin = seen.findLastIndex((s) => at - s.at >= OVER);
  seen = [...seen.slice(Math.max(0, begin)), { at, packets: now.packets }];
  const first = seen[0]!;
  const lasted = at - first.at;
  if (lasted < OVER || at - told < GAP) return;
  const rate = ((now.packets - first.packets) * 1000) / lasted;
  if (rate <= most) return;
  told = at;
  tell(now.name, rate, most);
});

function tell(name: string, rate: number, most: number): void {
  const { settings } = useStore.getState();
  const text = word('notify.rateAbove', { name: visible(name), rate: Math.round(rate), most: count(most) });
  say(text, true);
  if (settings?.notifySound === true) chime();
  if (settings?.notify !== true || notifyPermission() !== 'granted' || document.hasFocus()) return;
  const note = new Notification(text, { tag: 'sightline-rate' });
  note.addEventListener('click', () => {
    window.focus();
    note.close();
  });
}
