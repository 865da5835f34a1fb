// Tags of flows: given and taken away by words, of one flow or of all that the list shows.
import { type TagScope, tagsIn } from '../../contract/index.ts';
import { count } from '../words/format.ts';
import { word } from '../words/words.ts';
import { ask, say } from './actions.ts';
import { selectedFlow } from './selection.ts';
import { useStore } from './store.ts';

/** @returns whether all of it was done */
export async function changeTags(scope: TagScope, typed: string, present: boolean): Promise<boolean> {
  const tags = tagsIn(typed);
  if (tags.length === 0) return false;
  const done = await ask('tagFlows', { scope, tags, present });
  if (done === null) return false;
  if (done.full > 0) say(word('tags.full', { n: count(done.full) }), true);
  else if (scope.kind === 'all') say(word(present ? 'tags.added' : 'tags.removed', { n: count(done.changed) }));
  return done.full === 0;
}

/** Opens the dialog of tags for the flow that is selected, or that of the selected packet. */
export async function openTags(): Promise<void> {
  const session = useStore.getState().session?.session;
  const flow = await selectedFlow();
  if (useStore.getState().session?.session !== session) return;
  if (flow === null) say(word('tags.noFlow'));
  else useStore.getState().set({ dialog: 'tags' });
}
