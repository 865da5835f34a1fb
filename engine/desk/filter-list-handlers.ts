// What the desk answers about filters that the user keeps.
import type { AppliedFilter, FilterListReplies, Message } from '../../contract/index.ts';
import type { Handlers } from './asker.ts';
import { type Desk, Refused } from './desk.ts';

export const filterListHandlers: Pick<Handlers, keyof FilterListReplies> = {
  keepFilters: (desk, _asker, change) => {
    desk.shared.profiles.wantInUse(change.profile);
    const wrong = desk.filterLists.wrong(change);
    if (wrong !== null) throw new Refused('refused', wrong);
    told(desk, desk.filterLists.change(change));
    if (change.macros !== null) desk.shared.useMacros();
    return desk.filterLists.now;
  },
};

/** A filter was applied by a window: it is the newest that its list remembers. */
export function rememberApplied(desk: Desk, { which, filter }: AppliedFilter): void {
  if (desk.options.isShared !== true && filter.trim() !== '') told(desk, desk.filterLists.applied({ which, filter }));
}

function told(desk: Desk, notes: readonly Message[]): void {
  for (const note of notes) desk.say(note);
  desk.shared.tell({ notice: 'filters', filters: desk.filterLists.now });
}
