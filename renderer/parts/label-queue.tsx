// Incidents of the open capture that lack one point, to be labelled next.
import { useEffect, useState, type ReactNode } from 'react';
import type { AlertRow, SessionState } from '../../contract/index.ts';
import { openFlow } from '../state/actions.ts';
import { client } from '../wire/client.ts';
import { visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { LabelButtons } from './label-buttons.tsx';

export function LabelQueue({ session }: { readonly session: SessionState }): ReactNode {
  const word = useWord();
  const [alerts, setAlerts] = useState<readonly AlertRow[]>([]);
  useEffect(() => {
    let current = true;
    void client.ask('queue', {}).then(
      (r) => {
        if (current) setAlerts(r.alerts);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [session.alerts, session.revision, session.session]);
  return (
    <section className="lab-part">
      <h3>{word('lab.queue')}</h3>
      <p className="dim">{word(alerts.length === 0 ? 'lab.queueNone' : 'lab.queueHint')}</p>
      <ul className="lab-queue">
        {alerts.map((a) => (
          <li key={a.number}>
            <button type="button" className="link-button" onClick={() => openFlow(a.flow)}>
              {visible(sentence(a.incident.title))}
            </button>
            <LabelButtons flow={a.flow} label={a.label} />
          </li>
        ))}
      </ul>
    </section>
  );
}
