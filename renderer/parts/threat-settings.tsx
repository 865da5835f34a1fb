// Rules and indicators in the settings: from where they are read, how many there are, and the way to their page.
import type { ReactNode } from 'react';
import { openThreats, reloadThreats } from '../state/threat.ts';
import { useWord } from '../words/words.ts';
import { Sources } from './threat-sources.tsx';
import { useThreatState } from './use-threats.ts';

export function ThreatSettings(): ReactNode {
  const word = useWord();
  const state = useThreatState();
  return (
    <>
      <h3>{word('threat.title')}</h3>
      {state === null ? (
        <p className="dim">{word('threat.reading')}</p>
      ) : (
        <div className="threat-settings">
          <div className="setting">
            <span className="dim">
              {word('threat.setting.counts', { rules: state.rules, entries: state.entries, refused: state.refused })}
            </span>
            <span className="row">
              <button type="button" className="button" onClick={() => void reloadThreats()}>
                {word('threat.reload')}
              </button>
              <button type="button" className="button" onClick={() => openThreats('sources')}>
                {word('threat.setting.open')}
              </button>
            </span>
          </div>
          <Sources kind="rules" state={state} />
          <Sources kind="indicators" state={state} />
          <Sources kind="allow" state={state} />
        </div>
      )}
    </>
  );
}
