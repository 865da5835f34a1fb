// Colouring rules: the dialog that edits them, and what it begins with.
import { create } from 'zustand';
import { type ColouringRule, colourOf, type PacketRow } from '../../contract/index.ts';
import { conversationFilter, type Meant } from './conversations.ts';
import { useStore } from './store.ts';

/** A rule that the dialog adds as it opens. */
export const useNewRule = create<{ readonly rule: ColouringRule | null }>(() => ({ rule: null }));

export function editRules(): void {
  useNewRule.setState({ rule: null });
  useStore.getState().set({ dialog: 'colouring-rules' });
}

/** A rule of a filter, with colours that can be read. */
export function ruleOfFilter(filter: string): ColouringRule {
  const [background, foreground] = [colourOf(0xd6e8ff), colourOf(0x12272e)];
  return { name: '', filter, background, foreground, enabled: true };
}

/** A rule for the conversation of a packet, to be named. */
export async function newRuleOf(row: PacketRow, meant: Meant): Promise<void> {
  const filter = await conversationFilter(row, meant);
  if (filter === null) return;
  useNewRule.setState({ rule: ruleOfFilter(filter) });
  useStore.getState().set({ dialog: 'colouring-rules' });
}
