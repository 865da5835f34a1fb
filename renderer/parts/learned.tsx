// What is learned of which network, in the settings: by which captures are judged, exported, forgotten.
import { type ReactNode, useEffect, useState } from 'react';
import type { LearnedNetwork } from '../../contract/index.ts';
import { exportLearned, judgeBy, learnNetwork } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { count, visible } from '../words/format.ts';
import { networkName } from '../words/network.ts';
import { useWord } from '../words/words.ts';

export function Learned(): ReactNode {
  const word = useWord();
  const chosen = useStore((s) => s.settings?.network ?? '');
  const [networks, setNetworks] = useState<readonly LearnedNetwork[] | null>(null);
  useEffect(() => {
    let gone = false;
    void learnNetwork('look').then((answer) => {
      if (!gone && answer !== null) setNetworks(answer.networks);
    });
    return () => void (gone = true);
  }, []);
  if (networks === null) return null;
  const forget = async (network: string): Promise<void> => {
    const answer = await learnNetwork('forget', { network });
    if (answer !== null) setNetworks(answer.networks);
  };
  // The network without a name is there to be chosen whether or not something is learned of it.
  const names = [...new Set(['', ...networks.map((n) => n.name)])];
  return (
    <div role="radiogroup" aria-labelledby="judged-by">
      <p id="judged-by" className="networks-head">
        {word('learn.judgedBy')}
      </p>
      <ul className="networks">
        {names.map((name) => (
          <Network
            key={name}
            name={name}
            known={networks.find((n) => n.name === name) ?? null}
            chosen={name === chosen}
            forget={() => void forget(name)}
          />
        ))}
      </ul>
      {networks.some((n) => n.name !== '') ? <p className="dim">{word('learn.judgedHint')}</p> : null}
    </div>
  );
}

function Network(p: {
  readonly name: string;
  readonly known: LearnedNetwork | null;
  readonly chosen: boolean;
  readonly forget: () => void;
}): ReactNode {
  const word = useWord();
  const { name, known } = p;
  return (
    <li className={p.chosen ? 'chosen' : ''}>
      <label>
        <input type="radio" name="network" checked={p.chosen} onChange={() => void judgeBy(name)} />
        <span>
          <strong>{visible(networkName(name, word))}</strong>
          <span className="dim">
            {known === null
              ? word('learn.nothing')
              : word('learn.stored', {
                  when: known.learned.slice(0, 10),
                  flows: count(known.flows),
                  peers: count(known.peers),
                })}
          </span>
          {known?.usable === false ? <span className="warn">{word('learn.notUsed')}</span> : null}
          {known === null ? null : <Roles of={known} />}
        </span>
      </label>
      {known === null ? null : (
        <span className="row">
          <button type="button" className="button" onClick={() => void exportLearned(name)}>
            {word('exportMore')}
          </button>
          <button type="button" className="button" onClick={p.forget}>
            {word('learn.forget')}
          </button>
        </span>
      )}
    </li>
  );
}

function Roles({ of }: { readonly of: LearnedNetwork }): ReactNode {
  const word = useWord();
  const hosts = (list: readonly string[]): string => list.map(visible).join(', ');
  return (
    <>
      {of.administrators.length === 0 ? null : (
        <span className="dim">{word('learn.administrators', { hosts: hosts(of.administrators) })}</span>
      )}
      {of.mailServers.length === 0 ? null : (
        <span className="dim">{word('learn.mailServers', { hosts: hosts(of.mailServers) })}</span>
      )}
    </>
  );
}
