// Answers about names that were asked for before: a capture asks for the same few thousand names again and again.
import { remembered } from '../protocols/index.ts';

const MAX_NAMES = 8_192;
/** Longer ones are no names, and are not kept. */
const MAX_LENGTH = 255;

/** @returns a function that gives the same as `answer`, which must depend on nothing but the name */
export function rememberedByName<T extends string | number | null>(answer: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (name.length > MAX_LENGTH) return answer(name);
    return remembered(known, name, MAX_NAMES, () => answer(name));
  };
}
