// Lab: measures the judgement on a folder of labelled captures, shows what came of it, and says which model judges.
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { LabReport, LabState, Request } from '../../contract/index.ts';
import { LabelQueue } from '../parts/label-queue.tsx';
import { Measure } from '../parts/lab-measure.tsx';
import { Headline, LabTables } from '../parts/lab-tables.tsx';
import { adoptModel, ask, beginEvaluation, saveReport } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { shell } from '../wire/transport.ts';
import { visible } from '../words/format.ts';
import { languageShown, useSentence, useWord } from '../words/words.ts';

/** How often a measurement under way is looked at, ms. */
const LOOK_EVERY = 500;

export function LabView(): ReactNode {
  const word = useWord();
  const connected = useStore((s) => s.connected);
  const session = useStore((s) => s.session);
  const [state, setState] = useState<LabState | null>(null);
  const [cancel, setCancel] = useState<(() => void) | null>(null);
  const look = useCallback(async (reports: boolean): Promise<void> => {
    const now = await ask('lab', { reports });
    if (now === null) return;
    setState((old) => (reports || old === null ? now : { ...now, report: old.report }));
  }, []);
  /** The report came as the answer to a measurement: it is not asked for again. */
  const reported = useRef(false);
  const running = state?.running ?? null;
  const busy = running !== null || cancel !== null;
  useEffect(() => {
    if (!busy) return;
    const timer = setInterval(() => void look(false), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [busy, look]);
  // On opening, and when a measurement that another window asked for has ended: its report is there.
  useEffect(() => {
    if (busy || !connected) return;
    if (!reported.current) void look(true);
    reported.current = false;
  }, [busy, connected, look]);
  const begin = (asked: Request<'evaluate'>): void => {
    const job = beginEvaluation(asked);
    setCancel(() => job.cancel);
    void job.answer.then((now) => {
      setCancel(null);
      if (now === null) return;
      setState(now);
      // Another window's may have begun since: then there is a report to come.
      reported.current = now.running === null;
    });
  };
  return (
    <div className="lab" tabIndex={0} role="region" aria-label={word('lab')}>
      <header>
        <h2>{word('lab')}</h2>
        <p className="dim">{word('lab.lead')}</p>
      </header>
      <div className="lab-beside">
        <Measure running={running} busy={busy} cancel={cancel} begin={begin} />
        {state === null ? null : <InUse model={state.model} changed={() => void look(false)} />}
      </div>
      {session === null ? null : <LabelQueue session={session} />}
      {state === null ? null : <Report report={state.report} />}
    </div>
  );
}

function InUse({ model, changed }: { readonly model: LabState['model']; readonly changed: () => void }): ReactNode {
  const word = useWord();
  const [path, setPath] = useState('');
  const adopt = async (file: string | null): Promise<void> => {
    if (await adoptModel(file)) changed();
  };
  const choose = async (): Promise<void> => {
    const file = shell === null ? path.trim() : ((await shell.chooseFile())?.grant ?? null);
    if (file !== null && file !== '') await adopt(file);
  };
  return (
    <section className="lab-part">
      <h3>{word('lab.model')}</h3>
      <p>
        {visible(model.name)} <span className="chip grade">{word(model.shipped ? 'lab.shipped' : 'lab.adopted')}</span>{' '}
        <code className="dim">{model.sha256.slice(0, 12)}</code>
      </p>
      <div className="lab-row">
        {shell === null ? (
          <input
            className="field"
            value={path}
            onChange={(e) => setPath(e.target.value)}
            placeholder={word('lab.modelPath')}
            aria-label={word('lab.modelPath')}
          />
        ) : null}
        <button
          type="button"
          className="button"
          disabled={shell === null && path.trim() === ''}
          onClick={() => void choose()}
        >
          {word('lab.adopt')}
        </button>
        <button type="button" className="button" disabled={model.shipped} onClick={() => void adopt(null)}>
          {word('lab.rollBack')}
        </button>
      </div>
      <p className="dim">{word('lab.modelHint')}</p>
    </section>
  );
}

const EXPORTS = [
  ['html', 'HTML'],
  ['markdown', 'Markdown'],
  ['json', 'JSON'],
] as const;

function Report({ report: r }: { readonly report: LabReport | null }): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const language = useStore((s) => languageShown(s.settings));
  if (r === null) return <p className="dim">{word('lab.none')}</p>;
  return (
    <>
      <section className="lab-part lab-head">
        <p>
          {word('lab.made', {
            folder: visible(r.folder),
            when: new Date(r.made).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' }),
            model: r.model === null ? sentence(r.witness) : visible(r.model),
          })}
        </p>
        <div className="lab-exports">
          <span className="dim">{word('lab.export')}</span>
          {EXPORTS.map(([as, name]) => (
            <button key={as} type="button" className="button" onClick={() => void saveReport(as)}>
              {name}
            </button>
          ))}
        </div>
        <Headline figures={r.headline} />
      </section>
      <LabTables report={r} />
    </>
  );
}
