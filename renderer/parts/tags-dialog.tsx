// Tags of the selected flow, or of all flows that the list shows: words are typed, or chosen of those in use.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { type FlowRow, MAX_TAG, tagsIn, type UsedTag } from '../../contract/index.ts';
import { ask } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { changeTags, openTags } from '../state/tags.ts';
import { count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { useFlow } from './use-flow.ts';

/** Words in use that are offered. */
const OFFERED = 16;
const MOST_TYPED = 16 * MAX_TAG;

export function TagsDialog(): ReactNode {
  const word = useWord();
  const flow = useStore((s) => s.flow);
  const shown = useStore((s) => s.views?.flows.matched ?? 0);
  const revision = useStore((s) => s.session?.revision ?? 0);
  const { detail } = useFlow(flow);
  const [typed, setTyped] = useState('');
  const [all, setAll] = useState(false);
  const [used, setUsed] = useState<readonly UsedTag[]>([]);
  useEffect(() => void ask('usedTags', {}).then((answer) => answer !== null && setUsed(answer.tags)), [revision]);
  const change = (text: string, present: boolean): void => {
    void changeTags(all ? null : flow, text, present).then((done) => {
      if (done) setTyped('');
    });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change(typed, true);
  };
  const tags = detail?.tags ?? [];
  const last = typed.split(/[,;]/).at(-1)!.trim().toLowerCase();
  const offered = used.filter(({ tag }) => tag.toLowerCase().includes(last) && (all || !tags.includes(tag)));
  /** What was typed, its last word completed. */
  const complete = (tag: string): void => change([...typed.split(/[,;]/).slice(0, -1), tag].join(','), true);
  const nothing = tagsIn(typed).length === 0;
  return (
    <Dialog title={word('tags.title')}>
      <form onSubmit={submit}>
        <fieldset className="tags-scope">
          <legend className="dim">{word('tags.scope')}</legend>
          <label>
            <input type="radio" checked={!all} onChange={() => setAll(false)} />
            <span>{word('tags.one', { n: detail === null ? '…' : count(detail.id) })}</span>
          </label>
          <label>
            <input type="radio" checked={all} onChange={() => setAll(true)} />
            <span>{word('tags.all', { n: shown })}</span>
          </label>
        </fieldset>
        {all || tags.length === 0 ? null : <TagList tags={tags} remove={(tag) => change(tag, false)} />}
        <label className="field-row">
          <span>{word('tags.words')}</span>
          <input
            className="field"
            value={typed}
            maxLength={MOST_TYPED}
            placeholder={word('tags.hint')}
            data-first
            onChange={(e) => setTyped(e.target.value)}
          />
        </label>
        {offered.length === 0 ? null : (
          <div className="tags-used" role="group" aria-label={word('tags.used')}>
            {offered.slice(0, OFFERED).map(({ tag, flows }) => (
              <button key={tag} type="button" className="tag-chip" onClick={() => complete(tag)}>
                {visible(tag)} <span className="dim">{count(flows)}</span>
              </button>
            ))}
          </div>
        )}
        <div className="dialog-actions">
          {all ? (
            <button type="button" className="button" disabled={nothing} onClick={() => change(typed, false)}>
              {word('tags.remove')}
            </button>
          ) : null}
          <button type="submit" className="button primary" disabled={nothing}>
            {word('tags.add')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function TagList(p: { readonly tags: readonly string[]; readonly remove: (tag: string) => void }): ReactNode {
  const word = useWord();
  return (
    <ul className="tag-list" aria-label={word('column.tags')}>
      {p.tags.map((tag) => (
        <li key={tag} className="tag-chip">
          <span>{visible(tag)}</span>
          <button
            type="button"
            aria-label={word('tags.removeOne', { tag: visible(tag) })}
            onClick={() => p.remove(tag)}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The tags of a flow where it is shown, and the way to change them. */
export function FlowTags({ flow, tags }: { readonly flow: FlowRow; readonly tags: readonly string[] }): ReactNode {
  const word = useWord();
  return (
    <div className="flow-tags">
      {tags.length === 0 ? null : <TagList tags={tags} remove={(tag) => void changeTags(flow, tag, false)} />}
      <button type="button" className="button" onClick={() => void openTags()}>
        {word('tags.open')}
      </button>
    </div>
  );
}
