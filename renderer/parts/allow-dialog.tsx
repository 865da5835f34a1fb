// Rules that allow incidents: made with a look at what they would silence, listed, ended.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { type AllowPreview, type AllowRule, type AllowSaid, MAX_END, MAX_NOTE } from '../../contract/index.ts';
import { ask, say } from '../state/actions.ts';
import { endRule, incidentsNow } from '../state/incidents.ts';
import { useStore } from '../state/store.ts';
import { client, newest } from '../wire/client.ts';
import { moment, visible } from '../words/format.ts';
import { ruleName, ruleTitle, useWord } from '../words/words.ts';
import { ruleText } from './allow-text.ts';
import { Dialog } from './dialog.tsx';
import { Points } from './evidence-list.tsx';

const DAY = 86_400_000;
const SPANS = { day: DAY, week: 7 * DAY, month: 30 * DAY } as const;
type Until = keyof typeof SPANS | 'never' | 'date';
const UNTIL: readonly Until[] = ['never', 'day', 'week', 'month', 'date'];
const SHOWN = 8;

const preview = newest((rule: AllowSaid) => client.ask('allowPreview', { rule }));

export function Allow(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const [rule, setRule] = useState<AllowSaid>(ruleToBegin);
  const [until, setUntil] = useState<Until>('never');
  const [seen, setSeen] = useState<AllowPreview | null>(null);
  const change = (part: Partial<AllowSaid>): void => setRule((before) => ({ ...before, ...part }));
  const [kinds] = useState(evidenceOfChosen);
  useEffect(() => {
    let current = true;
    void preview(rule).then(
      (p) => {
        if (current && p !== null) setSeen(p);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [rule]);
  const end = (how: Until): void => {
    setUntil(how);
    if (how === 'never') change({ until: null });
    else if (how !== 'date') change({ until: new Date(Date.now() + SPANS[how]).toISOString() });
  };
  const good = seen !== null && seen.wrong.length === 0;
  const allow = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!good) return;
    const done = await ask('allowRule', { rule });
    if (done === null) return;
    set({ dialog: null });
    say(word('allow.done', { n: seen.silenced }));
  };
  return (
    <Dialog title={word('allow.title')}>
      <form className="allow-form" onSubmit={(e) => void allow(e)}>
        <p className="dim">{word('allow.lead')}</p>
        <Field label={word('allow.initiator')} value={rule.initiator} hint={word('allow.anyAddress')}>
          {(value) => change({ initiator: value })}
        </Field>
        <Field label={word('allow.peer')} value={rule.peer} hint={word('allow.anyPeer')}>
          {(value) => change({ peer: value })}
        </Field>
        <label className="field-row">
          <span>{word('allow.rule')}</span>
          <select className="field" value={rule.rule} onChange={(e) => change({ rule: e.target.value })}>
            <option value="">{word('allow.anyRule')}</option>
            {kinds.map((name) => (
              <option key={name} value={name}>
                {ruleName(name)}
              </option>
            ))}
          </select>
        </label>
        <Choice
          id="allow-gravity"
          label={word('allow.gravity')}
          values={['any', 'suspicious', 'malicious'] as const}
          value={rule.gravity}
          text={(v) => word(`allow.gravity.${v}`)}
          onChoose={(gravity) => change({ gravity })}
        />
        <Choice
          id="allow-until"
          label={word('allow.until')}
          values={UNTIL}
          value={until}
          text={(v) => word(`allow.until.${v}`)}
          onChoose={end}
        />
        {until === 'date' ? (
          <label className="field-row">
            <span>{word('allow.date')}</span>
            <input
              className="field"
              type="date"
              onChange={(e) => {
                // Through the end of that day, where the user is.
                const day = new Date(`${e.target.value}T23:59:59.999`);
                change({ until: Number.isNaN(day.getTime()) ? null : day.toISOString() });
              }}
            />
          </label>
        ) : null}
        <Field label={word('allow.why')} value={rule.why} hint="" max={MAX_NOTE}>
          {(value) => change({ why: value })}
        </Field>
        <Preview seen={seen} />
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={!good}>
            {word('allow.do')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the dialog begins with. */
function ruleToBegin(): AllowSaid {
  return incidentsNow().rule;
}

/** Rules of evidence that the incident it began with has. */
function evidenceOfChosen(): readonly string[] {
  return incidentsNow().evidence;
}

function Preview({ seen }: { readonly seen: AllowPreview | null }): ReactNode {
  const word = useWord();
  if (seen === null) return null;
  const { silenced, more, incidents, first, wrong } = seen;
  if (wrong.length > 0)
    return (
      <p className="bad" role="status">
        {wrong.map((part) => word(`allow.wrong.${part}`)).join(' ')}
      </p>
    );
  return (
    <section className="allow-preview" aria-label={word('allow.preview')}>
      <p role="status">
        {silenced === 0 ? word('allow.wouldNone') : word('allow.would', { n: silenced, all: incidents, more })}
      </p>
      <ul>
        {first.slice(0, SHOWN).map((a) => (
          <li key={a.number}>
            <Points incident={a.incident} /> {ruleTitle(a)}
          </li>
        ))}
        {silenced > SHOWN ? <li className="dim">{word('allow.more', { n: silenced - SHOWN })}</li> : null}
      </ul>
    </section>
  );
}

function Field({
  label,
  value,
  hint,
  max = MAX_END,
  children: take,
}: {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  readonly max?: number;
  readonly children: (value: string) => void;
}): ReactNode {
  return (
    <label className="field-row">
      <span>{label}</span>
      <input
        className="field"
        value={value}
        placeholder={hint}
        maxLength={max}
        spellCheck={false}
        onChange={(e) => take(max === MAX_END ? e.target.value.trim() : e.target.value)}
      />
    </label>
  );
}

function Choice<T extends string>({
  id,
  label,
  values,
  value,
  text,
  onChoose,
}: {
  readonly id: string;
  readonly label: string;
  readonly values: readonly T[];
  readonly value: T;
  readonly text: (value: T) => string;
  readonly onChoose: (value: T) => void;
}): ReactNode {
  return (
    <div className="field-row">
      <span id={id}>{label}</span>
      <div className="segmented" role="group" aria-labelledby={id}>
        {values.map((v) => (
          <button key={v} type="button" aria-pressed={v === value} onClick={() => onChoose(v)}>
            {text(v)}
          </button>
        ))}
      </div>
    </div>
  );
}

export function AllowRules(): ReactNode {
  const word = useWord();
  const revision = useStore((s) => s.session?.revision ?? 0);
  const [rules, setRules] = useState<readonly AllowRule[] | null>(null);
  const load = async (): Promise<void> => {
    const answer = await ask('allowRules', {});
    if (answer !== null) setRules(answer.rules);
  };
  useEffect(() => void load(), [revision]);
  return (
    <Dialog title={word('allow.rules')}>
      <p className="dim">{word(rules?.length === 0 ? 'allow.rulesNone' : 'allow.rulesHint')}</p>
      <ul className="allow-rules">
        {(rules ?? []).map((rule) => (
          <li key={rule.id} className={rule.expired ? 'expired' : ''}>
            <span>
              {ruleText(rule)}
              <small className="dim">
                {rule.at === '' ? '' : madeText(word('allow.made', whoWhen(rule)))}
                {word('allow.silences', { n: rule.silenced })}
              </small>
            </span>
            <button
              type="button"
              className="button"
              onClick={() => void endRule(rule.id).then(load)}
              aria-label={`${word('allow.end')}: ${ruleText(rule)}`}
            >
              {word('allow.end')}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function whoWhen(rule: AllowRule): { readonly who: string; readonly when: string } {
  return { who: visible(rule.by), when: moment(Date.parse(rule.at) / 1000) };
}

function madeText(made: string): string {
  return `${made} · `;
}
