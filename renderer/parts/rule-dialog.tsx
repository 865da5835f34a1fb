// One threat rule: its text part by part, what it matched on in the packet that is looked at, and why it does or does
// not match there. References are text: nothing is opened by itself.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { HeldText, Replies, RuleId } from '../../contract/index.ts';
import { ask } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import {
  deleteRule,
  editRule,
  packetsOfRule,
  ruleNumber,
  type ShownRule,
  showMatch,
  switchRule,
  useThreats,
} from '../state/threat.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { count, visible } from '../words/format.ts';
import { useSentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { heldParts, keywordOf, referenceText, ruleParts, valuesOf } from './rule-text.ts';
import { usePacketThreats, useThreatState } from './use-threats.ts';

type Rule = Replies['rule'];

export function RuleDialog(): ReactNode {
  const word = useWord();
  const shown = useThreats((s) => s.shown);
  const [rule, setRule] = useState<Rule | null>(null);
  useEffect(() => {
    if (shown === null) return;
    void ask('rule', { gid: shown.gid, sid: shown.sid }).then(setRule);
  }, [shown]);
  const sid = shown === null ? '' : ruleNumber(shown);
  return (
    <Dialog title={word('threat.rule', { sid })} wide>
      {shown === null || rule === null ? (
        <p className="note" role="status">
          {word('threat.reading')}
        </p>
      ) : (
        <Shown key={sid} rule={rule} shown={shown} />
      )}
    </Dialog>
  );
}

function Shown({ rule, shown }: { readonly rule: Rule; readonly shown: ShownRule }): ReactNode {
  const word = useWord();
  const close = useStore((s) => s.set);
  // The dialog opened before the rule was there.
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const state = useThreatState();
  const isOff = state?.off.some((off) => off.gid === shown.gid && off.sid === shown.sid) ?? false;
  const parts = ruleParts(rule.text);
  const done = (way: () => unknown): void => {
    close({ dialog: null });
    way();
  };
  const title = valuesOf(parts, 'msg')[0]?.replaceAll(/^"|"$/g, '') ?? parts.head;
  return (
    <>
      <p className="threat-title">
        <strong>{visible(title)}</strong>
        {rule.own ? <span className="chip grade">{word('threat.rule.own')}</span> : null}
        {isOff ? <span className="chip open">{word('threat.rule.isOff')}</span> : null}
      </p>
      <p className="dim threat-where">
        {word('threat.rule.where', { file: visible(rule.file), line: count(rule.line) })}
      </p>
      <RuleText text={rule.text} />
      <References text={rule.text} />
      {shown.packet === null ? null : <AtPacket shown={shown} packet={shown.packet} />}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => copyText(rule.text, word('threat.rule.copied'))}>
          {word('threat.rule.copy')}
        </button>
        {rule.own ? (
          <>
            <button type="button" className="button" onClick={() => done(() => deleteRule(shown))}>
              {word('threat.rule.delete')}
            </button>
            <button type="button" className="button" onClick={() => void editRule(shown)}>
              {word('threat.rule.edit')}
            </button>
          </>
        ) : null}
        <button type="button" className="button" onClick={() => done(() => switchRule(shown, isOff))}>
          {word(isOff ? 'threat.rule.on' : 'threat.rule.off')}
        </button>
        <button ref={first} type="button" className="button primary" onClick={() => done(() => packetsOfRule(shown))}>
          {word('threat.rule.packets')}
        </button>
      </div>
    </>
  );
}

/** The header, and each option on a line of its own. */
export function RuleText({ text }: { readonly text: string }): ReactNode {
  const word = useWord();
  const { head, options } = ruleParts(text);
  return (
    <div className="rule-text" tabIndex={0} role="group" aria-label={word('threat.rule.text')}>
      <div className="rule-head">{visible(head)}</div>
      {options.map((option, i) => {
        const { keyword, value } = keywordOf(option);
        return (
          <div key={i} className="rule-option">
            <span className="rule-keyword">{visible(keyword)}</span>
            <span className="rule-value">{value === '' ? '' : visible(value)}</span>
          </div>
        );
      })}
    </div>
  );
}

