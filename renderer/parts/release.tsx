// Help, a newer release: asked when this is opened, and never else.
import { useEffect, useState, type ReactNode } from 'react';
import type { ReleaseAnswer } from '../../contract/index.ts';
import { ask } from '../state/actions.ts';
import { sentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function Release(): ReactNode {
  const word = useWord();
  const [answer, setAnswer] = useState<ReleaseAnswer | null>(null);
  const look = async (): Promise<void> => {
    setAnswer(null);
    const said = await ask('release', {});
    if (said !== null) setAnswer(said);
  };
  useEffect(() => void look(), []);
  return (
    <Dialog title={word('release')}>
      <div className="doctor-verdict" role="status">
        {answer === null ? <p>{word('releaseAsking')}</p> : <Answer answer={answer} />}
      </div>
      <p className="dim">{word('releaseSent')}</p>
      <div className="dialog-actions">
        <button
          type="button"
          className="button primary"
          disabled={answer === null}
          onClick={() => void look()}
          data-first
        >
          {word('releaseAgain')}
        </button>
      </div>
    </Dialog>
  );
}

function Answer({ answer }: { readonly answer: ReleaseAnswer }): ReactNode {
  const word = useWord();
  switch (answer.kind) {
    case 'unknown':
      return <p>{sentence(answer.said)}</p>;
    case 'newest':
      return <p>{word('releaseNewest', { version: answer.version, released: answer.released })}</p>;
    case 'newer':
      return (
        <>
          <p>{word('releaseNewer', { version: answer.version, released: answer.released, own: answer.own })}</p>
          <p>{answer.files.length === 0 ? word('releaseNoFile') : word('releaseFrom', { page: answer.page })}</p>
          <ul className="checks">
            {answer.files.map((f) => (
              <li key={f.name}>
                <span className="mono">{(f.bytes / 1e6).toFixed(1)} MB</span>
                <div>
                  <strong>{f.name}</strong>
                  <p className="mono">SHA-256 {f.sha256}</p>
                </div>
              </li>
            ))}
          </ul>
        </>
      );
  }
}
