// Tags of flows: given and taken away by words, of one flow or of all that the list shows.
import { type FlowRow, tagsIn } from '../../contract/index.ts';
import { count } from '../words/format.ts';
import { word } from '../words/words.ts';
import { ask, say } from './actions.ts';
import { selectedFlow } from './selection.ts';
import { useStore } from './store.ts';

/** @param flow null: all flows that the list shows */
export async function changeTags(flow: FlowRow | null, typed: string, present: boolean): Promise<boolean> {
  const tags = tagsIn(typed);
  if (tags.length === 0) return false;
  const done = await ask('tagFlows', { flows: flow === null ? null : [flow], tags, present });
  if (done === null) return false;
  if (done.full > 0) say(word('tags.full', { n: count(done.full) }), true);
  else if (flow === null) say(word(present ? 'tags.added' : 'tags.removed', { n: count(done.changed) }));
  return done.full === 0;
}

/** Opens the dialog of tags for the flow that is selected, or that of the selected packet. */
export async function openTags(): Promise<void> {
  const flow = await selectedFlow();
  if (flow === null) say(word('tags.noFlow'));
  else useStore.getState().set({ dialog: 'tags' });
}
