// Wireshark's 'Coloring Rules': which filter gives rows which colours, the first that holds first. What is edited here
// holds once it is applied; files go in and out in Wireshark's own form.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import {
  colorfiltersOf,
  type ColouringRule,
  MAX_COLOURING_RULES,
  type Message,
  parseColorfilters,
} from '../../contract/index.ts';
import { ask, changeSettings, say } from '../state/actions.ts';
import { useNewRule, ruleOfFilter } from '../state/colouring.ts';
import { saveBlob } from '../state/download.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';
import { ColouringRuleRow } from './colouring-rule-row.tsx';
import { Dialog } from './dialog.tsx';

/** After the last key, ms. */
const CHECK_AFTER = 250;
/** Of a file of rules, bytes. */
const LARGEST = 1024 * 1024;

type Kept = { readonly rules: readonly ColouringRule[]; readonly original: boolean; readonly profile: string };

/** A rule with a number of its own, so that its row stays itself while rules move. */
export interface EditedRule extends ColouringRule {
  readonly key: number;
}

export function ColouringRulesDialog(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const settings = useStore((s) => s.settings);
  const [kept, setKept] = useState<Kept | null>(null);
  const [rules, setRules] = useState<readonly EditedRule[]>([]);
  const [problems, setProblems] = useState<readonly (Message | null)[]>([]);
  const next = useRef(0);
  const file = useRef<HTMLInputElement>(null);
  const edited = (all: readonly ColouringRule[]): EditedRule[] => all.map((r) => ({ ...r, key: next.current++ }));

  useEffect(() => {
    const { rule } = useNewRule.getState();
    useNewRule.setState({ rule: null });
    void ask('colouringRules', {}).then((answer) => {
      if (answer === null) return;
      setKept(answer);
      const others = edited(answer.rules);
      // Rules of one's own stand before the others, or they would never hold; some may be there before the others come.
      flushSync(() => {
        setRules((own) => [...edited(rule === null ? [] : [rule]), ...own, ...others]);
        setProblems([]);
      });
      if (rule !== null) focusRule(0, 'name');
    });
  }, []);
  useEffect(() => {
    if (kept === null) return undefined;
    const timer = setTimeout(() => {
      void ask('checkRules', { rules: rules.map(bare) }).then((answer) => {
        if (answer !== null) setProblems(answer.problems);
      });
    }, CHECK_AFTER);
    return () => clearTimeout(timer);
  }, [rules, kept]);

  const change = (at: number, part: Partial<ColouringRule>): void =>
    setRules(rules.map((r, i) => (i === at ? { ...r, ...part } : r)));
  const move = (at: number, to: number): void => {
    const moved = rules.filter((_, i) => i !== at);
    moved.splice(to, 0, rules[at]!);
    flushSync(() => setRules(moved));
    focusRule(to, to < at ? 'up' : 'down');
  };
  const remove = (at: number): void => {
    flushSync(() => setRules(rules.filter((_, i) => i !== at)));
    focusRule(Math.min(at, rules.length - 2), 'remove');
  };
  const add = (): void => {
    flushSync(() => setRules([...edited([ruleOfFilter(useStore.getState().drafts.packets.trim())]), ...rules]));
    focusRule(0, 'name');
  };
  const take = async (chosen: File): Promise<void> => {
    const read = chosen.size > LARGEST ? null : parseColorfilters(await chosen.text());
    if (read === null || read.rules.length === 0) {
      say(word('rules.noneIn', { name: chosen.name }), true);
      return;
    }
    setRules(edited([...read.rules, ...rules.map(bare)].slice(0, MAX_COLOURING_RULES)));
    const words = { n: read.rules.length, name: chosen.name };
    say(word('rules.imported', words) + (read.left === 0 ? '' : ` ${word('rules.left', { n: read.left })}`));
  };
  const keep = async (all: readonly ColouringRule[] | null): Promise<void> => {
    if (kept === null) return;
    const { profile } = kept;
    const answer = await ask('setColouringRules', { rules: all, profile });
    if (answer === null) return;
    set({ told: useStore.getState().told + 1 });
    if (all !== null) {
      set({ dialog: null });
      if (settings?.colours === false) await changeSettings({ colours: true });
      return;
    }
    setKept({ ...answer, profile });
    setRules(edited(answer.rules));
    setProblems(answer.problems);
  };
  return (
    <Dialog title={word('rules.title')} wide>
      <p className="dim">{word('rules.lead')}</p>
      <ol className="colouring-rules" aria-label={word('rules.title')}>
        {rules.map((rule, i) => (
          <ColouringRuleRow
            key={rule.key}
            rule={rule}
            at={i}
            count={rules.length}
            problem={problems[i] ?? null}
            change={(part) => change(i, part)}
            move={(to) => move(i, to)}
            remove={() => remove(i)}
          />
        ))}
      </ol>
      <div className="dialog-actions">
        <button type="button" className="button" disabled={rules.length >= MAX_COLOURING_RULES} onClick={add}>
          {word('rules.add')}
        </button>
        <button type="button" className="button" onClick={() => file.current!.click()}>
          {word('rules.import')}
        </button>
        <input
          ref={file}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label={word('rules.import')}
          onChange={(e) => {
            const [chosen] = e.target.files ?? [];
            if (chosen !== undefined) void take(chosen);
            e.target.value = '';
          }}
        />
        <button
          type="button"
          className="button"
          onClick={() => saveBlob(new Blob([colorfiltersOf(rules)], { type: 'text/plain' }), 'colorfilters')}
        >
          {word('rules.export')}
        </button>
        <button
          type="button"
          className="button"
          disabled={kept?.original === true && unchanged(kept, rules)}
          onClick={() => void keep(null)}
        >
          {word('rules.reset')}
        </button>
        <span className="stat-space" />
        <button
          type="button"
          className="button primary"
          disabled={kept === null}
          onClick={() => void keep(rules.map(bare))}
        >
          {word('rules.apply')}
        </button>
      </div>
    </Dialog>
  );
}

function bare({ name, filter, background, foreground, enabled }: ColouringRule): ColouringRule {
  return { name, filter, background, foreground, enabled };
}

function unchanged(kept: Kept, rules: readonly ColouringRule[]): boolean {
  return JSON.stringify(kept.rules.map(bare)) === JSON.stringify(rules.map(bare));
}

/** Gives the focus to a part of a rule, or to the nearest that can have it. */
function focusRule(at: number, part: 'name' | 'up' | 'down' | 'remove'): void {
  const row = document.querySelectorAll('.colouring-rules > li')[at];
  const wanted = row?.querySelector<HTMLElement>(`[data-part="${part}"]:not(:disabled)`);
  (wanted ?? row?.querySelector<HTMLElement>('[data-part="name"]'))?.focus();
}
