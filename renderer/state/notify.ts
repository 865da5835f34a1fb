// Incidents told by the desktop while nobody looks at the window, where the user asked for it.
import type { AlertRow } from '../../contract/index.ts';
import { visible } from '../words/format.ts';
import { sentence, word } from '../words/words.ts';
import { show } from './actions.ts';
import { chooseIncident } from './incidents.ts';
import { chime } from './sound.ts';
import { useStore } from './store.ts';
import { shell } from '../wire/transport.ts';

/** At most one each so many ms: an outbreak does not fill the screen. */
const GAP = 5_000;
/** Characters of a text that others decide on. */
const LONGEST = 200;

let last = -Infinity;
let waiting = 0;

/** What the browser lets us do; the desktop shell asks nobody. */
export function notifyPermission(): 'granted' | 'denied' | 'default' | 'missing' {
  if (shell !== null) return 'granted';
  return 'Notification' in window ? Notification.permission : 'missing';
}

/** Asks the browser. @returns whether it lets us */
export async function askToNotify(): Promise<boolean> {
  if (notifyPermission() === 'default') await Notification.requestPermission();
  return notifyPermission() === 'granted';
}

/**
 * Shows something beside the window, by the desktop shell or by the browser.
 * @param about what it is called by: another of the same takes its place
 */
export function tell(title: string, body: string, about: string, pressed: () => void): void {
  if (shell !== null) {
    actions.set(about, pressed);
    if (actions.size > MOST_ACTIONS) actions.delete(actions.keys().next().value!);
    void shell.notify({ title, body, about });
    return;
  }
  const told = new Notification(title, { body, tag: about });
  told.addEventListener('click', () => {
    window.focus();
    pressed();
    told.close();
  });
}

/** Presses that may still come. */
const MOST_ACTIONS = 200;
const actions = new Map<string, () => void>();
shell?.onNotified((about) => actions.get(about)?.());

/** @param elsewhere the capture that it is of, where that is not the one that is shown, and what shows it */
export function notifyOf(
  alert: AlertRow,
  elsewhere?: { readonly name: string; readonly show: () => Promise<boolean> },
): void {
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
  const said = more === 0 ? word(`verdict.${alert.incident.verdict ?? 'fact'}`) : word('notify.more', { n: more });
  const body = elsewhere === undefined ? said : `${visible(elsewhere.name).slice(0, LONGEST)}: ${said}`;
  tell(title, body, `sightline-${elsewhere?.name ?? ''}-${alert.number}`, () => {
    void (elsewhere?.show() ?? Promise.resolve(true)).then((there) => {
      if (!there) return;
      chooseIncident(alert.number, alert.flow);
      show('alerts');
    });
  });
}
