// What the desk answers about tags of flows.
import { type FlowRow, MAX_TAGGED, say, SaidError, tagsIn } from '../../contract/index.ts';
import { StoreProblem } from '../store/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { Asker, Handlers } from './asker.ts';
import { viewOf } from './asked.ts';
import type { Desk } from './desk.ts';
import { tagFlows } from './labels.ts';
import { Refused } from './refused.ts';

export const tagHandlers: Pick<Handlers, 'tagFlows' | 'usedTags'> = {
  tagFlows: async (desk, asker, b, turns) => {
    const tags = b.tags.flatMap(tagsIn);
    if (tags.length === 0) throw new Refused('refused', say('tags-none'));
    const s = desk.open();
    const flows = b.flows ?? (await shown(desk, asker, turns));
    try {
      const done = await tagFlows(desk.store, s, flows, { tags, present: b.present }, turns);
      void desk.follow();
      return done;
    } catch (error) {
      if (error instanceof StoreProblem) throw new Refused('failed', say('no-flow-tagged', { why: error.said }));
      throw error instanceof SaidError ? new Refused('failed', error.said) : error;
    }
  },
  usedTags: (desk) => ({ tags: desk.open().tags.used() }),
};

async function shown(desk: Desk, asker: Asker, turns: TimeSlices): Promise<FlowRow[]> {
  const view = viewOf(desk, asker, 'flows');
  const { count } = view.shown;
  if (count > MAX_TAGGED) throw new Refused('refused', say('tags-too-many', { most: MAX_TAGGED, flows: count }));
  const flows: FlowRow[] = [];
  for (let i = 0; i < count; i++) {
    flows.push(view.shown.at(i));
    if (turns.due) await turns.rest();
  }
  return flows;
}
