// Start: interfaces with their traffic, whether capturing is permitted, a place to drop captures, what was open lately.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { CaptureReadiness, InterfaceInfo, InterruptedCapture, RecentCapture } from '../../contract/index.ts';
import { Command } from '../parts/capture-options.tsx';
import { ask, openDialog, openPath, openSample, show, startCapture } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { bitRate, bytes, count, visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';

const LOOK_EVERY = 1000;
const KEPT_RATES = 40;

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

function Recent({ capture }: { readonly capture: RecentCapture }): ReactNode {
  const word = useWord();
  const kind = capture.malicious > 0 ? 'malicious' : capture.suspicious > 0 ? 'suspicious' : 'benign';
  const found =
    word('nMalicious', { n: count(capture.malicious) }) +
    (capture.malicious === 0 && capture.suspicious > 0
      ? ` · ${word('nSuspicious', { n: count(capture.suspicious) })}`
      : '');
  return (
    <li>
      <button type="button" onClick={() => void openPath(capture.path)} title={capture.path}>
        <span className="recent-name">{visible(capture.name)}</span>
        <span className="recent-size">
          {word('nPackets', { n: count(capture.packets) })} · {word('nFlows', { n: count(capture.flows) })}
        </span>
        <span className={`chip ${kind}`}>{found}</span>
      </button>
    </li>
  );
}

function Interfaces(): ReactNode {
  const word = useWord();
  const chosen = useStore((s) => s.chosenInterfaces);
  const source = useStore((s) => s.captureChoice.source);
  const connected = useStore((s) => s.connected);
  const set = useStore((s) => s.set);
  const [readiness, setReadiness] = useState<CaptureReadiness | null>(null);
  const rates = useRef(new Map<string, number[]>());

  useEffect(() => {
    if (!connected) return undefined;
    let current = true;
    const look = (): void => {
      client.ask('interfaces', {}).then(
        (r) => {
          if (!current) return;
          for (const i of r.interfaces) {
            const known = rates.current.get(i.name) ?? [];
            known.push(i.rate ?? 0);
            rates.current.set(i.name, known.slice(-KEPT_RATES));
          }
          setReadiness(r);
          const { chosenInterfaces } = useStore.getState();
          const there = chosenInterfaces.filter((name) => r.interfaces.some((i) => i.name === name));
          const first = r.interfaces.find((i) => i.up)?.name;
          if (there.length < chosenInterfaces.length || there.length === 0)
            set({ chosenInterfaces: there.length > 0 || first === undefined ? there : [first] });
        },
        () => undefined,
      );
    };
    look();
    const timer = setInterval(look, LOOK_EVERY);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [connected]);

  const choose = (name: string, more: boolean): void =>
    set({
      chosenInterfaces: !more
        ? [name]
        : chosen.includes(name)
          ? chosen.length > 1
            ? chosen.filter((c) => c !== name)
            : chosen
          : [...chosen, name],
    });
  const blocked = source === 'helper' && readiness?.ready !== true;
  return (
    <section className="card interfaces" aria-label={word('interfaces')}>
      <header className="card-title">
        <h2>{word('interfaces')}</h2>
        <div className="row">
          <button type="button" className="button" onClick={() => set({ dialog: 'capture-options' })}>
            {word('optionsMore')}
          </button>
          <button
            type="button"
            className="button primary"
            disabled={blocked || chosen.length === 0}
            onClick={() => void startCapture()}
          >
            {chosen.length === 0 ? word('start') : word('startOn', { name: chosen.join(' + ') })}
          </button>
        </div>
      </header>
      {readiness === null ? (
        <p className="note pad">{word('lookingForInterfaces')}</p>
      ) : (
        <ul
          className="interface-list"
          role="listbox"
          aria-multiselectable="true"
          aria-label={word('interfaces')}
          tabIndex={0}
          title={word('severalHint')}
          onKeyDown={(e) => {
            const at = readiness.interfaces.findIndex((i) => i.name === chosen.at(-1));
            const to = e.key === 'ArrowDown' ? at + 1 : e.key === 'ArrowUp' ? at - 1 : null;
            if (e.key === 'Enter') void startCapture();
            if (to === null || readiness.interfaces.length === 0) return;
            e.preventDefault();
            const name = readiness.interfaces[Math.max(0, Math.min(readiness.interfaces.length - 1, to))]!.name;
            set({ chosenInterfaces: e.shiftKey ? [...chosen.filter((c) => c !== name), name] : [name] });
          }}
        >
          {readiness.interfaces.map((i) => (
            <li
              key={i.name}
              role="option"
              aria-selected={chosen.includes(i.name)}
              className={chosen.includes(i.name) ? 'chosen' : ''}
              onClick={(e) => choose(i.name, e.ctrlKey || e.metaKey || e.shiftKey)}
              onDoubleClick={() => {
                choose(i.name, false);
                void startCapture();
              }}
            >
              <span className="interface-name">{visible(i.name)}</span>
              <span className="interface-about">{about(i, word)}</span>
              <Sparkline rates={rates.current.get(i.name) ?? []} up={i.up} />
              <span className="interface-rate">{i.rate === null || !i.up ? '–' : bitRate(i.rate)}</span>
            </li>
          ))}
        </ul>
      )}
      <ul className="other-sources" aria-label={word('otherSources')}>
        {readiness?.sources.ssh === true ? (
          <li>
            <button type="button" onClick={() => set({ dialog: 'ssh' })}>
              <span className="interface-name">ssh…</span>
              <span className="interface-about">{word('source.sshTitle')}</span>
            </button>
          </li>
        ) : null}
        <li>
          <button type="button" onClick={() => set({ dialog: 'pipe' })}>
            <span className="interface-name">pipe…</span>
            <span className="interface-about">{word('source.pipeTitle')}</span>
          </button>
        </li>
      </ul>
      <footer className="readiness">
        <div className="readiness-line">
          {readiness === null ? null : (
            <>
              <span className={`chip ${readiness.ready ? 'benign' : 'suspicious'}`}>
                {word(readiness.ready ? 'ready' : 'notReady')}
              </span>{' '}
              <span>{sentence(readiness.sentence)}</span>
            </>
          )}
          <button type="button" className="link-button" onClick={() => set({ dialog: 'doctor' })}>
            {word('doctor')}
          </button>
        </div>
        {readiness === null || readiness.command === null ? null : <Command command={readiness.command} />}
      </footer>
    </section>
  );
}

/** Captures that ended without their host: nothing of them is lost, and here is how to get them back. */
function Interrupted(): ReactNode {
  const word = useWord();
  const connected = useStore((s) => s.connected);
  const [captures, setCaptures] = useState<readonly InterruptedCapture[]>([]);
  const look = (): void =>
    void client.ask('interrupted', {}).then(
      (r) => setCaptures(r.captures),
      () => undefined,
    );
  useEffect(() => {
    if (connected) look();
  }, [connected]);
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

function about(i: InterfaceInfo, word: ReturnType<typeof useWord>): string {
  const kind =
    i.name === 'any'
      ? word('anyInterface')
      : i.loopback
        ? word('loopback')
        : i.description !== ''
          ? visible(i.description)
          : word('ethernet');
  return [
    kind,
    i.link !== null && i.link !== 'EN10MB' ? i.link : null,
    i.up ? (i.running || i.loopback ? null : word('noLink')) : word('down'),
    i.addresses
      .filter((a) => !a.startsWith('fe80'))
      .slice(0, 2)
      .join(', '),
  ]
    .filter(Boolean)
    .join(' · ');
}

function Sparkline({ rates, up }: { readonly rates: readonly number[]; readonly up: boolean }): ReactNode {
  const largest = Math.max(1, ...rates);
  const points = rates
    .map((r, i) => `${(140 * (i + KEPT_RATES - rates.length)) / (KEPT_RATES - 1)},${22 - (r / largest) * 18}`)
    .join(' ');
  return (
    <svg className="sparkline" viewBox="0 0 140 24" aria-hidden="true">
      {up && rates.length > 1 ? <polyline points={points} /> : <line x1="0" y1="22" x2="140" y2="22" />}
    </svg>
  );
}
