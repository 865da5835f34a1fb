// Filters that the user keeps: the last ones applied, those with a name, macros. What is asked and what is answered.
import type { Message } from './messages.ts';
import { say } from './messages.ts';
import { MAX_PROFILE_NAME } from './profile-names.ts';
import { list, object, oneOf, orNull, text, type TypeOf } from './schema.ts';

export const MAX_FILTER = 4096;
/** Filters of each list that are remembered, the last ones applied. */
export const MAX_HISTORY = 20;
export const MAX_SAVED = 100;
export const MAX_MACROS = 200;
export const MAX_FILTER_NAME = 100;

const filter = text(MAX_FILTER);
const name = text(MAX_FILTER_NAME);
/** A filter that was applied, and to which list. */
const APPLIED = object({ which: oneOf('packets', 'flows', 'incidents', 'hosts'), filter });
const SAVED = object({ name, filter });
/** `text` has $1, $2… where the arguments go. */
const MACRO = object({ name, text: filter });
export type AppliedFilter = TypeOf<typeof APPLIED>;
export type SavedFilter = TypeOf<typeof SAVED>;
export type FilterMacro = TypeOf<typeof MACRO>;

/** The newest filter that was applied is the first; saved ones are in the user's order. */
export interface FilterLists {
  readonly history: readonly AppliedFilter[];
  readonly saved: readonly SavedFilter[];
  readonly macros: readonly FilterMacro[];
}
export const NO_FILTERS: FilterLists = { history: [], saved: [], macros: [] };

/** What one entry of each list must be, as the file in the data folder has it. */
export const FILTER_ENTRIES = { history: APPLIED, saved: SAVED, macros: MACRO } as const;

/**
 * Shapes of requests, taken in by `requests.ts`. A list that is null stays as it is; `profile` is whose lists they are,
 * null for those of whichever is in use.
 */
export const FILTER_LIST_SHAPES = {
  keepFilters: {
    history: orNull(list(APPLIED, 4 * MAX_HISTORY)),
    saved: orNull(list(SAVED, MAX_SAVED)),
    macros: orNull(list(MACRO, MAX_MACROS)),
    profile: orNull(text(MAX_PROFILE_NAME)),
  },
} as const;

export interface FilterListReplies {
  keepFilters: FilterLists;
}

/** Where an argument of a macro stands in its text; a backslash takes the meaning from what follows. */
export const MACRO_PARAMETER = /\\[^]|\$(\d+)/g;

/** How many arguments a macro takes: the highest of $1, $2… */
export function macroArguments(body: string): number {
  return Math.max(0, ...[...body.matchAll(MACRO_PARAMETER)].map((m) => Number(m[1] ?? 0)));
}

const MAX_ARGUMENTS = 99;

function isParameter(n: number): boolean {
  return n >= 1 && n <= MAX_ARGUMENTS;
}

/** What is wrong with a macro among others, by Wireshark's rules; null for nothing. */
export function macroProblem(
  { name: called, text: body }: FilterMacro,
  others: readonly FilterMacro[],
): Message | null {
  if (!/^\w+$/.test(called)) return say('macro-name', { name: called });
  if (others.some((o) => o.name === called)) return say('filter-name-twice', { name: called });
  if (body.trim() === '') return say('macro-empty', { name: called });
  const odd = [...body.matchAll(MACRO_PARAMETER)].find((m) => m[1] !== undefined && !isParameter(Number(m[1])));
  return odd === undefined ? null : say('macro-parameter', { name: called, parameter: odd[0], max: MAX_ARGUMENTS });
}

/** What is wrong with a saved filter among others; null for nothing. */
export function savedProblem(
  { name: called, filter: kept }: SavedFilter,
  others: readonly SavedFilter[],
): Message | null {
  if (called.trim() === '') return say('filter-name-missing');
  if (others.some((o) => o.name === called)) return say('filter-name-twice', { name: called });
  return kept.trim() === '' ? say('filter-missing', { name: called }) : null;
}

/** The first entry that is wrong; null for none. */
export function listsProblem(lists: Pick<FilterLists, 'saved' | 'macros'>): Message | null {
  const ofSaved = lists.saved.map((s, i) => savedProblem(s, lists.saved.slice(0, i)));
  const ofMacros = lists.macros.map((m, i) => macroProblem(m, lists.macros.slice(0, i)));
  return [...ofSaved, ...ofMacros].find((p) => p !== null) ?? null;
}
