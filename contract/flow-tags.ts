// Tags of flows: free words of people, beside the three labels.
import { MAX_TAG } from './incident-work.ts';
import type { FlowRow } from './numbers.ts';
import { flag, list, orNull, text, whole, type Schema } from './schema.ts';

/** Tags that are given or taken away at once. */
const MAX_AT_ONCE = 16;
/** Flows of a list whose tags are changed at once. */
export const MAX_TAGGED = 100_000;

/** A tag, and how many flows of the open capture have it. */
export interface UsedTag {
  readonly tag: string;
  readonly flows: number;
}

/** What was typed as tags: a comma or a semicolon parts two, each once, upper and lower case alike. */
export function tagsIn(typed: string): string[] {
  const tags = new Map<string, string>();
  for (const part of typed.split(/[,;\n]/)) {
    const tag = part
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, MAX_TAG)
      .trim();
    if (tag !== '' && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
  }
  return [...tags.values()];
}

export const TAG_SHAPES = {
  /** `flows` null: all that the list of flows shows. */
  tagFlows: {
    flows: orNull(list(whole(0, 2 ** 32 - 2) as Schema<number> as Schema<FlowRow>, MAX_TAGGED)),
    tags: list(text(MAX_TAG), MAX_AT_ONCE),
    present: flag,
  },
  usedTags: {},
} as const;

export interface TagReplies {
  /** Flows that got a tag or lost one, and those that have no room for more. */
  tagFlows: { readonly changed: number; readonly full: number };
  usedTags: { readonly tags: readonly UsedTag[] };
}
