// State, tag and note for the incidents that are chosen together, or for the one that is looked at.
import { useState, type FormEvent, type ReactNode } from 'react';
import { INCIDENT_STATES, MAX_NOTE, MAX_TAG } from '../../contract/index.ts';
import { act, setIncidentState, subjects } from '../state/incidents.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function IncidentState(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  return (
    <Dialog title={word('incident.setState')}>
      <p className="dim">{word('incident.about', { n: subjects().length })}</p>
      <ul
        className="choices"
        onKeyDown={(e) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
          if (by === undefined) return;
          e.preventDefault();
          const all = [...e.currentTarget.querySelectorAll('button')];
          const at = all.indexOf(document.activeElement as HTMLButtonElement);
          all[(at + by + all.length) % all.length]?.focus();
        }}
      >
        {INCIDENT_STATES.map((s, i) => (
          <li key={s}>
            <button
              type="button"
              className="choice"
              onClick={() => {
                set({ dialog: null });
                void setIncidentState(s);
              }}
              {...(i === 0 ? { 'data-first': true } : {})}
            >
              <strong>{word(`incident.state.${s}`)}</strong>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

export function IncidentTag(): ReactNode {
  return <Words what="tag" max={MAX_TAG} />;
}

export function IncidentNote(): ReactNode {
  return <Words what="note" max={MAX_NOTE} />;
}

function Words({ what, max }: { readonly what: 'tag' | 'note'; readonly max: number }): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const [text, setText] = useState('');
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    set({ dialog: null });
    void act(what, text);
  };
  return (
    <Dialog title={word(what === 'tag' ? 'incident.addTag' : 'incident.addNote')}>
      <form onSubmit={save}>
        <p className="dim">{word('incident.about', { n: subjects().length })}</p>
        <label className="field-row">
          <span>{word(`incident.${what}`)}</span>
          <input className="field" value={text} maxLength={max} data-first onChange={(e) => setText(e.target.value)} />
        </label>
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={text.trim() === ''}>
            {word('incident.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
