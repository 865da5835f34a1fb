// The field that finds in a stream: text or regular expression, with case or without, next and previous.
import { useEffect, useState, type ReactNode, type RefObject } from 'react';
import type { Message, StreamLine } from '../../contract/index.ts';
import { count } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { findPlaces, type Place } from './stream-find.ts';

export interface Finding {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly regex: boolean;
  readonly setRegex: (on: boolean) => void;
  readonly matchCase: boolean;
  readonly setMatchCase: (on: boolean) => void;
  readonly total: number;
  /** The place shown, and which of all it is, from 0. */
  readonly now: Place | null;
  readonly at: number;
  readonly problem: Message | null;
  readonly step: (by: number) => void;
}

export function useFind(lines: readonly StreamLine[]): Finding {
  const [text, setText] = useState('');
  const [regex, setRegex] = useState(false);
  const [matchCase, setMatchCase] = useState(false);
  const [places, setPlaces] = useState<readonly Place[]>([]);
  const [problem, setProblem] = useState<Message | null>(null);
  const [at, setAt] = useState(0);
  useEffect(() => {
    let current = true;
    void findPlaces(lines, { text, regex, matchCase }, () => current).then((found) => {
      if (!current || found === null) return;
      setPlaces(found.places);
      setProblem(found.problem);
      setAt(0);
    });
    return () => {
      current = false;
    };
  }, [lines, text, regex, matchCase]);
  const total = places.length;
  return {
    text,
    setText,
    regex,
    setRegex,
    matchCase,
    setMatchCase,
    total,
    now: places[at] ?? null,
    at,
    problem,
    step: (by) => setAt((i) => (total === 0 ? 0 : (i + by + total) % total)),
  };
}

export function StreamFind({
  find,
  field,
}: {
  readonly find: Finding;
  readonly field: RefObject<HTMLInputElement | null>;
}): ReactNode {
  const word = useWord();
  const said = (): string => {
    if (find.problem !== null) return sentence(find.problem);
    if (find.text === '') return '';
    return find.total === 0 ? word('notInStream') : word('nOfM', { n: count(find.at + 1), m: count(find.total) });
  };
  return (
    <span className="stream-find">
      <input
        ref={field}
        className="field mono"
        value={find.text}
        placeholder={word('findInStream')}
        aria-label={word('findInStream')}
        onChange={(e) => find.setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter') find.step(e.shiftKey ? -1 : 1);
        }}
      />
      <FindChoices {...find} />
      <button type="button" className="icon-button" aria-label={word('previous')} onClick={() => find.step(-1)}>
        ↑
      </button>
      <button type="button" className="icon-button" aria-label={word('next')} onClick={() => find.step(1)}>
        ↓
      </button>
      <span className={find.problem === null ? 'dim' : 'bad'} role="status">
        {said()}
      </span>
    </span>
  );
}

/** With case or without, text or regular expression. */
export function FindChoices({
  regex,
  setRegex,
  matchCase,
  setMatchCase,
}: Pick<Finding, 'regex' | 'setRegex' | 'matchCase' | 'setMatchCase'>): ReactNode {
  const word = useWord();
  return (
    <span className="segmented" role="group" aria-label={word('findHow')}>
      <button
        type="button"
        aria-pressed={matchCase}
        title={word('matchCase')}
        aria-label={word('matchCase')}
        onClick={() => setMatchCase(!matchCase)}
      >
        Aa
      </button>
      <button
        type="button"
        aria-pressed={regex}
        title={word('regularExpression')}
        aria-label={word('regularExpression')}
        onClick={() => setRegex(!regex)}
      >
        .*
      </button>
    </span>
  );
}
