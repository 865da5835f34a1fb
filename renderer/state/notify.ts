// Incidents told by the desktop while nobody looks at the window, where the user asked for it.
import type { AlertRow } from '../../contract/index.ts';
import { visible } from '../words/format.ts';
import { sentence, word } from '../words/words.ts';
import { show } from './actions.ts';
import { chooseIncident } from './incidents.ts';
import { chime } from './sound.ts';
import { useStore } from './store.ts';

/** At most one each so many ms: an outbreak does not fill the screen. */
const GAP = 5_000;
/** Characters of a text that others decide on. */
const LONGEST = 200;

let last = -Infinity;
let waiting = 0;

/** What the browser lets us do. */
export function notifyPermission(): 'granted' | 'denied' | 'default' | 'missing' {
  return 'Notification' in window ? Notification.permission : 'missing';
}

/** Asks the browser. @returns whether it lets us */
export async function askToNotify(): Promise<boolean> {
  if (notifyPermission() === 'default') await Notification.requestPermission();
  return notifyPermission() === 'granted';
}

export function notifyOf(alert: AlertRow): void {
  if (useStore.getState().settings?.notify !== true || notifyPermission() !== 'granted') return;
  if (document.hasFocus()) return;
  const now = performance.now();
  if (now - last < GAP) {
    waiting++;
    return;
  }
  const more = waiting;
  last = now;
  waiting = 0;
  if (useStore.getState().settings?.notifySound === true) chime();
  const title = visible(sentence(alert.incident.title)).slice(0, LONGEST);
  const body = more === 0 ? word(`verdict.${alert.incident.verdict ?? 'fact'}`) : word('notify.more', { n: more });
  const told = new Notification(title, { body, tag: `sightline-${alert.number}` });
  told.addEventListener('click', () => {
    window.focus();
    chooseIncident(alert.number, alert.flow);
    show('alerts');
    told.close();
  });
}
