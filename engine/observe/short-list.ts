// Lists of which there are a hundred thousand, and most of which have one entry or none.

/** Longer ones grow by more than one place at a time. */
const SHORT = 8;

/** Every list that nothing was added to. */
export const NONE: readonly never[] = Object.freeze([]);

/** @returns the list with one thing more: a short one in as much memory as it needs, a longer one grows itself */
export function added<T>(list: readonly T[], thing: T): readonly T[] {
  if (list.length < SHORT) return list.concat([thing]);
  (list as T[]).push(thing);
  return list;
}
