// Filters that the user keeps: the last ones applied, those with a name, macros. A small file in the data folder.
import {
  type AppliedFilter,
  type FilterLists as Lists,
  listsProblem,
  MAX_HISTORY,
  type Message,
  NO_FILTERS,
  type Request,
  say,
} from '../../contract/index.ts';
import { filterFile, filterListsOf, LARGEST_FILTER_FILE, macrosOf } from '../store/index.ts';
import { isObject, readJson, type Remembered, writeJson } from './memory.ts';

export class FilterLists {
  /** As they are now. */
  now: Lists;
  macros: ReadonlyMap<string, string>;
  private readonly path: string;

  /** What was kept; the notes tell what a person must know of the file. */
  static read(dataFolder: string): Remembered<FilterLists> {
    const path = filterFile(dataFolder);
    const { value, notes } = readJson(path, say('what-filters'), isObject, LARGEST_FILTER_FILE);
    return { value: new FilterLists(path, value === null ? NO_FILTERS : filterListsOf(value)), notes };
  }

  private constructor(path: string, now: Lists) {
    this.path = path;
    this.now = now;
    this.macros = macrosOf(now);
  }

  /** A filter was applied to a list: it is the newest of that list. @returns what a person must know */
  applied(applied: AppliedFilter): Message[] {
    const others = this.now.history.filter((h) => h.which !== applied.which || h.filter !== applied.filter);
    let left = MAX_HISTORY - 1;
    const kept = others.filter((h) => h.which !== applied.which || left-- > 0);
    return this.write({ ...this.now, history: [applied, ...kept] });
  }

  /** @returns what is wrong with the lists, which then stay as they are */
  wrong(change: Request<'keepFilters'>): Message | null {
    return listsProblem({ saved: change.saved ?? [], macros: change.macros ?? [] });
  }

  change({ history, saved, macros }: Request<'keepFilters'>): Message[] {
    const { now } = this;
    return this.write({ history: history ?? now.history, saved: saved ?? now.saved, macros: macros ?? now.macros });
  }

  private write(lists: Lists): Message[] {
    this.now = lists;
    this.macros = macrosOf(lists);
    return writeJson(this.path, 'filters-not-written', lists);
  }
}
