// The display filter: it is checked while it is typed, fields are completed, a mistake is underlined, and a filter that
// takes longer than 100 ms shows its progress.
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { FilterProblem, Suggestion } from '../../contract/index.ts';
import { applyFilter, cancelView } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { client, newest } from '../wire/client.ts';
import { count } from '../words/format.ts';
import { sentence, useWord, suggestionDetail } from '../words/words.ts';

const check = newest((which: 'packets' | 'flows', filter: string) => client.ask('check', { which, filter }));
const complete = newest((which: 'packets' | 'flows', filter: string, caret: number) =>
  client.ask('complete', { which, filter, caret }),
);

export function FilterBar(): ReactNode {
  const word = useWord();
  const view = useStore((s) => s.view);
  const which = view === 'flows' ? 'flows' : 'packets';
  const text = useStore((s) => s.drafts[which]);
  const applied = useStore((s) => s.views?.[which] ?? null);
  const waiting = useStore((s) => s.working[which]);
  const total = useStore((s) => (which === 'flows' ? s.session?.flows : s.session?.packets) ?? 0);
  const session = useStore((s) => s.session?.session ?? 0);
  const set = useStore((s) => s.set);
  const [checked, setChecked] = useState<{ readonly text: string; readonly problem: FilterProblem | null }>({
    text: '',
    problem: null,
  });
  // The answer for another text does not hold for this one.
  const problem = checked.text === text ? checked.problem : null;
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const chosenText = useRef<string | null>(null);
  const typed = useRef('');
  const input = useRef<HTMLInputElement>(null);
  const back = useRef<HTMLDivElement>(null);

  // A window that comes back finds the filter that is in force.
  useEffect(() => {
    if (applied !== null && !waiting && document.activeElement !== input.current) change(applied.filter, false);
  }, [applied?.filter, session, which]);

  // A text that was put here from elsewhere, such as a line of the tree, is checked as one that is typed.
  useEffect(() => {
    if (text === typed.current) return;
    typed.current = text;
    void check(which, text).then(
      (r) => {
        if (r !== null) setChecked({ text, problem: r.problem });
      },
      () => undefined,
    );
  }, [text, which]);

  const change = (value: string, ask = true): void => {
    const { drafts } = useStore.getState();
    typed.current = value;
    set({ drafts: { ...drafts, [which]: value } });
    void check(which, value).then(
      (r) => {
        if (r !== null) setChecked({ text: value, problem: r.problem });
      },
      () => undefined,
    );
    // Suggestions that no longer fit are removed at once; the host's answer brings the others.
    const caret = input.current?.selectionStart ?? value.length;
    setSuggestions((before) =>
      before.filter((s) => s.text.toLowerCase().includes(value.slice(s.from, caret).trim().toLowerCase())),
    );
    if (ask) suggest(value, input.current?.selectionStart ?? value.length);
  };
  const suggest = (value: string, caret: number): void => {
    void complete(which, value, caret).then(
      (r) => {
        if (r !== null && document.activeElement === input.current) {
          const kept = chosenText.current;
          setSuggestions(r.suggestions);
          // A suggestion that was chosen meanwhile stays chosen while it is still offered.
          choose(kept === null ? -1 : r.suggestions.findIndex((s) => s.text === kept), r.suggestions);
        }
      },
      () => undefined,
    );
  };
  const choose = (index: number, among: readonly Suggestion[]): void => {
    chosenText.current = among[index]?.text ?? null;
    setChosen(index);
  };
  const close = (): void => {
    setSuggestions([]);
    choose(-1, []);
  };
  const take = (s: Suggestion): void => {
    const inside = s.text.endsWith('{}');
    const spaced = s.text.endsWith('.') ? s.text : `${s.text} `;
    // What was typed since the suggestion was made belongs to the word that it takes the place of.
    const to = Math.max(s.to, input.current?.selectionStart ?? s.to);
    chosenText.current = null;
    const from = s.from + (/^\s*/.exec(text.slice(s.from, to))?.[0].length ?? 0);
    const next = text.slice(0, from) + (inside ? s.text : spaced) + text.slice(to).replace(/^ /, '');
    const caret = from + (inside ? s.text.length - 1 : spaced.length);
    const { drafts } = useStore.getState();
    // This is done at once, since the next key may be pressed before another frame is drawn.
    flushSync(() => set({ drafts: { ...drafts, [which]: next } }));
    input.current?.setSelectionRange(caret, caret);
    change(next);
  };
  const apply = async (): Promise<void> => {
    close();
    if (problem !== null) {
      input.current?.setSelectionRange(problem.at, problem.at + problem.length);
      return;
    }
    // This is done at once, since the next key is meant for the list.
    document.querySelector<HTMLElement>('.grid')?.focus();
    await applyFilter(text);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (suggestions.length === 0) {
        suggest(text, input.current?.selectionStart ?? 0);
        return;
      }
      choose(
        (chosen + (event.key === 'ArrowDown' ? 1 : suggestions.length - (chosen < 0 ? 0 : 1))) % suggestions.length,
        suggestions,
      );
    } else if ((event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) && chosen >= 0) {
      event.preventDefault();
      take(suggestions[chosen]!);
    } else if (event.key === 'Enter') void apply();
    else if (event.key === 'Escape') {
      event.stopPropagation();
      if (suggestions.length > 0) close();
      else if (text !== (applied?.filter ?? '')) change(applied?.filter ?? '', false);
      else document.querySelector<HTMLElement>('.grid')?.focus();
    }
  };

  const working = waiting ? (applied?.working ?? 0) : null;
  const invalid = text !== '' && problem !== null;
  const status = invalid
    ? sentence(problem.message)
    : working !== null
      ? word('filtering', { share: Math.round(working * 100) })
      : text !== '' && text === applied?.filter
        ? word(which === 'flows' ? 'ofFlows' : 'ofPackets', {
            n: count(applied.matched),
            total: count(total),
            s: (applied.took / 1000).toFixed(2),
          })
        : text !== (applied?.filter ?? '')
          ? word('pressEnter')
          : '';
  return (
    <div className={`filter-bar${text === '' || checked.text !== text ? '' : invalid ? ' invalid' : ' valid'}`}>
      <div className="filter-back" ref={back} aria-hidden="true">
        {invalid ? (
          <>
            {text.slice(0, problem.at)}
            <mark>{text.slice(problem.at, problem.at + Math.max(1, problem.length)) || ' '}</mark>
            {text.slice(problem.at + Math.max(1, problem.length))}
          </>
        ) : (
          text
        )}
      </div>
      <input
        ref={input}
        id="filter"
        type="text"
        role="combobox"
        aria-label={word('displayFilter')}
        aria-expanded={suggestions.length > 0}
        aria-controls="suggestions"
        aria-autocomplete="list"
        aria-invalid={invalid}
        aria-describedby="filter-status"
        aria-activedescendant={chosen >= 0 ? `suggestion-${chosen}` : undefined}
        spellCheck={false}
        autoComplete="off"
        value={text}
        placeholder={word(which === 'flows' ? 'filterFlows' : 'filterPackets')}
        onChange={(e) => change(e.target.value)}
        onKeyDown={keys}
        onBlur={close}
        onClick={() => {
          if (text !== '') suggest(text, input.current?.selectionStart ?? 0);
        }}
        onScroll={(e) => {
          back.current!.scrollLeft = e.currentTarget.scrollLeft;
        }}
      />
      <span id="filter-status" className="filter-status" role="status">
        {status}
      </span>
      {working !== null ? (
        <button type="button" className="link-button" onClick={() => cancelView(which)}>
          {word('cancel')}
        </button>
      ) : text === '' ? null : (
        <button
          type="button"
          className="icon-button"
          aria-label={word('clearFilter')}
          title={word('clearFilter')}
          onClick={() => {
            change('', false);
            void applyFilter('');
          }}
        >
          ×
        </button>
      )}
      {working === null ? null : <i className="filter-progress" style={{ width: `${Math.max(2, working * 100)}%` }} />}
      <ul
        id="suggestions"
        className="suggestions"
        role="listbox"
        aria-label={word('suggestions')}
        hidden={suggestions.length === 0}
      >
        {suggestions.map((s, i) => (
          <li
            key={s.text}
            id={`suggestion-${i}`}
            role="option"
            aria-selected={i === chosen}
            className={i === chosen ? 'chosen' : ''}
            ref={i === chosen ? (e) => e?.scrollIntoView({ block: 'nearest' }) : undefined}
            onMouseDown={(e) => {
              e.preventDefault();
              take(s);
            }}
          >
            <span>{s.text}</span>
            <span className="dim">{suggestionDetail(s)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
