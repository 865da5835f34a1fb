// One incident: its evidence with the way to its packets, its state, tags, notes and the trail of what was done.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import {
  type AllowRule,
  INCIDENT_STATES,
  type IncidentDetail,
  type IncidentWork,
  type JournalEntry,
  MAX_NOTE,
  MAX_TAG,
} from '../../contract/index.ts';
import { goToPacket, openFlow, showPackets } from '../state/actions.ts';
import { act, allowDialog, endRule, incidentFilter } from '../state/incidents.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { count, moment, seconds, visible, zone } from '../words/format.ts';
import { peerText, sentence, useWord, type WordKey } from '../words/words.ts';
import { ruleText } from './allow-text.ts';
import { EvidenceList, Points } from './evidence-list.tsx';
import { LabelButtons } from './label-buttons.tsx';

const NAMES = 3;

export function IncidentCard({ alert }: { readonly alert: number }): ReactNode {
  const revision = useStore((s) => s.session?.revision ?? 0);
  const [detail, setDetail] = useState<IncidentDetail | null>(null);
  useEffect(() => {
    let current = true;
    void client.ask('incident', { alert }).then(
      (d) => {
        if (current) setDetail(d);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [alert, revision]);
  return detail === null ? null : <Card {...detail} />;
}

function Card({ alert: a, work, allowedBy }: IncidentDetail): ReactNode {
  const word = useWord();
  const { incident: i } = a;
  const names = i.names.filter((name) => name !== i.peer);
  return (
    <div className={`alert-card chosen ${a.verdict}${a.allowed ? ' allowed' : ''}`} tabIndex={-1}>
      <section className="incident-why">
        <div className="alert-line">
          <Points incident={i} />
          <h2>{visible(sentence(i.title))}</h2>
          {a.allowed ? <span className="chip open">{word('allowedChip')}</span> : null}
        </div>
        <p className="ends">
          {i.initiator} → {peerText(i.peer)}
          {names.length === 0 ? '' : ` · ${names.slice(0, NAMES).map(visible).join(', ')}`} ·{' '}
          {word('nFlows', { n: count(i.flows) })} · {moment(i.first)} {zone(i.first)}
          {i.last - i.first < 1 ? '' : ` · ${seconds(i.last - i.first)}`}
        </p>
        <EvidenceList incident={i} />
        <div className="alert-buttons">
          <button type="button" className="link-button" onClick={() => openFlow(a.flow)}>
            {word('openFlow')}
          </button>
          <button type="button" className="link-button" title={word('raisedHint')} onClick={() => goToPacket(a.packet)}>
            {word('raisedAt', { n: count(a.packet + 1) })}
          </button>
          <button type="button" className="link-button" onClick={() => void showPackets(incidentFilter(a))}>
            {word('evidenceFlows', { n: count(i.flows) })}
          </button>
          <LabelButtons flow={a.flow} label={a.label} />
          <button type="button" className="link-button" onClick={() => void allowDialog()}>
            {word('allowMore')}
          </button>
        </div>
        {allowedBy.map((rule) => (
          <AllowedBy key={rule.id} rule={rule} />
        ))}
      </section>
      <Work alert={a.number} work={work} />
    </div>
  );
}

/** A rule by which the incident is allowed. */
function AllowedBy({ rule }: { readonly rule: AllowRule }): ReactNode {
  const word = useWord();
  return (
    <p className="allowed-by">
      {word('allow.by', { what: ruleText(rule) })}{' '}
      <button type="button" className="link-button" onClick={() => void endRule(rule.id)}>
        {word('allowNoLonger')}
      </button>
    </p>
  );
}

function Work({ alert, work }: { readonly alert: number; readonly work: IncidentWork }): ReactNode {
  const word = useWord();
  const [tag, setTag] = useState('');
  const [note, setNote] = useState('');
  const alone = [alert];
  const addTag = (event: FormEvent): void => {
    event.preventDefault();
    void act('tag', tag, alone).then((done) => {
      if (done) setTag('');
    });
  };
  const addNote = (event: FormEvent): void => {
    event.preventDefault();
    void act('note', note, alone).then((done) => {
      if (done) setNote('');
    });
  };
  return (
    <section className="incident-work" aria-label={word('incident.state')}>
      <label className="field-row">
        <span>{word('incident.state')}</span>
        <select className="field" value={work.state} onChange={(e) => void act('state', e.target.value, alone)}>
          {INCIDENT_STATES.map((s) => (
            <option key={s} value={s}>
              {word(`incident.state.${s}`)}
            </option>
          ))}
        </select>
      </label>
      <form className="field-row" onSubmit={addTag}>
        <label htmlFor="incident-tag">{word('incident.tags')}</label>
        <span className="tags">
          {work.tags.map((t) => (
            <span key={t} className="chip open">
              {visible(t)}{' '}
              <button
                type="button"
                className="untag"
                aria-label={word('incident.untag', { tag: visible(t) })}
                onClick={() => void act('untag', t, alone)}
              >
                ×
              </button>
            </span>
          ))}
          <input
            id="incident-tag"
            className="field small"
            value={tag}
            maxLength={MAX_TAG}
            onChange={(e) => setTag(e.target.value)}
          />
        </span>
      </form>
      <form onSubmit={addNote}>
        <h3>{word('incident.notes')}</h3>
        {work.notes.length === 0 ? null : (
          <ul className="notes">
            {work.notes.map((n) => (
              <li key={n.id}>
                <p>{visibleLines(n.value)}</p>
                <small className="dim">
                  {visible(n.who)}, {moment(Date.parse(n.at) / 1000)}
                </small>
              </li>
            ))}
          </ul>
        )}
        <div className="note-field">
          <textarea
            className="field"
            rows={2}
            value={note}
            maxLength={MAX_NOTE}
            aria-label={word('incident.addNote')}
            placeholder={word('incident.noteHint')}
            onChange={(e) => setNote(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) addNote(e);
            }}
          />
          <button type="submit" className="button" disabled={note.trim() === ''}>
            {word('incident.save')}
          </button>
        </div>
      </form>
      <h3 title={word('incident.logHint')}>{word('incident.log')}</h3>
      {work.log.length === 0 ? <p className="dim">{word('incident.logNone')}</p> : <Log log={work.log} />}
    </section>
  );
}

function Log({ log }: { readonly log: readonly JournalEntry[] }): ReactNode {
  const word = useWord();
  return (
    <ol className="trail">
      {log.map((e) => (
        <li key={e.id}>
          <time dateTime={e.at}>{moment(Date.parse(e.at) / 1000)}</time> {visible(e.who)}:{' '}
          {word(`incident.did.${e.what}`)}{' '}
          <span>{e.what === 'state' ? word(`incident.state.${e.value}` as WordKey) : shortened(e.value)}</span>
        </li>
      ))}
    </ol>
  );
}

/** A text of a person's with its lines; marks that would turn text around are shown. */
function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

const LONGEST = 80;

function shortened(text: string): string {
  const shown = visible(text.replaceAll('\n', ' '));
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}
