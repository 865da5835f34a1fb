// 'Learn this network': what the open capture would teach and what is left out, to look at before it is kept; and what
// is learned already.
import { type ReactNode, useEffect, useState } from 'react';
import type { LearnedNetwork, LearnState } from '../../contract/index.ts';
import { learnNetwork } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { count } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function Learn(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const [state, setState] = useState<LearnState | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    void learnNetwork('review').then((answer) => {
      if (gone) return;
      if (answer === null) setFailed(true);
      else setState(answer);
    });
    return () => void (gone = true);
  }, []);
  const keep = async (): Promise<void> => {
    if ((await learnNetwork('keep')) !== null) set({ dialog: null });
  };
  const review = state?.review ?? null;
  return (
    <Dialog title={word('learnNetwork')}>
      <p className="dim">{word('learn.hint')}</p>
      {review === null && <p role="status">{word(failed ? 'learn.cannot' : 'learn.reading')}</p>}
      {review !== null && (
        <>
          <p>{word('learn.counts', { flows: count(review.flows), left: count(review.leftOut) })}</p>
          {review.incidents.length > 0 && <h3>{word('learn.look')}</h3>}
          <ul>
            {review.incidents.map((i, n) => (
              <li key={n}>
                {sentence(i.title)} · {word('learn.points', { n: i.points })} · {word(`learn.${i.what}`)}
              </li>
            ))}
          </ul>
          {review.more > 0 && <p className="dim">{word('learn.more', { n: count(review.more) })}</p>}
        </>
      )}
      <div className="dialog-actions">
        <button
          type="button"
          className="button primary"
          disabled={review === null || review.flows === 0}
          onClick={() => void keep()}
        >
          {word('learn.keep')}
        </button>
      </div>
    </Dialog>
  );
}

/** Offers to learn from a capture that was read to its end. */
export function LearnOffer(): ReactNode {
  const word = useWord();
  const done = useStore((s) => s.session?.phase === 'done');
  const set = useStore((s) => s.set);
  if (!done) return null;
  return (
    <button type="button" className="button" onClick={() => set({ dialog: 'learn' })}>
      {word('learnNetwork')}
    </button>
  );
}

/** What is learned of this network, in the settings. */
export function Learned(): ReactNode {
  const word = useWord();
  const [stored, setStored] = useState<LearnedNetwork | null>(null);
  useEffect(() => {
    let gone = false;
    void learnNetwork('look').then((answer) => {
      if (!gone && answer !== null) setStored(answer.stored);
    });
    return () => void (gone = true);
  }, []);
  if (stored === null) return <p className="dim">{word('learn.nothing')}</p>;
  const { learned, flows, peers, clients, administrators, mailServers } = stored;
  const hosts = (list: readonly string[]): string => (list.length === 0 ? '–' : list.join(', '));
  return (
    <>
      <p>
        {word('learn.stored', {
          when: learned.slice(0, 10),
          flows: count(flows),
          peers: count(peers),
          clients: count(clients),
        })}
      </p>
      <p className="dim">
        {word('learn.roles', { administrators: hosts(administrators), mailServers: hosts(mailServers) })}
      </p>
      <button
        type="button"
        className="button"
        onClick={() => void learnNetwork('forget').then((s) => s !== null && setStored(s.stored))}
      >
        {word('learn.forget')}
      </button>
    </>
  );
}
