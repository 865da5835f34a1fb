// What a filter may go on with: asked for while it is typed, chosen by keys or the mouse.
import { useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Suggestion } from '../../contract/index.ts';
import { useFilters } from '../state/filter-lists.ts';
import type { Which } from '../state/store.ts';
import { client, newest } from '../wire/client.ts';
import { suggestionDetail, useWord } from '../words/words.ts';

const complete = newest((which: Which, filter: string, caret: number) =>
  client.ask('complete', { which, filter, caret }),
);

/** A word to go on with, or a whole filter: one that was applied, or a saved one, with its name. */
export type Offer =
  | (Suggestion & { readonly kind: 'word' })
  | { readonly kind: 'recent' | 'saved'; readonly text: string; readonly name: string };

export interface Offered {
  readonly list: readonly Offer[];
  /** Index of the one chosen, or -1. */
  readonly chosen: number;
  readonly ask: (filter: string, caret: number) => void;
  /** Suggestions that no longer fit are removed at once; the host's answer brings the others. */
  readonly narrow: (filter: string, caret: number) => void;
  /** Chooses the next one or the one before, around the ends. */
  readonly move: (down: boolean) => void;
  /** What was chosen is not chosen again when the next suggestions come. */
  readonly forget: () => void;
  /** One is no longer offered. */
  readonly drop: (offer: Offer) => void;
  readonly close: () => void;
}

/** @param input the field: suggestions that come when it has lost the focus are not shown */
export function useSuggestions(which: Which, input: RefObject<HTMLInputElement | null>): Offered {
  const [list, setList] = useState<readonly Offer[]>([]);
  const [chosen, setChosen] = useState(-1);
  const chosenText = useRef<string | null>(null);
  /** Grows when what was asked for before is wanted no more. */
  const turn = useRef(0);
  const choose = (index: number, among: readonly Offer[]): void => {
    chosenText.current = among[index]?.text ?? null;
    setChosen(index);
  };
  return {
    list,
    chosen,
    ask(filter, caret) {
      const mine = ++turn.current;
      void complete(which, filter, caret).then(
        (r) => {
          if (r === null || turn.current !== mine || document.activeElement !== input.current) return;
          const kept = chosenText.current;
          const words = r.suggestions.map((s): Offer => ({ kind: 'word', ...s }));
          const all = filter.trim() === '' ? [...wholeFilters(which), ...words] : words;
          setList(all);
          // A suggestion that was chosen meanwhile stays chosen while it is still offered.
          choose(kept === null ? -1 : all.findIndex((s) => s.text === kept), all);
        },
        () => undefined,
      );
    },
    narrow(filter, caret) {
      setList((before) =>
        before.filter((s) => {
          const typed = s.kind === 'word' ? filter.slice(s.from, caret) : filter;
          return s.text.toLowerCase().includes(typed.trim().toLowerCase());
        }),
      );
    },
    move(down) {
      const up = list.length - (chosen < 0 ? 0 : 1);
      choose((chosen + (down ? 1 : up)) % list.length, list);
    },
    forget() {
      chosenText.current = null;
    },
    drop(offer) {
      const left = list.filter((o) => o !== offer);
      setList(left);
      choose(Math.min(chosen, left.length - 1), left);
    },
    close() {
      turn.current++;
      setList([]);
      choose(-1, []);
    },
  };
}

/** On an empty bar: the filters that were applied last, and saved ones that are not among them. */
function wholeFilters(which: Which): Offer[] {
  const { history, saved } = useFilters.getState();
  const names = new Map(saved.map((s) => [s.filter, s.name]));
  const recent = history.filter((h) => h.which === which);
  const told = new Set(recent.map((h) => h.filter));
  return [
    ...recent.map((h): Offer => ({ kind: 'recent', text: h.filter, name: names.get(h.filter) ?? '' })),
    ...saved.filter((s) => !told.has(s.filter)).map((s): Offer => ({ kind: 'saved', text: s.filter, name: s.name })),
  ];
}

export function Suggestions({
  list,
  chosen,
  onTake,
}: {
  readonly list: readonly Offer[];
  readonly chosen: number;
  readonly onTake: (s: Offer) => void;
}): ReactNode {
  const word = useWord();
  return (
    <ul
      id="suggestions"
      className="suggestions"
      role="listbox"
      aria-label={word('suggestions')}
      hidden={list.length === 0}
    >
      {list.map((s, i) => (
        <li
          key={`${s.kind} ${s.text}`}
          id={`suggestion-${i}`}
          role="option"
          aria-selected={i === chosen}
          className={i === chosen ? 'chosen' : ''}
          ref={i === chosen ? (e) => e?.scrollIntoView({ block: 'nearest' }) : undefined}
          onMouseDown={(e) => {
            e.preventDefault();
            onTake(s);
          }}
        >
          <span>{s.text}</span>
          <span className="dim">{s.kind === 'word' ? suggestionDetail(s) : s.name || word(KINDS[s.kind])}</span>
        </li>
      ))}
    </ul>
  );
}

const KINDS = { recent: 'filters.recentOne', saved: 'filters.saved' } as const;
