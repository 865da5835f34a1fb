// Saved filters beside the bar: a button each as far as there is room, and a menu of all of them and of recent ones.
import type { ReactNode } from 'react';
import { applyKept, openFilterMenu, useFilters } from '../state/filter-lists.ts';
import { visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';

export function SavedFilters(): ReactNode {
  const word = useWord();
  const saved = useFilters((s) => s.saved);
  if (saved.length === 0) return null;
  return (
    <div className="saved-filters" role="group" aria-label={word('filters.saved')}>
      {saved.map(({ name, filter }) => (
        <button key={name} type="button" className="button" title={visible(filter)} onClick={() => applyKept(filter)}>
          <span>{visible(name)}</span>
        </button>
      ))}
    </div>
  );
}

/** At the end of the bar: what was saved, what was applied last, saving, the dialog. */
export function FilterMenuButton(): ReactNode {
  const word = useWord();
  return (
    <button
      type="button"
      className="icon-button filter-menu-button"
      aria-haspopup="menu"
      aria-label={word('filters.menu')}
      title={word('filters.menu')}
      onClick={(e) => openFilterMenu(e.currentTarget)}
    >
      ▾
    </button>
  );
}
