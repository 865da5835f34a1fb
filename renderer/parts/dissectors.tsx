// Preferences of dissectors: searched, changed one by one, set back. They are kept for the user.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import type { PreferencePage, PreferenceRow } from '../../contract/index.ts';
import { ask } from '../state/actions.ts';
import { readAgain } from '../state/packet-work.ts';
import { count } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

const A_PAGE = 100;
const ROW = 76;

export function Dissectors(): ReactNode {
  const word = useWord();
  const [search, setSearch] = useState('');
  const [only, setOnly] = useState<'all' | 'changed'>('all');
  const [page, setPage] = useState<PreferencePage | null>(null);
  const [rows, setRows] = useState<readonly PreferenceRow[]>([]);
  const asked = useRef(0);
  const read = useCallback(
    async (from: number, to: number): Promise<void> => {
      const mine = ++asked.current;
      const found = await ask('preferences', { search, only, from, count: Math.min(200, Math.max(1, to - from)) });
      if (found === null || mine !== asked.current) return;
      setPage(found);
      setRows((before) => [...before.slice(0, from), ...found.rows]);
    },
    [search, only],
  );
  useEffect(() => {
    setRows([]);
    void read(0, A_PAGE);
  }, [read]);
  const none = page?.total === 0 ? word('preferencesNone') : null;
  const note = page === null ? word('preferencesReading') : none;
  return (
    <Dialog title={word('dissectors')} wide>
      <div className="stream-head">
        <input
          className="field grow"
          value={search}
          placeholder={word('preferenceSearch')}
          aria-label={word('preferenceSearch')}
          onChange={(e) => setSearch(e.target.value)}
          data-first
        />
        <div className="segmented" role="group" aria-label={word('preferencesWhich')}>
          {(['all', 'changed'] as const).map((which) => (
            <button key={which} type="button" aria-pressed={only === which} onClick={() => setOnly(which)}>
              {which === 'all' ? word('preferencesAll') : word('preferencesChanged', { n: count(page?.changed ?? 0) })}
            </button>
          ))}
        </div>
      </div>
      <PreferenceList
        rows={rows}
        total={page?.total ?? 0}
        note={note}
        more={() => void read(rows.length, rows.length + A_PAGE)}
        changed={() => void read(0, Math.max(A_PAGE, rows.length))}
      />
      <p className="dim" role="status">
        {page === null ? '' : word('nPreferences', { n: page.total })} {word('preferencesKept')}
      </p>
    </Dialog>
  );
}

function PreferenceList({
  rows,
  total,
  note,
  more,
  changed,
}: {
  readonly rows: readonly PreferenceRow[];
  readonly total: number;
  readonly note: string | null;
  readonly more: () => void;
  readonly changed: () => void;
}): ReactNode {
  const word = useWord();
  const scroll = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 4,
  });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const ask = useEffectEvent(more);
  useEffect(() => {
    if (last >= rows.length - 5 && rows.length > 0 && rows.length < total) ask();
  }, [last, rows.length, total]);
  return (
    <div className="preferences" ref={scroll} tabIndex={0} role="group" aria-label={word('dissectors')}>
      {note === null ? null : <p className="note">{note}</p>}
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const p = rows[item.index]!;
          return (
            <div
              key={`${p.module}.${p.name}`}
              className="preference-place"
              style={{ transform: `translateY(${item.start}px)` }}
              ref={list.measureElement}
              data-index={item.index}
            >
              <Preference row={p} changed={changed} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Preference({ row: p, changed }: { readonly row: PreferenceRow; readonly changed: () => void }): ReactNode {
  const word = useWord();
  const [text, setText] = useState(p.value);
  const [problem, setProblem] = useState('');
  useEffect(() => setText(p.value), [p.value]);
  const set = async (value: string | null): Promise<void> => {
    if (value === p.value) return;
    const answer = await ask('prefer', { module: p.module, name: p.name, value });
    if (answer === null) return;
    setProblem(answer.problem === null ? '' : sentence(answer.problem));
    if (answer.problem !== null) return;
    readAgain();
    changed();
  };
  const label = `${p.protocol}: ${p.title}`;
  return (
    <div className={`preference${p.changed ? ' changed' : ''}`}>
      <div className="preference-text">
        <strong>{p.title}</strong>
        <span className="mono dim">
          {p.protocol} · {p.module}.{p.name}
        </span>
        <span className="dim preference-what" title={p.description}>
          {p.description}
        </span>
        {problem === '' ? null : (
          <span className="bad" role="alert">
            {problem}
          </span>
        )}
      </div>
      <div className="preference-value">
        {p.kind === 'bool' ? (
          <input
            type="checkbox"
            aria-label={label}
            checked={p.value === 'TRUE'}
            onChange={(e) => void set(e.target.checked ? 'TRUE' : 'FALSE')}
          />
        ) : null}
        {p.kind === 'enum' ? (
          <select className="field" aria-label={label} value={p.value} onChange={(e) => void set(e.target.value)}>
            {p.choices.map(([value, said]) => (
              <option key={value} value={value}>
                {said}
              </option>
            ))}
          </select>
        ) : null}
        {p.kind === 'uint' || p.kind === 'string' || p.kind === 'range' || p.kind === 'ports' ? (
          <input
            className="field mono"
            aria-label={label}
            inputMode={p.kind === 'uint' ? 'numeric' : 'text'}
            value={text}
            onChange={(e) => setText(e.target.value)}
            onBlur={() => void set(text)}
            onKeyDown={(e) => {
              if (e.key === 'Enter') void set(text);
            }}
          />
        ) : null}
        {p.changed ? (
          <button type="button" className="link-button" onClick={() => void set(null)}>
            {word('setBack')}
          </button>
        ) : null}
      </div>
    </div>
  );
}
