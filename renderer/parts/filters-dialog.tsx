// Filters and macros of the user's: named, ordered, removed; and the small dialog that saves the filter in the bar.
import { useState, type FormEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import {
  type FilterMacro,
  listsProblem,
  MAX_FILTER,
  MAX_FILTER_NAME,
  MAX_MACROS,
  MAX_SAVED,
  type SavedFilter,
  savedProblem,
} from '../../contract/index.ts';
import { listShown } from '../state/actions.ts';
import { keepFilters, saveFilter, useFilters } from '../state/filter-lists.ts';
import { useProfiles } from '../state/profile-in-use.ts';
import { useStore } from '../state/store.ts';
import { useSentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function SaveFilter(): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const saved = useFilters((s) => s.saved);
  const set = useStore((s) => s.set);
  const [name, setName] = useState('');
  const [filter, setFilter] = useState(() => useStore.getState().drafts[listShown()].trim());
  const problem = savedProblem({ name: name.trim(), filter }, saved);
  const full = saved.length >= MAX_SAVED;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (problem === null && !full && (await saveFilter(name.trim(), filter))) set({ dialog: null });
  };
  return (
    <Dialog title={word('filters.saveTitle')}>
      <form onSubmit={(e) => void save(e)}>
        <label className="field-row">
          <span>{word('filters.name')}</span>
          <input
            className="field"
            value={name}
            maxLength={MAX_FILTER_NAME}
            onChange={(e) => setName(e.target.value)}
            data-first
          />
        </label>
        <label className="field-row">
          <span>{word('filters.filter')}</span>
          <input
            className="field mono"
            value={filter}
            maxLength={MAX_FILTER}
            spellCheck={false}
            onChange={(e) => setFilter(e.target.value)}
          />
        </label>
        <p className={name !== '' && problem !== null ? 'bad' : 'dim'} role="status">
          {name !== '' && problem !== null ? sentence(problem) : word('filters.nameHint')}
        </p>
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={problem !== null || full}>
            {word('filters.ok')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function FiltersDialog(): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const before = useFilters((s) => s);
  const set = useStore((s) => s.set);
  const [profile] = useState(() => useProfiles.getState().now);
  const [saved, setSaved] = useState(before.saved);
  const [macros, setMacros] = useState(before.macros);
  const which = listShown();
  const [recent, setRecent] = useState(() => before.history.filter((h) => h.which === which));
  const problem = listsProblem({ saved, macros });
  const close = (): void => set({ dialog: null });
  const keep = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (problem !== null) return;
    const history = [...recent, ...before.history.filter((h) => h.which !== which)];
    if (await keepFilters({ saved, macros, history }, profile)) close();
  };
  return (
    <Dialog title={word('filters.title')} wide>
      <form className="filters-form" onSubmit={(e) => void keep(e)}>
        <section aria-label={word('filters.saved')}>
          <h3>{word('filters.saved')}</h3>
          <p className="dim">{word('filters.savedLead')}</p>
          <Rows
            id="saved"
            rows={saved.map(({ name, filter }) => ({ name, text: filter }))}
            textWord={word('filters.filter')}
            onChange={(rows) => setSaved(rows.map(({ name, text }): SavedFilter => ({ name, filter: text })))}
          />
          <button
            type="button"
            className="button"
            disabled={saved.length >= MAX_SAVED}
            onClick={() => {
              const draft = useStore.getState().drafts[which].trim();
              flushSync(() => setSaved([...saved, { name: '', filter: draft }]));
              focusOn('saved', saved.length, 'name');
            }}
          >
            {word('filters.add')}
          </button>
        </section>
        <section aria-label={word('filters.macros')}>
          <h3>{word('filters.macros')}</h3>
          <p className="dim">
            {word('filters.macrosLead', { braces: '${conv:10.0.0.1;10.0.0.2}', brackets: '$conv(10.0.0.1,10.0.0.2)' })}
          </p>
          <Rows
            id="macro"
            rows={macros}
            textWord={word('filters.macroText')}
            onChange={(rows) => setMacros(rows.map(({ name, text }): FilterMacro => ({ name, text })))}
          />
          <button
            type="button"
            className="button"
            disabled={macros.length >= MAX_MACROS}
            onClick={() => {
              flushSync(() => setMacros([...macros, { name: '', text: '' }]));
              focusOn('macro', macros.length, 'name');
            }}
          >
            {word('filters.addMacro')}
          </button>
        </section>
        <section aria-label={word('filters.recent')}>
          <h3>{word('filters.recent')}</h3>
          <p className="dim">{word(recent.length === 0 ? 'filters.none' : 'filters.removeRecent')}</p>
          <ul className="recent-filters">
            {recent.map((h) => (
              <li key={h.filter}>
                <span className="mono">{h.filter}</span>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={word('filters.remove', { name: h.filter })}
                  onClick={() => setRecent(recent.filter((r) => r !== h))}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
          {recent.length === 0 ? null : (
            <button type="button" className="button" onClick={() => setRecent([])}>
              {word('filters.clearRecent')}
            </button>
          )}
        </section>
        <p className="bad filters-problem" role="status">
          {problem === null ? '' : sentence(problem)}
        </p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={close}>
            {word('filters.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={problem !== null}>
            {word('filters.ok')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface Row {
  readonly name: string;
  readonly text: string;
}

/** Names with their texts, one a line; they are moved and removed. */
function Rows({
  id,
  rows,
  textWord,
  onChange,
}: {
  readonly id: 'saved' | 'macro';
  readonly rows: readonly Row[];
  readonly textWord: string;
  readonly onChange: (rows: readonly Row[]) => void;
}): ReactNode {
  const word = useWord();
  const put = (i: number, row: Row): void => onChange(rows.with(i, row));
  /** The button that was pressed moves with its line. */
  const move = (i: number, to: number, button: 'up' | 'down'): void => {
    flushSync(() => onChange(rows.with(i, rows[to]!).with(to, rows[i]!)));
    focusOn(id, to, to === 0 || to === rows.length - 1 ? 'name' : button);
  };
  const remove = (i: number): void => {
    flushSync(() => onChange(rows.toSpliced(i, 1)));
    focusOn(id, Math.min(i, rows.length - 2), 'name');
  };
  return (
    <ul className="kept-filters">
      {rows.map((row, i) => {
        const name = row.name === '' ? word('filters.nth', { n: i + 1 }) : row.name;
        return (
          <li key={i}>
            <input
              id={`${id}-${i}-name`}
              className="field kept-name"
              aria-label={word('filters.name')}
              placeholder={word('filters.name')}
              value={row.name}
              maxLength={MAX_FILTER_NAME}
              onChange={(e) => put(i, { ...row, name: e.target.value })}
            />
            <input
              className="field mono grow"
              aria-label={textWord}
              placeholder={textWord}
              value={row.text}
              maxLength={MAX_FILTER}
              spellCheck={false}
              onChange={(e) => put(i, { ...row, text: e.target.value })}
            />
            <button
              id={`${id}-${i}-up`}
              type="button"
              className="icon-button"
              aria-label={word('filters.up', { name })}
              disabled={i === 0}
              onClick={() => move(i, i - 1, 'up')}
            >
              ↑
            </button>
            <button
              id={`${id}-${i}-down`}
              type="button"
              className="icon-button"
              aria-label={word('filters.down', { name })}
              disabled={i === rows.length - 1}
              onClick={() => move(i, i + 1, 'down')}
            >
              ↓
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={word('filters.remove', { name })}
              onClick={() => remove(i)}
            >
              ×
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function focusOn(id: string, row: number, what: 'name' | 'up' | 'down'): void {
  document.getElementById(`${id}-${row}-${what}`)?.focus();
}
