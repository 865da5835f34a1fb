// What would be learned and what is left out, and by which name it is kept.
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import {
  gravityOf,
  isNetworkName,
  type LearnedNetwork,
  type LearnState,
  type SessionState,
} from '../../contract/index.ts';
import { learnNetwork } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { count } from '../words/format.ts';
import { networkName, sourceNetwork, usedBy } from '../words/network.ts';
import { sentence, useWord } from '../words/words.ts';

type Review = NonNullable<LearnState['review']>;

export function LearnReview({
  state,
  session,
  kept,
}: {
  readonly state: LearnState;
  readonly session: SessionState;
  readonly kept: (now: { readonly network: string; readonly state: LearnState }) => void;
}): ReactNode {
  const word = useWord();
  const { review } = state;
  if (review === null) return null;
  return (
    <>
      <dl className="learn-counts">
        <div>
          <dd>{count(review.flows)}</dd>
          <dt>{word('learn.taken')}</dt>
        </div>
        <div>
          <dd>{count(review.leftOut)}</dd>
          <dt>{word('learn.leftOut')}</dt>
        </div>
      </dl>
      {review.incidents.length > 0 ? <Incidents review={review} /> : null}
      {review.flows === 0 ? (
        <p role="status">{word('learn.none')}</p>
      ) : (
        <Keep networks={state.networks} session={session} kept={kept} />
      )}
    </>
  );
}

function Incidents({ review }: { readonly review: Review }): ReactNode {
  const word = useWord();
  const list = useRef<HTMLUListElement>(null);
  // It comes when the capture was gone through, into a dialog that is there already.
  useEffect(() => list.current?.focus(), []);
  return (
    <>
      <h3>{word('learn.look')}</h3>
      <ul className="learn-review" ref={list} tabIndex={0} aria-label={word('learn.look')}>
        {review.incidents.map((i, n) => (
          <li key={n}>
            <span className={`chip ${gravityOf(i.points) ?? 'suspicious'}`}>
              {word('learn.points', { n: i.points })}
            </span>
            <span>{sentence(i.title)}</span>
            <span className="dim">{word(`learn.${i.what}`)}</span>
          </li>
        ))}
        {review.more > 0 ? <li className="dim">{word('learn.more', { n: count(review.more) })}</li> : null}
      </ul>
    </>
  );
}

/** By which name, and what becomes of what is there. */
function Keep({
  networks,
  session,
  kept,
}: {
  readonly networks: readonly LearnedNetwork[];
  readonly session: SessionState;
  readonly kept: (now: { readonly network: string; readonly state: LearnState }) => void;
}): ReactNode {
  const word = useWord();
  const chosen = useStore((s) => s.settings?.network ?? '');
  const source = sourceNetwork(session);
  const names = [...new Set(['', source, chosen])];
  const [pick, setPick] = useState<string | null>(networks.some((n) => n.name === source) ? source : chosen);
  const [own, setOwn] = useState('');
  const [replace, setReplace] = useState(false);
  const network = pick ?? own.trim();
  const good = pick !== null || isNetworkName(network);
  const before = networks.find((n) => n.name === network);
  const keep = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!good) return;
    const state = await learnNetwork('keep', { network, replace });
    if (state !== null) kept({ network, state });
  };
  return (
    <form className="learn-keep" onSubmit={(e) => void keep(e)}>
      <div className="setting">
        <span id="learn-as">{word('learn.as')}</span>
        <div className="segmented" role="group" aria-labelledby="learn-as">
          {names.map((name) => (
            <button key={name} type="button" aria-pressed={pick === name} onClick={() => setPick(name)}>
              {networkName(name, word)}
            </button>
          ))}
          <button type="button" aria-pressed={pick === null} onClick={() => setPick(null)}>
            {word('learn.another')}
          </button>
        </div>
      </div>
      {pick === null ? (
        <label className="field-row">
          <span>{word('learn.name')}</span>
          <input
            className="field"
            value={own}
            maxLength={64}
            spellCheck={false}
            aria-invalid={own !== '' && !good}
            onChange={(e) => setOwn(e.target.value)}
          />
        </label>
      ) : null}
      {pick === null && own !== '' && !good ? <p className="bad">{word('learn.nameHint')}</p> : null}
      {good ? <p className="dim">{word(usedBy(network, source), { name: network })}</p> : null}
      {before === undefined ? null : <Before before={before} replace={replace} setReplace={setReplace} />}
      <div className="dialog-actions">
        <button type="submit" className="button primary" disabled={!good}>
          {word('learn.keep')}
        </button>
      </div>
    </form>
  );
}

function Before({
  before,
  replace,
  setReplace,
}: {
  readonly before: LearnedNetwork;
  readonly replace: boolean;
  readonly setReplace: (replace: boolean) => void;
}): ReactNode {
  const word = useWord();
  if (!before.usable) return <p className="warn">{word('learn.otherModel')}</p>;
  return (
    <div className="setting">
      <span id="learn-before">
        {word('learn.before', { when: before.learned.slice(0, 10), flows: count(before.flows) })}
      </span>
      <div className="segmented" role="group" aria-labelledby="learn-before">
        {[false, true].map((v) => (
          <button key={String(v)} type="button" aria-pressed={replace === v} onClick={() => setReplace(v)}>
            {word(v ? 'learn.replace' : 'learn.add')}
          </button>
        ))}
      </div>
    </div>
  );
}
