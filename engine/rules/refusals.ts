// Rules that are refused, by reason: how many of each, the most frequent first.
import { english, type Message, reasonKey, type RefusedReason } from '../../contract/index.ts';

export function refusedBy(refused: Iterable<{ readonly why: Message }>): readonly RefusedReason[] {
  const groups = new Map<string, { readonly why: Message; readonly text: string; count: number; alike: boolean }>();
  for (const { why } of refused) {
    const key = reasonKey(why);
    const text = english(why);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { why, text, count: 1, alike: false });
    else {
      group.count++;
      if (group.text !== text) group.alike = true;
    }
  }
  return [...groups.values()]
    .toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
    .map(({ why, count, alike }) => ({ why, count, alike }));
}
