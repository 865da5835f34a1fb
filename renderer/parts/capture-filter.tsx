// The capture filter (BPF), checked by libpcap while it is typed.
import { useEffect, useState, type ReactNode } from 'react';
import type { FilterProblem } from '../../contract/index.ts';
import { startCapture } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { client, newest } from '../wire/client.ts';
import { sentence, useWord } from '../words/words.ts';
import { FilterBack, filterClass } from './filter-back.tsx';

const check = newest((name: string, filter: string) => client.ask('checkCapture', { interface: name, filter }));
const PAUSE = 200;

export function CaptureFilter(): ReactNode {
  const word = useWord();
  const text = useStore((s) => s.captureFilter);
  const chosen = useStore((s) => s.chosenInterfaces[0] ?? null);
  const set = useStore((s) => s.set);
  const [problem, setProblem] = useState<FilterProblem | null>(null);
  useEffect(() => {
    if (text.trim() === '') {
      setProblem(null);
      return undefined;
    }
    const timer = setTimeout(
      () =>
        void check(chosen ?? '', text).then(
          (r) => {
            if (r !== null) setProblem(r.problem);
          },
          () => undefined,
        ),
      PAUSE,
    );
    return () => clearTimeout(timer);
  }, [text, chosen]);
  const invalid = text !== '' && problem !== null;
  return (
    <div className={filterClass(text !== '', invalid)}>
      <FilterBack text={text} problem={invalid ? problem : null} />
      <input
        id="capture-filter"
        type="text"
        value={text}
        spellCheck={false}
        autoComplete="off"
        aria-label={word('captureFilter')}
        aria-invalid={invalid}
        aria-describedby="capture-filter-status"
        placeholder={word('captureFilterHint')}
        onChange={(e) => set({ captureFilter: e.target.value })}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && !invalid) void startCapture();
        }}
      />
      <span id="capture-filter-status" className="filter-status" role="status">
        {invalid ? word('atPosition', { at: problem.at + 1, message: sentence(problem.message) }) : ''}
      </span>
    </div>
  );
}
