// Answers about names that were asked for before: a capture asks for the same few thousand names again and again.
import { ownText } from '../decode/index.ts';

const MAX_NAMES = 8_192;
/** Longer ones are no names, and are not kept. */
const MAX_LENGTH = 255;

/** @returns a function that gives the same as `answer`, which must depend on nothing but the name */
export function rememberedByName<T extends NonNullable<unknown> | null>(
  answer: (name: string) => T,
): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const now = answer(name);
    if (name.length > MAX_LENGTH) return now;
    if (known.size >= MAX_NAMES) known.delete(known.keys().next().value!);
    // A part of a request's head would keep the whole of it.
    known.set(ownText(name), now);
    return now;
  };
}
