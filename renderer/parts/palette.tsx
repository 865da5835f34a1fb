// The palette: every action by its name.
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { COMMANDS, type Command } from '../state/commands.ts';
import { shownKeys } from '../state/keys.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function Palette(): ReactNode {
  const word = useWord();
  const open = useStore((s) => s.session !== null);
  const set = useStore((s) => s.set);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = useMemo(() => {
    const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
    return COMMANDS.filter((c) => c.id !== 'palette' && (open || !c.open)).filter((c) =>
      parts.every((p) => `${word(c.title)} ${c.id}`.toLowerCase().includes(p)),
    );
  }, [text, open, word]);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    set({ dialog: null });
    setTimeout(() => command.run());
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[chosen]);
    }
  };
  return (
    <Dialog title={word('palette')}>
      <input
        className="field palette-field"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[chosen] ? `command-${found[chosen].id}` : undefined}
        aria-label={word('palette')}
        value={text}
        placeholder={word('paletteHint')}
        onChange={(e) => {
          setText(e.target.value);
          setChosen(0);
        }}
        onKeyDown={keys}
        data-first
      />
      <ul id="palette-list" className="palette" role="listbox" aria-label={word('palette')}>
        {found.map((c, i) => (
          <li
            key={c.id}
            id={`command-${c.id}`}
            role="option"
            aria-selected={i === chosen}
            className={i === chosen ? 'chosen' : ''}
            ref={i === chosen ? (e) => e?.scrollIntoView({ block: 'nearest' }) : undefined}
            onClick={() => run(c)}
          >
            <span>{word(c.title)}</span>
            {c.keys === undefined ? null : <kbd>{shownKeys(c.keys)}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="note">{word('noCommand')}</p> : null}
    </Dialog>
  );
}
