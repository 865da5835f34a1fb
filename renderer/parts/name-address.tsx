// A name that the user gives an address, as Wireshark's 'Edit Resolved Name': kept while the capture is open.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { cleanName, MAX_NAME } from '../../contract/index.ts';
import { ask, changeSettings, say } from '../state/actions.ts';
import { forgetNames, isMac, nameOf, useNames } from '../state/names.ts';
import { useStore } from '../state/store.ts';
import { useWord, word as wordNow } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function NameAddress(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const [address, setAddress] = useState(() => useNames.getState().naming ?? '');
  const [given, setGiven] = useState(() => (address === '' ? null : nameOf(address)));
  const [name, setName] = useState(given?.by === 'user' ? given.name : '');
  useEffect(() => () => useNames.setState({ naming: null }), []);
  const good = cleanName(name.trim()) !== '';
  const keep = async (to: string | null): Promise<void> => {
    const answer = await ask('nameAddress', { address: address.trim(), name: to });
    if (answer === null) return;
    set({ dialog: null });
    forgetNames();
    const { settings } = useStore.getState();
    const key = isMac(address.trim()) ? 'macNames' : 'networkNames';
    if (answer.name === null || settings === null || settings[key]) return;
    // A name that nobody sees would be of no use.
    await changeSettings({ [key]: true });
    say(wordNow('names.switchedOn', { what: wordNow(`names.${key}`) }));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (good) void keep(name.trim());
  };
  return (
    <Dialog title={word('names.byHandTitle')}>
      <form onSubmit={submit}>
        <label className="field-row">
          <span>{word('names.address')}</span>
          <input
            className="field mono"
            value={address}
            maxLength={64}
            spellCheck={false}
            onChange={(e) => {
              setAddress(e.target.value);
              setGiven(nameOf(e.target.value.trim()));
            }}
          />
        </label>
        <label className="field-row">
          <span>{word('names.name')}</span>
          <input
            className="field"
            value={name}
            maxLength={MAX_NAME}
            spellCheck={false}
            onChange={(e) => setName(e.target.value)}
            data-first
          />
        </label>
        <p className={name !== '' && !good ? 'bad' : 'dim'}>{word('names.byHandHint')}</p>
        {given === null || given.by === 'user' ? null : (
          <p className="dim">{word('names.nowNamed', { name: given.name, by: word(`names.by.${given.by}`) })}</p>
        )}
        <div className="dialog-actions">
          {given?.by === 'user' ? (
            <button type="button" className="button" onClick={() => void keep(null)}>
              {word('names.takeAway')}
            </button>
          ) : null}
          <button type="submit" className="button primary" disabled={!good || address.trim() === ''}>
            {word('names.keep')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
