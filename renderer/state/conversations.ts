// Colours that the user gives for a while, as in Wireshark: ten of them, each with the filter of a conversation, until
// the capture is closed or they are taken away.
import { create } from 'zustand';
import { type ConversationKind, type PacketRow, packetRow, TEMPORARY_COLOURS } from '../../contract/index.ts';
import { word } from '../words/words.ts';
import { ask, say } from './actions.ts';
import type { Command } from './command.ts';
import { useStore } from './store.ts';

interface Conversations {
  /** By the index of a colour: the filter of the packets that have it. */
  readonly filters: readonly (string | null)[];
}

const NONE: readonly null[] = Array.from({ length: TEMPORARY_COLOURS }, () => null);

export const useConversations = create<Conversations>(() => ({ filters: NONE }));

/** What a conversation is meant by: its kind, TCP's or UDP's, or the narrowest that the packet has. */
export type Meant = 'eth' | 'ip' | 'transport' | 'narrowest';

/** The filter of a packet's conversation; null, and that is said, where it has none of the kind. */
export async function conversationFilter(row: PacketRow, meant: Meant): Promise<string | null> {
  const answer = await ask('conversations', { row });
  if (answer === null) return null;
  const { filters } = answer;
  const is = (kind: ConversationKind): boolean =>
    meant === 'transport' ? kind === 'tcp' || kind === 'udp' : kind === meant;
  const found = meant === 'narrowest' ? filters.at(-1) : filters.find((f) => is(f.kind));
  if (found === undefined) say(word('colour.noConversation'), true);
  return found?.filter ?? null;
}

/** Gives the packets of a conversation a colour; one that had another colour has it no longer. */
export async function colourConversation(row: PacketRow, meant: Meant, index: number): Promise<void> {
  const filter = await conversationFilter(row, meant);
  if (filter === null) return;
  const filters = useConversations.getState().filters.map((f) => (f === filter ? null : f));
  filters[index] = filter;
  useConversations.setState({ filters });
}

export function clearColours(): void {
  useConversations.setState({ filters: NONE });
}

function colourSelected(index: number): void {
  const { packet } = useStore.getState();
  if (packet !== null) void colourConversation(packetRow(packet), 'narrowest', index);
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

/** As in Wireshark: Ctrl and a digit, and Ctrl with the space bar for none. */
export const COLOUR_COMMANDS: readonly Command[] = [
  { id: 'colouring-rules', title: 'rules.title', run: () => useStore.setState({ dialog: 'colouring-rules' }) },
  ...DIGITS.map((digit, i): Command => ({
    id: `colour-${digit}`,
    title: `colour.set.${digit}`,
    open: true,
    keys: `Ctrl+${digit}`,
    run: () => colourSelected(i),
  })),
  { id: 'colour-none', title: 'colour.clear', open: true, keys: 'Ctrl+Space', run: clearColours },
];

useStore.subscribe((now, before) => {
  if (now.session?.session !== before.session?.session) clearColours();
});