function References({ text }: { readonly text: string }): ReactNode {
  const word = useWord();
  const references = valuesOf(ruleParts(text), 'reference');
  if (references.length === 0) return null;
  return (
    <>
      <h3>{word('threat.rule.references')}</h3>
      <ul className="rule-references">
        {references.map((reference, i) => (
          <li key={i}>{visible(referenceText(reference))}</li>
        ))}
      </ul>
    </>
  );
}

/** What the rule matched on in a packet, and the steps that led there or did not. */
function AtPacket(p: { readonly shown: ShownRule; readonly packet: NonNullable<ShownRule['packet']> }): ReactNode {
  const word = useWord();
  const { shown, packet } = p;
  const matches = usePacketThreats(packet);
  const match =
    matches?.threats.find((one) => one.gid === shown.gid && one.sid === shown.sid) ?? shown.match ?? undefined;
  return (
    <>
      {match === undefined || match.buffers.length === 0 ? null : (
        <>
          <h3>{word('threat.buffers')}</h3>
          <Buffers match={match} />
        </>
      )}
      {match === undefined || match.bytes.length === 0 ? null : (
        <p>
          <button type="button" className="button" onClick={() => showMatch(match)}>
            {word('threat.bytesIn', { n: count(match.bytesIn + 1) })}
          </button>
        </p>
      )}
      <Explanation rule={shown} packet={packet} />
    </>
  );
}

/** Each buffer with what it held, and what was found in it lit up. */
export function Buffers({ match }: { readonly match: NonNullable<ShownRule['match']> }): ReactNode {
  return (
    <dl className="rule-buffers">
      {match.buffers.map((buffer, i) => (
        <div key={i}>
          <dt>{visible(buffer.name)}</dt>
          <dd>
            <HeldBytes buffer={buffer} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function HeldBytes({ buffer }: { readonly buffer: HeldText }): ReactNode {
  const word = useWord();
  const { held, from, length } = buffer;
  const isPart = from > 0 || from + held.length < length;
  return (
    <>
      {from > 0 ? '…' : ''}
      {heldParts(buffer).map(({ text, found }, i) =>
        found ? <mark key={i}>{visible(text)}</mark> : <span key={i}>{visible(text)}</span>,
      )}
      {from + held.length < length ? '…' : ''}
      {isPart ? (
        <span className="dim held-part">
          {word('threat.held.part', { from: count(from), to: count(from + held.length - 1), n: count(length) })}
        </span>
      ) : null}
    </>
  );
}

type Explained = Replies['explainRule'];

function Explanation(p: { readonly rule: RuleId; readonly packet: NonNullable<ShownRule['packet']> }): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const { packet } = p;
  const { gid, sid } = p.rule;
  const [found, setFound] = useState<Explained | null>(null);
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    let current = true;
    const job = client.begin('explainRule', { gid, sid, packet });
    job.answer.then(
      (answer) => {
        if (current) setFound(answer);
      },
      () => {
        if (current) setWrong(true);
      },
    );
    return () => {
      current = false;
      job.cancel();
    };
  }, [gid, sid, packet]);
  if (wrong) return null;
  if (found === null)
    return (
      <p className="note" role="status">
        {word('threat.explain.asking')}
      </p>
    );
  const n = count(packet + 1);
  return (
    <>
      <h3>
        {word('threat.explain.title')}{' '}
        <span className={`chip ${found.matched ? 'grade' : 'open'}`}>
          {word(found.matched ? 'threat.explain.matched' : 'threat.explain.not', { n })}
        </span>
      </h3>
      <ol className="rule-steps" tabIndex={0} aria-label={word('threat.explain.title')}>
        {found.steps.map((step, i) => (
          <li key={i} className={step.passed ? 'passed' : 'failed'}>
            <span
              className="rule-mark"
              role="img"
              aria-label={word(step.passed ? 'threat.explain.passed' : 'threat.explain.failed')}
            >
              {step.passed ? '✓' : '✗'}
            </span>
            <code>{visible(step.step)}</code>
            <span className="dim">{visible(sentence(step.why))}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
