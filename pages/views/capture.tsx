// One capture: where it is, the verdict, and what it stands on. Also what somebody sees who has a link.
import { type ReactNode, useState } from 'react';
import { count } from '../../renderer/words/format.ts';
import { API, type Capture, DOWNLOAD_FORMS, type OpenedWindow } from '../../platform/contract.ts';
import { ask } from '../api.ts';
import { DeleteButton, moment, shown, sizeText, StateChip, useLoaded, wentWell } from '../parts/basics.tsx';
import { go } from '../routes.ts';
import { learnWhoIAm } from '../me.ts';
import { usePages, useSentence, useWord } from '../state.ts';
import { Evidence, Flows, Incidents, Protocols } from './results.tsx';
import { Notes } from './board.tsx';
import { Shares } from './shares.tsx';
import { Recognised } from './upload.tsx';

/** @param at path below the API @param id null where it is seen through a link */
export function CapturePage({ at, id }: { readonly at: string; readonly id: string | null }): ReactNode {
  const word = useWord();
  const change = usePages((s) => (s.change?.id === id ? s.change : null));
  const { value: capture, failed, again } = useLoaded<Capture>(at, change);
  if (failed) return <p className="page empty">{word('gone')}</p>;
  if (capture === null) return <p className="page dim">{word('loading')}</p>;
  return (
    <div className="page">
      {id === null ? <p className="lead">{word('sharedLead')}</p> : null}
      <div className="row between">
        <h1 className="ellipsis">{shown(capture.name)}</h1>
        <StateChip state={capture.state} />
      </div>
      <Verdict capture={capture} />
      <Facts capture={capture} />
      <Actions capture={capture} at={at} id={id} again={again} />
      {capture.state.at === 'done' ? <Results at={at} capture={capture} /> : null}
      {id === null ? null : (
        <>
          <Notes at={`${at}/notes`} title={word('notes')} empty={word('noNotes')} button={word('addNote')} />
          <Shares at={at} />
        </>
      )}
    </div>
  );
}

/** What it all comes to, first and largest. */
function Verdict({ capture }: { readonly capture: Capture }): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const { state, counts } = capture;
  switch (state.at) {
    case 'done': {
      const values = {
        flows: counts?.flows ?? 0,
        incidents: counts?.incidents ?? 0,
        malicious: counts?.malicious ?? 0,
      };
      return (
        <section className={`banner ${state.verdict}`} role="status">
          <h2>{word(`v.${state.verdict}`)}</h2>
          <p>{word(`lead.${state.verdict}`, values)}</p>
          {counts?.note === null || counts === null ? null : (
            <p className="bad">
              {word('partRead')}: {sentence(counts.note)}
            </p>
          )}
        </section>
      );
    }
    case 'failed':
      return (
        <section className="banner failed" role="alert">
          <h2>{word('openFailed')}</h2>
          <p>{sentence(state.why)}</p>
        </section>
      );
    case 'analysing':
      return (
        <section className="banner" role="status">
          <p>{word('at.analysing', { share: Math.floor(state.share * 100) })}</p>
          <progress value={state.share} max={1} aria-label={word('state')} />
        </section>
      );
    case 'waiting':
      return (
        <section className="banner" role="status">
          <p>{word('at.waiting', { place: count(state.place) })}</p>
          <progress aria-label={word('state')} />
        </section>
      );
    default:
      return <Recognised capture={capture} />;
  }
}

function Facts({ capture }: { readonly capture: Capture }): ReactNode {
  const word = useWord();
  const { counts, state } = capture;
  const { format, compression } = capture.recognised;
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    [word('format'), compression === null ? format : word('packedIn', { format, compression })],
    [word('size'), sizeText(capture.size)],
    [word('uploadedAt'), moment(capture.uploaded)],
    ...(counts === null
      ? []
      : ([
          [word('packets'), count(counts.packets)],
          [word('flows'), count(counts.flows)],
          [word('captured'), counts.first === null ? '–' : stretch(counts.first, counts.last ?? counts.first)],
          [word('model'), counts.model ?? '–'],
        ] as const)),
    ...(state.at === 'done'
      ? ([[word('analysisTook'), word('seconds', { n: state.seconds.toFixed(1) })]] as const)
      : []),
    [word('sha256'), <code key="sha">{capture.sha256}</code>],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({
  capture,
  at,
  id,
  again,
}: {
  readonly capture: Capture;
  readonly at: string;
  readonly id: string | null;
  readonly again: () => void;
}): ReactNode {
  const word = useWord();
  const confirm = async (analyse: boolean): Promise<void> => {
    if (wentWell(await ask('POST', `/uploads/${capture.id}/confirm`, { analyse }))) again();
  };
  const remove = async (): Promise<void> => {
    if (!wentWell(await ask('DELETE', at))) return;
    void learnWhoIAm();
    go({ page: 'history' });
  };
  const openWindow = async (): Promise<void> => {
    const answer = await ask<OpenedWindow>('POST', `${at}/window`);
    if (wentWell(answer)) window.open(answer.value.address, '_blank', 'noopener');
  };
  const forms = capture.state.at === 'done' ? DOWNLOAD_FORMS : (['pcapng'] as const);
  const unconfirmed = id !== null && (capture.state.at === 'uploaded' || capture.state.at === 'kept');
  return (
    <div className="row actions">
      {unconfirmed ? (
        <button type="button" className="button primary" onClick={() => void confirm(true)}>
          {word('analyse')}
        </button>
      ) : null}
      {capture.state.at === 'uploaded' ? null : (
        <button type="button" className="button" onClick={() => void openWindow()}>
          {word('openWindow')}
        </button>
      )}
      <span className="dim">{word('download')}</span>
      {forms.map((form) => (
        <a key={form} className="button" href={`${API}${at}/download?as=${form}`} download>
          {form}
        </a>
      ))}
      {id === null ? null : (
        <DeleteButton
          text={word('deleteCapture')}
          title={word('deleteCapture')}
          lead={word('deleteSure')}
          remove={remove}
        />
      )}
    </div>
  );
}

/** Characters of `21:22:26`. */
const TIME_OF_DAY = 8;
const TABS = ['incidents', 'flows', 'evidence', 'protocols'] as const;
type Tab = (typeof TABS)[number];

function Results({ at, capture }: { readonly at: string; readonly capture: Capture }): ReactNode {
  const word = useWord();
  const [tab, setTab] = useState<Tab>('incidents');
  const [incident, setIncident] = useState<number | null>(null);
  return (
    <section>
      <div className="tabs" role="tablist">
        {TABS.map((t) => (
          <button
            key={t}
            type="button"
            role="tab"
            aria-selected={tab === t}
            className={tab === t ? 'tab on' : 'tab'}
            onClick={() => setTab(t)}
          >
            {word(t)}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={word(tab)}>
        {tab === 'incidents' ? (
          <Incidents
            at={at}
            flowsOf={(id) => {
              setIncident(id);
              setTab('flows');
            }}
          />
        ) : null}
        {tab === 'flows' ? (
          <Flows at={at} own={capture.own} incident={incident} leave={() => setIncident(null)} />
        ) : null}
        {tab === 'evidence' ? <Evidence at={at} /> : null}
        {tab === 'protocols' ? <Protocols at={at} /> : null}
      </div>
    </section>
  );
}

/** Of the same day the second moment is its time alone. */
function stretch(first: number, last: number): string {
  const [from, to] = [moment(first), moment(last)];
  const day = from.length - TIME_OF_DAY;
  return `${from} – ${from.slice(0, day) === to.slice(0, day) ? to.slice(day) : to}`;
}
