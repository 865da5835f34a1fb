// Profiles, as in Wireshark: settings, filters, macros, preferences of dissectors and the layout under a name. What is
// asked and what is answered.
import type { FilterLists } from './filter-lists.ts';
import { MAX_PROFILE_NAME } from './profile-names.ts';
import { list, number, object, oneOf, orNull, text, type TypeOf, filePath } from './schema.ts';
import type { SavedFile, Settings } from './session.ts';

export const MAX_PROFILES = 100;
/** What is there from the beginning; its files are those of the data folder itself. */
export const DEFAULT_PROFILE = '';

const name = text(MAX_PROFILE_NAME);
const share = number(0, 1);
/** Heights of panes in px, shares of their width, and which are hidden. */
export const LAYOUT_SHAPE = object({
  detail: number(0, 10_000),
  inspector: number(0, 10_000),
  tree: share,
  bytes: share,
  hidden: list(oneOf('tree', 'bytes', 'flow'), 3),
});
export type Layout = TypeOf<typeof LAYOUT_SHAPE>;

/** Shapes of requests, taken in by `requests.ts`. `layout` is the window's, kept with the profile that is in use. */
export const PROFILE_SHAPES = {
  /** `create` begins as everything is by itself, `copy` as `name` is; `to` is the new name, '' where none is. */
  profile: {
    act: oneOf('look', 'use', 'create', 'copy', 'rename', 'delete'),
    name,
    to: name,
    layout: orNull(LAYOUT_SHAPE),
  },
  exportProfile: { name, layout: orNull(LAYOUT_SHAPE), path: orNull(filePath('save')) },
  importProfile: { path: filePath('open') },
} as const;

export interface ProfileState {
  /** The one in use. */
  readonly now: string;
  /** All but the default one, by name. */
  readonly names: readonly string[];
}

/** A profile is used from now on: what follows from it. */
export interface UsedProfile extends ProfileState {
  readonly settings: Settings;
  readonly filters: FilterLists;
  /** As it was left, null where it keeps none. */
  readonly layout: Layout | null;
}

export interface ProfileReplies {
  profile: UsedProfile;
  exportProfile: { readonly file: SavedFile };
  /** `added` is the name that it has here. */
  importProfile: ProfileState & { readonly added: string };
}

/** What a profile may be called: it is the name of a folder. */
export function isProfileName(called: string): boolean {
  return /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}_-])?$/u.test(called) && called.length <= MAX_PROFILE_NAME;
}
