// Filters that the user keeps, as the host told them last: the last ones applied, those with a name, macros.
import { create } from 'zustand';
import { type FilterLists, NO_FILTERS, type Request } from '../../contract/index.ts';
import { shortened } from '../words/format.ts';
import { word } from '../words/words.ts';
import { applyFilter, applyView, ask, listShown, say, show } from './actions.ts';
import { type MenuItem, openMenuAt } from './menu.ts';
import { useProfiles } from './profile-in-use.ts';
import { useStore, type Which } from './store.ts';

export const useFilters = create<FilterLists>(() => NO_FILTERS);

const UNCHANGED: Request<'keepFilters'> = { history: null, saved: null, macros: null, profile: null };
/** Recent filters that the menu shows; the bar offers all. */
const IN_MENU = 10;
const LONGEST = 60;

/**
 * @param profile whose lists they are: another one's are refused
 * @returns whether the host keeps it so
 */
export async function keepFilters(
  change: Partial<FilterLists>,
  profile: string = useProfiles.getState().now,
): Promise<boolean> {
  const lists = await ask('keepFilters', { ...UNCHANGED, ...change, profile });
  if (lists === null) return false;
  useFilters.setState(lists);
  const which = listShown();
  const view = useStore.getState().views?.[which];
  // The host asks all lists again whose filters may mean something else now; of the one in sight, progress is shown.
  if (change.macros !== undefined && view?.filter.includes('$') === true) void applyView(which, view.filter, view.sort);
  return true;
}

export async function saveFilter(name: string, filter: string): Promise<boolean> {
  const done = await keepFilters({ saved: [...useFilters.getState().saved, { name, filter }] });
  if (done) say(word('filters.kept', { name }));
  return done;
}

export function forgetFilter(which: Which, filter: string): void {
  const { history } = useFilters.getState();
  void keepFilters({ history: history.filter((h) => h.which !== which || h.filter !== filter) });
}

/** Applies a filter to the list in sight, or to packets where none is. */
export function applyKept(filter: string): void {
  const { view } = useStore.getState();
  if (view === 'start' || view === 'lab' || view === 'statistics' || view === 'rules') show('packets');
  void applyFilter(filter);
}

/** Opens the menu of saved and recent filters below a button. */
export function openFilterMenu(button: Element): void {
  const { saved, history } = useFilters.getState();
  const which = listShown();
  const recent = history.filter((h) => h.which === which).slice(0, IN_MENU);
  const draft = useStore.getState().drafts[which].trim();
  const open = (dialog: 'filters' | 'save-filter') => (): void => useStore.getState().set({ dialog });
  const line: MenuItem = { kind: 'line' };
  const items: MenuItem[] = [
    ...saved.map(({ name, filter }): MenuItem => ({
      kind: 'act',
      text: name,
      detail: shortened(filter, LONGEST),
      run: () => applyKept(filter),
    })),
    ...(saved.length > 0 ? [line] : []),
    ...recent.map(({ filter }): MenuItem => ({
      kind: 'act',
      text: shortened(filter, LONGEST),
      run: () => applyKept(filter),
    })),
    ...(recent.length > 0 ? [line] : []),
    ...(draft === '' ? [] : [{ kind: 'act', text: word('filters.save'), run: open('save-filter') } as const]),
    { kind: 'act', text: word('filters.manage'), run: open('filters') },
  ];
  openMenuAt(button, { label: word('filters.menu'), items });
}
