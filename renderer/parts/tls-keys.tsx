// Keys of TLS: a key log that is chosen or pasted. It goes to the dissector and stays in memory.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { type KeyState, MAX_KEY_TEXT, type Request } from '../../contract/index.ts';
import { ask } from '../state/actions.ts';
import { readAgain } from '../state/packet-work.ts';
import { shell } from '../wire/transport.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function TlsKeys(): ReactNode {
  const word = useWord();
  const [state, setState] = useState<KeyState | null>(null);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  useEffect(() => {
    void ask('keyState', {}).then(setState);
  }, []);
  const take = async (keys: Request<'keys'>): Promise<void> => {
    setProblem('');
    const now = await ask('keys', keys);
    if (now === null) return;
    setState(now);
    setText('');
    readAgain();
  };
  const paste = (event: FormEvent): void => {
    event.preventDefault();
    if (text.length > MAX_KEY_TEXT) setProblem(word('keysTooLong'));
    else void take({ text, path: null });
  };
  const choose = async (): Promise<void> => {
    if (shell !== null) {
      const chosen = await shell.chooseFile();
      if (chosen !== null) await take({ text: null, path: chosen.grant });
      return;
    }
    // The page reads it itself: an upload would leave it on the server's disk.
    const input = document.createElement('input');
    input.type = 'file';
    input.onchange = () => {
      const file = input.files?.[0];
      if (file === undefined) return;
      if (file.size > MAX_KEY_TEXT) setProblem(word('keysTooLong'));
      else void file.text().then((said) => take({ text: said, path: null }));
    };
    input.click();
  };
  const lines = state?.user ?? null;
  return (
    <Dialog title={word('tlsKeys')}>
      <p>{word('keysLead')}</p>
      <dl className="key-state">
        <dt>{word('keysYours')}</dt>
        <dd>{lines === null ? word('keysNone') : word('keysLines', { n: lines })}</dd>
        <dt>{word('keysCapture')}</dt>
        <dd>{state === null || state.capture === 0 ? word('keysNone') : word('keysLines', { n: state.capture })}</dd>
      </dl>
      <form onSubmit={paste}>
        <label className="key-paste">
          <span>{word('keysPaste')}</span>
          <textarea
            className="field mono"
            rows={6}
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={(e) => setText(e.target.value)}
            placeholder="CLIENT_RANDOM …"
            data-first
          />
        </label>
        <p className={problem === '' ? 'dim' : 'bad'}>{problem === '' ? word('keysKept') : problem}</p>
        <div className="dialog-actions">
          <button
            type="button"
            className="button"
            disabled={lines === null}
            onClick={() => void take({ text: null, path: null })}
          >
            {word('keysForget')}
          </button>
          <button type="button" className="button" onClick={() => void choose()}>
            {word('keysChoose')}
          </button>
          <button type="submit" className="button primary" disabled={text.trim() === ''}>
            {word('keysUse')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
