// The find bar: stands between the strip and the list and covers neither. What it finds is selected.
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { findNext, lastSought, type Sought } from '../state/packet-work.ts';
import { useStore } from '../state/store.ts';
import { sentence, useWord } from '../words/words.ts';
import { FindChoices } from './stream-find-field.tsx';

const WITHIN = ['list', 'details', 'bytes'] as const;

export function FindBar(): ReactNode {
  return useStore((s) => s.findBar) ? <OpenBar /> : null;
}

function OpenBar(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const [sought, setSought] = useState<Sought>(lastSought.now);
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const change = (part: Partial<Sought>): void => {
    const now = { ...sought, ...part };
    lastSought.now = now;
    setSought(now);
    setSaid('');
  };
  const go = async (forward: boolean): Promise<void> => {
    setBusy(true);
    const problem = await findNext(forward);
    setBusy(false);
    if (problem === null) setSaid('');
    else setSaid(problem === 'notFound' ? word('notFound') : sentence(problem));
  };
  const close = (): void => {
    set({ findBar: false });
    document.querySelector<HTMLElement>('.grid')?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  const words = sought.what === 'text' || sought.what === 'regex';
  return (
    <form
      className="find-bar"
      role="search"
      aria-label={word('find')}
      onKeyDown={keys}
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy) void go(true);
      }}
    >
      <select
        className="field"
        aria-label={word('findWhat')}
        value={words ? 'text' : sought.what}
        onChange={(e) => change({ what: e.target.value as 'text' | 'hex' | 'filter' })}
      >
        {(['text', 'hex', 'filter'] as const).map((what) => (
          <option key={what} value={what}>
            {word(`find.${what}`)}
          </option>
        ))}
      </select>
      {words ? (
        <select
          className="field"
          aria-label={word('findWithin')}
          value={sought.within}
          onChange={(e) => change({ within: e.target.value as Sought['within'] })}
        >
          {WITHIN.map((within) => (
            <option key={within} value={within}>
              {word(`within.${within}`)}
            </option>
          ))}
        </select>
      ) : null}
      <input
        id="find-text"
        ref={field}
        autoFocus
        className="field mono"
        value={sought.text}
        aria-label={word('findFor')}
        onChange={(e) => change({ text: e.target.value })}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || !e.shiftKey) return;
          e.preventDefault();
          if (!busy) void go(false);
        }}
      />
      {words ? (
        <FindChoices
          regex={sought.what === 'regex'}
          setRegex={(on) => change({ what: on ? 'regex' : 'text' })}
          matchCase={sought.matchCase}
          setMatchCase={(on) => change({ matchCase: on })}
        />
      ) : null}
      <button
        type="button"
        className="icon-button"
        title={word('previous')}
        aria-label={word('previous')}
        disabled={sought.text === '' || busy}
        onClick={() => void go(false)}
      >
        ↑
      </button>
      <button
        type="submit"
        className="icon-button"
        title={word('next')}
        aria-label={word('next')}
        disabled={sought.text === '' || busy}
      >
        ↓
      </button>
      <span className={said === '' ? 'dim' : 'bad'} role="status">
        {busy ? word('searching') : said}
      </span>
      <button type="button" className="icon-button" aria-label={word('closeFind')} onClick={close}>
        ×
      </button>
    </form>
  );
}
