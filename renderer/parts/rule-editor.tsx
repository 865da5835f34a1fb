// The editor of a rule of the user's own: checked while it is typed, kept among the own rules, asked at once of all that
// came before.
import { useEffect, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { MAX_RULE_TEXT, type Message } from '../../contract/index.ts';
import { keepRule, openThreats, type RuleDraft, useThreats } from '../state/threat.ts';
import { useStore } from '../state/store.ts';
import { client, newest } from '../wire/client.ts';
import { visible } from '../words/format.ts';
import { useSentence, useWord, type WordKey } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

/** A text is checked when its writer pauses so long, ms. */
const PAUSE = 150;

interface Checked {
  readonly text: string;
  readonly wrong: Message | null;
}

const check = newest((text: string) => client.ask('checkRule', { text }));

/** What is wrong with a text. @returns null while that is not known */
function useChecked(text: string): Checked | null {
  const [checked, setChecked] = useState<Checked | null>(null);
  useEffect(() => {
    if (text.trim() === '') return undefined;
    const timer = setTimeout(() => {
      check(text).then(
        (answer) => {
          if (answer !== null) setChecked({ text, wrong: answer.wrong });
        },
        () => undefined,
      );
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  // The answer for another text does not hold for this one.
  return checked?.text === text ? checked : null;
}

export function RuleEditor(): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const draft = useThreats((s) => s.draft);
  const ownFile = useThreats((s) => s.state?.ownFile ?? '');
  const set = useStore((s) => s.set);
  const [text, setText] = useState(draft.text);
  const [refused, setRefused] = useState<Checked | null>(null);
  const checked = useChecked(text);
  const wrong = refused?.text === text ? refused.wrong : (checked?.wrong ?? null);
  const nothing = text.trim() === '';
  const good = checked !== null && wrong === null && !nothing;
  const keep = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    if (!good) return;
    const kept = await keepRule(text);
    if (kept === null) return;
    if (kept.wrong !== null) setRefused({ text, wrong: kept.wrong });
    else {
      set({ dialog: null });
      // From elsewhere the rule is looked at beside the packets that it was made from.
      if (draft.of.by === 'hand' && useStore.getState().view === 'rules') openThreats('own');
    }
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void keep();
  };
  const said = (): ReactNode => {
    if (nothing) return word('threat.editor.empty');
    if (wrong !== null) return visible(sentence(wrong));
    return word(checked === null ? 'threat.editor.checking' : 'threat.editor.good');
  };
  return (
    <Dialog title={titleOf(draft, word)} wide>
      <form onSubmit={(event) => void keep(event)}>
        <label className="rule-editor">
          <span className="visually-hidden">{word('threat.editor.text')}</span>
          <textarea
            className={`field mono${wrong === null ? '' : ' wrong'}`}
            rows={9}
            maxLength={MAX_RULE_TEXT}
            spellCheck={false}
            autoComplete="off"
            value={text}
            placeholder='alert tcp $HOME_NET any -> $EXTERNAL_NET any (msg:"…"; content:"…"; sid:1000001; rev:1;)'
            aria-describedby="rule-said"
            aria-invalid={wrong !== null}
            data-first
            onChange={(e) => setText(e.target.value)}
            onKeyDown={keys}
          />
        </label>
        <p id="rule-said" role="status" className={saidClass(wrong !== null, good)}>
          {said()}
        </p>
        {ownFile === '' ? null : <p className="dim">{word('threat.editor.hint', { file: visible(ownFile) })}</p>}
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={!good} title="Ctrl+Enter">
            {word('threat.editor.keep')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function saidClass(wrong: boolean, good: boolean): string {
  if (wrong) return 'rule-said bad';
  return good ? 'rule-said good' : 'rule-said dim';
}

function titleOf({ of }: RuleDraft, word: ReturnType<typeof useWord>): string {
  if (of.by === 'hand') return word('threat.editor.new');
  if (of.by === 'own') return word('threat.editor.edit', { sid: String(of.sid) });
  return word('threat.editor.made', { what: word(`threat.make.of.${of.by}` as WordKey) });
}
