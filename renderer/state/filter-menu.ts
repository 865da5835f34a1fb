// Filters made of what was pressed: applied or prepared, alone or joined to the one there is, as Wireshark joins them.
import { shortened } from '../words/format.ts';
import { word } from '../words/words.ts';
import { applyFilter, listShown, say, show } from './actions.ts';
import { JOINS, joined, type Join } from './joined.ts';
import type { MenuItem } from './menu.ts';
import { useStore } from './store.ts';

/** Characters of an expression that a menu shows. */
const LONGEST = 46;

/** Puts a filter of packets into the bar, and has it applied unless it is only prepared. */
export function takeExpression(expression: string, join: Join, apply: boolean): void {
  const { view } = useStore.getState();
  if (view !== 'packets' && view !== 'flows') show('packets');
  const which = listShown();
  const { drafts, set } = useStore.getState();
  const filter = joined(drafts[which], expression, join);
  set({ drafts: { ...drafts, [which]: filter } });
  if (apply) void applyFilter(filter);
  else requestAnimationFrame(() => document.getElementById('filter')?.focus());
}

/**
 * 'Apply as filter' and 'Prepare as filter' with what each would do.
 * @param later finds the expression once it is chosen; what is shown until then stands for it
 */
export function filterItems(expression: string, later?: () => Promise<string>): MenuItem[] {
  if (expression === '') return [];
  return (['apply', 'prepare'] as const).map((how) => ({
    kind: 'more',
    text: word(`menu.${how}`),
    items: JOINS.map((join) => ({
      kind: 'act',
      text: word(`menu.join.${join}`),
      ...(join === 'selected' ? { detail: shortened(expression, LONGEST) } : {}),
      run: () => {
        if (later === undefined) takeExpression(expression, join, how === 'apply');
        else
          void later().then((found) => {
            if (found === '') say(word('fieldNotHere'));
            else takeExpression(found, join, how === 'apply');
          });
      },
    })),
  }));
}
