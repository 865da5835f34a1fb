// Where the user is in a capture, told to the host now and then; opened again, the capture shows the same.
import type { Place, SessionState } from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { applyView } from './actions.ts';
import { bringIntoSight } from './requests.ts';
import { chosenByUser } from './selection.ts';
import { type State, useStore } from './store.ts';

const state = useStore.getState;
/** A place is told when it has not changed for so long, ms. */
const SETTLED = 700;

let timer: ReturnType<typeof setTimeout> | null = null;
/** The session whose last place has been asked for: before that, nothing is told that would write over it. */
let restored = 0;
/** Sessions that this window has shown: in another tab and back again, one is as it was. */
const shown = new Set<number>();

/** The place as it is told, null where there is none: no capture, the product's own example, a page of no capture. */
function placeNow(s: State): Place | null {
  if (s.session === null || s.session.source === 'sample' || s.views === null) return null;
  if (s.view === 'start' || s.view === 'lab' || s.view === 'rules') return null;
  const { packets, flows } = s.views;
  // A page of statistics is none of the capture's lists: it opens again with its packets.
  const view = s.view === 'statistics' ? 'packets' : s.view;
  return {
    view,
    packets: { filter: packets.filter, sort: packets.sort },
    flows: { filter: flows.filter, sort: flows.sort },
    packet: chosenByUser() ? s.packet : null,
    flow: view === 'packets' ? null : s.flow,
  };
}

function tell(session: number): void {
  timer = null;
  const s = state();
  const keep = placeNow(s);
  if (keep === null || s.session?.session !== session || restored !== session) return;
  void client.ask('lastPlace', { keep }).catch(() => undefined);
}

/** Tells now what has not been told, before another tab is shown. */
export function tellPlace(): void {
  const { session } = state();
  if (timer === null || session === null) return;
  clearTimeout(timer);
  tell(session.session);
}

/**
 * Shows a capture that was just opened as it was left: its view, filters, orders and the packet or flow that was
 * selected. A capture of an earlier session is known by its path.
 */
async function restorePlace(): Promise<void> {
  const { session } = state();
  if (session === null) return;
  const mine = session.session;
  const known = await client.ask('lastPlace', { keep: null }).catch(() => null);
  const place = known?.place ?? null;
  if (place !== null && untouched(mine)) await show(place, mine);
  restored = mine;
}

/** Whether the user has done nothing yet in the session. */
function untouched(session: number): boolean {
  const s = state();
  if (s.session?.session !== session || s.views === null || chosenByUser()) return false;
  return s.drafts.packets === '' && s.drafts.flows === '' && s.views.packets.sort === null;
}

async function show(place: Place, session: number): Promise<void> {
  state().set({ view: place.view });
  for (const which of ['packets', 'flows'] as const) {
    const { filter, sort } = place[which];
    if (filter !== '' || sort !== null) await applyView(which, filter, sort);
    if (state().session?.session !== session) return;
  }
  const { packet, flow } = place;
  const wanted = place.view === 'packets' ? packet : flow;
  if (wanted === null) return;
  await reached(session, (s) => wanted < (place.view === 'packets' ? s.packets : s.flows));
  if (state().session?.session !== session || chosenByUser() || state().view !== place.view) return;
  if (place.view === 'packets') {
    state().set({ packet, alert: null });
    bringIntoSight({ list: 'packets', row: packet! });
  } else if (place.view === 'flows') {
    state().set({ flow });
    bringIntoSight({ list: 'flows', row: flow! });
  }
}

/** Resolves when reading has come far enough, or is over. */
function reached(session: number, enough: (s: SessionState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const done = (s: State): boolean =>
      s.session?.session !== session || enough(s.session) || s.session.phase !== 'reading';
    if (done(state())) {
      resolve();
      return;
    }
    const quiet = useStore.subscribe((s) => {
      if (!done(s)) return;
      quiet();
      resolve();
    });
  });
}

useStore.subscribe((now, before) => {
  const { session } = now;
  if (session !== null && session.session !== before.session?.session) {
    if (shown.has(session.session)) restored = session.session;
    else void restorePlace();
    shown.add(session.session);
  }
  if (session === null || now.view === 'start' || now.view === 'lab' || now.view === 'rules') return;
  if (
    now.view === before.view &&
    now.packet === before.packet &&
    now.flow === before.flow &&
    now.views?.packets.generation === before.views?.packets.generation &&
    now.views?.flows.generation === before.views?.flows.generation
  )
    return;
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => tell(session.session), SETTLED);
});
