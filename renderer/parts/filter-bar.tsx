// The display filter: it is checked while it is typed, fields are completed, a mistake is underlined, and a filter that
// takes longer than 100 ms shows its progress.
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { FilterProblem, Suggestion, ViewState } from '../../contract/index.ts';
import { applyFilter, cancelView } from '../state/actions.ts';
import { dropOnFilterBar, overFilterBar } from '../state/filter-drag.ts';
import { forgetFilter, useFilters } from '../state/filter-lists.ts';
import { listOf, useStore, type Which } from '../state/store.ts';
import { client, newest } from '../wire/client.ts';
import { count } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { FilterBack, filterClass } from './filter-back.tsx';
import { FilterMenuButton } from './saved-filters.tsx';
import { type Offer, Suggestions, useSuggestions } from './suggestions.tsx';

const check = newest((which: Which, filter: string) => client.ask('check', { which, filter }));

export function FilterBar(): ReactNode {
  const word = useWord();
  const view = useStore((s) => s.view);
  const which = listOf(view);
  const text = useStore((s) => s.drafts[which]);
  const applied = useStore((s) => s.views?.[which] ?? null);
  const waiting = useStore((s) => s.arranging[which] !== null);
  const session = useStore((s) => s.session?.session ?? 0);
  const [checked, setChecked] = useState<{ readonly text: string; readonly problem: FilterProblem | null }>({
    text: '',
    problem: null,
  });
  // The answer for another text does not hold for this one.
  const problem = checked.text === text ? checked.problem : null;
  const typed = useRef('');
  const input = useRef<HTMLInputElement>(null);
  const back = useRef<HTMLDivElement>(null);
  const offered = useSuggestions(which, input);
  const caret = (): number => input.current?.selectionStart ?? 0;

  const checkText = (value: string): void => {
    void check(which, value).then(
      (r) => {
        if (r !== null) setChecked({ text: value, problem: r.problem });
      },
      () => undefined,
    );
  };
  const change = (value: string, ask = true): void => {
    typed.current = value;
    setDraft(which, value);
    checkText(value);
    const at = input.current?.selectionStart ?? value.length;
    offered.narrow(value, at);
    if (ask) offered.ask(value, at);
    // Suggestions that are on their way are those of another text.
    else offered.close();
  };

  // A window that comes back finds the filter that is in force.
  const inForce = applied?.filter ?? null;
  const takeInForce = useEffectEvent((filter: string) => {
    if (!waiting && document.activeElement !== input.current) change(filter, false);
  });
  useEffect(() => {
    if (inForce !== null) takeInForce(inForce);
  }, [inForce, session, which]);

  // A text that was put here from elsewhere, such as a line of the tree, is checked as one that is typed.
  const takeText = useEffectEvent(() => {
    if (text === typed.current) return;
    typed.current = text;
    checkText(text);
  });
  useEffect(() => takeText(), [text, which]);

  // Other macros may make another filter of the same text.
  const macros = useFilters((s) => s.macros);
  const checkAgain = useEffectEvent(() => {
    if (text.includes('$')) checkText(text);
  });
  useEffect(() => checkAgain(), [macros]);

  /** A whole filter that is offered is applied at once, unless Tab only takes it. */
  const takeWhole = (filter: string, apply: boolean): void => {
    offered.close();
    flushSync(() => change(filter, false));
    if (!apply) return;
    focusList();
    void applyFilter(filter);
  };
  const take = (s: Offer, apply: boolean): void => {
    if (s.kind !== 'word') {
      takeWhole(s.text, apply);
      return;
    }
    // What was typed since the suggestion was made belongs to the word that it takes the place of.
    const next = completed(text, s, Math.max(s.to, input.current?.selectionStart ?? s.to));
    offered.forget();
    // This is done at once, since the next key may be pressed before another frame is drawn.
    flushSync(() => setDraft(which, next.text));
    input.current?.setSelectionRange(next.caret, next.caret);
    change(next.text);
  };
  const apply = async (): Promise<void> => {
    offered.close();
    if (problem !== null) {
      input.current?.setSelectionRange(problem.at, problem.at + problem.length);
      return;
    }
    // This is done at once, since the next key is meant for the list.
    focusList();
    await applyFilter(text);
  };
  const escape = (): void => {
    if (offered.list.length > 0) offered.close();
    else if (text !== (inForce ?? '')) change(inForce ?? '', false);
    else focusList();
  };
  const keys = (event: KeyboardEvent): void => {
    const chosen = offered.list[offered.chosen];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (offered.list.length === 0) offered.ask(text, caret());
      else offered.move(event.key === 'ArrowDown');
    } else if ((event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) && chosen !== undefined) {
      event.preventDefault();
      take(chosen, event.key === 'Enter');
    } else if (event.key === 'Delete' && chosen?.kind === 'recent') {
      event.preventDefault();
      forgetFilter(which, chosen.text);
      offered.drop(chosen);
    } else if (event.key === 'Enter') void apply();
    else if (event.key === 'Escape') {
      event.stopPropagation();
      escape();
    }
  };

  const working = waiting ? (applied?.working ?? 0) : null;
  const invalid = text !== '' && problem !== null;
  // What the engine could only answer in part is not shown as valid.
  const partial = text === inForce && (applied?.partial ?? null) !== null;
  return (
    <div
      className={filterClass(text !== '' && checked.text === text && (invalid || !partial), invalid)}
      onDragOver={overFilterBar}
      onDrop={dropOnFilterBar}
    >
      <FilterBack text={text} problem={invalid ? problem : null} box={back} />
      <input
        ref={input}
        id="filter"
        type="text"
        role="combobox"
        aria-label={word('displayFilter')}
        aria-expanded={offered.list.length > 0}
        aria-controls="suggestions"
        aria-autocomplete="list"
        aria-invalid={invalid}
        aria-describedby="filter-status"
        aria-activedescendant={offered.chosen >= 0 ? `suggestion-${offered.chosen}` : undefined}
        spellCheck={false}
        autoComplete="off"
        value={text}
        placeholder={word(PLACEHOLDERS[which])}
        onChange={(e) => change(e.target.value)}
        onKeyDown={keys}
        onBlur={offered.close}
        onClick={() => {
          if (text !== '') offered.ask(text, caret());
        }}
        onScroll={(e) => {
          back.current!.scrollLeft = e.currentTarget.scrollLeft;
        }}
      />
      <span id="filter-status" className="filter-status" role="status">
        {invalid ? sentence(problem.message) : <Status which={which} text={text} applied={applied} working={working} />}
      </span>
      {working === null ? null : (
        <button type="button" className="link-button" onClick={() => cancelView(which)}>
          {word('cancel')}
        </button>
      )}
      {working !== null || text === '' ? null : (
        <button
          type="button"
          className="icon-button"
          aria-label={word('clearFilter')}
          title={word('clearFilter')}
          onClick={() => {
            change('', false);
            // The button goes, and the focus with it.
            focusList();
            void applyFilter('');
          }}
        >
          ×
        </button>
      )}
      {working === null ? null : <i className="filter-progress" style={{ width: `${Math.max(2, working * 100)}%` }} />}
      <FilterMenuButton />
      <Suggestions list={offered.list} chosen={offered.chosen} onTake={(s) => take(s, true)} />
    </div>
  );
}

