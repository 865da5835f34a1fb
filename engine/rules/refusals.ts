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

/**
 * A part of what is refused that has every reason in it: so many of each, and from the beginning what else there is room
 * for, in the order given.
 */
export function someOfEach<T extends { readonly why: Message }>(all: readonly T[], most: number, ofEach: number): T[] {
  if (all.length <= most) return [...all];
  const counts = new Map<string, number>();
  const first = new Set<T>();
  for (const one of all) {
    const key = reasonKey(one.why);
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    if (n <= ofEach && first.size < most) first.add(one);
  }
  let room = most - first.size;
  return all.filter((one) => first.has(one) || room-- > 0);
}
