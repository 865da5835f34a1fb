// The name that the host knows this page by: its lists and its tab are found by it again. A page that is duplicated by
// the browser comes with the name of the one it was made of, and takes another one: two windows are two.
import { CLIENT_KEY, clientName } from './store.ts';

/** A page that is loaded again waits so long for the one that it replaces, ms. */
const PATIENCE = 400;

let mine: string | null = null;

/** @returns a name that no other page has which is open now */
export async function ownName(): Promise<string> {
  if (mine !== null) return mine;
  if (!('locks' in navigator)) return clientName();
  if (!(await held(clientName()))) {
    sessionStorage.removeItem(CLIENT_KEY);
    await held(clientName());
  }
  mine = clientName();
  return mine;
}

/** Holds a lock by the name for as long as the page lives. @returns false where another page holds it */
function held(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = (): Promise<never> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    navigator.locks
      .request(`sightline.${name}`, { signal: AbortSignal.timeout(PATIENCE) }, hold)
      .catch(() => resolve(false));
  });
}
