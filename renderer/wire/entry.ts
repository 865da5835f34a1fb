// How this page comes to talk to the host that sent it: the link's token, given once, for the session's secret. The
// secret is kept for this tab and this origin alone; unlike a cookie it is not sent to other ports of the machine.

/** Why a page is not let in: no link led here, its link was used, Sightline was started anew, too many windows. */
export type Refusal = 'none' | 'used' | 'old' | 'full';

export type Entry =
  | { readonly kind: 'in'; readonly secret: string }
  | { readonly kind: 'refused'; readonly why: Refusal }
  /** Nobody answers. */
  | { readonly kind: 'away' };

const KEY = 'sightline.session';
const HEADER = 'X-Sightline-Session';
const FULL = 503;
/** The socket's subprotocol; the secret is offered beside it. */
export const SUBPROTOCOL = 'sightline';

/** Takes the token out of the address, so that it stands in no history and no copied link. */
function takeToken(): string | null {
  const found = /^#token=([\w-]+)$/.exec(location.hash);
  if (found === null) return null;
  history.replaceState(null, '', location.pathname);
  return found[1]!;
}

/** Header of requests that the host answers to its own window only. */
export function sessionHeader(): Record<string, string> {
  return { [HEADER]: sessionStorage.getItem(KEY) ?? '' };
}

/** Gives the link's token, where there is one, and asks whether this page's secret is good. */
export async function enter(): Promise<Entry> {
  try {
    const token = takeToken();
    const known = sessionStorage.getItem(KEY);
    if (token !== null) {
      const answer = await fetch('enter', { method: 'POST', body: token });
      if (answer.ok) sessionStorage.setItem(KEY, ((await answer.json()) as { secret: string }).secret);
      // A link opened again in the tab that it opened: the tab is in already.
      else if (known === null) return { kind: 'refused', why: 'used' };
    }
    const secret = sessionStorage.getItem(KEY);
    if (secret === null) return { kind: 'refused', why: 'none' };
    const answer = await fetch('session', { headers: sessionHeader() });
    if (answer.ok) return { kind: 'in', secret };
    return { kind: 'refused', why: answer.status === FULL ? 'full' : 'old' };
  } catch {
    return { kind: 'away' };
  }
}
