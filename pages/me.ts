// Who is signed in, and news of his captures.
import { API, type CaptureChange, type Me } from '../platform/contract.ts';
import { get } from './api.ts';
import { tell, usePages } from './state.ts';

export function setMe(me: Me): void {
  usePages.setState({ me });
  document.documentElement.lang = usePages.getState().language === 'zh' ? 'zh-CN' : 'en';
  listen(me.account !== null);
}

export async function learnWhoIAm(): Promise<void> {
  const answer = await get<Me>('/me');
  if (answer.ok) setMe(answer.value);
  else tell(answer.why, true);
}

let source: EventSource | null = null;

/** Hears of the account's captures while somebody is signed in; a browser attaches again by itself. */
function listen(signedIn: boolean): void {
  if (!signedIn) {
    source?.close();
    source = null;
    return;
  }
  if (source !== null) return;
  source = new EventSource(`${API}/events`);
  source.addEventListener('capture', (event: MessageEvent<string>) =>
    usePages.setState({ change: JSON.parse(event.data) as CaptureChange }),
  );
}
