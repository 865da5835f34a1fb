// Answers about names that were asked for before: a capture asks for the same few thousand names again and again.
import { ownText } from '../decode/index.ts';

/** Of each of two tables: once the younger is full the older is forgotten, which costs nothing a name. */
const MAX_NAMES = 4_096;
/** Longer ones are no names, and are not kept. */
const MAX_LENGTH = 255;

/** @returns a function that gives the same as `answer`, which must depend on nothing but the name */
export function rememberedByName<T extends NonNullable<unknown> | null>(
  answer: (name: string) => T,
): (name: string) => T {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  return (name) => {
    const known = young.get(name);
    if (known !== undefined) return known;
    const before = old.get(name);
    const now = before === undefined ? answer(name) : before;
    if (name.length > MAX_LENGTH) return now;
    if (young.size >= MAX_NAMES) {
      old = young;
      young = new Map();
    }
    // A part of a request's head would keep the whole of it.
    young.set(ownText(name), now);
    return now;
  };
}
