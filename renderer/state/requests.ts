// Requests from one part of the window to another: made by what the user did, taken by the part that fulfils them.
import type { FlowRow } from '../../contract/index.ts';
import { useStore, type Requests, type SightRequest, type Which } from './store.ts';

function change(requests: Partial<Requests>): void {
  const { requests: before, set } = useStore.getState();
  set({ requests: { ...before, ...requests } });
}

/** The list shows the row, at once or when it comes on screen. */
export function bringIntoSight(sight: SightRequest): void {
  change({ sight });
}

/** The packet list scrolls to a place. */
export function bringToTop(place: number): void {
  change({ top: { place } });
}

/** Opens the menu that labels a flow, below the button that was pressed. */
export function openLabelMenu(flow: FlowRow, button: HTMLElement): void {
  const { left, bottom } = button.getBoundingClientRect();
  change({ labelMenu: { flow, left, bottom } });
}

/** Gives the focus to the packet's tree, at once or when it is there. */
export function focusTree(): void {
  change({ treeFocus: { wanted: true } });
}

/** A request is fulfilled, unless a newer one has taken its place. */
export function taken<K extends keyof Requests>(kind: K, request: Requests[K]): void {
  if (useStore.getState().requests[kind] === request) change({ [kind]: null });
}

/** The row that a list shall bring into sight, null for none. */
export function useSightRequest(list: Which): Requests['sight'] {
  return useStore((s) => (s.requests.sight?.list === list ? s.requests.sight : null));
}

export function sightRequest(list: Which): Requests['sight'] {
  const { sight } = useStore.getState().requests;
  return sight?.list === list ? sight : null;
}
