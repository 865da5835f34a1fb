// Start: interfaces with their traffic, whether capturing is permitted, a place to drop captures, what was open lately.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { CaptureReadiness, InterfaceInfo, RecentCapture } from '../../contract/index.ts';
import { openDialog, openPath, openSample, say, show, startCapture } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { bitRate, count, visible } from '../words/format.ts';
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
        {session === null ? null : <p className="note">{word('stillOpen', { name: visible(session.name) })} <button type="button" className="link-button" onClick={() => show('packets')}>{word('backToIt')}</button></p>}
        <div className="start-columns">
          <Interfaces />
          <div className="start-right">
            <section className="drop" aria-label={word('dropHere')}>
              <h2>{word('dropHere')}</h2>
              <p>{word('dropKinds')}</p>
              <div className="row"><button type="button" className="button" onClick={() => void openDialog()}>{word('openMore')}</button><button type="button" className="button" onClick={() => void openSample()}>{word('trySample')}</button></div>
            </section>
            <section className="card" aria-label={word('recent')}>
              <header className="card-title"><h2>{word('recent')}</h2></header>
              {recent.length === 0 ? <p className="note pad">{word('noRecent')}</p> : <ul className="recent">{recent.map((r) => <Recent key={r.path} capture={r} />)}</ul>}
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
  const found = word('nMalicious', { n: count(capture.malicious) }) + (capture.malicious === 0 && capture.suspicious > 0 ? ` · ${word('nSuspicious', { n: count(capture.suspicious) })}` : '');
  return (
    <li>
      <button type="button" onClick={() => void openPath(capture.path)} title={capture.path}>
        <span className="recent-name">{visible(capture.name)}</span>
        <span className="recent-size">{word('nPackets', { n: count(capture.packets) })} · {word('nFlows', { n: count(capture.flows) })}</span>
        <span className={`chip ${kind}`}>{found}</span>
      </button>
    </li>
  );
}

function Interfaces(): ReactNode {
  const word = useWord();
  const chosen = useStore((s) => s.chosenInterface);
  const connected = useStore((s) => s.connected);
  const set = useStore((s) => s.set);
  const [readiness, setReadiness] = useState<CaptureReadiness | null>(null);
  const rates = useRef(new Map<string, number[]>());

  useEffect(() => {
    if (!connected) return undefined;
    let current = true;
    const look = (): void => {
      client.ask('interfaces', {}).then((r) => {
        if (!current) return;
        for (const i of r.interfaces) {
          const known = rates.current.get(i.name) ?? [];
          known.push(i.rate ?? 0);
          rates.current.set(i.name, known.slice(-KEPT_RATES));
        }
        setReadiness(r);
        const { chosenInterface } = useStore.getState();
        if (!r.interfaces.some((i) => i.name === chosenInterface)) set({ chosenInterface: r.interfaces.find((i) => i.up)?.name ?? null });
      }, () => undefined);
    };
    look();
    const timer = setInterval(look, LOOK_EVERY);
    return () => { current = false; clearInterval(timer); };
  }, [connected]);

  const copy = (command: string): void => void navigator.clipboard.writeText(command).then(() => say(word('commandCopied')), () => say(word('copyFailed'), true));
  return (
    <section className="card interfaces" aria-label={word('interfaces')}>
      <header className="card-title">
        <h2>{word('interfaces')}</h2>
        <button type="button" className="button primary" disabled={readiness?.ready !== true || chosen === null} onClick={() => void startCapture()}>{chosen === null ? word('start') : word('startOn', { name: chosen })}</button>
      </header>
      {readiness === null ? <p className="note pad">{word('lookingForInterfaces')}</p> : (
        <ul className="interface-list" role="listbox" aria-label={word('interfaces')} tabIndex={0} onKeyDown={(e) => {
          const at = readiness.interfaces.findIndex((i) => i.name === chosen);
          const to = e.key === 'ArrowDown' ? at + 1 : e.key === 'ArrowUp' ? at - 1 : null;
          if (e.key === 'Enter') void startCapture();
          if (to === null || readiness.interfaces.length === 0) return;
          e.preventDefault();
          set({ chosenInterface: readiness.interfaces[Math.max(0, Math.min(readiness.interfaces.length - 1, to))]!.name });
        }}>
          {readiness.interfaces.map((i) => (
            <li key={i.name} role="option" aria-selected={i.name === chosen} className={i.name === chosen ? 'chosen' : ''} onClick={() => set({ chosenInterface: i.name })} onDoubleClick={() => { set({ chosenInterface: i.name }); void startCapture(); }}>
              <span className="interface-name">{visible(i.name)}</span>
              <span className="interface-about">{about(i, word)}</span>
              <Sparkline rates={rates.current.get(i.name) ?? []} up={i.up} />
              <span className="interface-rate">{i.rate === null || !i.up ? '–' : bitRate(i.rate)}</span>
            </li>
          ))}
        </ul>
      )}
      <footer className="readiness">
        {readiness === null ? null : <><span className={`chip ${readiness.ready ? 'benign' : 'suspicious'}`}>{word(readiness.ready ? 'ready' : 'notReady')}</span> <span>{sentence(readiness.sentence)}</span></>}
        {readiness === null || readiness.command === null ? null : <p className="command"><code>{readiness.command}</code><button type="button" className="button" onClick={() => copy(readiness.command!)}>{word('copy')}</button></p>}
      </footer>
    </section>
  );
}

function about(i: InterfaceInfo, word: ReturnType<typeof useWord>): string {
  const kind = i.name === 'any' ? word('anyInterface') : i.loopback ? word('loopback') : i.description !== '' ? visible(i.description) : word('ethernet');
  return [kind, i.up ? (i.running || i.loopback ? null : word('noLink')) : word('down'), i.addresses.filter((a) => !a.startsWith('fe80')).slice(0, 2).join(', ')].filter(Boolean).join(' · ');
}

function Sparkline({ rates, up }: { readonly rates: readonly number[]; readonly up: boolean }): ReactNode {
  const largest = Math.max(1, ...rates);
  const points = rates.map((r, i) => `${(140 * (i + KEPT_RATES - rates.length)) / (KEPT_RATES - 1)},${22 - (r / largest) * 18}`).join(' ');
  return <svg className="sparkline" viewBox="0 0 140 24" aria-hidden="true">{up && rates.length > 1 ? <polyline points={points} /> : <line x1="0" y1="22" x2="140" y2="22" />}</svg>;
}
