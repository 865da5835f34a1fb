// Adds a column of the packet list by the name of a field of Wireshark's.
import { useState, type FormEvent, type ReactNode } from 'react';
import { FIELD_NAME } from '../../contract/index.ts';
import { useStore } from '../state/store.ts';
import { addColumn } from '../views/packet-columns.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function AddColumn(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const [field, setField] = useState('');
  const [title, setTitle] = useState('');
  const good = FIELD_NAME.test(field.trim());
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    set({ dialog: null });
    addColumn(field.trim(), title.trim() === '' ? field.trim() : title.trim());
  };
  return (
    <Dialog title={word('menu.addColumn')}>
      <form onSubmit={add}>
        <label className="field-row">
          <span>{word('columnField')}</span>
          <input
            className="field"
            value={field}
            spellCheck={false}
            placeholder="ip.ttl"
            onChange={(e) => setField(e.target.value)}
            data-first
          />
        </label>
        <label className="field-row">
          <span>{word('columnTitle')}</span>
          <input className="field" value={title} maxLength={100} onChange={(e) => setTitle(e.target.value)} />
        </label>
        <p className={field !== '' && !good ? 'bad' : 'dim'}>{word('columnFieldHint')}</p>
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={!good}>
            {word('menu.addColumn')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
