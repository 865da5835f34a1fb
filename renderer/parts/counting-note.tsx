// How far a count is, with the way out of it.
import type { ReactNode } from 'react';
import type { Counting } from '../state/counting.ts';
import { useSentence, useWord } from '../words/words.ts';

export function CountingNote({
  counting,
  again,
}: {
  readonly counting: Counting;
  readonly again: () => void;
}): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  if (counting.done !== null)
    return (
      <div className="stat-counting" role="status">
        <span>{word('stats.counting')}</span>
        <progress value={counting.done} max={1} aria-label={word('stats.counting')} />
        <button type="button" className="button" onClick={counting.cancel}>
          {word('stats.giveUp')}
        </button>
      </div>
    );
  if (counting.stopped === null) return null;
  return (
    <div className="stat-counting" role="status">
      <span>{counting.stopped.say === 'cancelled' ? word('stats.givenUp') : sentence(counting.stopped)}</span>
      <button type="button" className="button" onClick={again}>
        {word('stats.again')}
      </button>
    </div>
  );
}
