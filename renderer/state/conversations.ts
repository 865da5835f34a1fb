// Colours that the user gave to conversations, until the capture is closed.
import { create } from 'zustand';
import type { FlowRow } from '../../contract/index.ts';
import { useStore } from './store.ts';

interface Conversations {
  /** By flow row: the index of its colour. */
  readonly colours: ReadonlyMap<number, number>;
}

export const useConversations = create<Conversations>(() => ({ colours: new Map() }));

/** @param index of the colour, null for none */
export function colourConversation(flow: FlowRow, index: number | null): void {
  const colours = new Map(useConversations.getState().colours);
  if (index === null) colours.delete(flow);
  else colours.set(flow, index);
  useConversations.setState({ colours });
}

useStore.subscribe((now, before) => {
  if (now.session?.session !== before.session?.session) useConversations.setState({ colours: new Map() });
});