/** How far the filter is, how many rows it let through, or what is to be done with a text that is not in force. */
function Status({
  which,
  text,
  applied,
  working,
}: {
  readonly which: Which;
  readonly text: string;
  readonly applied: ViewState | null;
  /** Share done; null when nothing is under way. */
  readonly working: number | null;
}): ReactNode {
  const word = useWord();
  const total = useStore((s) => (which === 'flows' ? s.session?.flows : s.session?.packets) ?? 0);
  if (working !== null) {
    const share = Math.round(working * 100);
    const soFar = text === applied?.filter && applied.partial?.say === 'filter-so-far';
    return soFar ? word('filteringSoFar', { share, n: count(applied.matched) }) : word('filtering', { share });
  }
  if (text !== (applied?.filter ?? '')) return word('pressEnter');
  if (text === '' || applied === null) return '';
  const said = word(COUNTED[which], {
    n: which === 'incidents' || which === 'hosts' ? applied.matched : count(applied.matched),
    total: count(total),
    s: (applied.took / 1000).toFixed(2),
  });
  return applied.partial === null ? (
    said
  ) : (
    <span title={sentence(applied.partial)}>
      {said} · {word(STOPPED.includes(applied.partial.say) ? 'foundUntilStopped' : 'partialTree')}
    </span>
  );
}

/** Rows are those that were found before the filter ended. */
const STOPPED: readonly string[] = ['filter-stopped', 'filter-broken-off', 'filter-so-far'];
const PLACEHOLDERS = {
  packets: 'filterPackets',
  flows: 'filterFlows',
  incidents: 'filterIncidents',
  hosts: 'filterHosts',
} as const;
const COUNTED = { packets: 'ofPackets', flows: 'ofFlows', incidents: 'foundIncidents', hosts: 'foundHosts' } as const;

function setDraft(which: Which, text: string): void {
  const { drafts, set } = useStore.getState();
  set({ drafts: { ...drafts, [which]: text } });
}

function focusList(): void {
  document.querySelector<HTMLElement>('.grid')?.focus();
}

/**
 * A filter with a suggestion in the place of a word.
 * @param to end of the word
 * @returns the filter, and where the caret stands: behind the word, or between the braces of a set
 */
function completed(text: string, s: Suggestion, to: number): { readonly text: string; readonly caret: number } {
  const inside = s.text.endsWith('{}');
  const spaced = /[.:]$/.test(s.text) ? s.text : `${s.text} `;
  const from = s.from + (/^\s*/.exec(text.slice(s.from, to))?.[0].length ?? 0);
  return {
    text: text.slice(0, from) + (inside ? s.text : spaced) + text.slice(to).replace(/^ /, ''),
    caret: from + (inside ? s.text.length - 1 : spaced.length),
  };
}
