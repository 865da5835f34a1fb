// 'Learn this network': of a live capture first which hours; then what would be learned and what is left out, to look at
// before it is kept; then what moved.
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { type LearnState, MAX_HOURS, type SessionState } from '../../contract/index.ts';
import { exportLearned, learnNetwork } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { count, hours as hoursText, visible } from '../words/format.ts';
import { networkName, sourceNetwork, usedBy } from '../words/network.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { LearnReview } from './learn-review.tsx';

const HOUR = 3_600;
const USUAL_HOURS = 4;

export function Learn(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session);
  if (session === null) return null;
  return (
    <Dialog title={word('learnNetwork')}>
      <Steps key={session.session} session={session} />
    </Dialog>
  );
}

/** A network that was kept, and what moved. */
interface Kept {
  readonly network: string;
  readonly state: LearnState;
}

function Steps({ session }: { readonly session: SessionState }): ReactNode {
  const word = useWord();
  const [state, setState] = useState<LearnState | null>(null);
  const [kept, setKept] = useState<Kept | null>(null);
  const [phase, setPhase] = useState<'asking' | 'reading' | 'failed'>('asking');
  const live = session.source === 'live';
  const review = async (hours: number | null): Promise<void> => {
    setPhase('reading');
    const answer = await learnNetwork('review', { hours });
    setPhase(answer === null ? 'failed' : 'asking');
    setState(answer);
  };
  useEffect(() => {
    if (!live) void review(null);
  }, [live]);
  if (kept !== null) return <Moved {...kept} source={sourceNetwork(session)} />;
  const step = (): ReactNode => {
    if (state !== null) return <LearnReview state={state} session={session} kept={setKept} />;
    if (phase === 'reading' || (phase === 'asking' && !live))
      return (
        <p className="learn-wait" role="status">
          <progress /> {word('learn.reading')}
        </p>
      );
    if (phase === 'failed') return <p role="status">{word('learn.cannot')}</p>;
    return <Hours session={session} review={(hours) => void review(hours)} />;
  };
  return (
    <>
      <p className="dim">{word('learn.hint')}</p>
      {step()}
    </>
  );
}

/** Which hours of a live capture, and how many of them are there. */
function Hours({
  session,
  review,
}: {
  readonly session: SessionState;
  readonly review: (hours: number | null) => void;
}): ReactNode {
  const word = useWord();
  const { learning } = session;
  const [text, setText] = useState(String(learning?.hours ?? USUAL_HOURS));
  const hours = Number(text);
  const good = Number.isInteger(hours) && hours >= 1 && hours <= MAX_HOURS;
  const lasted = learning?.lasted ?? lastedOf(session);
  const waiting = learning !== null && !learning.ready;
  const there = lasted >= hours * HOUR || session.phase === 'done';
  const reviewable = there || learning?.ready === true;
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (learning?.ready === true) review(learning.hours);
    else if (there) review(hours);
    else void learnNetwork('wait', { hours });
  };
  return (
    <form onSubmit={go}>
      {learning === null ? (
        <label className="setting">
          <span>{word('learn.first')}</span>
          <input
            className="field"
            type="number"
            min={1}
            max={MAX_HOURS}
            value={text}
            onChange={(e) => setText(e.target.value)}
            data-first
          />
        </label>
      ) : null}
      <div className="learn-progress" role="status">
        <progress max={1} value={good ? Math.min(1, lasted / (hours * HOUR)) : 0} aria-hidden="true" />
        <span>{word('learn.lasted', { lasted: hoursText(lasted), hours: good ? hours : '–' })}</span>
      </div>
      {waiting ? <p className="dim">{word('learn.waiting')}</p> : null}
      <div className="dialog-actions">
        {learning === null ? null : (
          <button type="button" className="button" onClick={() => void learnNetwork('wait', { hours: null })}>
            {word('learn.giveUp')}
          </button>
        )}
        {reviewable ? null : (
          <button type="button" className="button" onClick={() => review(null)}>
            {word('learn.now')}
          </button>
        )}
        {waiting ? null : (
          <button type="submit" className="button primary" disabled={!good}>
            {word(reviewable ? 'learn.review' : 'learn.begin')}
          </button>
        )}
      </div>
    </form>
  );
}

/** Seconds of packet time. */
function lastedOf({ firstTime, lastTime }: SessionState): number {
  return firstTime === null || lastTime === null ? 0 : Math.max(0, lastTime - firstTime);
}

/** What was kept, and what moved where something was there before. */
function Moved({ network, source, state }: Kept & { readonly source: string }): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const { moved } = state;
  const now = state.networks.find((n) => n.name === network);
  const pair = ([before, after]: readonly [number, number]): string => `${before.toFixed(2)} → ${after.toFixed(2)}`;
  return (
    <>
      <p className="learn-done">
        {word('learn.done', { name: networkName(network, word), flows: count(now?.flows ?? 0) })}
      </p>
      <p className="dim">
        {word(usedBy(network, source), { name: network })} {word('learn.fromNow')}
      </p>
      {moved === null ? null : (
        <>
          <h3>{word('learn.moved')}</h3>
          <table className="learn-moved">
            <thead>
              <tr>
                <th>{word('learn.group')}</th>
                <th>{word('learn.one')}</th>
                <th>{word('learn.two')}</th>
              </tr>
            </thead>
            <tbody>
              {moved.groups.map((g) => (
                <tr key={g.group}>
                  <td>{g.group === 'all' ? word('learn.all') : g.group}</td>
                  <td>{pair(g.suspicious)}</td>
                  <td>{pair(g.malicious)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>{word('learn.new', { peers: count(moved.newPeers), names: count(moved.newNames) })}</p>
          {moved.peers.length > 0 ? <p className="dim">{moved.peers.map(visible).join(', ')}</p> : null}
        </>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => void exportLearned(network)}>
          {word('exportMore')}
        </button>
        <button type="button" className="button primary" onClick={() => set({ dialog: null })}>
          {word('learn.close')}
        </button>
      </div>
    </>
  );
}

/** Offers to learn from what is open: a file that was read to its end, or a live capture. */
export function LearnOffer(): ReactNode {
  const word = useWord();
  const offered = useStore((s) => s.session?.phase === 'done' || s.session?.source === 'live');
  const set = useStore((s) => s.set);
  if (!offered) return null;
  return (
    <button type="button" className="button" onClick={() => set({ dialog: 'learn' })}>
      {word('learnNetwork')}
    </button>
  );
}
