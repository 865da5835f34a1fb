// What a filter may go on with: asked for while it is typed, chosen by keys or the mouse.
import { useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Suggestion } from '../../contract/index.ts';
import type { Which } from '../state/store.ts';
import { client, newest } from '../wire/client.ts';
import { suggestionDetail, useWord } from '../words/words.ts';

const complete = newest((which: Which, filter: string, caret: number) =>
  client.ask('complete', { which, filter, caret }),
);

export interface Offered {
  readonly list: readonly Suggestion[];
  /** Index of the one chosen, or -1. */
  readonly chosen: number;
  readonly ask: (filter: string, caret: number) => void;
  /** Suggestions that no longer fit are removed at once; the host's answer brings the others. */
  readonly narrow: (filter: string, caret: number) => void;
  /** Chooses the next one or the one before, around the ends. */
  readonly move: (down: boolean) => void;
  /** What was chosen is not chosen again when the next suggestions come. */
  readonly forget: () => void;
  readonly close: () => void;
}

/** @param input the field: suggestions that come when it has lost the focus are not shown */
export function useSuggestions(which: Which, input: RefObject<HTMLInputElement | null>): Offered {
  const [list, setList] = useState<readonly Suggestion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const chosenText = useRef<string | null>(null);
  const choose = (index: number, among: readonly Suggestion[]): void => {
    chosenText.current = among[index]?.text ?? null;
    setChosen(index);
  };
  return {
    list,
    chosen,
    ask(filter, caret) {
      void complete(which, filter, caret).then(
        (r) => {
          if (r === null || document.activeElement !== input.current) return;
          const kept = chosenText.current;
          setList(r.suggestions);
          // A suggestion that was chosen meanwhile stays chosen while it is still offered.
          choose(kept === null ? -1 : r.suggestions.findIndex((s) => s.text === kept), r.suggestions);
        },
        () => undefined,
      );
    },
    narrow(filter, caret) {
      setList((before) =>
        before.filter((s) => s.text.toLowerCase().includes(filter.slice(s.from, caret).trim().toLowerCase())),
      );
    },
    move(down) {
      const up = list.length - (chosen < 0 ? 0 : 1);
      choose((chosen + (down ? 1 : up)) % list.length, list);
    },
    forget() {
      chosenText.current = null;
    },
    close() {
      setList([]);
      choose(-1, []);
    },
  };
}

export function Suggestions({
  list,
  chosen,
  onTake,
}: {
  readonly list: readonly Suggestion[];
  readonly chosen: number;
  readonly onTake: (s: Suggestion) => void;
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
          key={s.text}
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
          <span className="dim">{suggestionDetail(s)}</span>
        </li>
      ))}
    </ul>
  );
}
