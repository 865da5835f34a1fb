// Go to, save, keys: the small dialogs.
import { packetRow } from '../../contract/index.ts';
import { useState, type FormEvent, type ReactNode } from 'react';
import { goToPacket, save } from '../state/actions.ts';
import { shownKeys } from '../state/keys.ts';
import { useStore } from '../state/store.ts';
import { count } from '../words/format.ts';
import { useWord, type WordKey } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function GoTo(): ReactNode {
  const word = useWord();
  const packets = useStore((s) => s.session?.packets ?? 0);
  const set = useStore((s) => s.set);
  const [text, setText] = useState('');
  const n = Number(text.replaceAll(/[,.\s]/g, ''));
  const good = Number.isInteger(n) && n >= 1 && n <= packets;
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    set({ dialog: null });
    setTimeout(() => goToPacket(packetRow(n - 1)));
  };
  return (
    <Dialog title={word('goTo')}>
      <form onSubmit={go}>
        <label className="field-row">
          <span>{word('packetNumber')}</span>
          <input
            className="field"
            inputMode="numeric"
            value={text}
            onChange={(e) => setText(e.target.value)}
            aria-describedby="goto-range"
            data-first
          />
        </label>
        <p id="goto-range" className={text !== '' && !good ? 'bad' : 'dim'}>
          {word('oneTo', { n: count(packets) })}
        </p>
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={!good}>
            {word('go')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function Save(): ReactNode {
  const word = useWord();
  const labels = useStore((s) => s.session?.labels);
  const views = useStore((s) => s.views);
  const choices = [
    ['capture', word('save.capture')],
    ['packets', word('save.packets')],
    ['displayed', word('save.displayed', { n: count(views?.packets.matched ?? 0) })],
    ['flows', word('save.flows', { n: count(views?.flows.matched ?? 0) })],
    ['flows-parquet', word('save.flows-parquet')],
    ['labelled', word('save.labelled', { good: count(labels?.benign ?? 0), bad: count(labels?.malicious ?? 0) })],
  ] as const;
  return (
    <Dialog title={word('saveAndExport')}>
      <ul className="choices">
        {choices.map(([what, text], i) => (
          <li key={what}>
            <button
              type="button"
              className="choice"
              onClick={() => void save(what)}
              {...(i === 0 ? { 'data-first': true } : {})}
            >
              <strong>{word(`save.${what}Title`)}</strong>
              <span>{text}</span>
            </button>
          </li>
        ))}
        {MORE.map(([what, dialog]) => (
          <li key={what}>
            <button type="button" className="choice" onClick={() => useStore.getState().set({ dialog })}>
              <strong>{word(`save.${what}Title`)}</strong>
              <span>{word(`save.${what}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Ways to save that ask for more. */
const MORE = [
  ['some', 'export-packets'],
  ['dissected', 'export-dissections'],
] as const;

const KEYS: readonly (readonly [string, WordKey])[] = [
  ['Ctrl+E', 'key.startStop'],
  ['Ctrl+O', 'key.open'],
  ['Ctrl+S', 'key.save'],
  ['Ctrl+Shift+S', 'key.exportPackets'],
  ['Ctrl+Shift+X', 'key.exportBytes'],
  ['Ctrl+P', 'key.print'],
  ['Ctrl+F', 'key.find'],
  ['Ctrl+N / Ctrl+B', 'key.findNext'],
  ['Ctrl+G', 'key.goTo'],
  ['Ctrl+. / Ctrl+,', 'key.neighbour'],
  ['Ctrl+M', 'key.mark'],
  ['Ctrl+D', 'key.ignore'],
  ['Ctrl+Shift+N / Ctrl+Shift+B', 'key.nextMark'],
  ['Ctrl+T', 'key.reference'],
  ['Ctrl+Shift+T', 'key.timeShift'],
  ['Ctrl+Alt+C', 'comments.write'],
  ['Ctrl+1 … 0 / Ctrl+␣', 'key.colour'],
  ['Ctrl+Alt+Shift+T', 'key.follow'],
  ['Ctrl+Shift+U', 'decodeAs'],
  ['Ctrl+Shift+A', 'profiles.title'],
  ['Ctrl+K', 'key.palette'],
  ['Ctrl+/', 'key.filter'],
  ['1 … 7', 'key.views'],
  ['Alt+1 … 9', 'key.tabs'],
  ['Alt+PageDown Alt+PageUp', 'key.tabBeside'],
  ['B M U', 'key.label'],
  ['J K ↓ ↑', 'key.move'],
  ['Enter', 'key.enter'],
  ['Escape', 'key.escape'],
  ['A', 'key.allow'],
  ['S T N R', 'key.incidents'],
  ['␣ Ctrl+A Shift+↓', 'key.choose'],
  ['F', 'key.treeFilter'],
  ['F6', 'key.panes'],
  ['Alt+← Alt+→', 'key.columns'],
  ['?', 'key.keys'],
];

export function Keys(): ReactNode {
  const word = useWord();
  return (
    <Dialog title={word('keys')}>
      <dl className="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{shownKeys(key)}</kbd>
            </dt>
            <dd>{word(meaning)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
