// Start: interfaces with their traffic, whether capturing is permitted, a place to drop captures, what was open lately.
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { InterruptedCapture, RecentCapture } from '../../contract/index.ts';
import { Interfaces } from '../parts/interfaces.tsx';
import { ask, openDialog, openPath, openSample, show } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { openPathInTab } from '../state/tabs.ts';
import { client } from '../wire/client.ts';
import { bytes, count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';

export function Start(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session);
  const recent = useStore((s) => s.recent);
  return (
    <div className="start" role="main">
      <div className="start-inner">
        <h2 className="headline">{word('headline')}</h2>
        <p className="lead">{word('lead')}</p>
        {session === null ? null : (
          <p className="note">
            {word('stillOpen', { name: visible(session.name) })}{' '}
            <button type="button" className="link-button" onClick={() => show('packets')}>
              {word('backToIt')}
            </button>
          </p>
        )}
        <div className="start-columns">
          <div className="start-left">
            <Interrupted />
            <Interfaces />
          </div>
          <div className="start-right">
            <section className="drop" aria-label={word('dropHere')}>
              <h2>{word('dropHere')}</h2>
              <p>{word('dropKinds')}</p>
              <div className="row">
                <button type="button" className="button" onClick={() => void openDialog()}>
                  {word('openMore')}
                </button>
                <button type="button" className="button" onClick={() => void openSample()}>
                  {word('trySample')}
                </button>
              </div>
            </section>
            <section className="card" aria-label={word('recent')}>
              <header className="card-title">
                <h2>{word('recent')}</h2>
              </header>
              {recent.length === 0 ? (
                <p className="note pad">{word('noRecent')}</p>
              ) : (
                <ul className="recent">
                  {recent.map((r) => (
                    <Recent key={r.path} capture={r} />
                  ))}
                </ul>
              )}
            </section>
          </div>
        </div>
      </div>
    </div>
  );
}

function gravest(capture: RecentCapture): 'malicious' | 'suspicious' | 'benign' {
  if (capture.malicious > 0) return 'malicious';
  return capture.suspicious > 0 ? 'suspicious' : 'benign';
}

function Recent({ capture }: { readonly capture: RecentCapture }): ReactNode {
  const word = useWord();
  const open = useStore((s) => s.session !== null);
  const inTab = (): void => void openPathInTab(capture.path);
  const found =
    word('nMalicious', { n: count(capture.malicious) }) +
    (capture.malicious === 0 && capture.suspicious > 0
      ? ` · ${word('nSuspicious', { n: count(capture.suspicious) })}`
      : '');
  return (
    <li className="recent-line">
      <button
        type="button"
        title={capture.path}
        onClick={(e) => {
          if (e.ctrlKey || e.metaKey) inTab();
          else void openPath(capture.path);
        }}
        onAuxClick={(e) => {
          if (e.button === 1) inTab();
        }}
      >
        <span className="recent-name">{visible(capture.name)}</span>
        <span className="recent-size">
          {word('nPackets', { n: count(capture.packets) })} · {word('nFlows', { n: count(capture.flows) })}
        </span>
        <span className={`chip ${gravest(capture)}`}>{found}</span>
      </button>
      {open ? (
        <button
          type="button"
          className="icon-button"
          title={word('tabs.openRecent')}
          aria-label={word('tabs.openRecentNamed', { name: visible(capture.name) })}
          onClick={inTab}
        >
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path
              d="M2 5.5h12v8H2zM2 5.5v-3h5v3M11.5 7.5v4M9.5 9.5h4"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.3"
              strokeLinejoin="round"
            />
          </svg>
        </button>
      ) : null}
    </li>
  );
}

/** Captures that ended without their host: nothing of them is lost, and here is how to get them back. */
function Interrupted(): ReactNode {
  const word = useWord();
  const connected = useStore((s) => s.connected);
  const [captures, setCaptures] = useState<readonly InterruptedCapture[]>([]);
  const look = useCallback((): void => {
    void client.ask('interrupted', {}).then(
      (r) => setCaptures(r.captures),
      () => undefined,
    );
  }, []);
  useEffect(() => {
    if (connected) look();
  }, [connected, look]);
  if (captures.length === 0) return null;
  return (
    <section className="card interrupted" aria-label={word('interrupted')}>
      <header className="card-title">
        <h2>{word('interrupted')}</h2>
      </header>
      <ul className="interruptions">
        {captures.map((c) => (
          <li key={c.path} className="interrupted-row">
            <span className="recent-name">{visible(c.name)}</span>
            <span className="recent-size">
              {word('interruptedAbout', { size: bytes(c.bytes), when: new Date(c.started).toLocaleString() })}
            </span>
            <span className="row">
              <button type="button" className="button" onClick={() => void ask('discard', { path: c.path }).then(look)}>
                {word('discard')}
              </button>
              <button type="button" className="button primary" onClick={() => void openPath(c.path)}>
                {word('recover')}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
